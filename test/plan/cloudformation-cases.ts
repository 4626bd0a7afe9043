/** One case for every row of the CloudFormation tables: which change leads to its code. */
import type { Effect } from '../../lib/plan/change.ts';

export interface Case {
  readonly code: string;
  readonly effect: Effect;
  readonly property: string;
  readonly before: unknown;
  readonly after: unknown;
  /** Properties of the same resource in both templates. */
  readonly with?: Readonly<Record<string, unknown>>;
  readonly afterWith?: Readonly<Record<string, unknown>>;
  readonly updatePolicy?: Readonly<Record<string, unknown>>;
  /** Default of the parameter P before and after. */
  readonly defaults?: readonly [unknown, unknown];
}

type Rest = Pick<Case, 'with' | 'afterWith' | 'updatePolicy' | 'defaults'>;

function of(effect: Effect) {
  return (code: string, property: string, before: unknown, after: unknown, rest: Rest = {}): Case => ({
    code,
    effect,
    property,
    before,
    after,
    ...rest,
  });
}

const inPlace = of('in-place');
const interruption = of('interruption');
const unknown = of('unknown');
const refused = of('refused');
const loss = of('data-loss');

const online = { updatePolicy: { UseOnlineResharding: true } };
const group = (property: string, value: unknown) => ({ with: { [property]: value } });

