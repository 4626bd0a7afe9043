/** The explicit layout of node groups: ids, slots, zones. */
import type { ElastiCacheTopology, NodeGroup } from '../../elasticache.ts';
import { describeGiven, listed } from '../../input/describe.ts';
import { SLOT_COUNT, type SlotRange } from '../../slot.ts';
import { type Rule, ruleMaker } from '../rule.ts';

const rule = ruleMaker<ElastiCacheTopology>();

const NODE_GROUP =
  'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-elasticache-replicationgroup-nodegroupconfiguration.html';

export const LAYOUT_RULES: readonly Rule<ElastiCacheTopology>[] = [
  rule({
    code: 'EC_NODE_GROUPS_ONE_PER_SHARD',
    source: NODE_GROUP,
    fields: ['nodeGroups', 'shardCount'],
    when: ({ nodeGroups, shardCount }) => nodeGroups !== undefined && nodeGroups.length !== shardCount,
    message: ({ nodeGroups, shardCount }) =>
      `\`nodeGroups\` has ${nodeGroups?.length} entries for ${shardCount} shards: each shard has one. Add or remove entries, or leave the layout to the service.`,
  }),
  rule({
    code: 'EC_NODE_GROUP_ID_FORM',
    source: `${NODE_GROUP} (NodeGroupId: ^\\d{1,4}$)`,
    fields: ['nodeGroups'],
    when: ({ nodeGroups = [] }) => idsOf(nodeGroups).some((id) => !/^\d{1,4}$/.test(id)),
    message: ({ nodeGroups = [] }) =>
      `\`nodeGroups\` has the id ${listed(idsOf(nodeGroups).filter((id) => !/^\d{1,4}$/.test(id)))}: an id has 1 to 4 digits, like "0001". Correct it, or leave ids out.`,
  }),
  rule({
    code: 'EC_NODE_GROUP_ID_TWICE',
    source: NODE_GROUP,
    fields: ['nodeGroups'],
    when: ({ nodeGroups = [] }) => new Set(idsOf(nodeGroups)).size < idsOf(nodeGroups).length,
    message: ({ nodeGroups = [] }) =>
      `\`nodeGroups\` has the id ${listed(idsOf(nodeGroups).filter((id, index, all) => all.indexOf(id) !== index))} more than once (an entry without an id has its place in the list, "0001", "0002", …). Give each shard an id of its own.`,
  }),
  rule({
    code: 'EC_SLOTS_FORM',
    source: `${NODE_GROUP} (Slots: ^[\\d,-]+$)`,
    fields: ['nodeGroups'],
    when: ({ nodeGroups = [] }) => malformedSlots(nodeGroups).length > 0,
    message: ({ nodeGroups = [] }) =>
      `\`nodeGroups\` has the slots ${listed(malformedSlots(nodeGroups))}: slots are ranges from 0 to ${SLOT_COUNT - 1} with commas between, like "0-5460" or "0-99,200-299". Correct them.`,
  }),
  rule({
    code: 'EC_SLOTS_COVER_ALL',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_NodeGroupConfiguration.html',
    fields: ['nodeGroups'],
    when: ({ nodeGroups = [] }) => malformedSlots(nodeGroups).length === 0 && !coverage(nodeGroups).isRight,
    message: ({ nodeGroups = [] }) =>
      `\`nodeGroups\` gives ${coverage(nodeGroups).says}: slots are given for every shard or for none, and each of the ${SLOT_COUNT} belongs to one shard. Correct them, or leave slots out for an even spread, as after every reshard.`,
  }),
  rule({
    code: 'EC_ZONE_FORM',
    source: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html',
    fields: ['nodeGroups'],
    when: ({ nodeGroups = [] }) => malformedZones(nodeGroups).length > 0,
    message: ({ nodeGroups = [] }) =>
      `\`nodeGroups\` has the zone ${listed(malformedZones(nodeGroups))}: a zone is a region and a letter, like "eu-west-1a". Correct it, or leave zones to the service.`,
  }),
  rule({
    code: 'EC_REPLICA_ZONES_ONE_PER_REPLICA',
    source: NODE_GROUP,
    fields: ['nodeGroups', 'replicasPerShard'],
    when: ({ nodeGroups = [], replicasPerShard }) => wrongReplicaZones(nodeGroups, replicasPerShard) !== undefined,
    message: ({ nodeGroups = [], replicasPerShard }) =>
      `\`nodeGroups\` names ${wrongReplicaZones(nodeGroups, replicasPerShard)?.replicaZones?.length} replica zones for a shard of ${replicasPerShard} replicas: each replica has one. Add or remove zones, or leave them out.`,
  }),
  rule({
    code: 'EC_MULTI_AZ_NEEDS_SEVERAL_ZONES',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html',
    fields: ['nodeGroups', 'multiAz'],
    when: ({ nodeGroups = [], multiAz }) => multiAz && nodeGroups.some(isInOneZone),
    message: ({ nodeGroups = [] }) =>
      `\`nodeGroups\` puts a primary and all its replicas into ${describeGiven(nodeGroups.find(isInOneZone)?.primaryZone)} while \`multiAz\` is true: the loss of that zone would lose the shard. Put a replica into another zone.`,
  }),
];

