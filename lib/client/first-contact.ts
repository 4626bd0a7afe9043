/** The first look at an endpoint: can it be reached, is the login right, and is it what the profile declares? */
import { ProblemError } from '../base/problem.ts';
import type { ConnectionProfile } from '../profile/profile.ts';
import { parseClusterSlots, parseInfo } from './cluster-view.ts';
import { type ConnectSubject, connectProblem } from './connect-problems.ts';
import { cut } from './internals.ts';
import type { LightConnection } from './light-connection.ts';

/** An address that is silent for this long, or for a quarter of the time there is, is not the only one that is tried. */
const NEXT_ATTEMPT_AFTER_MS = 250;
const MOST_ATTEMPTS = 3;

/**
 * Opens a connection and leaves it open for whoever uses it next. The name may lead first to an address that accepts
 * and says nothing, so further attempts are begun beside one that is under way; the first that is answered is used.
 * @param open makes a connection; to another address than the times before, when there is one
 * @throws ProblemError `CLIENT_…`: one sentence for whatever is wrong; every connection is closed then.
 */
export function firstContact(
  profile: ConnectionProfile,
  open: () => LightConnection,
  subject: ConnectSubject,
): Promise<LightConnection> {
  const underWay = new Set<LightConnection>();
  return new Promise((resolve, reject) => {
    const timers: NodeJS.Timeout[] = [];
    const finish = () => {
      for (const timer of timers) clearTimeout(timer);
      for (const other of underWay) cut(other.redis);
      underWay.clear();
    };
    const attempt = () => {
      const connection = open();
      underWay.add(connection);
      contact(profile, connection, subject).then(
        () => {
          if (!underWay.delete(connection)) return;
          finish();
          resolve(connection);
        },
        (error: unknown) => {
          if (!underWay.delete(connection) || (underWay.size > 0 && isOfAddress(error))) return;
          finish();
          reject(error);
        },
      );
    };
    attempt();
    const everyMs = Math.min(NEXT_ATTEMPT_AFTER_MS, subject.connectTimeoutMs / 4);
    for (let index = 1; index < MOST_ATTEMPTS; index += 1) timers.push(setTimeout(attempt, index * everyMs));
  });
}

/** Another address may do better; with a wrong password or an untrusted certificate it would not. */
function isOfAddress(error: unknown): boolean {
  const code = error instanceof ProblemError ? error.problems[0]?.code : undefined;
  return code === 'CLIENT_NEVER_ANSWERS' || code === 'CLIENT_REFUSED' || code === 'CLIENT_CONNECTION_LOST';
}

async function contact(
  profile: ConnectionProfile,
  connection: LightConnection,
  subject: ConnectSubject,
): Promise<void> {
  try {
    await within(2 * subject.connectTimeoutMs, async () => {
      await connection.redis.connect();
      await checkMode(profile, connection);
    });
  } catch (error) {
    const reason = error instanceof ProblemError ? error : connectProblem(connection.lastError() ?? error, subject);
    cut(connection.redis);
    throw reason;
  }
}

/** ioredis bounds the connection being made, not the login and the questions that follow. */
async function within(durationMs: number, work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${durationMs} ms`)), durationMs);
  });
  try {
    await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function checkMode(profile: ConnectionProfile, { redis }: LightConnection): Promise<void> {
  const endpoint = `${profile.endpoint.host}:${profile.endpoint.port}`;
  if (profile.clientMode === 'cluster') {
    const slots = await (redis.cluster('SLOTS') as Promise<unknown>).catch((error: Error) => error);
    if (slots instanceof Error) throw refusal(slots, endpoint);
    if (parseClusterSlots(slots).owners.length === 0) throw noOwner(endpoint);
    return;
  }
  const enabled = parseInfo(await redis.info('cluster').catch(() => '')).fields.get('cluster_enabled');
  if (enabled === '1') throw singleOnCluster(endpoint);
}

const NOT_READY = /^(LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN)\b/;

function refusal(error: Error, endpoint: string): Error {
  // Not the server's answer but a lost connection: told as what it is.
  if (error.constructor.name !== 'SimpleError' && error.name !== 'ReplyError') return error;
  // A server that has just come back says so of every command; it may be a cluster all the same.
  if (NOT_READY.test(error.message)) return error;
  if (error.message.startsWith('NOPERM')) {
    return new ProblemError({
      code: 'CLIENT_CLUSTER_COMMAND_REFUSED',
      message: `${endpoint} does not let this user run CLUSTER SLOTS ("${error.message}"). A cluster client needs CLUSTER SLOTS and CLUSTER NODES: allow them with +cluster|slots +cluster|nodes.`,
    });
  }
  return new ProblemError({
    code: 'CLIENT_MODE_CLUSTER_ON_SINGLE',
    path: 'clientMode',
    message: `The profile declares clientMode "cluster", but ${endpoint} is no cluster: it answers CLUSTER SLOTS with "${error.message}". Behind it is one server, or a proxy that hides its shards (Azure's Enterprise policy). Declare clientMode "single".`,
  });
}

function noOwner(endpoint: string): ProblemError {
  return new ProblemError({
    code: 'CLIENT_CLUSTER_WITHOUT_SLOTS',
    message: `${endpoint} is a cluster node, but CLUSTER SLOTS names no owner for any slot. The node has not joined its cluster, or no slots are assigned yet.`,
  });
}

function singleOnCluster(endpoint: string): ProblemError {
  return new ProblemError({
    code: 'CLIENT_MODE_SINGLE_ON_CLUSTER',
    path: 'clientMode',
    message: `The profile declares clientMode "single", but ${endpoint} is a cluster (cluster_enabled:1). A single client gets MOVED for every key that another node owns, and multi-key commands and scripts fail although their keys carry hash tags; one address does not mean one server. Declare clientMode "cluster".`,
  });
}