export const CASES: Readonly<Record<string, readonly Case[]>> = {
  'AWS::ElastiCache::ReplicationGroup': [
    loss('EC_AT_REST_ENCRYPTION_REPLACES', 'AtRestEncryptionEnabled', undefined, true),
    loss('EC_AUTH_TOKEN_TO_USER_GROUP_REPLACES', 'AuthToken', 'a', undefined, { afterWith: { UserGroupIds: ['g'] } }),
    loss('EC_AUTH_TOKEN_ADDED_REPLACES', 'AuthToken', undefined, 'a'),
    loss('EC_AUTH_TOKEN_REMOVED_REPLACES', 'AuthToken', 'a', undefined),
    interruption('EC_AUTH_TOKEN_CHANGES', 'AuthToken', 'a', 'b'),
    inPlace('EC_AUTO_MINOR_UPGRADE', 'AutoMinorVersionUpgrade', true, false),
    refused('EC_FAILOVER_OFF_REFUSED', 'AutomaticFailoverEnabled', true, false, group('NumNodeGroups', 3)),
    interruption('EC_FAILOVER_OFF', 'AutomaticFailoverEnabled', 'true', 'false'),
    inPlace('EC_FAILOVER_ON', 'AutomaticFailoverEnabled', undefined, true),
    interruption('EC_NODE_TYPE_CHANGES', 'CacheNodeType', 'cache.r7g.large', 'cache.r7g.xlarge'),
    inPlace('EC_PARAMETER_GROUP_CHANGES', 'CacheParameterGroupName', 'a', 'b'),
    inPlace('EC_CACHE_SECURITY_GROUPS', 'CacheSecurityGroupNames', ['a'], ['b']),
    loss('EC_SUBNET_GROUP_REPLACES', 'CacheSubnetGroupName', 'a', 'b'),
    refused('EC_CLUSTER_MODE_STEP_REFUSED', 'ClusterMode', 'disabled', 'enabled'),
    refused('EC_CLUSTER_MODE_BACK_REFUSED', 'ClusterMode', 'enabled', 'compatible'),
    refused('EC_CLUSTER_MODE_NOT_ALONE_REFUSED', 'ClusterMode', 'disabled', 'compatible', {
      afterWith: { EngineVersion: '8.1' },
    }),
    unknown('EC_CLUSTER_MODE_PERHAPS_NOT_ALONE', 'ClusterMode', 'disabled', 'compatible', {
      with: { CacheNodeType: { Ref: 'P' } },
      defaults: ['cache.r7g.large', 'cache.r7g.xlarge'],
    }),
    interruption('EC_CLUSTER_MODE_ENABLED', 'ClusterMode', 'compatible', 'enabled'),
    unknown('EC_CLUSTER_MODE_UNKNOWN', 'ClusterMode', undefined, 'enabled'),
    inPlace('EC_CLUSTER_MODE_COMPATIBLE', 'ClusterMode', 'disabled', 'compatible'),
    loss('EC_DATA_TIERING_REPLACES', 'DataTieringEnabled', undefined, true),
    inPlace('EC_DURABILITY_SAME', 'Durability', undefined, 'default'),
    refused('EC_DURABILITY_REFUSED', 'Durability', 'async', 'sync'),
    loss('EC_ENGINE_TO_VALKEY_REPLACES', 'Engine', 'redis', 'valkey'),
    loss('EC_ENGINE_REPLACES', 'Engine', 'valkey', 'redis'),
    refused('EC_ENGINE_DOWNGRADE_REFUSED', 'EngineVersion', '8.0', '7.2', group('Engine', 'valkey')),
    interruption('EC_ENGINE_VERSION_WITH_ENGINE', 'EngineVersion', '8.0', '7.1', {
      with: { Engine: 'valkey' },
      afterWith: { Engine: 'redis' },
    }),
    interruption('EC_ENGINE_VERSION_CHANGES', 'EngineVersion', '7.2', '8.0'),
    loss('EC_GLOBAL_DATASTORE_REPLACES', 'GlobalReplicationGroupId', undefined, 'g'),
    interruption('EC_IP_DISCOVERY_CHANGES', 'IpDiscovery', 'ipv4', 'ipv6'),
    loss('EC_KMS_KEY_REPLACES', 'KmsKeyId', 'a', 'b'),
    inPlace('EC_LOG_DELIVERY', 'LogDeliveryConfigurations', [], [{ LogType: 'slow-log' }]),
    interruption('EC_MULTI_AZ_OFF', 'MultiAZEnabled', true, undefined),
    inPlace('EC_MULTI_AZ_ON', 'MultiAZEnabled', false, true),
    loss('EC_NETWORK_TYPE_REPLACES', 'NetworkType', 'ipv4', 'dual_stack'),
    refused(
      'EC_NODE_GROUP_REPLICAS_REFUSED',
      'NodeGroupConfiguration',
      [{ NodeGroupId: '1', ReplicaCount: 1 }],
      [{ NodeGroupId: '1', ReplicaCount: 2 }, { NodeGroupId: '2' }],
      online,
    ),
    unknown(
      'EC_NODE_GROUP_ZONES',
      'NodeGroupConfiguration',
      [{ NodeGroupId: '1', PrimaryAvailabilityZone: 'eu-west-1a' }],
      [{ NodeGroupId: '1', PrimaryAvailabilityZone: 'eu-west-1b' }],
      online,
    ),
    unknown('EC_NODE_GROUP_LAYOUT_COMES_LATER', 'NodeGroupConfiguration', undefined, [{ Slots: '0-16383' }], online),
    unknown('EC_NODE_GROUP_LAYOUT_GOES', 'NodeGroupConfiguration', [{ NodeGroupId: '1' }], undefined, online),
    unknown('EC_SHARDS_NOT_SAID', 'NumNodeGroups', 3, undefined, online),
    unknown(
      'EC_NODE_GROUP_IDS_CHANGE',
      'NodeGroupConfiguration',
      [{ NodeGroupId: '1' }, { NodeGroupId: '2' }],
      [{ NodeGroupId: '1' }, { NodeGroupId: '3' }],
      online,
    ),
    unknown(
      'EC_NODE_GROUP_SLOTS',
      'NodeGroupConfiguration',
      [{ Slots: '0-8191' }, { Slots: '8192-16383' }],
      [{ Slots: '0-4000' }, { Slots: '4001-16383' }],
      online,
    ),
    inPlace(
      'EC_NODE_GROUP_SLOTS_LEFT_OUT',
      'NodeGroupConfiguration',
      [{ NodeGroupId: '0001', Slots: '0-16383', ReplicaCount: 1 }],
      [{ NodeGroupId: '0001', ReplicaCount: 1 }],
      online,
    ),
    interruption(
      'EC_NODE_GROUPS_ONLINE_SLOTS_EVEN',
      'NodeGroupConfiguration',
      [{ Slots: '0-8191' }, { Slots: '8192-16383' }],
      [{ Slots: '0-5000' }, { Slots: '5001-10000' }, { Slots: '10001-16383' }],
      online,
    ),
    refused('EC_NODE_GROUPS_MISCOUNTED', 'NodeGroupConfiguration', [{}, {}], [{}, {}, {}], {
      ...online,
      ...group('NumNodeGroups', 2),
    }),
    inPlace('EC_NODE_GROUPS_SAID', 'NodeGroupConfiguration', undefined, [{}], online),
    interruption('EC_NODE_GROUPS_ONLINE_AMONG_OTHERS', 'NodeGroupConfiguration', [{}], [{}, {}], {
      ...online,
      afterWith: { SnapshotRetentionLimit: 7 },
    }),
    interruption('EC_NODE_GROUPS_ONLINE', 'NodeGroupConfiguration', [{ NodeGroupId: '1' }], [{}, {}], online),
    loss('EC_NODE_GROUPS_REPLACES', 'NodeGroupConfiguration', [{ NodeGroupId: '1' }], []),
    inPlace('EC_NOTIFICATION_TOPIC', 'NotificationTopicArn', 'a', 'b'),
    refused('EC_LAST_REPLICA_REFUSED', 'NumCacheClusters', 2, 1, group('AutomaticFailoverEnabled', true)),
    inPlace('EC_CACHE_CLUSTERS_SAID_ELSEWHERE', 'NumCacheClusters', 2, undefined, {
      afterWith: { NodeGroupConfiguration: [{ ReplicaCount: 1 }] },
    }),
    interruption('EC_CACHE_CLUSTERS_CHANGE', 'NumCacheClusters', 2, 3),
    refused('EC_SHARDS_MISCOUNTED', 'NumNodeGroups', 3, 2, {
      ...online,
      ...group('NodeGroupConfiguration', [{}, {}, {}]),
    }),
    inPlace('EC_SHARDS_SAME', 'NumNodeGroups', undefined, 1, online),
    interruption('EC_SHARDS_SAME_BY_DEFAULT', 'NumNodeGroups', 2, { Ref: 'P' }, { ...online, defaults: [2, 2] }),
    interruption('EC_SHARDS_ONLINE_AMONG_OTHERS', 'NumNodeGroups', 2, 3, {
      ...online,
      afterWith: { SnapshotRetentionLimit: 7 },
    }),
    interruption('EC_SHARDS_ONLINE', 'NumNodeGroups', 2, 3, online),
    unknown('EC_SHARDS_POLICY_UNKNOWN', 'NumNodeGroups', 2, 3, {
      updatePolicy: { UseOnlineResharding: { Ref: 'Online' } },
    }),
    unknown('EC_NODE_GROUPS_POLICY_UNKNOWN', 'NodeGroupConfiguration', [{}], [{}, {}], {
      updatePolicy: { UseOnlineResharding: { 'Fn::If': ['Online', true, false] } },
    }),
    loss('EC_SHARDS_REPLACES', 'NumNodeGroups', 2, 3),
    loss('EC_PORT_REPLACES', 'Port', 6379, 6380),
    loss('EC_ZONES_REPLACES', 'PreferredCacheClusterAZs', ['a'], ['b']),
    inPlace('EC_MAINTENANCE_WINDOW', 'PreferredMaintenanceWindow', 'sun:01:00-sun:02:00', 'mon:01:00-mon:02:00'),
    inPlace('EC_PRIMARY_CLUSTER', 'PrimaryClusterId', 'a', 'b'),
    loss('EC_REPLICAS_FROM_CACHE_CLUSTERS_REPLACES', 'ReplicasPerNodeGroup', undefined, 1, {
      with: { NumCacheClusters: 2 },
    }),
    loss('EC_REPLICAS_REPLACES', 'ReplicasPerNodeGroup', 1, 2),
    inPlace('EC_DESCRIPTION', 'ReplicationGroupDescription', 'a', 'b'),
    loss('EC_GROUP_ID_REPLACES', 'ReplicationGroupId', 'a', 'b'),
    interruption('EC_SECURITY_GROUPS_CHANGE', 'SecurityGroupIds', ['a'], ['b']),
    loss('EC_SNAPSHOT_ARNS_REPLACES', 'SnapshotArns', ['a'], undefined),
    loss('EC_SNAPSHOT_NAME_REPLACES', 'SnapshotName', 'a', undefined),
    interruption('EC_BACKUPS_OFF', 'SnapshotRetentionLimit', 7, 0),
    inPlace('EC_SNAPSHOT_RETENTION', 'SnapshotRetentionLimit', 0, 7),
    inPlace('EC_SNAPSHOT_WINDOW', 'SnapshotWindow', '01:00-02:00', '02:00-03:00'),
    inPlace('EC_SNAPSHOTTING_CLUSTER', 'SnapshottingClusterId', 'a', 'b'),
    inPlace('EC_TAGS', 'Tags', [], [{ Key: 'team', Value: 'cache' }]),
    refused('EC_TLS_ON_REFUSED', 'TransitEncryptionEnabled', false, true),
    refused('EC_TLS_OFF_REFUSED', 'TransitEncryptionEnabled', true, false),
    inPlace('EC_TLS_SAME', 'TransitEncryptionEnabled', undefined, false),
    inPlace('EC_TLS_ON', 'TransitEncryptionEnabled', false, true, {
      afterWith: { TransitEncryptionMode: 'preferred' },
    }),
    interruption('EC_TLS_OFF', 'TransitEncryptionEnabled', true, false, group('TransitEncryptionMode', 'preferred')),
    refused('EC_TLS_REQUIRED_FIRST_REFUSED', 'TransitEncryptionMode', undefined, 'required'),
    interruption(
      'EC_TLS_REQUIRED',
      'TransitEncryptionMode',
      'preferred',
      'required',
      group('TransitEncryptionEnabled', true),
    ),
    inPlace('EC_TLS_MODE', 'TransitEncryptionMode', 'required', 'preferred', group('TransitEncryptionEnabled', true)),
    interruption('EC_USER_GROUP_CHANGES', 'UserGroupIds', ['a'], ['b']),
  ],
  'AWS::ElastiCache::GlobalReplicationGroup': [
    refused('GD_FAILOVER_OFF_REFUSED', 'AutomaticFailoverEnabled', true, false),
    inPlace('GD_FAILOVER_ON', 'AutomaticFailoverEnabled', undefined, true),
    interruption('GD_NODE_TYPE_CHANGES', 'CacheNodeType', 'cache.r7g.large', 'cache.r7g.xlarge'),
    inPlace('GD_PARAMETER_GROUP', 'CacheParameterGroupName', 'a', 'b'),
    unknown('GD_ENGINE_UNKNOWN', 'Engine', 'redis', 'valkey'),
    interruption('GD_ENGINE_VERSION_CHANGES', 'EngineVersion', '8.0', '8.1'),
    inPlace('GD_SHARDS_ONLINE', 'GlobalNodeGroupCount', 2, 3),
    inPlace('GD_DESCRIPTION', 'GlobalReplicationGroupDescription', 'a', 'b'),
    unknown('GD_SUFFIX_UNKNOWN', 'GlobalReplicationGroupIdSuffix', 'a', 'b'),
    unknown('GD_MEMBERS_UNKNOWN', 'Members', [{ Role: 'PRIMARY' }], []),
    inPlace('GD_REGIONS', 'RegionalConfigurations', undefined, []),
    inPlace('GD_TAGS', 'Tags', [], [{ Key: 'a', Value: 'b' }]),
  ],
  'AWS::ElastiCache::ServerlessCache': [
    interruption(
      'ES_LIMITS_CHANGE',
      'CacheUsageLimits',
      { DataStorage: { Maximum: 10 } },
      { DataStorage: { Maximum: 5 } },
    ),
    loss('ES_CONNECTION_TYPE_REPLACES', 'ConnectionType', 'vpc', 'public'),
    inPlace('ES_SNAPSHOT_TIME', 'DailySnapshotTime', '01:00', '02:00'),
    inPlace('ES_DESCRIPTION', 'Description', 'a', 'b'),
    inPlace('ES_ENDPOINT', 'Endpoint', undefined, { Port: '6379' }),
    interruption('ES_ENGINE_TO_VALKEY', 'Engine', 'redis', 'valkey'),
    unknown('ES_ENGINE_UNKNOWN', 'Engine', 'valkey', 'memcached'),
    inPlace('ES_FINAL_SNAPSHOT', 'FinalSnapshotName', 'a', 'b'),
    loss('ES_KMS_KEY_REPLACES', 'KmsKeyId', 'a', 'b'),
    interruption('ES_ENGINE_VERSION_CHANGES', 'MajorEngineVersion', '7', '8'),
    loss('ES_NETWORK_TYPE_REPLACES', 'NetworkType', 'ipv4', 'dual_stack'),
    inPlace('ES_READER_ENDPOINT', 'ReaderEndpoint', undefined, { Port: '6380' }),
    interruption('ES_SECURITY_GROUPS_CHANGE', 'SecurityGroupIds', ['a'], ['b']),
    loss('ES_NAME_REPLACES', 'ServerlessCacheName', 'a', 'b'),
    loss('ES_SNAPSHOT_ARNS_REPLACES', 'SnapshotArnsToRestore', ['a'], undefined),
    interruption('ES_BACKUPS_OFF', 'SnapshotRetentionLimit', 7, undefined),
    inPlace('ES_SNAPSHOT_RETENTION', 'SnapshotRetentionLimit', 7, 8),
    loss('ES_SUBNETS_REPLACES', 'SubnetIds', ['a'], ['b']),
    inPlace('ES_TAGS', 'Tags', [], [{ Key: 'team', Value: 'cache' }]),
    interruption('ES_USER_GROUP_CHANGES', 'UserGroupId', 'a', 'b'),
  ],
  'AWS::ElastiCache::SubnetGroup': [
    interruption('EN_NAME_REPLACES', 'CacheSubnetGroupName', 'a', 'b'),
    inPlace('EN_DESCRIPTION', 'Description', 'a', 'b'),
    inPlace('EN_SUBNETS', 'SubnetIds', ['a'], ['b']),
    inPlace('EN_TAGS', 'Tags', [], [{ Key: 'team', Value: 'cache' }]),
  ],
  'AWS::ElastiCache::ParameterGroup': [
    inPlace('EP_FAMILY_REPLACES', 'CacheParameterGroupFamily', 'redis7', 'valkey8'),
    inPlace('EP_DESCRIPTION', 'Description', 'a', 'b'),
    refused('EP_CLUSTER_ENABLED_REFUSED', 'Properties', { 'cluster-enabled': 'no' }, { 'cluster-enabled': 'yes' }),
    interruption('EP_DATABASES_REBOOT', 'Properties', { databases: '16' }, { databases: '1' }),
    interruption('EP_ACTIVEREHASHING_REBOOT', 'Properties', { activerehashing: 'yes' }, { activerehashing: 'no' }),
    interruption('EP_EVICTION_CHANGES', 'Properties', {}, { 'maxmemory-policy': 'noeviction' }),
    interruption('EP_PARAMETER_CHANGES', 'Properties', { timeout: '0' }, { timeout: '60' }),
    unknown('EP_PARAMETERS_UNKNOWN', 'Properties', { timeout: '0' }, { 'Fn::FindInMap': ['a', 'b', 'c'] }),
    inPlace('EP_TAGS', 'Tags', [], [{ Key: 'team', Value: 'cache' }]),
  ],
  'AWS::ElastiCache::User': [
    interruption('EU_ACCESS_CHANGES', 'AccessString', 'on ~* +@all', 'on ~app:* +@read'),
    interruption('EU_AUTHENTICATION_CHANGES', 'AuthenticationMode', { Type: 'password' }, { Type: 'iam' }),
    interruption('EU_ENGINE_REPLACES', 'Engine', 'redis', 'valkey'),
    interruption('EU_NO_PASSWORD_CHANGES', 'NoPasswordRequired', false, true),
    interruption('EU_PASSWORDS_CHANGE', 'Passwords', ['a'], ['a', 'b']),
    inPlace('EU_TAGS', 'Tags', [], [{ Key: 'team', Value: 'cache' }]),
    interruption('EU_USER_ID_REPLACES', 'UserId', 'a', 'b'),
    interruption('EU_USER_NAME_REPLACES', 'UserName', 'a', 'b'),
  ],
  'AWS::ElastiCache::UserGroup': [
    interruption('EG_ENGINE_REPLACES', 'Engine', 'redis', 'valkey'),
    inPlace('EG_TAGS', 'Tags', [], [{ Key: 'team', Value: 'cache' }]),
    interruption('EG_GROUP_ID_REPLACES', 'UserGroupId', 'a', 'b'),
    interruption('EG_USERS_CHANGE', 'UserIds', ['a'], ['b']),
  ],
  'AWS::KMS::Key': [
    inPlace('KK_LOCKOUT_CHECK', 'BypassPolicyLockoutSafetyCheck', false, true),
    inPlace('KK_DESCRIPTION', 'Description', 'a', 'b'),
    inPlace('KK_ROTATION', 'EnableKeyRotation', false, true),
    unknown('KK_DISABLED_UNKNOWN', 'Enabled', true, false),
    inPlace('KK_ENABLED', 'Enabled', false, true),
    interruption('KK_POLICY_CHANGES', 'KeyPolicy', { Statement: [] }, { Statement: [{ Effect: 'Deny' }] }),
    refused('KK_SPEC_REFUSED', 'KeySpec', undefined, 'RSA_2048'),
    refused('KK_USAGE_REFUSED', 'KeyUsage', undefined, 'SIGN_VERIFY'),
    refused('KK_MULTI_REGION_REFUSED', 'MultiRegion', false, true),
    refused('KK_ORIGIN_REFUSED', 'Origin', 'AWS_KMS', 'EXTERNAL'),
    inPlace('KK_PENDING_WINDOW', 'PendingWindowInDays', 7, 30),
    inPlace('KK_ROTATION_PERIOD', 'RotationPeriodInDays', 90, 365),
    inPlace('KK_TAGS', 'Tags', [], [{ Key: 'team', Value: 'cache' }]),
  ],
  'AWS::SecretsManager::Secret': [
    inPlace('KS_DESCRIPTION', 'Description', 'a', 'b'),
    interruption('KS_GENERATED_ANEW', 'GenerateSecretString', { PasswordLength: 32 }, { PasswordLength: 64 }),
    inPlace('KS_KMS_KEY', 'KmsKeyId', 'a', 'b'),
    interruption('KS_NAME_REPLACES', 'Name', 'a', 'b'),
    inPlace('KS_REPLICAS', 'ReplicaRegions', [], [{ Region: 'eu-west-1' }]),
    interruption('KS_VALUE_CHANGES', 'SecretString', 'a', 'b'),
    inPlace('KS_TAGS', 'Tags', [], [{ Key: 'team', Value: 'cache' }]),
    inPlace('KS_TYPE', 'Type', 'a', 'b'),
  ],
};
