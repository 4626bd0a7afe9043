/** `AWS::ElastiCache::ReplicationGroup`: what each property's change does (resource specification of aws-cdk 2.1148.1). */
import { isTrue, lower, numberOf } from '../../json.ts';
import { inPlace, type PropertyChange, type Row } from '../../row.ts';
import { SOURCES } from '../sources.ts';
import { isDowngrade } from '../version.ts';
import { replaces, SIDE_BY_SIDE } from './replacement.ts';
import { CONNECTION_ROWS } from './replication-group-connections.ts';
import { LAYOUT_ROWS, SHARD_COUNT_ROWS } from './replication-group-shards.ts';

const PAGE = SOURCES.replicationGroup;

export const REPLICATION_GROUP_ROWS: readonly Row[] = [
  ...CONNECTION_ROWS,
  replaces(
    'AtRestEncryptionEnabled',
    'EC_AT_REST_ENCRYPTION_REPLACES',
    'Encryption at rest can only be chosen when a group is created',
  ),
  inPlace(
    'AutoMinorVersionUpgrade',
    'EC_AUTO_MINOR_UPGRADE',
    'Whether minor versions come by themselves changes in place.',
    PAGE,
  ),
  {
    property: 'AutomaticFailoverEnabled',
    when: (change) => isTrue(change.before) && !isTrue(change.after) && isSharded(change),
    effect: 'refused',
    code: 'EC_FAILOVER_OFF_REFUSED',
    message:
      'The service refuses it: "Turning off automatic failover for replication group with cluster mode enabled is not supported."',
    alternative: 'Leave AutomaticFailoverEnabled at true.',
    source: SOURCES.failoverOff,
  },
  {
    property: 'AutomaticFailoverEnabled',
    when: ({ before, after }) => isTrue(before) && !isTrue(after),
    effect: 'interruption',
    code: 'EC_FAILOVER_OFF',
    message:
      'Automatic failover is switched off in place: from then on a primary that fails stays away until somebody acts.',
    source: PAGE,
  },
  inPlace('AutomaticFailoverEnabled', 'EC_FAILOVER_ON', 'Automatic failover is switched on in place.', PAGE),
  {
    property: 'CacheNodeType',
    effect: 'interruption',
    code: 'EC_NODE_TYPE_CHANGES',
    message:
      'Every node is replaced by one of the new type, shard after shard; the data moves over, and each connection is dropped once. The data must fit the new type.',
    alternative: 'Rehearse it first: redoubt drill --scenario planned-replacement.',
    source: PAGE,
  },
  inPlace(
    'CacheParameterGroupName',
    'EC_PARAMETER_GROUP_CHANGES',
    'Another parameter group is attached in place; parameters that need a reboot take effect at the next one.',
    PAGE,
  ),
  replaces(
    'CacheSubnetGroupName',
    'EC_SUBNET_GROUP_REPLACES',
    'A group cannot move to another subnet group',
    'Change the subnets inside the subnet group (SubnetIds), which is in place, and keep its name.',
  ),
  replaces('DataTieringEnabled', 'EC_DATA_TIERING_REPLACES', 'Data tiering can only be chosen when a group is created'),
  inPlaceWhenSame('Durability', 'default', 'EC_DURABILITY_SAME', 'Durability stays what it is by default.'),
  {
    property: 'Durability',
    effect: 'refused',
    code: 'EC_DURABILITY_REFUSED',
    message:
      'Durability is chosen when a group is created; changing it ends in an error, according to its reference in CloudFormation. A newer page of the service says that existing clusters can change; until the two agree it is read as the reference says.',
    alternative: SIDE_BY_SIDE,
    source: PAGE,
  },
  {
    ...replaces(
      'Engine',
      'EC_ENGINE_TO_VALKEY_REPLACES',
      'The reference of CloudFormation says that Engine needs a replacement',
    ),
    when: ({ before, after }) => lower(before) === 'redis' && lower(after) === 'valkey',
    message:
      'The reference says two things: that changing Engine replaces the group (all data is lost), and that redis becomes valkey in place. Read as replacement until a change set says otherwise.',
    alternative:
      'Let the service do it in place first: redoubt drill --scenario engine-to-valkey --aws GROUP --plan. Then deploy with `cdk deploy --revert-drift`, read the Replacement field of its change set, and acknowledge this change by name if it does not say True.',
  },
  replaces('Engine', 'EC_ENGINE_REPLACES', 'A group cannot change to this engine'),
  {
    property: 'EngineVersion',
    when: ({ before, after, changing }) => !changing.has('Engine') && isDowngrade(before, after),
    effect: 'refused',
    code: 'EC_ENGINE_DOWNGRADE_REFUSED',
    message: 'An engine cannot go back to an earlier version; the group would have to be deleted and made anew.',
    alternative: SIDE_BY_SIDE,
    source: PAGE,
  },
  {
    property: 'EngineVersion',
    when: ({ changing }) => changing.has('Engine'),
    effect: 'interruption',
    code: 'EC_ENGINE_VERSION_WITH_ENGINE',
    message:
      'The version comes with the other engine: a new group begins with it. What becomes of the data is said of Engine.',
    source: PAGE,
  },
  {
    property: 'EngineVersion',
    effect: 'interruption',
    code: 'EC_ENGINE_VERSION_CHANGES',
    message:
      'The engine is upgraded in place, node after node with a failover in each shard: connections are dropped. There is no way back to the earlier version.',
    alternative: 'Rehearse it first: redoubt drill --scenario planned-replacement.',
    source: PAGE,
  },
  replaces(
    'GlobalReplicationGroupId',
    'EC_GLOBAL_DATASTORE_REPLACES',
    'Joining or leaving a global datastore needs a new group',
  ),
  replaces(
    'KmsKeyId',
    'EC_KMS_KEY_REPLACES',
    'The key for encryption at rest can only be chosen when a group is created',
  ),
  inPlace('LogDeliveryConfigurations', 'EC_LOG_DELIVERY', 'Where the logs go changes in place.', PAGE),
  {
    property: 'MultiAZEnabled',
    when: ({ before, after }) => isTrue(before) && !isTrue(after),
    effect: 'interruption',
    code: 'EC_MULTI_AZ_OFF',
    message: 'Multi-AZ is switched off in place: from then on the loss of a zone can take a shard with it.',
    source: PAGE,
  },
  inPlace('MultiAZEnabled', 'EC_MULTI_AZ_ON', 'Multi-AZ is switched on in place.', PAGE),
  replaces('NetworkType', 'EC_NETWORK_TYPE_REPLACES', 'The network type can only be chosen when a group is created'),
  ...LAYOUT_ROWS,
  inPlace('NotificationTopicArn', 'EC_NOTIFICATION_TOPIC', 'The topic for events changes in place.', PAGE),
  {
    property: 'NumCacheClusters',
    when: ({ after, afterProperties }) =>
      after !== undefined && numberOf(after) < 2 && isTrue(afterProperties.AutomaticFailoverEnabled),
    effect: 'refused',
    code: 'EC_LAST_REPLICA_REFUSED',
    message:
      'The service refuses it: "When using automatic failover, there must be at least 2 cache clusters in the replication group."',
    alternative: 'Keep a replica, or switch automatic failover and Multi-AZ off first.',
    source: SOURCES.replicationGroup,
  },
  inPlaceFrom(
    'NumCacheClusters',
    ({ after, afterProperties }) => after === undefined && countsPerNodeGroup(afterProperties),
    'EC_CACHE_CLUSTERS_SAID_ELSEWHERE',
    'The number of nodes is no longer said in one number, but for each node group.',
  ),
  {
    property: 'NumCacheClusters',
    effect: 'interruption',
    code: 'EC_CACHE_CLUSTERS_CHANGE',
    message: 'Replicas are added or removed in place: connections to a replica that goes are dropped.',
    source: PAGE,
  },
  ...SHARD_COUNT_ROWS,
  replaces('Port', 'EC_PORT_REPLACES', 'The port can only be chosen when a group is created'),
  replaces(
    'PreferredCacheClusterAZs',
    'EC_ZONES_REPLACES',
    'The zones of the nodes can only be chosen when a group is created',
  ),
  inPlace('PreferredMaintenanceWindow', 'EC_MAINTENANCE_WINDOW', 'The weekly maintenance window moves.', PAGE),
  inPlace('PrimaryClusterId', 'EC_PRIMARY_CLUSTER', 'Which node is the primary changes in place.', PAGE),
  {
    ...replaces(
      'ReplicasPerNodeGroup',
      'EC_REPLICAS_FROM_CACHE_CLUSTERS_REPLACES',
      'NumCacheClusters becomes ReplicasPerNodeGroup, which CloudFormation takes for a new group although no node changes',
    ),
    when: ({ before, after, beforeProperties }) =>
      before === undefined && after !== undefined && beforeProperties.NumCacheClusters !== undefined,
    alternative:
      'Say the replicas in a layout instead, NodeGroupConfiguration with one entry and UseOnlineResharding (in a topology: nodeGroups: [{}]), which goes through all modes; best from the beginning, while ClusterMode is still disabled.',
    source: SOURCES.replicationGroup,
  },
  {
    ...replaces(
      'ReplicasPerNodeGroup',
      'EC_REPLICAS_REPLACES',
      'CloudFormation does not add or remove replicas in place, although the service does',
    ),
    alternative:
      'First aws elasticache increase-replica-count (or decrease-replica-count) --replication-group-id GROUP --new-replica-count COUNT --apply-immediately; then that count as replicasPerShard of the topology and the old one as templateCounts: { replicasPerShard } of the ElastiCacheCluster, which leaves ReplicasPerNodeGroup as it is; then deploy. In a template of your own, leave ReplicasPerNodeGroup as it is. Or let Application Auto Scaling change them (elasticache:replication-group:Replicas).',
    source: SOURCES.replicas,
  },
  inPlace('ReplicationGroupDescription', 'EC_DESCRIPTION', 'The description changes in place.', PAGE),
  replaces(
    'ReplicationGroupId',
    'EC_GROUP_ID_REPLACES',
    'The id is the name of the group',
    'Keep the id; a name that is only for people belongs into a tag or the description.',
  ),
  replaces(
    'SnapshotArns',
    'EC_SNAPSHOT_ARNS_REPLACES',
    'A snapshot to start from only counts when a group is created',
    'Leave SnapshotArns as it was when the group was created, also after the file is gone.',
  ),
  replaces(
    'SnapshotName',
    'EC_SNAPSHOT_NAME_REPLACES',
    'A snapshot to start from only counts when a group is created',
    'Leave SnapshotName as it was when the group was created, also after the snapshot is gone.',
  ),
  {
    property: 'SnapshotRetentionLimit',
    when: ({ after }) => after === undefined || lower(after) === '0',
    effect: 'interruption',
    code: 'EC_BACKUPS_OFF',
    message: 'Automatic backups are switched off in place: from then on there is no daily snapshot to go back to.',
    alternative: 'Keep at least one day.',
    source: PAGE,
  },
  inPlace(
    'SnapshotRetentionLimit',
    'EC_SNAPSHOT_RETENTION',
    'How long daily snapshots are kept changes in place.',
    PAGE,
  ),
  inPlace('SnapshotWindow', 'EC_SNAPSHOT_WINDOW', 'The time of the daily snapshot moves.', PAGE),
  inPlace(
    'SnapshottingClusterId',
    'EC_SNAPSHOTTING_CLUSTER',
    'Which node the snapshot is taken from changes in place.',
    PAGE,
  ),
  inPlace('Tags', 'EC_TAGS', 'Tags change in place.', PAGE),
];

