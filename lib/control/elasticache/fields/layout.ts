/** How it is divided: shards, replicas, slots, cluster mode. */
import type { ElastiCacheTopology } from '../../../topology/elasticache.ts';
import { nodeGroupId } from '../../../topology/rules/elasticache/layout.ts';
import type { SlotRange } from '../../../topology/slot.ts';
import { failed, listed, passed, undecided } from '../../../verify/judging.ts';
import type { Observation } from '../../../verify/observation.ts';
import { type GroupDescription, membersOf } from '../description.ts';
import { type Comparison, type FieldCheck, field, judged } from '../field.ts';
import { inCommon, infoOf, namesOf, replicasCounted, type ServerShard, shardsOf, slotsText } from '../servers.ts';

export const LAYOUT_FIELDS: readonly FieldCheck[] = [
  field({
    name: 'shard-count',
    subject: 'Shards',
    declared: ({ topology: { shardCount, scaling } }) => countText(shardCount, scaling?.shards),
    source: 'NodeGroups of DescribeReplicationGroups',
    api: ({ group }) => numberText(group.NodeGroups?.length),
    servers: (observation) => numberText(shardsOf(observation)?.length),
    agrees: (found, _declared, { topology: { shardCount, scaling } }) => isCount(found, shardCount, scaling?.shards),
    advice:
      "Declare the number there is, with the template's as `templateCounts.shardCount` of the ElastiCacheCluster, or reshard online; never change `NumNodeGroups` without online resharding.",
  }),
  field({
    name: 'replicas-per-shard',
    subject: 'Replicas per shard',
    declared: ({ topology: { replicasPerShard, scaling } }) => countText(replicasPerShard, scaling?.replicas),
    source: 'NodeGroupMembers of DescribeReplicationGroups',
    api: replicasByApi,
    servers: (observation, { topology, description }) =>
      topology.clusterMode === 'disabled'
        ? numberText(replicasCounted(observation, description))
        : replicasByServers(observation),
    // Two numbers are none: automatic scaling changes every shard alike.
    agrees: (found, _declared, { topology: { replicasPerShard, scaling } }) =>
      isCount(found, replicasPerShard, scaling?.replicas),
    advice:
      'Add or remove replicas online (`aws elasticache increase-replica-count` or `decrease-replica-count`, `--apply-immediately`); or declare what there is, in cluster mode together with the count of the deployed template as `templateCounts.replicasPerShard` of the ElastiCacheCluster, because CloudFormation replaces the group, with its data, when `ReplicasPerNodeGroup` changes.',
  }),
  judged('slots', judgeSlots),
  field({
    name: 'cluster-mode',
    subject: 'Cluster mode',
    declared: ({ topology: { clusterMode } }) => clusterMode,
    source: 'ClusterMode of DescribeReplicationGroups',
    api: ({ group }) =>
      group.ClusterMode ??
      (group.ClusterEnabled === undefined ? undefined : group.ClusterEnabled ? 'enabled' : 'disabled'),
    servers: (observation, { topology }) =>
      infoOf(observation, ({ cluster_enabled }) =>
        cluster_enabled === undefined ? undefined : modeByServer(cluster_enabled, topology),
      ),
    advice:
      'Clients of the wrong mode fail; the way from disabled over compatible to enabled cannot be gone back, so declare the mode there is.',
  }),
];

type Range = NonNullable<NonNullable<ElastiCacheTopology['scaling']>['replicas']>;

function countText(count: number, range: Pick<Range, 'min' | 'max'> | undefined): string {
  return range === undefined ? String(count) : `${range.min} to ${range.max}`;
}

/** With automatic scaling any count in its range is what was asked for. */
function isCount(found: string, count: number, range: Pick<Range, 'min' | 'max'> | undefined): boolean {
  return Number(found) >= (range?.min ?? count) && Number(found) <= (range?.max ?? count);
}

/** A server knows on and off only, not the step between. */
function modeByServer(enabled: string, { clusterMode }: ElastiCacheTopology): ElastiCacheTopology['clusterMode'] {
  if (enabled !== '1') return 'disabled';
  return clusterMode === 'disabled' ? 'enabled' : clusterMode;
}

