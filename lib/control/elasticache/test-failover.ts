/**
 * `TestFailover`: the service lets the primary of one shard fail, promotes a replica and replaces the failed node. Shard after
 * shard, because the service wants the replacement of one to be over before the next; what is over is read from the
 * events, since the API knows no roles in cluster mode.
 */
import { ProblemError } from '../../base/problem.ts';
import type { CheckContext } from '../../verify/check.ts';
import { listed } from '../../verify/judging.ts';
import type { CloudOperation, OperationContext } from '../control-plane.ts';
import { accepted } from './accepted.ts';
import { describeEvents, describeGroup, listTags, testFailover } from './api.ts';
import type { Caller } from './caller.ts';
import type { Event, NodeGroup, ReplicationGroup } from './description.ts';
import { type FailoverProgress, fingerprintOf, progressOf, type ShardNames } from './failover-events.ts';
import {
  chosenNodeGroups,
  failoverPreconditions,
  shardNamesOf,
  TEST_FAILOVER_QUOTA,
} from './failover-preconditions.ts';
import { waitFor } from './wait-for.ts';

export interface TestFailoverOptions {
  /** Shards to test, by node group id (`0001`), always in the order of their slots. Default: all. */
  readonly nodeGroupIds?: readonly string[];
  /** What the servers say now, for the precondition that replicas are in sync. Default: not looked at. */
  readonly servers?: (signal?: AbortSignal) => Promise<CheckContext>;
  /** Between two looks at the events or the status. Default 5,000: the account's calls are limited. */
  readonly pollEveryMs?: number;
  /** How long the group may take to become available and to accept the call. Default 300,000. */
  readonly acceptTimeoutMs?: number;
  /** How long the promotion may take after that; usual are 30 s. Default 300,000. */
  readonly promotionTimeoutMs?: number;
  /** How long the replacement of the failed node may take; usual are minutes. Default 1,800,000. */
  readonly recoveryTimeoutMs?: number;
}

const DAY_MINUTES = TEST_FAILOVER_QUOTA.hours * 60;
/** Events that are looked at while one test runs: more than all its waits together, less than the day that a busy account fills. */
const TEST_MINUTES = 180;
/** For the state that is told at the end. */
const HEAL_TIMEOUT_MS = 60_000;

export function testFailoverOperation(caller: Caller, options: TestFailoverOptions): CloudOperation {
  const { nodeGroupIds } = options;
  const asked = new Set<string>();
  return {
    name: 'test-failover',
    effect: `Lets the primary of ${nodeGroupIds === undefined ? 'every shard' : `node group ${listed(nodeGroupIds)}`} of ${caller.subject} fail, one after the other: a replica takes over, the failed node is replaced at a new address, and writes to the shard fail or wait until then.`,
    cost: `Minutes for each shard, and one of the ${TEST_FAILOVER_QUOTA.nodeGroups} node groups that an account may test in ${TEST_FAILOVER_QUOTA.hours} hours.`,
    undo: 'Nothing to undo: the service replaces the failed nodes by itself. Other nodes are the primaries afterwards.',
    reversible: true,
    preconditions: async (signal) => {
      const group = await describeGroup(caller, signal);
      const [events, tags, servers] = [
        await describeEvents(caller, DAY_MINUTES, signal),
        await listTags(caller, group, signal),
        await options.servers?.(signal),
      ];
      return failoverPreconditions({
        subject: caller.subject,
        group,
        events,
        tags: tags ?? [],
        now: new Date(),
        ...(nodeGroupIds === undefined ? {} : { nodeGroupIds }),
        ...(servers === undefined ? {} : { servers }),
      });
    },
    run: async (context) => {
      const group = await describeGroup(caller, context.signal);
      const all = chosenNodeGroups(group);
      for (const nodeGroup of expectSome(chosenNodeGroups(group, nodeGroupIds), caller, options)) {
        const shard = shardNamesOf(group, nodeGroup);
        await failOver({ caller, options, context, shard, shardIndex: all.indexOf(nodeGroup), asked });
      }
    },
    heal: async ({ event }) => {
      // What was never asked for needs no words.
      if (asked.size > 0) event('note', await stateNow(caller, [...asked]));
    },
  };
}

function expectSome(
  chosen: readonly NodeGroup[],
  { subject }: Caller,
  { nodeGroupIds }: TestFailoverOptions,
): readonly NodeGroup[] {
  if (chosen.length > 0) return chosen;
  const wanted = nodeGroupIds === undefined ? 'and the API lists none' : `and it has none of ${listed(nodeGroupIds)}`;
  const message = `There is no node group of the ${subject} to test: at least one is needed, ${wanted}.`;
  throw new ProblemError({ code: 'AWS_NODE_GROUP_NOT_FOUND', message });
}

interface OneFailover {
  readonly caller: Caller;
  readonly options: TestFailoverOptions;
  readonly context: OperationContext;
  readonly shard: ShardNames;
  readonly shardIndex: number;
  /** Node groups whose failover was asked for, for whoever heals. */
  readonly asked: Set<string>;
}

