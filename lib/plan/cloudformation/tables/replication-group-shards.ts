/** `AWS::ElastiCache::ReplicationGroup`: how many shards there are, and the layout of each. */
import { entryOf, isRecord, isTrue, numberOf, sameJson } from '../../json.ts';
import type { PropertyChange, Row } from '../../row.ts';
import { SOURCES } from '../sources.ts';
import { isWrittenOut } from '../values.ts';
import { replaces } from './replacement.ts';
import { mayBeLeftOut, staysAsMany, staysAsManyByDefault } from './shard-count.ts';

const online = (what: string) =>
  `Shards are ${what} online: slots move while the group serves, and clients meet MOVED and ASK. The data must fit the shards that stay.`;
const ONLINE = online('added or removed');
const LAYOUT_ONLINE = online('changed');
const MISCOUNTED =
  'NodeGroupConfiguration has to have one entry for each of NumNodeGroups; another number ends in an error.';
const POLICY_FIRST =
  'Set UpdatePolicy: { UseOnlineResharding: true } (CDK: cfnOptions.updatePolicy), then shards change in place.';
const ALONE_IS_SAFER =
  'AWS strongly recommends shards as the only change of an update: when it fails, they stay changed and everything else goes back. Here other properties of the group change as well.';
const ALONE = 'Deploy the other changes of the group first, then the shards by themselves.';
/** The page says it of an update of the number of shards: they are spread evenly, and the template's slots are to be removed. */
const EVENLY = 'Slots are spread evenly over all shards, whatever Slots says; it no longer tells what there is.';

/** How replicas change, which is not through a layout. */
const REPLICAS_BY_API =
  'Leave ReplicaCount at the value of creation (topology: the new replicasPerShard, with templateCounts: { replicasPerShard } of the ElastiCacheCluster at the old one) and change replicas with aws elasticache increase-replica-count or decrease-replica-count.';

export const SHARD_COUNT_ROWS: readonly Row[] = [
  policyUnknown('NumNodeGroups', 'EC_SHARDS_POLICY_UNKNOWN'),
  {
    property: 'NumNodeGroups',
    when: (change) => reshardsOnline(change) && isMiscounted(change),
    effect: 'refused',
    code: 'EC_SHARDS_MISCOUNTED',
    message: MISCOUNTED,
    alternative: 'Make them equal: change NodeGroupConfiguration with the number.',
    source: SOURCES.replicationGroup,
  },
  {
    property: 'NumNodeGroups',
    when: (change) => reshardsOnline(change) && staysAsMany(change),
    effect: 'in-place',
    code: 'EC_SHARDS_SAME',
    message: 'There are as many shards as before, said in another place or by default (one); none is added or removed.',
    source: SOURCES.replicationGroup,
  },
  {
    property: 'NumNodeGroups',
    when: (change) => reshardsOnline(change) && saysNoShards(change),
    ignoresValues: true,
    effect: 'unknown',
    code: 'EC_SHARDS_NOT_SAID',
    message: 'The template no longer says how many shards there are, and no page says what the service makes of that.',
    alternative: 'Say the number of shards that there are.',
    source: SOURCES.updatePolicy,
  },
  {
    property: 'NumNodeGroups',
    when: (change) => reshardsOnline(change) && staysAsManyByDefault(change),
    ignoresValues: true,
    effect: 'interruption',
    code: 'EC_SHARDS_SAME_BY_DEFAULT',
    message: `By the default of its parameter there are as many shards as before. With another value, given in the deployment or kept from the last one: ${ONLINE}`,
    alternative: 'Compare the value that the stack has: aws cloudformation describe-stacks shows its parameters.',
    source: SOURCES.updatePolicy,
  },
  {
    property: 'NumNodeGroups',
    when: (change) => reshardsOnline(change) && changesMore(change),
    ignoresValues: true,
    effect: 'interruption',
    code: 'EC_SHARDS_ONLINE_AMONG_OTHERS',
    message: `${ONLINE} ${ALONE_IS_SAFER}`,
    alternative: ALONE,
    source: SOURCES.updatePolicy,
  },
  {
    property: 'NumNodeGroups',
    when: reshardsOnline,
    ignoresValues: true,
    effect: 'interruption',
    code: 'EC_SHARDS_ONLINE',
    message: ONLINE,
    source: SOURCES.updatePolicy,
  },
  {
    ...replaces('NumNodeGroups', 'EC_SHARDS_REPLACES', 'UpdatePolicy does not say UseOnlineResharding'),
    alternative: POLICY_FIRST,
    source: SOURCES.updatePolicy,
  },
];