function inPlaceWhenSame(property: string, byDefault: string, code: string, message: string): Row {
  const value = (given: unknown) => (given === undefined ? byDefault : lower(given));
  return { ...inPlace(property, code, message, PAGE), when: ({ before, after }) => value(before) === value(after) };
}

function inPlaceFrom(property: string, when: Row['when'], code: string, message: string): Row {
  return { ...inPlace(property, code, message, PAGE), ...(when === undefined ? {} : { when }) };
}

function countsPerNodeGroup({
  NodeGroupConfiguration,
  ReplicasPerNodeGroup,
}: PropertyChange['afterProperties']): boolean {
  return NodeGroupConfiguration !== undefined || ReplicasPerNodeGroup !== undefined;
}

/** As far as the template says it: a parameter group of its own may say it too, and then the service refuses all the same. */
function isSharded({ beforeProperties: properties }: PropertyChange): boolean {
  if (lower(properties.ClusterMode) === 'disabled') return false;
  const { NumNodeGroups: count, NodeGroupConfiguration: groups, CacheParameterGroupName: parameters } = properties;
  return (
    numberOf(count) > 1 ||
    (Array.isArray(groups) && groups.length > 1) ||
    lower(properties.ClusterMode) === 'enabled' ||
    lower(parameters).endsWith('.cluster.on')
  );
}
