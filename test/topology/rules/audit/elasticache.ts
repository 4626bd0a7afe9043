import type { AuditedRule } from './audited-rule.ts';

const AUTHENTICATION = 'test/aws/authentication.test.ts';

export const ELASTICACHE_AUDIT: readonly AuditedRule[] = [
  {
    id: 'A1',
    rule: 'Cluster mode needs automatic failover; the way there a replica, and Valkey 7.2 or Redis 7.0.',
    refused: ['EC_AUTOMATIC_FAILOVER_REQUIRED', 'EC_COMPATIBLE_NEEDS_REPLICAS', 'EC_COMPATIBLE_NEEDS_ENGINE_VERSION'],
  },
  {
    id: 'A2',
    rule: 'Automatic failover cannot be switched off later.',
    refused: ['EC_AUTOMATIC_FAILOVER_REQUIRED'],
    planned: ['EC_FAILOVER_OFF_REFUSED'],
  },
  {
    id: 'A3',
    rule: 'Without cluster mode, failover needs two nodes.',
    refused: ['EC_FAILOVER_NEEDS_TWO_NODES'],
    planned: ['EC_LAST_REPLICA_REFUSED'],
  },
  { id: 'A4', rule: 'Multi-AZ needs automatic failover.', refused: ['EC_MULTI_AZ_NEEDS_AUTOMATIC_FAILOVER'] },
  {
    id: 'A5',
    rule: 'Multi-AZ needs a replica in every shard.',
    refused: ['EC_MULTI_AZ_NEEDS_REPLICAS', 'EC_MULTI_AZ_NEEDS_SEVERAL_ZONES'],
  },
  {
    id: 'A6',
    rule: '`NumCacheClusters` excludes `NumNodeGroups` and `ReplicasPerNodeGroup`.',
    planned: ['EC_REPLICAS_FROM_CACHE_CLUSTERS_REPLACES'],
    impossible: 'It is written without cluster mode and on the way there, and then they are not.',
  },
  {
    id: 'A7',
    rule: 'An explicit layout: ids of 1 to 4 digits, ranges of slots, no `PreferredCacheClusterAZs`; not after resharding.',
    refused: [
      'EC_SLOTS_NEED_CLUSTER_MODE',
      'EC_NODE_GROUPS_ONE_PER_SHARD',
      'EC_NODE_GROUP_ID_FORM',
      'EC_NODE_GROUP_ID_TWICE',
      'EC_SLOTS_FORM',
      'EC_SLOTS_COVER_ALL',
      'EC_ZONE_FORM',
      'EC_REPLICA_ZONES_ONE_PER_REPLICA',
      'EC_SCALING_EXCLUDES_LAYOUT',
    ],
    planned: ['EC_NODE_GROUPS_ONLINE', 'EC_NODE_GROUPS_REPLACES', 'EC_NODE_GROUP_REPLICAS_REFUSED'],
    impossible: '`PreferredCacheClusterAZs` is never written, and no common replica count beside a layout.',
  },
  {
    id: 'A8',
    rule: '1 to 500 shards, 0 to 5 replicas, 90 nodes unless the quota is raised (up to 500).',
    refused: [
      'EC_SHARD_COUNT_RANGE',
      'EC_SHARDS_NEED_CLUSTER_MODE',
      'EC_REPLICAS_PER_SHARD_RANGE',
      'EC_NODE_COUNT_OVER_QUOTA',
      'EC_NODE_QUOTA_RANGE',
      'EC_SCALING_OVER_QUOTA',
    ],
  },
  {
    id: 'A9',
    rule: "A group's id: 1 to 40 letters, digits and single hyphens, a letter first.",
    refused: ['EC_NAME_FORM'],
    planned: ['EC_GROUP_ID_REPLACES'],
  },
  {
    id: 'A10',
    rule: 'An AUTH token needs TLS, 16 to 128 characters and few symbols.',
    refused: ['EC_PREFERRED_TLS_EXCLUDES_AUTHENTICATION'],
    impossible: 'The token is generated: 64 letters and digits.',
  },
  {
    id: 'A11',
    rule: 'An AUTH token excludes user groups.',
    planned: ['EC_AUTH_TOKEN_TO_USER_GROUP_REPLACES'],
    impossible: 'Authentication is one or the other.',
  },
  {
    id: 'A12',
    rule: 'Valkey: `TransitEncryptionEnabled` must be written.',
    impossible: 'It is always written, as true.',
  },
  {
    id: 'A13',
    rule: 'TLS on a live group: first `preferred`, then `required`.',
    refused: ['EC_PREFERRED_TLS_NEEDS_ENGINE_VERSION'],
    planned: ['EC_TLS_ON', 'EC_TLS_ON_REFUSED', 'EC_TLS_REQUIRED_FIRST_REFUSED', 'EC_TLS_REQUIRED'],
  },
  {
    id: 'A14',
    rule: 'Encryption at rest and its key are chosen at creation.',
    planned: ['EC_AT_REST_ENCRYPTION_REPLACES', 'EC_KMS_KEY_REPLACES'],
    impossible: 'Encryption at rest is always on, with a key that outlives the group.',
  },
  {
    id: 'A15',
    rule: 'Data tiering if and only if the node is of the family r6gd.',
    refused: [
      'EC_R6GD_NEEDS_DATA_TIERING',
      'EC_DATA_TIERING_NEEDS_R6GD',
      'EC_DATA_TIERING_NEEDS_ENGINE_VERSION',
      'EC_DATA_TIERING_EVICTION_POLICY',
    ],
    planned: ['EC_DATA_TIERING_REPLACES'],
  },
  {
    id: 'A16',
    rule: 'A Redis user group has a user named `default`; no two users of a group have one name.',
    refused: ['EC_USER_NAME_IS_DEFAULT'],
    impossible: 'Every group has the user `default`, switched off.',
  },
  {
    id: 'A17',
    rule: 'Users, user group and cluster have one engine; one user group for a cluster.',
    impossible: 'All three have the engine of the topology.',
  },
  {
    id: 'A18',
    rule: 'A user with IAM has the same id and name.',
    refused: ['EC_IAM_USER_NAME_FORM'],
    impossible:
      'Both are the user name of the topology. Two users of an app with one id are refused at synth (AWS_USER_ID_SHARED).',
  },
  {
    id: 'A19',
    rule: 'IAM needs Valkey 7.2 or Redis 7.0, TLS, and `elasticache:Connect` on group and user.',
    refused: ['EC_IAM_NEEDS_ENGINE_VERSION', 'EC_PREFERRED_TLS_EXCLUDES_AUTHENTICATION'],
    impossible: '`grantConnect` grants both.',
    shownBy: [
      `${AUTHENTICATION} › is signed in as by those who may connect to the group and as the user, and nothing else`,
    ],
  },
  {
    id: 'A20',
    rule: 'A user with passwords has one or two.',
    impossible: 'Each has the generated one.',
  },
  {
    id: 'A21',
    rule: "The parameter group's family fits the engine's version.",
    planned: ['EP_FAMILY_REPLACES'],
    impossible: 'The family is made from engine and version.',
  },
  {
    id: 'A22',
    rule: 'Parameters are texts; `cluster-enabled` is `yes` or `no`.',
    refused: [
      'EC_PARAMETER_HAS_A_FIELD',
      'EC_PARAMETER_NAME_FORM',
      'EC_PARAMETER_FIXED',
      'EC_PARAMETER_NOT_IN_FAMILY',
      'EC_PARAMETER_VALUE',
    ],
    planned: ['EP_CLUSTER_ENABLED_REFUSED'],
    impossible:
      'The schema takes texts only, and `cluster-enabled` follows `clusterMode`; each mode has a group of its own.',
  },
  {
    id: 'A23',
    rule: 'Engine versions as the service spells them, without a patch level.',
    refused: ['EC_ENGINE_VERSION_PATCH_LEVEL', 'EC_ENGINE_VERSION_UNSUPPORTED'],
  },
  {
    id: 'A24',
    rule: 'No downgrade of the engine.',
    planned: ['EC_ENGINE_DOWNGRADE_REFUSED', 'EC_ENGINE_REPLACES'],
  },
  {
    id: 'A25',
    rule: 'Durability: Valkey 9.0, Multi-AZ, a replica, TLS, certain families, no data tiering; chosen at creation.',
    refused: [
      'EC_DURABILITY_NEEDS_VALKEY_9',
      'EC_DURABILITY_NEEDS_CLUSTER_MODE',
      'EC_DURABILITY_NEEDS_MULTI_AZ',
      'EC_DURABILITY_NEEDS_REQUIRED_TLS',
      'EC_DURABILITY_NEEDS_NODE_FAMILY',
      'EC_DURABILITY_EXCLUDES_DATA_TIERING',
      'EC_GLOBAL_EXCLUDES_DURABILITY',
    ],
    planned: ['EC_DURABILITY_REFUSED', 'EC_DURABILITY_SAME'],
  },
  {
    id: 'A26',
    rule: 'IPv6 and dual stack: Valkey 7.2 or Redis 6.2, Nitro; subnets with such addresses (AWS_SUBNET_ADDRESSES at synth); chosen at creation.',
    refused: ['EC_IPV6_NEEDS_ENGINE_VERSION', 'EC_IPV6_NEEDS_NITRO', 'EC_IP_DISCOVERY_CONTRADICTS_NETWORK'],
    planned: ['EC_NETWORK_TYPE_REPLACES'],
  },
  {
    id: 'A27',
    rule: 'A member of a Global Datastore has no engine, version, node type or shards of its own.',
    refused: ['EC_GLOBAL_SECONDARY_EXCLUDES_LAYOUT', 'EC_GLOBAL_SECONDARY_EXCLUDES_PARAMETERS'],
    planned: ['EC_GLOBAL_DATASTORE_REPLACES'],
    impossible: 'A secondary says none of them; a group of its own has no `GlobalReplicationGroupId`.',
  },
  {
    id: 'A28',
    rule: 'At most one slow log and one engine log.',
    impossible: 'Exactly these are delivered, the engine log where the version has one.',
  },
  {
    id: 'A29',
    rule: 'Snapshots are kept 0 to 35 days; no `SnapshottingClusterId` in cluster mode.',
    refused: [
      'EC_SNAPSHOT_RETENTION_RANGE',
      'EC_SNAPSHOT_WINDOW_LENGTH',
      'EC_SNAPSHOT_WINDOW_WITHOUT_SNAPSHOTS',
      'EC_WINDOWS_OVERLAP',
    ],
    planned: ['EC_SNAPSHOTTING_CLUSTER', 'EC_BACKUPS_OFF'],
    impossible: '`SnapshottingClusterId` is never written.',
  },
  {
    id: 'A30',
    rule: 'Automatic scaling: certain families, sizes and versions.',
    refused: [
      'EC_SCALING_NEEDS_CLUSTER_MODE',
      'EC_SCALING_NEEDS_NODE_TYPE',
      'EC_SCALING_NEEDS_ENGINE_VERSION',
      'EC_SCALING_RANGE',
      'EC_SCALING_TARGET_RANGE',
      'EC_GLOBAL_EXCLUDES_SCALING',
    ],
  },
  {
    id: 'A31',
    rule: 'The maintenance window: `ddd:hh24:mi-ddd:hh24:mi`, an hour or more.',
    refused: ['EC_MAINTENANCE_WINDOW_LENGTH'],
  },
  {
    id: 'A32',
    rule: 'In cluster mode there is `ConfigurationEndPoint` and no `PrimaryEndPoint`, without it the other way round.',
    impossible: 'Only the one of the mode is asked for.',
  },
  {
    id: 'A33',
    rule: 'Serverless: 1 to 5000 GB, 1,000 to 15,000,000 ECPU, 1 to 35 days, a description without `<>`.',
    refused: [
      'EC_SERVERLESS_STORAGE_RANGE',
      'EC_SERVERLESS_ECPU_RANGE',
      'EC_SERVERLESS_SNAPSHOT_RETENTION_RANGE',
      'EC_SERVERLESS_DESCRIPTION_FORM',
    ],
  },
];
