/** A lab as the API would describe it. What a process has is read from it; what only a cloud has is filled in as declared. */
import type {
  CacheCluster,
  NodeGroup,
  Parameter,
  ReplicationGroup,
} from '../../../../lib/control/elasticache/description.ts';
import type { Lab, LabNode, ServerView } from '../../../../lib/lab/lab.ts';
import type { ElastiCacheTopology } from '../../../../lib/topology/elasticache.ts';

/**
 * Fields of the answers that no lab can have: they are described as the topology declares them, so a comparison of them with
 * the topology can only pass until a test changes the description. Everything else comes from the processes.
 */
export const DESCRIBED_ONLY = [
  'CacheNodeType',
  'DataTiering',
  'Durability',
  'MultiAZ',
  'AutomaticFailover',
  'PreferredAvailabilityZone',
  'AtRestEncryptionEnabled',
  'KmsKeyId',
  'TransitEncryptionMode',
  'ClusterMode',
  'UserGroupIds',
  'AuthTokenEnabled',
  'NetworkType',
  'IpDiscovery',
  'SnapshotRetentionLimit',
  'SnapshotWindow',
  'PreferredMaintenanceWindow',
  'AutoMinorVersionUpgrade',
  'LogDeliveryConfigurations',
  'NotificationConfiguration',
  'CacheParameterGroup',
  'Parameters',
  'UpdateActions',
  'UserGroups',
  'TagList',
] as const;

export const HOME_REGION = 'eu-west-1';
const ZONES = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];

export function arnOf(region: string, { name }: ElastiCacheTopology): string {
  return `arn:aws:elasticache:${region}:111122223333:replicationgroup:${name.toLowerCase()}`;
}

export interface Engine {
  readonly kind: 'redis' | 'valkey';
  readonly version: string;
}

/** A change of engine that is under way: these nodes are new. */
export interface Upgrade {
  readonly version: string;
  readonly parameterGroupName: string;
  readonly nodeIds: Set<string>;
}

export interface Statuses {
  readonly region: string;
  readonly group: string;
  /** Zero-based shards that are being changed. */
  readonly busyShards: ReadonlySet<number>;
  readonly engine: Engine;
  readonly parameterGroupName?: string;
  readonly upgrade?: Upgrade;
}

/** `orders-0001-002`: the first label of the name it announces; the service keeps ids in small letters. */
export function cacheClusterId({ announcedName = '' }: LabNode): string {
  return (announcedName.split('.')[0] as string).toLowerCase();
}

export function nodeGroupIdOf(shardIndex: number): string {
  return String(shardIndex + 1).padStart(4, '0');
}

export function topologyOf({ topology }: Lab): ElastiCacheTopology {
  if (topology.platform !== 'elasticache') throw new Error(`The ElastiCache API describes no ${topology.platform}.`);
  return topology;
}

export function replicationGroup(lab: Lab, view: ServerView, statuses: Statuses): ReplicationGroup {
  const topology = topologyOf(lab);
  const id = topology.name.toLowerCase();
  const { endpoint, clientMode } = lab.profile;
  return {
    ReplicationGroupId: id,
    Status: statuses.group,
    PendingModifiedValues: {},
    MemberClusters: lab.nodes().map(cacheClusterId).toSorted(),
    NodeGroups: view.shards.map((shard) => nodeGroup(lab, shard, statuses)),
    ...(clientMode === 'cluster' ? { ConfigurationEndpoint: { Address: endpoint.host, Port: endpoint.port } } : {}),
    ClusterEnabled: clientMode === 'cluster',
    ARN: arnOf(statuses.region, topology),
    TransitEncryptionEnabled: true,
    Engine: statuses.engine.kind,
    ...asDeclared(topology),
  };
}

function asDeclared(topology: ElastiCacheTopology): Partial<ReplicationGroup> {
  const { authentication, durability, snapshotWindow } = topology;
  return {
    ClusterMode: topology.clusterMode,
    CacheNodeType: topology.nodeType,
    DataTiering: topology.dataTiering ? 'enabled' : 'disabled',
    ...(durability === 'default' ? {} : { Durability: durability, EffectiveDurability: durability }),
    MultiAZ: topology.multiAz ? 'enabled' : 'disabled',
    AutomaticFailover: topology.automaticFailover ? 'enabled' : 'disabled',
    AtRestEncryptionEnabled: true,
    KmsKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/stand-in',
    TransitEncryptionMode: topology.transitEncryption,
    AuthTokenEnabled: authentication.kind === 'auth-token',
    UserGroupIds: authentication.kind === 'rbac' ? [userGroupIdOf(topology)] : [],
    NetworkType: topology.networkType,
    IpDiscovery: topology.ipDiscovery ?? 'ipv4',
    SnapshotRetentionLimit: topology.snapshotRetentionDays,
    SnapshotWindow: snapshotWindow ?? '01:00-02:00',
    AutoMinorVersionUpgrade: topology.autoMinorVersionUpgrade,
    LogDeliveryConfigurations: (['engine-log', 'slow-log'] as const).map((LogType) => ({ LogType, Status: 'active' })),
  };
}

