/**
 * From Redis OSS to Valkey in place: `ModifyReplicationGroup` with another engine. CloudFormation's reference says two things of
 * it, so it is asked of the service itself, and the deployment is brought in line afterwards. Over is what both the API and, where
 * they can be asked, the servers say is over.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/VersionManagement.HowTo.html#VersionManagement.HowTo.cross-engine-upgrade
 */
import { ProblemError } from '../../base/problem.ts';
import { waitUntil } from '../../base/wait-until.ts';
import type { CheckContext } from '../../verify/check.ts';
import { listed } from '../../verify/judging.ts';
import type { CloudOperation, OperationContext } from '../control-plane.ts';
import { accepted } from './accepted.ts';
import {
  describeEvents,
  describeGroup,
  describeNodes,
  describeParameters,
  describeParametersOf,
  describeUserGroups,
  describeUsers,
  listTags,
} from './api.ts';
import type { Caller } from './caller.ts';
import type { CacheCluster, Event, ReplicationGroup } from './description.ts';
import { describeParameterGroup, type EngineChange, modifyEngineToValkey } from './engine-api.ts';
import { type EngineFacts, enginePreconditions } from './engine-preconditions.ts';
import { fingerprintOf } from './failover-events.ts';
import { engineOf, engineVersionOf, isOfVersion } from './servers.ts';
import { waitFor } from './wait-for.ts';

export interface EngineToValkeyOptions {
  /** Of Valkey, without a patch level. Default: `8.0`, as of a topology that does not say. */
  readonly engineVersion?: string;
  /** Of the family of that version. Default: the service's own, which a group may have that has the service's own now. */
  readonly parameterGroupName?: string;
  /** What the servers say now, for the preconditions and for the proof afterwards. Default: they are not asked. */
  readonly servers?: (signal?: AbortSignal) => Promise<CheckContext>;
  /** Between two looks at the status. Default 10,000: the account's calls are limited. */
  readonly pollEveryMs?: number;
  /** How long the call may be refused because the group is busy. Default 300,000. */
  readonly acceptTimeoutMs?: number;
  /** How long the change may take; tens of minutes are usual. Default 3 hours. */
  readonly changeTimeoutMs?: number;
  /** How long the group may be available and unchanged before that counts as given up by the service. Default 120,000. */
  readonly unchangedTimeoutMs?: number;
  /** How long the servers may take to say the same as the API. Default 300,000. */
  readonly serversTimeoutMs?: number;
}

const DEFAULT_VERSION = '8.0';
/** Events that are looked at: more than the change takes. */
const EVENT_MINUTES = 240;
const HEAL_TIMEOUT_MS = 60_000;

export function engineToValkeyOperation(caller: Caller, options: EngineToValkeyOptions): CloudOperation {
  const { engineVersion = DEFAULT_VERSION, parameterGroupName } = options;
  const change = { engineVersion, ...(parameterGroupName === undefined ? {} : { parameterGroupName }) };
  const parameters =
    parameterGroupName === undefined ? 'the default parameter group' : `the parameter group ${parameterGroupName}`;
  const afterwards = afterwardsText(engineVersion);
  let isAsked = false;
  return {
    name: 'engine-to-valkey',
    effect: `Changes ${caller.subject} from Redis OSS to Valkey ${engineVersion} with ${parameters}, in place: every node is replaced, the replicas of a shard first, then its primary hands over. The endpoint stays; every connection is dropped once.`,
    cost: 'Tens of minutes, the more data the longer. No money: Valkey costs less by the hour.',
    undo: 'It cannot be undone: the only way back to Redis OSS is a snapshot, restored into a new group.',
    afterwards,
    reversible: false,
    preconditions: async (signal) => enginePreconditions(await factsOf(caller, options, change, signal)),
    run: async (context) => {
      const before = new Set((await describeEvents(caller, EVENT_MINUTES, context.signal)).map(fingerprintOf));
      const running: Running = { caller, options, change, context, before };
      context.event('note', `ModifyReplicationGroup is asked for Valkey ${engineVersion}`);
      isAsked = true;
      await ask(running);
      const complete = context.step(`engine changed from Redis OSS to Valkey ${engineVersion}`);
      const byApi = await changed(running);
      const byServers = await seenByServers(running);
      complete(`${byApi}; ${byServers}`);
      context.event('note', afterwards);
    },
    heal: async ({ event }) => {
      // What was never asked for needs no words.
      if (isAsked) event('note', await stateNow(caller));
    },
  };
}

