/** Why a test of the failover must not begin now: every reason at once. Pure. */
import type { CheckContext } from '../../verify/check.ts';
import { listed } from '../../verify/judging.ts';
import type { Precondition } from '../control-plane.ts';
import { productionTagOf } from '../production-tag.ts';
import type { Event, NodeGroup, ReplicationGroup, Tag } from './description.ts';
import { callsIn, isRecovering, progressOf, type ShardNames, timeOf } from './failover-events.ts';
import { replicasBehind } from './replicas-behind.ts';

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_TestFailover.html */
export const TEST_FAILOVER_QUOTA = { nodeGroups: 15, hours: 24 } as const;

/** An event that never came must not keep anybody from testing for a whole day; the service refuses by itself while it is busy. */
const UNDER_WAY_AT_MOST_MS = 3_600_000;

export interface FailoverFacts {
  readonly subject: string;
  readonly group: ReplicationGroup;
  /** Those asked for; undefined: all. */
  readonly nodeGroupIds?: readonly string[];
  /** Of the last 24 hours, in order of time. */
  readonly events: readonly Event[];
  readonly tags: readonly Tag[];
  /** What the servers say, where they can be asked. */
  readonly servers?: CheckContext;
  readonly now: Date;
}

export function failoverPreconditions(facts: FailoverFacts): Precondition[] {
  return [
    groupBusy,
    switchedOff,
    unknownNodeGroups,
    nodeGroupsBusy,
    withoutReplica,
    ({ servers }: FailoverFacts) => replicasBehind(servers, 'TEST_FAILOVER'),
    underWay,
    quota,
    production,
  ].flatMap((rule) => rule(facts));
}

/** In the order of their slots, by which the shards of a drill are counted; where no slots are told, of their ids. */
export function chosenNodeGroups({ NodeGroups = [] }: ReplicationGroup, ids?: readonly string[]): NodeGroup[] {
  const sorted = NodeGroups.toSorted(
    (left, right) => lowestSlot(left) - lowestSlot(right) || Number(left.NodeGroupId) - Number(right.NodeGroupId),
  );
  return sorted.filter(({ NodeGroupId = '' }) => ids === undefined || ids.includes(NodeGroupId));
}

function lowestSlot({ Slots = '' }: NodeGroup): number {
  return Math.min(...Slots.split(',').map((range) => Number(range.split('-')[0])));
}

export function shardNamesOf({ ReplicationGroupId = '' }: ReplicationGroup, nodeGroup: NodeGroup): ShardNames {
  return {
    replicationGroupId: ReplicationGroupId,
    nodeGroupId: nodeGroup.NodeGroupId ?? '',
    nodeIds: (nodeGroup.NodeGroupMembers ?? []).flatMap(({ CacheClusterId }) => CacheClusterId ?? []),
  };
}

type Rule = (facts: FailoverFacts) => Precondition[];

function refused(code: string, message: string): Precondition[] {
  return [{ code, message, overridable: false }];
}

const groupBusy: Rule = ({ group, subject }) =>
  group.Status === 'available'
    ? []
    : refused(
        'TEST_FAILOVER_GROUP_BUSY',
        `The ${subject} is ${group.Status ?? 'in a state that the API does not say'}: it must be available. Wait until its change is over.`,
      );

const switchedOff: Rule = ({ group, subject }) =>
  group.AutomaticFailover === 'enabled'
    ? []
    : refused(
        'TEST_FAILOVER_SWITCHED_OFF',
        `Automatic failover of the ${subject} is ${group.AutomaticFailover ?? 'not told'}: it must be enabled, or the shard would stay down.`,
      );

const unknownNodeGroups: Rule = ({ group, subject, nodeGroupIds = [] }) => {
  const known = chosenNodeGroups(group).map(({ NodeGroupId }) => `${NodeGroupId}`);
  const unknown = nodeGroupIds.filter((id) => !known.includes(id));
  if (known.length === 0)
    return refused('TEST_FAILOVER_NODE_GROUP_UNKNOWN', `The API lists no node group of the ${subject}.`);
  if (unknown.length === 0) return [];
  return refused(
    'TEST_FAILOVER_NODE_GROUP_UNKNOWN',
    `The ${subject} has no node group ${listed(unknown)}; it has ${listed(known)}.`,
  );
};

const nodeGroupsBusy: Rule = ({ group, nodeGroupIds }) => {
  const busy = chosenNodeGroups(group, nodeGroupIds).filter(({ Status }) => Status !== 'available');
  if (busy.length === 0) return [];
  const which = busy.map(({ NodeGroupId, Status }) => `${NodeGroupId} (${Status ?? 'not told'})`);
  return refused('TEST_FAILOVER_NODE_GROUP_BUSY', `Not available: node group ${listed(which)}. Wait until they are.`);
};

const withoutReplica: Rule = ({ group, nodeGroupIds }) => {
  const alone = chosenNodeGroups(group, nodeGroupIds).filter(
    ({ NodeGroupMembers = [] }) => NodeGroupMembers.length < 2,
  );
  if (alone.length === 0) return [];
  const which = listed(alone.map(({ NodeGroupId }) => `${NodeGroupId}`));
  return refused(
    'TEST_FAILOVER_NO_REPLICA',
    `Nothing can take over in node group ${which}, which has no replica: its data would be lost. Add one, or leave it out.`,
  );
};

const underWay: Rule = ({ group, events, now }) => {
  const recent = events.filter((event) => now.getTime() - timeOf(event) < UNDER_WAY_AT_MOST_MS);
  const busy = chosenNodeGroups(group).flatMap((nodeGroup) => {
    const shard = shardNamesOf(group, nodeGroup);
    const { called, recovered } = progressOf(recent, shard);
    if (called !== undefined && recovered === undefined) return [`${shard.nodeGroupId} ("${called.Message}")`];
    return isRecovering(recent, shard) ? [`${shard.nodeGroupId} (a node is being replaced)`] : [];
  });
  if (busy.length === 0) return [];
  return refused(
    'TEST_FAILOVER_UNDER_WAY',
    `A failover is under way in node group ${listed(busy)}: one must be over, with "Finished recovery", before the next. Wait for it.`,
  );
};

const quota: Rule = ({ group, nodeGroupIds, events, now }) => {
  const { nodeGroups, hours } = TEST_FAILOVER_QUOTA;
  const dayMs = hours * 3_600_000;
  const calls = callsIn(events).filter((event) => now.getTime() - timeOf(event) < dayMs);
  const wanted = chosenNodeGroups(group, nodeGroupIds).length;
  const missing = calls.length + wanted - nodeGroups;
  if (missing <= 0) return [];
  const freeing = calls[missing - 1];
  const when =
    freeing === undefined
      ? 'Choose fewer node groups'
      : `Choose fewer node groups, or wait until ${new Date(timeOf(freeing) + dayMs).toISOString()}`;
  return refused(
    'TEST_FAILOVER_QUOTA',
    `AWS lets an account test ${nodeGroups} node groups in ${hours} hours; ${calls.length} have been, and ${wanted} more are wanted. ${when}.`,
  );
};

const production: Rule = ({ subject, tags }) => {
  const tag = productionTagOf(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  if (tag === undefined) return [];
  const message = `The ${subject} is tagged ${tag}: a test interrupts real users. Name the group (--i-mean) if that is meant.`;
  return [{ code: 'TEST_FAILOVER_PRODUCTION', message, overridable: true }];
};