function numberText(count: number | undefined): string | undefined {
  return count === undefined ? undefined : String(count);
}

function replicasByApi({ group }: GroupDescription): string | undefined {
  const groups = group.NodeGroups ?? [];
  if (groups.some(({ NodeGroupMembers }) => NodeGroupMembers === undefined)) return undefined;
  return inCommon(groups.map(({ NodeGroupMembers = [] }) => String(Math.max(0, NodeGroupMembers.length - 1))));
}

function replicasByServers(observation: Observation): string | undefined {
  return inCommon((shardsOf(observation) ?? []).map(({ replicas }) => String(replicas.length)));
}

/**
 * Declared slots must be what both say. Where the service chose them, the API and the servers must agree with each other:
 * the shard of the servers that belongs to a node group is the one that one of its nodes is in.
 */
function judgeSlots(comparison: Comparison) {
  const { topology, description, observation } = comparison;
  // Without cluster mode there are none.
  if (topology.clusterMode === 'disabled') return undefined;
  const shards = observation === undefined ? undefined : shardsOf(observation);
  const declared = declaredSlots(topology);
  if (declared === undefined && shards === undefined) return undefined;
  const groups = description.group.NodeGroups ?? [];
  const untold = groups.filter(({ Slots }) => Slots === undefined).map(({ NodeGroupId }) => `${NodeGroupId}`);
  const differences = groups.flatMap(({ NodeGroupId = '', Slots }) => {
    const api = Slots === undefined ? undefined : normalSlots(Slots);
    const readings = [
      { who: 'declared', slots: declared?.get(NodeGroupId.padStart(4, '0')) },
      { who: 'the API says', slots: api },
      { who: 'the servers say', slots: slotsByServers(NodeGroupId, comparison, shards) },
    ].filter(({ slots }) => slots !== undefined);
    if (new Set(readings.map(({ slots }) => slots)).size < 2) return [];
    return [`node group ${NodeGroupId} (${readings.map(({ who, slots }) => `${who} ${slots}`).join(', ')})`];
  });
  if (differences.length > 0) {
    return failed(
      'DRIFT_SLOTS',
      `The slots differ: ${listed(differences, 3)}. After an online resharding take \`slots\` out of the topology; if the API and the servers differ, a resharding runs or was cut off.`,
    );
  }
  if (groups.length === 0 || untold.length > 0) {
    const what = groups.length === 0 ? 'node groups' : `the slots of node group ${listed(untold)}`;
    return undecided('SLOTS_NOT_TOLD', `The API does not say ${what} (Slots of DescribeReplicationGroups).`);
  }
  const layout = groups.map(({ NodeGroupId, Slots }) => `${NodeGroupId}: ${Slots}`);
  return passed(
    `The slots are ${declared === undefined ? 'the same for the API and the servers' : 'as declared'}: ${listed(layout, 4)}.`,
  );
}

/** By id with four digits; undefined where the layout is the service's choice. */
function declaredSlots({ nodeGroups }: ElastiCacheTopology): Map<string, string> | undefined {
  if (nodeGroups === undefined || nodeGroups.every(({ slots }) => slots === undefined)) return undefined;
  return new Map(
    nodeGroups.flatMap((group, index) =>
      group.slots === undefined
        ? []
        : [[nodeGroupId(group, index).padStart(4, '0'), normalSlots(group.slots)] as const],
    ),
  );
}

function slotsByServers(
  id: string,
  { description }: Comparison,
  shards: readonly ServerShard[] | undefined,
): string | undefined {
  const hosts = new Set(
    membersOf(description).flatMap(({ nodeGroupId, host }) => (nodeGroupId === id ? (host ?? []) : [])),
  );
  const isHere = ({ primary, replicas }: ServerShard) =>
    [primary, ...replicas].some((node) => namesOf(node).some((name) => hosts.has(name)));
  const shard = shards?.find(isHere);
  return shard === undefined ? undefined : slotsText(shard.primary.slots);
}

function normalSlots(text: string): string {
  return slotsText(
    text.split(',').map((range): SlotRange => {
      const [first = Number.NaN, last = first] = range.split('-').map(Number);
      return [first, last];
    }),
  );
}
