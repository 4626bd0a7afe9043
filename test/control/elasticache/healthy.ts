/** Hand-written answers of the API for a group in which everything is as declared, with the servers' own view of it, for tests to damage. */
import type {
  CacheCluster,
  Parameter,
  ReplicationGroup,
  Tag,
  UpdateAction,
  User,
  UserGroup,
} from '../../../lib/control/elasticache/description.ts';
import { type ElastiCacheTopology, elastiCacheSchema } from '../../../lib/topology/elasticache.ts';
import { evenSlotRanges } from '../../../lib/topology/slot.ts';
import type { Observation } from '../../../lib/verify/observation.ts';
import { type Draft, healthyCluster } from '../../verify/healthy.ts';

/** Of `healthyCluster`: three shards of one replica; nodes 1 to 3 are the primaries, 4 to 6 their replicas. */
const SHARDS = 3;
const ZONES = ['eu-west-1a', 'eu-west-1b'];
const ranges = evenSlotRanges(SHARDS);

export const NOW = new Date('2026-06-01T12:00:00Z');

export function topology(changes: Partial<ElastiCacheTopology> = {}): ElastiCacheTopology {
  return elastiCacheSchema.parse({
    platform: 'elasticache',
    name: 'shop',
    engine: 'redis',
    engineVersion: '7.0',
    shardCount: SHARDS,
    replicasPerShard: 1,
    parameters: { 'notify-keyspace-events': '' },
    maintenanceWindow: 'sun:04:00-sun:05:00',
    snapshotWindow: '02:00-03:00',
    nodeGroups: ranges.map(([first, last]) => ({
      slots: `${first}-${last}`,
      primaryZone: ZONES[0],
      replicaZones: [ZONES[1]],
    })),
    ...changes,
  });
}

export const idOf = (shard: number, place: number) => `shop-000${shard + 1}-00${place + 1}`;

/** Place 0 is the primary when the group was made. */
const nodes = ranges.flatMap((_, shard) => [
  { id: idOf(shard, 0), shard, zone: ZONES[0], host: `node-${shard + 1}.shop.cache.test` },
  { id: idOf(shard, 1), shard, zone: ZONES[1], host: `node-${shard + 1 + SHARDS}.shop.cache.test` },
]);

/** What is given where nothing is declared, as the service would write it anew. */
export const APPLICATION_ACCESS =
  'on ~* &* +@all -@admin -@dangerous +info +cluster|info +cluster|keyslot +cluster|nodes +cluster|slots +role +client|getname +client|id +client|setname';

export interface DescriptionDraft {
  group: ReplicationGroup;
  nodes: CacheCluster[];
  parameters: Parameter[];
  updateActions: UpdateAction[];
  userGroups: UserGroup[];
  users: User[];
  unread: { DescribeUserGroups?: string; DescribeUsers?: string };
  tags: Tag[];
}

export function description(): DescriptionDraft {
  const made: DescriptionDraft = {
    group: {
      ReplicationGroupId: 'shop',
      Status: 'available',
      PendingModifiedValues: {},
      MemberClusters: nodes.map(({ id }) => id),
      NodeGroups: ranges.map(([first, last], shard) => ({
        NodeGroupId: `000${shard + 1}`,
        Status: 'available',
        Slots: `${first}-${last}`,
        NodeGroupMembers: nodes
          .filter((node) => node.shard === shard)
          .map(({ id, zone }) => ({ CacheClusterId: id, CacheNodeId: '0001', PreferredAvailabilityZone: zone })),
      })),
      AutomaticFailover: 'enabled',
      MultiAZ: 'enabled',
      ConfigurationEndpoint: { Address: 'clustercfg.shop.cache.test', Port: 6379 },
      SnapshotRetentionLimit: 15,
      SnapshotWindow: '02:00-03:00',
      ClusterEnabled: true,
      ClusterMode: 'enabled',
      CacheNodeType: 'cache.r7g.large',
      AuthTokenEnabled: false,
      UserGroupIds: ['shop-redis-users'],
      TransitEncryptionEnabled: true,
      TransitEncryptionMode: 'required',
      AtRestEncryptionEnabled: true,
      KmsKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/1',
      ARN: 'arn:aws:elasticache:eu-west-1:111122223333:replicationgroup:shop',
      DataTiering: 'disabled',
      AutoMinorVersionUpgrade: true,
      NetworkType: 'ipv4',
      IpDiscovery: 'ipv4',
      Engine: 'redis',
      LogDeliveryConfigurations: [
        { LogType: 'engine-log', Status: 'active' },
        { LogType: 'slow-log', Status: 'active' },
      ],
    },
    nodes: nodes.map(({ id, zone, host }) => ({
      CacheClusterId: id,
      ReplicationGroupId: 'shop',
      CacheClusterStatus: 'available',
      Engine: 'redis',
      EngineVersion: '7.0.7',
      CacheNodeType: 'cache.r7g.large',
      PreferredAvailabilityZone: zone,
      PreferredMaintenanceWindow: 'sun:04:00-sun:05:00',
      PendingModifiedValues: {},
      NotificationConfiguration: { TopicArn: 'arn:aws:sns:eu-west-1:111122223333:shop', TopicStatus: 'active' },
      CacheParameterGroup: { CacheParameterGroupName: 'shop-parameters', ParameterApplyStatus: 'in-sync' },
      CacheNodes: [{ CacheNodeId: '0001', CacheNodeStatus: 'available', Endpoint: { Address: host, Port: 6379 } }],
      AutoMinorVersionUpgrade: true,
    })),
    parameters: [
      { ParameterName: 'cluster-enabled', ParameterValue: 'yes' },
      { ParameterName: 'maxmemory-policy', ParameterValue: 'volatile-lru' },
      { ParameterName: 'notify-keyspace-events', ParameterValue: '' },
    ],
    updateActions: [],
    userGroups: [{ UserGroupId: 'shop-redis-users', Status: 'active', UserIds: ['shop-app', 'shop-default'] }],
    users: [
      {
        UserName: 'application',
        Status: 'active',
        AccessString: APPLICATION_ACCESS,
        Authentication: { Type: 'password' },
      },
      {
        UserName: 'default',
        Status: 'active',
        AccessString: 'off ~* -@all',
        Authentication: { Type: 'password' },
      },
    ],
    unread: {},
    tags: [],
  };
  return structuredClone(made);
}

export interface ComparisonDraft {
  topology: Draft<ElastiCacheTopology>;
  description: DescriptionDraft;
  observation: Draft<Observation>;
  globalRole?: 'primary' | 'secondary';
  now: Date;
}

/** Everything agrees, the servers included. */
export function comparison(): ComparisonDraft {
  const observation = healthyCluster();
  for (const { info } of [observation.endpoint, ...observation.nodes]) {
    if (info.kind === 'value') info.value.maxmemory_policy = 'volatile-lru';
  }
  return structuredClone({
    topology: topology(),
    description: description(),
    observation,
    now: NOW,
  }) as ComparisonDraft;
}