async function failOver(one: OneFailover): Promise<void> {
  const { caller, context, shard, shardIndex } = one;
  const { promotionTimeoutMs = 300_000, recoveryTimeoutMs = 1_800_000 } = one.options;
  await available(one);
  const before = new Set((await describeEvents(caller, TEST_MINUTES, context.signal)).map(fingerprintOf));
  await ask(one, before);
  const complete = context.step(`TestFailover of node group ${shard.nodeGroupId}`, shardIndex);
  const promoted = await progressed(one, before, 'promoted', promotionTimeoutMs);
  context.event('promotion', `${promoted.Message}`);
  const recovered = await progressed(one, before, 'recovered', recoveryTimeoutMs);
  context.event('note', `${recovered.SourceIdentifier}: ${recovered.Message}`);
  await available(one, recoveryTimeoutMs);
  complete(`${promoted.Message}; ${recovered.SourceIdentifier}: ${recovered.Message}; the group is available`);
}

async function ask(
  { caller, options, context, shard, asked }: OneFailover,
  before: ReadonlySet<string>,
): Promise<void> {
  const { pollEveryMs = 5_000, acceptTimeoutMs = 300_000 } = options;
  const { signal } = context;
  context.event('note', `TestFailover is asked for node group ${shard.nodeGroupId}`);
  asked.add(shard.nodeGroupId);
  await accepted({
    what: `TestFailover of node group ${shard.nodeGroupId} to be accepted`,
    ask: () => testFailover(caller, shard.nodeGroupId, signal),
    wasHeard: async () => (await progressSince(caller, shard, before, signal)).called !== undefined,
    timeoutMs: acceptTimeoutMs,
    everyMs: pollEveryMs,
    signal,
  });
}

async function progressed(
  { caller, options, context, shard }: OneFailover,
  before: ReadonlySet<string>,
  step: 'promoted' | 'recovered',
  timeoutMs: number,
): Promise<Event> {
  let lastSeen = 'no event of it';
  const what = step === 'promoted' ? 'a replica to take over' : 'the failed node to be replaced';
  return waitFor({
    what: `${what} in node group ${shard.nodeGroupId}`,
    timeoutMs,
    everyMs: options.pollEveryMs ?? 5_000,
    signal: context.signal,
    lastSeen: () => lastSeen,
    probe: async () => {
      const progress = await progressSince(caller, shard, before, context.signal);
      const latest = progress.recovered ?? progress.promoted ?? progress.called;
      if (latest !== undefined) lastSeen = `the event "${latest.Message}"`;
      return progress[step];
    },
  });
}

async function progressSince(
  caller: Caller,
  shard: ShardNames,
  before: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<FailoverProgress> {
  const events = await describeEvents(caller, TEST_MINUTES, signal);
  return progressOf(
    events.filter((event) => !before.has(fingerprintOf(event))),
    shard,
  );
}

async function available(
  { caller, options, context, shard }: OneFailover,
  timeoutMs = options.acceptTimeoutMs,
): Promise<void> {
  let lastSeen = 'nothing yet';
  await waitFor({
    what: `${caller.subject} and its node group ${shard.nodeGroupId} to be available`,
    timeoutMs: timeoutMs ?? 300_000,
    everyMs: options.pollEveryMs ?? 5_000,
    signal: context.signal,
    lastSeen: () => lastSeen,
    probe: async () => {
      const group = await describeGroup(caller, context.signal);
      lastSeen = statusText(group, [shard.nodeGroupId]);
      const [nodeGroup] = chosenNodeGroups(group, [shard.nodeGroupId]);
      return group.Status === 'available' && nodeGroup?.Status === 'available' ? true : undefined;
    },
  });
}

async function stateNow(caller: Caller, nodeGroupIds: readonly string[]): Promise<string> {
  try {
    const group = await describeGroup(caller, AbortSignal.timeout(HEAL_TIMEOUT_MS));
    const isOver = statuses(group, nodeGroupIds).every((status) => status === 'available');
    const end = isOver
      ? 'Nothing has to be put back.'
      : 'The service goes on by itself and replaces the failed node; nothing can be put back.';
    return `${statusText(group, nodeGroupIds)}. ${end}`;
  } catch (error) {
    return `The state of ${caller.subject} could not be told after the test: ${(error as Error).message}`;
  }
}

function statuses(group: ReplicationGroup, nodeGroupIds: readonly string[]): (string | undefined)[] {
  return [group.Status, ...chosenNodeGroups(group, nodeGroupIds).map(({ Status }) => Status)];
}

function statusText(group: ReplicationGroup, nodeGroupIds: readonly string[]): string {
  const subjects = [
    { what: `replication group ${group.ReplicationGroupId}`, status: group.Status },
    ...chosenNodeGroups(group, nodeGroupIds).map(({ NodeGroupId, Status }) => ({
      what: `node group ${NodeGroupId}`,
      status: Status,
    })),
  ];
  return listed(
    subjects.map(({ what, status }) => `${what} is ${status ?? 'in an untold state'}`),
    20,
  );
}