/** docs/aws.md has the same in more words. */
function afterwardsText(engineVersion: string): string {
  return `Declare engine 'valkey' and engineVersion '${engineVersion}' in the topology. CloudFormation does not know of the change, and by its reference a plain deployment may replace the group: deploy with \`cdk deploy --revert-drift\`, which compares with what is running, and read its change set first. Engine must not be in it with a replacement.`;
}

interface Running {
  readonly caller: Caller;
  readonly options: EngineToValkeyOptions;
  readonly change: EngineChange;
  readonly context: OperationContext;
  /** Fingerprints of events that have been told, or came before. */
  readonly before: Set<string>;
}

async function factsOf(
  caller: Caller,
  options: EngineToValkeyOptions,
  { engineVersion, parameterGroupName }: EngineChange,
  signal?: AbortSignal,
): Promise<EngineFacts> {
  const group = await describeGroup(caller, signal);
  const nodes = await describeNodes(caller, signal);
  const parameters = (await describeParameters(caller, nodes, signal)) ?? [];
  const wanted =
    parameterGroupName === undefined
      ? undefined
      : {
          group: await describeParameterGroup(caller, parameterGroupName, signal),
          parameters: await describeParametersOf(caller, parameterGroupName, signal),
        };
  const userGroups = await describeUserGroups(caller, group, signal);
  const users = (await describeUsers(caller, group, signal)) ?? [];
  const tags = (await listTags(caller, group, signal)) ?? [];
  const servers = await options.servers?.(signal);
  return {
    subject: caller.subject,
    group,
    nodes,
    tags,
    parameters,
    engineVersion,
    userGroups,
    users,
    ...(wanted === undefined ? {} : { wanted }),
    ...(servers === undefined ? {} : { servers }),
  };
}

function ask({ caller, options, change, context: { signal } }: Running): Promise<void> {
  return accepted({
    what: `the change of engine of ${caller.subject} to be accepted`,
    ask: () => modifyEngineToValkey(caller, change, signal),
    wasHeard: async () => isUnderWay(await describeGroup(caller, signal)),
    timeoutMs: options.acceptTimeoutMs ?? 300_000,
    everyMs: options.pollEveryMs ?? 10_000,
    signal,
  });
}

function isUnderWay({ Status, Engine }: ReplicationGroup): boolean {
  return Status === 'modifying' || Engine === 'valkey';
}

/** Until the API shows the new engine on the group and on every node, and all of them available. */
async function changed(running: Running): Promise<string> {
  const { caller, options, change, context } = running;
  const { pollEveryMs = 10_000, changeTimeoutMs = 3 * 3_600_000, unchangedTimeoutMs = 120_000 } = options;
  let lastSeen = 'nothing yet';
  let unchangedSince: number | undefined;
  return waitFor({
    what: `${caller.subject} to be Valkey ${change.engineVersion}`,
    timeoutMs: changeTimeoutMs,
    everyMs: pollEveryMs,
    signal: context.signal,
    lastSeen: () => lastSeen,
    probe: async () => {
      const group = await describeGroup(caller, context.signal);
      const nodes = await describeNodes(caller, context.signal);
      // After the state, so that the last event is told before it is over.
      await tellNewEvents(running);
      lastSeen = statusText(group, nodes);
      if (isDone(group, nodes, change)) return lastSeen;
      // The answer to the call is known to show old values for a while, so one look is not enough.
      const isUnchanged = group.Status === 'available' && group.Engine === 'redis';
      unchangedSince = isUnchanged ? (unchangedSince ?? performance.now()) : undefined;
      if (unchangedSince === undefined || performance.now() - unchangedSince < unchangedTimeoutMs) return undefined;
      throw givenUp(caller, lastSeen);
    },
  });
}