export const LAYOUT_ROWS: readonly Row[] = [
  policyUnknown('NodeGroupConfiguration', 'EC_NODE_GROUPS_POLICY_UNKNOWN'),
  layout('refused', 'EC_NODE_GROUPS_MISCOUNTED', isMiscounted, {
    message: MISCOUNTED,
    alternative: 'Make them equal, or leave NumNodeGroups out where NodeGroupConfiguration says the shards.',
    source: SOURCES.replicationGroup,
  }),
  layout('refused', 'EC_NODE_GROUP_REPLICAS_REFUSED', changesReplicas, {
    message: 'Online resharding adds and removes shards; another ReplicaCount of a shard that stays ends in an error.',
    alternative: REPLICAS_BY_API,
    source: SOURCES.replicas,
  }),
  layout('unknown', 'EC_NODE_GROUP_ZONES', differsIn('PrimaryAvailabilityZone', 'ReplicaAvailabilityZones'), {
    message:
      'Zones of a shard that stays are to be what they are: resharding places new shards only, and no page says what another zone of an old one does.',
    alternative:
      'Leave the zones at those of creation. To move a node, add a replica in the other zone (aws elasticache increase-replica-count), and take the old one away.',
  }),
  layout('unknown', 'EC_NODE_GROUP_LAYOUT_COMES_LATER', placesLater, {
    message:
      'The group was created without a layout; ids, slots, zones and other replica counts that come with one later are not documented to move or place anything that is there.',
    alternative: 'Leave NodeGroupId, Slots and the zones out of it, and ReplicaCount at what there is.',
  }),
  layout('unknown', 'EC_NODE_GROUP_LAYOUT_GOES', ({ after }) => groupsById(after).size === 0, {
    message: 'The layout goes, and no page says what an update without it does to the shards that it described.',
    alternative: 'Leave NodeGroupConfiguration in the template, without Slots where shards have been moved.',
  }),
  layout('unknown', 'EC_NODE_GROUP_IDS_CHANGE', addsAndRemoves, {
    message:
      'Some ids go and others come. One resharding either adds shards or removes them, and no page says what such an update does; a shard that goes takes its slots elsewhere first, if it does.',
    alternative: 'Keep the ids of the shards that stay; add shards in one update and remove others in the next.',
  }),
  layout('in-place', 'EC_NODE_GROUPS_SAID', (change) => change.before === undefined && staysAsMany(change), {
    message: 'The layout describes as many shards as there are, and places nothing; none is added or removed.',
  }),
  layout('unknown', 'EC_NODE_GROUP_SLOTS', (change) => staysTheSame(change) && movesSlots(change), {
    message:
      'Slots count when a group is created. An update of the same shards is not documented to move any: the template would then say what is not so.',
    alternative:
      'Leave Slots out: removing it changes nothing that is there, and a reshard spreads the slots evenly. Slots of your choice need a new group.',
  }),
  layout('in-place', 'EC_NODE_GROUP_SLOTS_LEFT_OUT', (change) => staysTheSame(change) && onlySlotsGo(change), {
    message:
      'Slots are no longer said in the template; none moves. After a reshard that is how it has to be, because they are spread evenly then.',
  }),
  layout('interruption', 'EC_NODE_GROUPS_ONLINE_SLOTS_EVEN', saysSlots, {
    message: `${LAYOUT_ONLINE} ${EVENLY}`,
    alternative: 'Leave Slots out of every shard, in this update or the next (topology: nodeGroups without slots).',
  }),
  layout('interruption', 'EC_NODE_GROUPS_ONLINE_AMONG_OTHERS', saysShardsAlone, {
    message: `${LAYOUT_ONLINE} ${ALONE_IS_SAFER}`,
    alternative: ALONE,
  }),
  layout('interruption', 'EC_NODE_GROUPS_ONLINE', () => true, { message: LAYOUT_ONLINE }),
  {
    ...replaces('NodeGroupConfiguration', 'EC_NODE_GROUPS_REPLACES', 'UpdatePolicy does not say UseOnlineResharding'),
    alternative: POLICY_FIRST,
    source: SOURCES.updatePolicy,
  },
];

/** Whether shards change in place is decided in the deployment, by a parameter or a condition. */
function policyUnknown(property: string, code: string): Row {
  return {
    property,
    when: ({ updatePolicy: { UseOnlineResharding: online } }) => isRecord(online),
    effect: 'unknown',
    code,
    message:
      'UseOnlineResharding is known in the deployment only: true, and shards are moved in place; anything else, and a new, empty group takes the place of this one.',
    alternative: POLICY_FIRST,
    source: SOURCES.updatePolicy,
  };
}

function layout(
  effect: Row['effect'],
  code: string,
  when: (change: PropertyChange) => boolean,
  told: Pick<Row, 'message' | 'alternative'> & Partial<Pick<Row, 'source'>>,
): Row {
  return {
    property: 'NodeGroupConfiguration',
    when: (change) => reshardsOnline(change) && when(change),
    effect,
    code,
    source: SOURCES.updatePolicy,
    ...told,
  };
}

function reshardsOnline({ updatePolicy }: PropertyChange): boolean {
  return isTrue(updatePolicy.UseOnlineResharding);
}

/** Both say the shards; the rest of the group's properties does not. */
const OF_SHARDS: ReadonlySet<string> = new Set(['NumNodeGroups', 'NodeGroupConfiguration']);

function changesMore({ changing }: PropertyChange): boolean {
  return [...changing.keys()].some((name) => !OF_SHARDS.has(name));
}

