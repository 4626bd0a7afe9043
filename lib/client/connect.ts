/**
 * `connect(profile)`: the one way from a connection profile to a client that survives maintenance.
 *
 * What comes back is ioredis' `Cluster` or `Redis`, by the profile's declared mode, and is used as such. What is
 * different underneath: who is a member is watched (membership.ts), a dead connection is told from a busy server
 * (second-opinion.ts), and a command that may have been applied is repeated only where that does no harm
 * (retry-policy.ts).
 */
import { ProblemError } from '../base/problem.ts';
import type { ConnectionProfile } from '../profile/profile.ts';
import { credentialReader } from '../profile/secret.ts';
import { RedoubtCluster } from './cluster-client.ts';
import { type ConnectSubject, connectProblem } from './connect-problems.ts';
import { messageOf } from './errors.ts';
import { firstContact } from './first-contact.ts';
import { type ConnectionDefaults, type LightConnection, lightConnection } from './light-connection.ts';
import { type Log, logOf } from './log.ts';
import { Login } from './login.ts';
import { loginAdvice } from './login-advice.ts';
import { lookupOf, untriedFirst } from './lookup.ts';
import { type ClientSettings, type ConnectOptions, settingsFrom } from './options.ts';
import { RedoubtRedis } from './single-client.ts';
import { tlsOf } from './tls.ts';
import { topologyLine } from './topology-text.ts';

export type { Credential, CredentialReader } from '../profile/tokens/credential.ts';
export type { RedoubtCluster } from './cluster-client.ts';
export { NotAppliedError, OutcomeUnknownError } from './errors.ts';
export type { ConnectOptions } from './options.ts';
export type { RedoubtRedis } from './single-client.ts';

interface Plan {
  readonly profile: ConnectionProfile;
  readonly settings: ClientSettings;
  readonly defaults: ConnectionDefaults;
  readonly subject: ConnectSubject;
  readonly autoPipelining: boolean;
  readonly log: Log;
}

/**
 * Connects and resolves when every shard's primary is connected (a shard that is without one at the moment does not
 * hold it up for longer than `connectTimeoutMs`).
 * @throws ProblemError `CLIENT_…` when the endpoint cannot be used, `SECRET_…` when the secret cannot be read, `IAM_…` and
 * `ENTRA_…` when a token cannot be made; nothing is left open then.
 */
export async function connect(
  profile: ConnectionProfile,
  options: ConnectOptions = {},
): Promise<RedoubtCluster | RedoubtRedis> {
  const plan = await planOf(profile, options);
  return profile.clientMode === 'cluster' ? connectCluster(plan) : connectSingle(plan);
}

async function planOf(profile: ConnectionProfile, options: ConnectOptions): Promise<Plan> {
  const settings = settingsFrom(options);
  refuseUnservableReads(profile);
  const log = logOf(options.log);
  const { secret, userName } = profile.authentication;
  const read = options.credentials ?? credentialReader(secret, options.environment ?? process.env);
  const advice = loginAdvice(profile);
  const login = new Login({ credential: await read(), read, userName, advice, log });
  const { host, port } = profile.endpoint;
  return {
    profile,
    settings,
    defaults: {
      ...(userName === undefined ? {} : { username: userName }),
      login,
      tls: tlsOf(profile.tls, lookupOf(profile.nameResolution)),
      connectionName: options.connectionName ?? 'redoubt',
    },
    subject: {
      address: `${host}:${port}`,
      serverName: profile.tls.serverName,
      caFile: profile.tls.caFile,
      userName,
      advice,
      connectTimeoutMs: settings.connectTimeoutMs,
    },
    autoPipelining: options.autoPipelining ?? false,
    log,
  };
}

/** Reading from replicas needs READONLY and a topology; Azure has neither (its OSS policy lacks READONLY, the others a topology). */
function refuseUnservableReads(profile: ConnectionProfile): void {
  if (profile.replicaReads === 'never') return;
  if (profile.clientMode === 'cluster' && profile.platform !== 'azure-managed-redis') return;
  const reason =
    profile.platform === 'azure-managed-redis'
      ? 'Azure Managed Redis has no READONLY command'
      : 'a single client knows no replicas';
  throw new ProblemError({
    code: 'CLIENT_REPLICA_READS_UNSUPPORTED',
    path: 'replicaReads',
    message: `The profile wants reads from replicas (replicaReads "${profile.replicaReads}"), but ${reason}. Set replicaReads to "never".`,
  });
}