/** The id of each entry: given, or its place in the list as the service numbers shards. */
export function nodeGroupId(nodeGroup: NodeGroup, index: number): string {
  return nodeGroup.id ?? String(index + 1).padStart(4, '0');
}

function idsOf(nodeGroups: readonly NodeGroup[]): string[] {
  return nodeGroups.map(nodeGroupId);
}

/** Of local zones, too: `us-west-2-lax-1a`. */
const ZONE = /^[a-z]+(?:-[a-z]+)+-\d+(?:-[a-z]+-\d+)?[a-z]$/;

function malformedZones(nodeGroups: readonly NodeGroup[]): string[] {
  return nodeGroups
    .flatMap(({ primaryZone, replicaZones = [] }) => [primaryZone, ...replicaZones])
    .filter((zone): zone is string => zone !== undefined && !ZONE.test(zone));
}

function malformedSlots(nodeGroups: readonly NodeGroup[]): string[] {
  return nodeGroups
    .map(({ slots }) => slots)
    .filter((slots) => slots !== undefined)
    .filter((slots) => trySlotRanges(slots) === undefined);
}

function trySlotRanges(slots: string): SlotRange[] | undefined {
  const ranges = slots.split(',').map((part): SlotRange | undefined => {
    const [, first, last] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part) ?? [];
    if (first === undefined) return undefined;
    const range: SlotRange = [Number(first), Number(last ?? first)];
    return range[0] <= range[1] && range[1] < SLOT_COUNT ? range : undefined;
  });
  return ranges.every((range) => range !== undefined) ? ranges : undefined;
}

interface Coverage {
  readonly isRight: boolean;
  readonly says: string;
}

function coverage(nodeGroups: readonly NodeGroup[]): Coverage {
  const given = nodeGroups.map(({ slots }) => slots).filter((slots) => slots !== undefined);
  if (given.length === 0) return { isRight: true, says: 'no slots' };
  if (given.length < nodeGroups.length)
    return { isRight: false, says: `slots for ${given.length} of ${nodeGroups.length} shards` };
  const ranges = given.flatMap((slots) => trySlotRanges(slots) ?? []).sort(([one], [other]) => one - other);
  const gap = ranges.findIndex(([first], index) => first !== (index === 0 ? 0 : (ranges[index - 1]?.[1] ?? 0) + 1));
  const last = ranges.at(-1)?.[1] ?? 0;
  if (gap === -1 && last === SLOT_COUNT - 1) return { isRight: true, says: 'all slots' };
  const at = gap === -1 ? last + 1 : Math.min(ranges[gap]?.[0] ?? 0, (ranges[gap - 1]?.[1] ?? -1) + 1);
  return { isRight: false, says: `no owner, or two, to slot ${at}` };
}

function wrongReplicaZones(nodeGroups: readonly NodeGroup[], replicasPerShard: number): NodeGroup | undefined {
  return nodeGroups.find(({ replicaZones }) => replicaZones !== undefined && replicaZones.length !== replicasPerShard);
}

function isInOneZone({ primaryZone, replicaZones = [] }: NodeGroup): boolean {
  return primaryZone !== undefined && replicaZones.length > 0 && replicaZones.every((zone) => zone === primaryZone);
}
