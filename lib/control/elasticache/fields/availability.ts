/** What it survives: automatic failover, Multi-AZ, the zones of each shard. */
import { nodeGroupId } from '../../../topology/rules/elasticache/layout.ts';
import { failed, listed, passed, undecided } from '../../../verify/judging.ts';
import { type Member, membersOf } from '../description.ts';
import { type Comparison, type FieldCheck, field, judged } from '../field.ts';
import { namesOf, shardsOf } from '../servers.ts';

export const AVAILABILITY_FIELDS: readonly FieldCheck[] = [
  field({
    name: 'automatic-failover',
    subject: 'Automatic failover',
    declared: ({ topology: { automaticFailover } }) => (automaticFailover ? 'enabled' : 'disabled'),
    source: 'AutomaticFailover of DescribeReplicationGroups',
    api: ({ group }) => group.AutomaticFailover,
    advice: 'Without it a shard that loses its primary stays down until somebody comes; turn it on.',
  }),
  field({
    name: 'multi-az',
    subject: 'Multi-AZ',
    declared: ({ topology: { multiAz } }) => (multiAz ? 'enabled' : 'disabled'),
    source: 'MultiAZ of DescribeReplicationGroups',
    api: ({ group }) => group.MultiAZ,
    advice: 'Deploy again, or declare what is wanted.',
  }),
  judged('zone-spread', judgeSpread),
  judged('zones', judgeZones),
];

/** A shard whose nodes are all in one zone is lost with that zone, whatever Multi-AZ says. */
function judgeSpread({ topology, description, observation }: Comparison) {
  if (!topology.multiAz || topology.replicasPerShard === 0) return undefined;
  const members = membersOf(description);
  const shards = byNodeGroup(members);
  const untold = members.filter(({ zone, nodeGroupId }) => zone === undefined || nodeGroupId === undefined);
  const primaries = new Set(
    (observation === undefined ? undefined : shardsOf(observation))?.flatMap(({ primary }) => namesOf(primary)),
  );
  const inOneZone = [...shards].flatMap(([id, nodes]) => {
    const zones = nodes.map(({ zone }) => zone);
    if (nodes.length < 2 || zones.includes(undefined) || new Set(zones).size > 1) return [];
    const primary = nodes.find(({ host }) => host !== undefined && primaries.has(host));
    return [`node group ${id} in ${zones[0]}${primary === undefined ? '' : ` with its primary ${primary.nodeId}`}`];
  });
  if (inOneZone.length > 0)
    return failed(
      'SHARD_IN_ONE_ZONE',
      `Every node of a shard is in one zone: ${listed(inOneZone)}. The shard is lost with that zone; add a replica in another zone, then remove one.`,
    );
  if (untold.length > 0 || members.length === 0)
    return undecided(
      'ZONES_NOT_TOLD',
      `The API does not say the zone and node group of ${members.length === 0 ? 'any node' : listed(untold.map(({ nodeId }) => nodeId))}.`,
    );
  const layout = [...shards].map(([id, nodes]) => `${id}: ${nodes.map(({ zone }) => zone).join(', ')}`);
  return passed(`Every shard has nodes in more than one zone (${listed(layout, 4)}).`);
}

/** The declared zones, without the roles in them: those move with every failover. */
function judgeZones({ topology, description }: Comparison) {
  const declared = new Map(
    (topology.nodeGroups ?? []).flatMap((group, index) => {
      if (group.primaryZone === undefined || group.replicaZones === undefined) return [];
      return [
        [
          nodeGroupId(group, index).padStart(4, '0'),
          [group.primaryZone, ...group.replicaZones].toSorted().join(', '),
        ] as const,
      ];
    }),
  );
  if (declared.size === 0) return undefined;
  const shards = byNodeGroup(membersOf(description));
  const found = (id: string) => {
    const zones = (shards.get(id) ?? []).map(({ zone }) => zone);
    return zones.length === 0 || zones.includes(undefined) ? undefined : zones.toSorted().join(', ');
  };
  const different = [...declared].filter(([id, zones]) => found(id) !== undefined && found(id) !== zones);
  if (different.length > 0) {
    const which = different.map(([id, zones]) => `node group ${id}: declared ${zones}, the API says ${found(id)}`);
    return failed(
      'DRIFT_ZONES',
      `Nodes are in other zones: ${listed(which, 3)}. The layout is used at creation only; declare where they are, or move them.`,
    );
  }
  const untold = [...declared.keys()].filter((id) => found(id) === undefined);
  if (untold.length > 0)
    return undecided('ZONES_NOT_TOLD', `The API does not say the zones of node group ${listed(untold)}.`);
  return passed(
    `The zones are as declared: ${listed(
      [...declared].map(([id, zones]) => `${id}: ${zones}`),
      4,
    )}.`,
  );
}

function byNodeGroup(members: readonly Member[]): Map<string, Member[]> {
  const known = members.filter(({ nodeGroupId: id }) => id !== undefined);
  return Map.groupBy(known, ({ nodeGroupId: id }) => (id as string).padStart(4, '0'));
}