function nodeGroup(lab: Lab, shard: ServerView['shards'][number], { busyShards }: Statuses): NodeGroup {
  const members = lab.nodes().filter(({ shardIndex }) => shardIndex === shard.shardIndex);
  return {
    NodeGroupId: nodeGroupIdOf(shard.shardIndex),
    Status: busyShards.has(shard.shardIndex) ? 'modifying' : 'available',
    ...(lab.profile.clientMode === 'cluster' ? { Slots: slotsText(shard) } : namedEndpoints(lab)),
    NodeGroupMembers: members.map((node) => ({
      CacheClusterId: cacheClusterId(node),
      CacheNodeId: '0001',
      PreferredAvailabilityZone: zoneOf(node),
      // As the service sends them for cluster mode: without a role.
      ...(lab.profile.clientMode === 'cluster'
        ? {}
        : { CurrentRole: node.id === shard.primaryNodeId ? 'primary' : 'replica' }),
    })),
  };
}

function slotsText({ slots }: ServerView['shards'][number]): string {
  return slots.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

function namedEndpoints({ profile: { endpoint, readerEndpoint = endpoint } }: Lab): Partial<NodeGroup> {
  return {
    PrimaryEndpoint: { Address: endpoint.host, Port: endpoint.port },
    ReaderEndpoint: { Address: readerEndpoint.host, Port: readerEndpoint.port },
  };
}

export function cacheClusters(lab: Lab, statuses: Statuses): CacheCluster[] {
  const topology = topologyOf(lab);
  return lab.nodes().map((node) => ({
    CacheClusterId: cacheClusterId(node),
    ReplicationGroupId: topology.name.toLowerCase(),
    CacheClusterStatus: statuses.busyShards.has(node.shardIndex) ? 'modifying' : 'available',
    ...engineOf(node, statuses),
    NumCacheNodes: 1,
    CacheNodeType: topology.nodeType,
    PreferredAvailabilityZone: zoneOf(node),
    PreferredMaintenanceWindow: topology.maintenanceWindow ?? 'sun:01:00-sun:02:00',
    PendingModifiedValues: {},
    NotificationConfiguration: { TopicArn: 'arn:aws:sns:eu-west-1:111122223333:stand-in', TopicStatus: 'active' },
    CacheParameterGroup: {
      CacheParameterGroupName: parameterGroupNameOf(node, topology, statuses),
      ParameterApplyStatus: 'in-sync',
    },
    CacheNodes: [
      {
        CacheNodeId: '0001',
        CacheNodeStatus: 'available',
        Endpoint: { Address: node.announcedName as string, Port: node.port },
        CustomerAvailabilityZone: zoneOf(node),
      },
    ],
    AutoMinorVersionUpgrade: topology.autoMinorVersionUpgrade,
  }));
}

function engineOf(node: LabNode, { engine, upgrade }: Statuses): Pick<CacheCluster, 'Engine' | 'EngineVersion'> {
  if (upgrade?.nodeIds.has(node.id) === true) return { Engine: 'valkey', EngineVersion: upgrade.version };
  return { Engine: engine.kind, EngineVersion: engine.version };
}

function parameterGroupNameOf(
  node: LabNode,
  topology: ElastiCacheTopology,
  { upgrade, parameterGroupName }: Statuses,
): string {
  if (upgrade?.nodeIds.has(node.id) === true) return upgrade.parameterGroupName;
  return parameterGroupName ?? parameterGroupOf(topology);
}

export function userGroupIdOf({ name }: ElastiCacheTopology): string {
  return `${name.toLowerCase()}-users`;
}

export function parameterGroupOf({ name }: ElastiCacheTopology): string {
  return `${name.toLowerCase()}-parameters`;
}

export function parametersOf({ evictionPolicy, parameters, clusterMode }: ElastiCacheTopology): Parameter[] {
  const values = {
    'cluster-enabled': clusterMode === 'disabled' ? 'no' : 'yes',
    'maxmemory-policy': evictionPolicy,
    ...parameters,
  };
  return Object.entries(values).map(([ParameterName, ParameterValue]) => ({
    ParameterName,
    ParameterValue,
    Source: 'user',
    ChangeType: ParameterName === 'cluster-enabled' ? 'requires-reboot' : 'immediate',
  }));
}

/** By its place in the shard: no two neighbours in one zone. */
function zoneOf(node: LabNode): string {
  const place = Number(cacheClusterId(node).split('-').at(-1));
  return ZONES[(place - 1) % ZONES.length] as string;
}
