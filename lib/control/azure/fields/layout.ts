/** How it is divided and with whom it is linked. ARM knows no shards: those come from the servers, where the policy shows them. */
import { failed, listed, passed, undecided } from '../../../verify/judging.ts';
import { type Comparison, type FieldCheck, field, judged } from '../field.ts';
import { shardsIn } from '../servers.ts';

export const LAYOUT_FIELDS: readonly FieldCheck[] = [
  judged('shard-count', judgeShards),
  judged('replicas-per-shard', judgeReplicas),
  field({
    name: 'geo-replication-group',
    subject: 'The geo-replication group',
    declared: ({ topology: { geoReplication } }) =>
      geoReplication.kind === 'none' ? 'none' : geoReplication.groupNickname,
    source: 'geoReplication of the database',
    api: ({ database: { properties } }) =>
      properties === undefined || Object.keys(properties).length === 0
        ? undefined
        : (properties.geoReplication?.groupNickname ?? 'none'),
    advice: 'A group is joined at creation, or again with forceLinkToReplicationGroup, which discards the data here.',
  }),
  field({
    name: 'geo-replication-members',
    subject: 'Members of the geo-replication group',
    declared: ({ topology: { geoReplication } }) =>
      geoReplication.kind === 'none' ? undefined : String(geoReplication.memberCount),
    source: 'geoReplication.linkedDatabases of the database',
    api: ({ database: { properties } }) => {
      const members = properties?.geoReplication?.linkedDatabases;
      return members === undefined ? undefined : String(members.length);
    },
    advice: 'A region was unlinked or added: link it again (its data is discarded), or declare what there is.',
  }),
  judged('geo-replication-links', judgeLinks),
];

function observedShards({ topology, observation }: Comparison) {
  if (topology.clusteringPolicy !== 'OSSCluster' || observation === undefined) return undefined;
  return { shards: shardsIn(observation) };
}

function judgeShards(comparison: Comparison) {
  const observed = observedShards(comparison);
  if (observed === undefined) return undefined;
  const start = `Shards: ${comparison.topology.shardCount} expected, the servers`;
  if (observed.shards === undefined) return undecided('SHARD_COUNT_NOT_TOLD', `${start} do not say (CLUSTER NODES).`);
  const message = `${start} say ${observed.shards.length}.`;
  if (observed.shards.length === comparison.topology.shardCount) return passed(message);
  return failed(
    'DRIFT_SHARD_COUNT',
    `${message} The service derives the number from the SKU and changes it at will: declare what there is, after a look at what depends on it.`,
  );
}

function judgeReplicas(comparison: Comparison) {
  const observed = observedShards(comparison);
  if (observed === undefined) return undefined;
  const wanted = comparison.topology.highAvailability ? '1' : '0';
  const start = `Replicas per shard: ${wanted} expected, the servers`;
  const counts = [...new Set((observed.shards ?? []).map(({ replicaCount }) => String(replicaCount)))];
  if (counts.length === 0) return undecided('REPLICAS_PER_SHARD_NOT_TOLD', `${start} do not say (CLUSTER NODES).`);
  const found = listed(counts.toSorted());
  if (found === wanted) return passed(`${start} say ${found}.`);
  if (found === '0')
    return undecided(
      'REPLICAS_PER_SHARD_NOT_TOLD',
      `${start} show none. Azure may keep replicas out of the cluster's views; high-availability says what the API knows.`,
    );
  return failed(
    'DRIFT_REPLICAS_PER_SHARD',
    `${start} say ${found}. A shard without a replica loses its data when its primary goes; while nodes are replaced this passes by itself.`,
  );
}

function judgeLinks({ topology: { geoReplication }, description: { database } }: Comparison) {
  const members = database.properties?.geoReplication?.linkedDatabases;
  if (geoReplication.kind === 'none') return undefined;
  if (members === undefined)
    return undecided(
      'GEO_REPLICATION_LINKS_NOT_TOLD',
      'The API does not say which databases are linked (geoReplication.linkedDatabases of the database).',
    );
  const text = ({ id, state }: (typeof members)[number]) => `${clusterIn(id)} is ${state ?? 'in an untold state'}`;
  const apart = members.filter(({ state }) => state !== undefined && state !== 'Linked');
  if (apart.length > 0)
    return failed(
      'DRIFT_GEO_REPLICATION_LINKS',
      `Every member should be Linked, and ${listed(apart.map(text))}. The regions drift apart while it lasts; a link that failed is made again with forceLinkToReplicationGroup.`,
    );
  if (members.some(({ state }) => state === undefined))
    return undecided(
      'GEO_REPLICATION_LINKS_NOT_TOLD',
      `The API does not say every link: ${listed(members.map(text))} (state of geoReplication.linkedDatabases).`,
    );
  return passed(`Linked: ${listed(members.map(({ id }) => clusterIn(id)))}.`);
}

function clusterIn(id: string | undefined): string {
  return /\/redisEnterprise\/([^/]+)/i.exec(id ?? '')?.[1] ?? `${id}`;
}