function isDone(group: ReplicationGroup, nodes: readonly CacheCluster[], { engineVersion }: EngineChange): boolean {
  const isNew = ({ Engine, EngineVersion = '', CacheClusterStatus, CacheParameterGroup }: CacheCluster) =>
    Engine === 'valkey' &&
    isOfVersion(EngineVersion, engineVersion) &&
    CacheClusterStatus === 'available' &&
    CacheParameterGroup?.ParameterApplyStatus === 'in-sync';
  return group.Status === 'available' && group.Engine === 'valkey' && nodes.length > 0 && nodes.every(isNew);
}

function givenUp({ subject }: Caller, lastSeen: string): ProblemError {
  const message = `The service accepted the change of engine and left the ${subject} as it was: ${lastSeen}. Look at its events (aws elasticache describe-events) for the reason, and ask again when it is gone.`;
  return new ProblemError({ code: 'ENGINE_TO_VALKEY_NOT_DONE', message });
}

async function tellNewEvents({ caller, context, before }: Running): Promise<void> {
  const group = caller.replicationGroupId.toLowerCase();
  const isOurs = ({ SourceIdentifier = '' }: Event) =>
    SourceIdentifier.toLowerCase() === group || SourceIdentifier.toLowerCase().startsWith(`${group}-`);
  for (const event of await describeEvents(caller, EVENT_MINUTES, context.signal)) {
    const fingerprint = fingerprintOf(event);
    if (before.has(fingerprint)) continue;
    before.add(fingerprint);
    if (isOurs(event)) context.event('note', `${event.SourceIdentifier}: ${event.Message}`);
  }
}

/** The service's word is not enough: each server is asked what it is. */
async function seenByServers({ caller, options, change, context }: Running): Promise<string> {
  const { servers, pollEveryMs = 10_000, serversTimeoutMs = 300_000 } = options;
  if (servers === undefined) return 'the servers were not asked';
  let lastSeen = 'no answer of a server';
  try {
    return await waitUntil({
      what: `every server of ${caller.subject} to say that it is Valkey ${change.engineVersion}`,
      timeoutMs: serversTimeoutMs,
      everyMs: pollEveryMs,
      signal: context.signal,
      lastSeen: () => lastSeen,
      probe: async () => {
        const { observation } = await servers(context.signal);
        const [engine, version] = [engineOf(observation), engineVersionOf(observation)];
        if (engine === undefined || version === undefined) return undefined;
        lastSeen = `the servers say ${engine} ${version}`;
        return engine === 'valkey' && isOfVersion(version, change.engineVersion) ? lastSeen : undefined;
      },
    });
  } catch (error) {
    context.signal.throwIfAborted();
    const message = `The API says that the ${caller.subject} is Valkey ${change.engineVersion} on every node, and ${lastSeen}. Find out which is right (redoubt verify) before the topology is changed.`;
    throw new ProblemError({ code: 'ENGINE_TO_VALKEY_SERVERS_DISAGREE', message }, { cause: error });
  }
}

async function stateNow(caller: Caller): Promise<string> {
  try {
    const signal = AbortSignal.timeout(HEAL_TIMEOUT_MS);
    const group = await describeGroup(caller, signal);
    const text = statusText(group, await describeNodes(caller, signal));
    return group.Status === 'available'
      ? `${text}. Nothing can be put back.`
      : `${text}. The service goes on by itself; nothing can be put back.`;
  } catch (error) {
    return `The state of ${caller.subject} could not be told after the change of engine: ${(error as Error).message}`;
  }
}

function statusText({ ReplicationGroupId, Status, Engine }: ReplicationGroup, nodes: readonly CacheCluster[]): string {
  const kinds = nodes.map(({ Engine: kind, EngineVersion }) => `${kind ?? 'untold'} ${EngineVersion ?? ''}`.trim());
  const counted = [...new Set(kinds)]
    .toSorted()
    .map((kind) => `${kinds.filter((one) => one === kind).length} nodes ${kind}`);
  return `replication group ${ReplicationGroupId} is ${Status ?? 'in an untold state'}, engine ${Engine ?? 'not told'}, ${listed(counted)}`;
}