/** Connections to the endpoint, each begun at an address of its name that was not tried before. */
function openerOf({ profile, defaults, settings }: Plan): () => LightConnection {
  const { host, port } = profile.endpoint;
  const tls = tlsOf(profile.tls, untriedFirst(lookupOf(profile.nameResolution)));
  return () => lightConnection({ ...defaults, tls }, host, port, settings.connectTimeoutMs);
}

async function connectCluster(plan: Plan): Promise<RedoubtCluster> {
  const { profile, settings, defaults, log } = plan;
  const opened = await firstContact(profile, openerOf(plan), plan.subject);
  const client = new RedoubtCluster(
    {
      endpoint: profile.endpoint,
      defaults,
      settings,
      replicaReads: profile.replicaReads,
      autoPipelining: plan.autoPipelining,
      log,
    },
    opened,
  );
  const failures = new Map<string, Error>();
  const noteFailure = (error: Error, key: string) => failures.set(key, error);
  client.on('node error', noteFailure);
  try {
    await client.connect();
    await primariesConnected(client, settings.connectTimeoutMs, failures, plan);
  } catch (error) {
    client.disconnect();
    throw error instanceof ProblemError ? error : connectProblem(error, plan.subject);
  } finally {
    client.off('node error', noteFailure);
  }
  if (client.topology !== undefined) log(topologyLine(client.topology));
  return client;
}

/** Waits for every primary; goes on without those that cannot be reached, unless that is all of them. */
async function primariesConnected(
  client: RedoubtCluster,
  timeoutMs: number,
  failures: ReadonlyMap<string, Error>,
  plan: Plan,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  const keys = () => client.topology?.shards.map((shard) => shard.primary.key) ?? [];
  const connected = () => {
    const open = new Set(
      client
        .nodes('master')
        .flatMap((redis) => (redis.status === 'ready' ? [`${redis.options.host}:${redis.options.port}`] : [])),
    );
    return keys().filter((key) => open.has(key));
  };
  const settled = () =>
    connected().length === keys().length || keys().every((key) => connected().includes(key) || failures.has(key));
  while (!settled() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 2));
  const missing = keys().filter((key) => !connected().includes(key));
  if (missing.length > 0 && connected().length === 0) throw nodesUnreachable(missing, failures, plan);
  for (const key of missing)
    plan.log(`the primary ${key} is not reachable yet: ${messageOf(failures.get(key) ?? 'no answer')}`);
}

function nodesUnreachable(missing: readonly string[], failures: ReadonlyMap<string, Error>, plan: Plan): ProblemError {
  const first = missing[0] ?? '';
  const error = failures.get(first) ?? new Error('connect ETIMEDOUT');
  const why = connectProblem(error, { ...plan.subject, address: first });
  const range = plan.profile.extraPortRange;
  const ports = range === undefined ? '' : ` The firewall has to let ports ${range.from}-${range.to} through as well.`;
  return new ProblemError(
    {
      code: 'CLIENT_NODES_UNREACHABLE',
      message: `${plan.subject.address} answers, but none of the nodes it announces can be reached from here (${missing.join(', ')}). ${why.problems[0]?.message ?? ''}${ports}`,
    },
    { cause: error },
  );
}

async function connectSingle(plan: Plan): Promise<RedoubtRedis> {
  const { profile, settings, defaults, log } = plan;
  const { host, port } = profile.endpoint;
  // A connection of its own for the first look: the client's reconnects would hide what is wrong.
  const first = await firstContact(profile, openerOf(plan), plan.subject);
  first.redis.disconnect();
  const client = new RedoubtRedis({
    endpoint: profile.endpoint,
    defaults,
    settings,
    autoPipelining: plan.autoPipelining,
    log,
  });
  let lastError: unknown;
  client.on('error', (error) => {
    lastError = error;
    log(`connection: ${messageOf(error)}`);
  });
  try {
    await client.connect();
  } catch (error) {
    client.disconnect();
    throw connectProblem(lastError ?? error, plan.subject);
  }
  log(`single, 1 endpoint: ${host}:${port}`);
  return client;
}