/** The number of shards changes with the layout, which is the only one to say it, and other properties do too. */
function saysShardsAlone(change: PropertyChange): boolean {
  return change.afterProperties.NumNodeGroups === undefined && !staysTheSame(change) && changesMore(change);
}

/** Both say a number that can be read, and not the same one. */
function isMiscounted({ afterProperties: { NumNodeGroups: count, NodeGroupConfiguration: groups } }: PropertyChange) {
  if (!Array.isArray(groups) || groups.length === 0 || groups.some((group) => !isWrittenOut(group))) return false;
  return count !== undefined && Number.isInteger(numberOf(count)) && numberOf(count) !== groups.length;
}

function groupsById(value: unknown): ReadonlyMap<string, unknown> {
  const groups: readonly unknown[] = Array.isArray(value) ? value : [];
  return new Map(groups.map((group, index) => [idOf(entryOf(group, 'NodeGroupId') ?? index + 1), group]));
}

/** Numbered by its place where a template does not say it; `0001` is 1, and what is no number (a parameter) is itself. */
function idOf(id: unknown): string {
  const number = numberOf(id);
  return Number.isNaN(number) ? JSON.stringify(id) : String(number);
}

interface Staying {
  readonly one: unknown;
  readonly other: unknown;
}

function stayingGroups({ before, after }: PropertyChange): Staying[] {
  const others = groupsById(after);
  return [...groupsById(before)].flatMap(([id, one]) => (others.has(id) ? [{ one, other: others.get(id) }] : []));
}

/** Whether a shard that stays has another value there; one that only one of the two says is another, too. */
function differsIn(...properties: readonly string[]): (change: PropertyChange) => boolean {
  return (change) =>
    stayingGroups(change).some(({ one, other }) =>
      properties.some((property) => !sameJson(entryOf(one, property), entryOf(other, property))),
    );
}

const PLACES = ['Slots', 'PrimaryAvailabilityZone', 'ReplicaAvailabilityZones'];

function placesLater({ before, after, beforeProperties }: PropertyChange): boolean {
  if (before !== undefined) return false;
  if (isNumberedAnew(after)) return true;
  const { NumCacheClusters: nodes } = beforeProperties;
  const replicas = beforeProperties.ReplicasPerNodeGroup ?? (nodes === undefined ? undefined : numberOf(nodes) - 1);
  return [...groupsById(after).values()].some(
    (group) =>
      PLACES.some((name) => entryOf(group, name) !== undefined) ||
      !sameJson(entryOf(group, 'ReplicaCount') ?? replicas, replicas),
  );
}

/** The service numbers shards from one; another id is not known to be one of those that are there. */
function isNumberedAnew(groups: unknown): boolean {
  const ids = groupsById(groups);
  const count = Array.isArray(groups) ? groups.length : 0;
  return Array.from({ length: count }, (_, index) => String(index + 1)).some((id) => !ids.has(id));
}

/** A shard that says nothing has as many as the group. */
function changesReplicas(change: PropertyChange): boolean {
  const { beforeProperties: before, afterProperties: after } = change;
  return stayingGroups(change).some(
    ({ one, other }) =>
      !sameJson(
        entryOf(one, 'ReplicaCount') ?? before.ReplicasPerNodeGroup,
        entryOf(other, 'ReplicaCount') ?? after.ReplicasPerNodeGroup,
      ),
  );
}

function saysNoShards({ after, afterProperties }: PropertyChange): boolean {
  const says = after !== undefined && numberOf(after) !== 0 && !mayBeLeftOut(after);
  return !says && afterProperties.NodeGroupConfiguration === undefined;
}

function addsAndRemoves({ before, after }: PropertyChange): boolean {
  const [old, fresh] = [groupsById(before), groupsById(after)];
  return [...old.keys()].some((id) => !fresh.has(id)) && [...fresh.keys()].some((id) => !old.has(id));
}

/** No shard comes and none goes. */
function staysTheSame({ before, after }: PropertyChange): boolean {
  const [old, fresh] = [groupsById(before), groupsById(after)];
  return old.size === fresh.size && [...old.keys()].every((id) => fresh.has(id));
}

function movesSlots(change: PropertyChange): boolean {
  return stayingGroups(change).some(({ one, other }) => {
    const slots = entryOf(other, 'Slots');
    return slots !== undefined && !sameJson(entryOf(one, 'Slots'), slots);
  });
}

function onlySlotsGo(change: PropertyChange): boolean {
  const goes = ({ one, other }: Staying) =>
    entryOf(one, 'Slots') !== undefined && entryOf(other, 'Slots') === undefined;
  if (!stayingGroups(change).some(goes)) return false;
  return stayingGroups(change).every(({ one, other }) => {
    const names = new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})]);
    return [...names].every(
      (name) => name === 'Slots' || name === 'NodeGroupId' || sameJson(entryOf(one, name), entryOf(other, name)),
    );
  });
}

function saysSlots({ after }: PropertyChange): boolean {
  return [...groupsById(after).values()].some((group) => entryOf(group, 'Slots') !== undefined);
}
