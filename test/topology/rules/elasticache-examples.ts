/** One example that keeps and one that breaks each rule of ElastiCache, for the rules alone and for the construct that asks them. */
import { type ElastiCacheTopology, elastiCacheSchema } from '../../../lib/topology/elasticache.ts';
import type { RuleExample } from './rule-examples.ts';

/** What the examples change; keeps every rule. */
export const ELASTICACHE_BASE: ElastiCacheTopology = elastiCacheSchema.parse({
  platform: 'elasticache',
  name: 'sessions',
  shardCount: 3,
  replicasPerShard: 1,
});
const SINGLE = { clusterMode: 'disabled', shardCount: 1 } as const;
const READER = { kind: 'rbac', userName: 'reader', credential: 'password' } as const;
const SHARDS = { min: 2, max: 6, targetPercent: 60, metric: 'memory' } as const;

export const ELASTICACHE_EXAMPLES: Readonly<Record<string, RuleExample<ElastiCacheTopology>>> = {
  EC_NAME_FORM: {
    keeps: { name: 'a'.repeat(40) },
    breaks: { name: 'sessions--eu' },
    says: /"sessions--eu".*single hyphens/,
  },
  EC_SHARD_COUNT_RANGE: { keeps: { shardCount: 500 }, breaks: { shardCount: 0 }, says: /is 0: .* 1 to 500/ },
  EC_REPLICAS_PER_SHARD_RANGE: {
    keeps: { replicasPerShard: 5 },
    breaks: { replicasPerShard: 6 },
    says: /is 6: .* 0 to 5/,
  },
  EC_NODE_QUOTA_RANGE: { keeps: { nodeQuota: 500 }, breaks: { nodeQuota: 501 }, says: /is 501: .* 500/ },
  EC_NODE_COUNT_OVER_QUOTA: {
    keeps: { shardCount: 45, replicasPerShard: 1 },
    breaks: { shardCount: 46, replicasPerShard: 1 },
    says: /46 shards with 1 replicas each are 92 nodes: the quota is 90 .*`nodeQuota`/,
  },
  EC_AUTOMATIC_FAILOVER_REQUIRED: {
    keeps: { automaticFailover: true },
    breaks: { automaticFailover: false },
    says: /with cluster mode enabled .*"InvalidParameterValue: Redis with cluster mode enabled cannot be created with auto failover turned off\."/,
  },
  EC_FAILOVER_NEEDS_TWO_NODES: {
    keeps: { ...SINGLE, replicasPerShard: 0, automaticFailover: false, multiAz: false },
    breaks: { ...SINGLE, replicasPerShard: 0, multiAz: false },
    says: /"disabled" and 0 replicas.*"InvalidParameterCombination: When using automatic failover, there must be at least 2/,
  },
  EC_SHARDS_NEED_CLUSTER_MODE: {
    keeps: SINGLE,
    breaks: { clusterMode: 'compatible', shardCount: 2 },
    says: /is 2 with `clusterMode` "compatible": only "enabled"/,
  },
  EC_SLOTS_NEED_CLUSTER_MODE: {
    keeps: { ...SINGLE, nodeGroups: [{ primaryZone: 'eu-west-1a', replicaZones: ['eu-west-1b'] }] },
    breaks: { ...SINGLE, nodeGroups: [{ slots: '0-16383' }] },
    says: /the slots "0-16383" with `clusterMode` "disabled"/,
  },
  EC_SCALING_NEEDS_CLUSTER_MODE: {
    keeps: { ...SINGLE, scaling: {} },
    breaks: { ...SINGLE, scaling: { replicas: { min: 1, max: 5, targetPercent: 60 } } },
    says: /with `clusterMode` "disabled": .*"enabled" only/,
  },
  EC_DURABILITY_NEEDS_CLUSTER_MODE: {
    keeps: { ...SINGLE, durability: 'disabled', engineVersion: '9.0' },
    breaks: { ...SINGLE, durability: 'sync', engineVersion: '9.0' },
    says: /"sync" with `clusterMode` "disabled": .*needs cluster mode "enabled"/,
  },
  EC_COMPATIBLE_NEEDS_REPLICAS: {
    keeps: { shardCount: 1, clusterMode: 'compatible', replicasPerShard: 1 },
    breaks: { shardCount: 1, clusterMode: 'compatible', replicasPerShard: 0, multiAz: false },
    says: /"compatible" with 0 replicas: .*at least 1 replica/,
  },
  EC_COMPATIBLE_NEEDS_ENGINE_VERSION: {
    keeps: { shardCount: 1, clusterMode: 'compatible', engine: 'redis', engineVersion: '7.0' },
    breaks: { shardCount: 1, clusterMode: 'compatible', engine: 'redis', engineVersion: '6.2' },
    says: /"compatible" with redis "6\.2": .*7\.0 or Valkey 7\.2/,
  },
  EC_MULTI_AZ_NEEDS_AUTOMATIC_FAILOVER: {
    keeps: { ...SINGLE, multiAz: false, automaticFailover: false },
    breaks: { ...SINGLE, multiAz: true, automaticFailover: false },
    says: /"automatic_failover_enabled must be true if multi_az_enabled is true"/,
  },
  EC_MULTI_AZ_NEEDS_REPLICAS: {
    keeps: { multiAz: false, replicasPerShard: 0 },
    breaks: { multiAz: true, replicasPerShard: 0 },
    says: /with 0 replicas .* at least 1/,
  },
  EC_ENGINE_VERSION_PATCH_LEVEL: {
    keeps: { engineVersion: '9.0' },
    breaks: { engineVersion: '9.0.0' },
    says: /"9\.0\.0": .* refuses a patch level.*"9\.0" or "9\.1"/,
  },
  EC_ENGINE_VERSION_UNSUPPORTED: {
    keeps: { engine: 'redis', engineVersion: '7.1' },
    breaks: { engine: 'redis', engineVersion: '8.0' },
    says: /"8\.0": .* of redis .*Allowed: "6\.0", "6\.2", "7\.0" or "7\.1"/,
  },
  EC_NODE_TYPE_FORM: {
    keeps: { nodeType: 'cache.t4g.micro' },
    breaks: { nodeType: 'r7g.large' },
    says: /"r7g\.large": .*"cache\.r7g\.large"/,
  },
  EC_NODE_TYPE_SIZE: {
    keeps: { nodeType: 'cache.r99g.small' },
    breaks: { nodeType: 'cache.t4g.16xlarge' },
    says: /"cache\.t4g\.16xlarge": .*micro, small, medium\./,
  },
  EC_PARAMETER_FIXED: {
    keeps: { parameters: { 'reserved-memory-percent': '30', 'cluster-node-timeout': '5' } },
    breaks: { parameters: { maxmemory: '1', 'repl-timeout': '60' } },
    says: /"maxmemory" or "repl-timeout", .*"Modifiable: No"/,
  },
  EC_PARAMETER_NOT_IN_FAMILY: {
    keeps: {
      parameters: { 'lazyfree-lazy-expire': 'yes', 'latency-tracking': 'yes' },
      engine: 'redis',
      engineVersion: '7.1',
    },
    breaks: { parameters: { 'hash-max-ziplist-value': '64', 'min-slaves-to-write': '1', 'cluster-databases': '9' } },
    says: /"hash-max-ziplist-value" \(now "hash-max-listpack-value"\) and "min-slaves-to-write" .* and "cluster-databases", .*valkey 8\.0/,
  },
  EC_PARAMETER_VALUE: {
    keeps: {
      parameters: { 'notify-keyspace-events': 'KEA', timeout: '20', activedefrag: 'yes', 'maxmemory-samples': '64' },
    },
    breaks: {
      parameters: { 'notify-keyspace-events': 'QQ', timeout: '19', activedefrag: 'on', 'maxmemory-samples': '65' },
    },
    says: /notify-keyspace-events` is "QQ".*timeout` is "19", and takes 0, or .*activedefrag` is "on", and takes "yes" or "no"; .*from 1 to 64\. Correct it/,
  },
  EC_R6GD_NEEDS_DATA_TIERING: {
    keeps: { nodeType: 'cache.r6g.12xlarge' },
    breaks: { nodeType: 'cache.r6gd.xlarge' },
    says: /"cache\.r6gd\.xlarge": .*`dataTiering` to true/,
  },
  EC_PORT_RANGE: { keeps: { port: 65_535 }, breaks: { port: 65_536 }, says: /is 65536: .*1 to 65535/ },
  EC_AUTHENTICATION_REQUIRED: {
    keeps: { authentication: { kind: 'auth-token' } },
    breaks: { authentication: { kind: 'none' } },
    says: /"none": choose "rbac" .* or "auth-token"/,
  },
  EC_PREFERRED_TLS_EXCLUDES_AUTHENTICATION: {
    keeps: { transitEncryption: 'preferred', authentication: { kind: 'none' } },
    breaks: { transitEncryption: 'preferred', authentication: { kind: 'auth-token' } },
    says: /"auth-token".*"InvalidParameterCombination: Transit encryption preferred is not supported with redis access control\."/,
  },
  EC_PREFERRED_TLS_NEEDS_ENGINE_VERSION: {
    keeps: { transitEncryption: 'preferred', engine: 'redis', engineVersion: '7.0' },
    breaks: { transitEncryption: 'preferred', engine: 'redis', engineVersion: '6.2' },
    says: /"preferred" with redis "6\.2": before redis 7\.0/,
  },
  EC_USER_NAME_FORM: {
    keeps: { authentication: { kind: 'rbac', userName: 'a'.repeat(120), credential: 'password' } },
    breaks: { authentication: { kind: 'rbac', userName: 'two words', credential: 'password' } },
    says: /1 to 120 characters and no spaces/,
  },
  EC_USER_NAME_IS_DEFAULT: {
    keeps: { authentication: { kind: 'rbac', userName: 'default-reader', credential: 'password' } },
    breaks: { authentication: { kind: 'rbac', userName: 'default', credential: 'password' } },
    says: /"default": that user is switched off/,
  },
  EC_DATA_TIERING_NEEDS_R6GD: {
    keeps: { dataTiering: true, nodeType: 'cache.r6gd.xlarge' },
    breaks: { dataTiering: true, nodeType: 'cache.r7g.xlarge' },
    says: /true with `nodeType` "cache\.r7g\.xlarge": only the r6gd family/,
  },
  EC_DATA_TIERING_NEEDS_ENGINE_VERSION: {
    keeps: { dataTiering: true, engine: 'redis', engineVersion: '6.2' },
    breaks: { dataTiering: true, engine: 'redis', engineVersion: '6.0' },
    says: /redis 6\.0: .*6\.2 or later/,
  },
  EC_DATA_TIERING_EVICTION_POLICY: {
    keeps: { dataTiering: true, evictionPolicy: 'noeviction' },
    breaks: { dataTiering: true, evictionPolicy: 'allkeys-lfu' },
    says: /"allkeys-lfu" .*"volatile-lru", "allkeys-lru" or "noeviction"/,
  },
  EC_DURABILITY_NEEDS_VALKEY_9: {
    keeps: { durability: 'sync', engineVersion: '9.0' },
    breaks: { durability: 'sync', engineVersion: '8.2' },
    says: /"sync" with valkey "8\.2": .*Valkey 9\.0 or later/,
  },
  EC_DURABILITY_NEEDS_MULTI_AZ: {
    keeps: { durability: 'async' },
    breaks: { durability: 'async', multiAz: false, replicasPerShard: 0 },
    says: /"async" with `multiAz` false and 0 replicas .*at least 1 replica/,
  },
  EC_DURABILITY_NEEDS_REQUIRED_TLS: {
    keeps: { durability: 'disabled', transitEncryption: 'preferred' },
    breaks: { durability: 'sync', transitEncryption: 'preferred' },
    says: /"preferred": it needs TLS/,
  },
  EC_DURABILITY_NEEDS_NODE_FAMILY: {
    keeps: { durability: 'sync', nodeType: 'cache.c7gn.large' },
    breaks: { durability: 'sync', nodeType: 'cache.t4g.micro' },
    says: /"cache\.t4g\.micro": .*"r8g", .* or "c7gn"/,
  },
  EC_DURABILITY_EXCLUDES_DATA_TIERING: {
    keeps: { durability: 'default', dataTiering: true },
    breaks: { durability: 'sync', dataTiering: true },
    says: /one or the other/,
  },
  EC_PARAMETER_HAS_A_FIELD: {
    keeps: { parameters: { 'notify-keyspace-events': 'Ex' } },
    breaks: { parameters: { 'cluster-enabled': 'no', 'maxmemory-policy': 'noeviction' } },
    says: /"cluster-enabled" or "maxmemory-policy": the field `clusterMode` .*`evictionPolicy`/,
  },
  EC_PARAMETER_NAME_FORM: {
    keeps: { parameters: { 'notify-keyspace-events': '' } },
    breaks: { parameters: { 'Notify Keyspace': 'Ex', timeout: ' ' } },
    says: /"Notify Keyspace" or "timeout": .*small letters/,
  },
  EC_IPV6_NEEDS_ENGINE_VERSION: {
    keeps: { networkType: 'dual_stack', engine: 'redis', engineVersion: '6.2' },
    breaks: { networkType: 'dual_stack', engine: 'redis', engineVersion: '6.0' },
    says: /"dual_stack" with redis 6\.0: .*6\.2 or later/,
  },
  EC_IPV6_NEEDS_NITRO: {
    keeps: { networkType: 'ipv6', nodeType: 'cache.t3.small' },
    breaks: { networkType: 'ipv6', nodeType: 'cache.r4.large' },
    says: /"cache\.r4\.large": IPv6 needs nodes of the Nitro system/,
  },
  EC_IP_DISCOVERY_CONTRADICTS_NETWORK: {
    keeps: { networkType: 'dual_stack', ipDiscovery: 'ipv6' },
    breaks: { networkType: 'ipv4', ipDiscovery: 'ipv6' },
    says: /"ipv6" with `networkType` "ipv4"/,
  },
  EC_ACCESS_STRING_FORM: {
    keeps: { authentication: { ...READER, accessString: 'on ~shop:* %R~shared:* &news -@all +@read -client|list' } },
    breaks: { authentication: { ...READER, accessString: 'on ~* >a-password +@all reset' } },
    says: /does not take \(words 3, 5; not repeated here, because it may be a password\): it takes `on`/,
  },
  EC_ACCESS_STRING_OFF: {
    keeps: { authentication: { ...READER, accessString: 'off on ~* +@read' } },
    breaks: { authentication: { ...READER, accessString: '~* +@read' } },
    says: /switches the application's user off: .*Begin it with `on`/,
  },
  EC_ACCESS_STRING_LOCKS_OUT: {
    keeps: { authentication: { ...READER, accessString: 'on ~shop:* +@read +cluster|slots' } },
    breaks: { authentication: { ...READER, accessString: 'on ~shop:* +@read' } },
    says: /does not allow CLUSTER SLOTS, with which every cluster client starts: nobody could connect as this user\. Add `\+cluster\|slots`/,
  },
  EC_ACCESS_STRING_CATEGORY: {
    keeps: { authentication: { ...READER, accessString: 'on ~* +@all -@dangerous +@json +cluster|slots' } },
    breaks: { authentication: { ...READER, accessString: 'on ~* +@all -@dangrous' } },
    says: /names "@dangrous" \(did you mean @dangerous\?\), which is no category.*Allowed are @admin, /,
  },
  EC_IAM_USER_NAME_FORM: {
    keeps: { authentication: { kind: 'rbac', userName: 'shop-reader2', credential: 'iam' } },
    breaks: { authentication: { kind: 'rbac', userName: 'Shop', credential: 'iam' } },
    says: /"InvalidParameterCombination: User Id and User name must be same .*1 to 40 small letters/,
  },
  EC_IAM_NEEDS_ENGINE_VERSION: {
    keeps: {
      engine: 'redis',
      engineVersion: '7.0',
      authentication: { kind: 'rbac', userName: 'shop', credential: 'iam' },
    },
    breaks: {
      engine: 'redis',
      engineVersion: '6.2',
      authentication: { kind: 'rbac', userName: 'shop', credential: 'iam' },
    },
    says: /"iam" with redis "6\.2": .*redis 7\.0, or later/,
  },
  EC_NODE_GROUPS_ONE_PER_SHARD: {
    keeps: { nodeGroups: [{}, {}, {}] },
    breaks: { nodeGroups: [{}] },
    says: /1 entries for 3 shards/,
  },
  EC_NODE_GROUP_ID_FORM: {
    keeps: { nodeGroups: [{ id: '0007' }, {}, {}] },
    breaks: { nodeGroups: [{ id: 'shard-1' }, {}, {}] },
    says: /"shard-1": an id has 1 to 4 digits/,
  },
  EC_NODE_GROUP_ID_TWICE: {
    keeps: { nodeGroups: [{ id: '0003' }, { id: '0001' }, { id: '0002' }] },
    breaks: { nodeGroups: [{ id: '0002' }, {}, {}] },
    says: /"0002" more than once/,
  },
  EC_SLOTS_FORM: {
    keeps: { nodeGroups: [{ slots: '0-99,200' }, {}, {}] },
    breaks: { nodeGroups: [{ slots: '0-16384' }, { slots: '9-8' }, { slots: 'all' }] },
    says: /"0-16384", "9-8" or "all": .*0 to 16383/,
  },
  EC_SLOTS_COVER_ALL: {
    keeps: { nodeGroups: [{ slots: '0-99,200-16383' }, { slots: '100' }, { slots: '101-199' }] },
    breaks: { nodeGroups: [{ slots: '0-8000' }, { slots: '8000-12000' }, { slots: '12001-16383' }] },
    says: /no owner, or two, to slot 8000: .*each of the 16384/,
  },
  EC_ZONE_FORM: {
    keeps: {
      nodeGroups: [
        { primaryZone: 'us-gov-west-1a' },
        { primaryZone: 'us-west-2-lax-1a' },
        { primaryZone: 'eusc-de-east-1a' },
      ],
    },
    breaks: { nodeGroups: [{ primaryZone: '' }, { replicaZones: ['eu-west-1'] }, {}] },
    says: /the zone "" or "eu-west-1": .*like "eu-west-1a"/,
  },
  EC_REPLICA_ZONES_ONE_PER_REPLICA: {
    keeps: { nodeGroups: [{ primaryZone: 'eu-west-1a', replicaZones: ['eu-west-1b'] }, {}, {}] },
    breaks: { nodeGroups: [{ primaryZone: 'eu-west-1a', replicaZones: ['eu-west-1b', 'eu-west-1c'] }, {}, {}] },
    says: /2 replica zones for a shard of 1 replicas/,
  },
  EC_MULTI_AZ_NEEDS_SEVERAL_ZONES: {
    keeps: { multiAz: false, nodeGroups: [{ primaryZone: 'eu-west-1a', replicaZones: ['eu-west-1a'] }] },
    breaks: { multiAz: true, nodeGroups: [{ primaryZone: 'eu-west-1a', replicaZones: ['eu-west-1a'] }] },
    says: /into "eu-west-1a" while `multiAz` is true/,
  },
  EC_SNAPSHOT_RETENTION_RANGE: {
    keeps: { snapshotRetentionDays: 35 },
    breaks: { snapshotRetentionDays: 36 },
    says: /is 36: .*0 \(no snapshots\) to 35/,
  },
  EC_SNAPSHOT_WINDOW_LENGTH: {
    keeps: { snapshotWindow: '23:30-00:30' },
    breaks: { snapshotWindow: '02:00-02:59' },
    says: /"02:00-02:59": .*at least 60 minutes/,
  },
  EC_SNAPSHOT_WINDOW_WITHOUT_SNAPSHOTS: {
    keeps: { snapshotWindow: '02:00-03:00', snapshotRetentionDays: 1 },
    breaks: { snapshotWindow: '02:00-03:00', snapshotRetentionDays: 0 },
    says: /"02:00-03:00", but `snapshotRetentionDays` is 0/,
  },
  EC_MAINTENANCE_WINDOW_LENGTH: {
    keeps: { maintenanceWindow: 'sun:23:30-mon:00:30' },
    breaks: { maintenanceWindow: 'sun:29:00-mon:01:00' },
    says: /"sun:29:00-mon:01:00": .*at least 60 minutes/,
  },
  EC_WINDOWS_OVERLAP: {
    keeps: { snapshotWindow: '02:00-03:00', maintenanceWindow: 'sun:03:00-sun:04:00' },
    breaks: { snapshotWindow: '23:30-00:30', maintenanceWindow: 'mon:00:00-mon:01:00' },
    says: /"23:30-00:30" and .*"mon:00:00-mon:01:00" overlap/,
  },
  EC_SCALING_NEEDS_NODE_TYPE: {
    keeps: { scaling: { shards: SHARDS }, nodeType: 'cache.r7g.2xlarge' },
    breaks: { scaling: { shards: SHARDS }, nodeType: 'cache.r7g.4xlarge' },
    says: /"cache\.r7g\.4xlarge": .*"r8g", .*"large", "xlarge" or "2xlarge"/,
  },
  EC_SCALING_NEEDS_ENGINE_VERSION: {
    keeps: { scaling: { shards: SHARDS }, dataTiering: true, engine: 'redis', engineVersion: '7.1' },
    breaks: { scaling: { shards: SHARDS }, dataTiering: true, engine: 'redis', engineVersion: '7.0' },
    says: /redis "7\.0": .*redis 7\.0\.7, or later/,
  },
  EC_SCALING_RANGE: {
    keeps: { scaling: { shards: SHARDS, replicas: { min: 1, max: 5, targetPercent: 60 } } },
    breaks: { scaling: { shards: { ...SHARDS, min: 4 }, replicas: { min: 0, max: 6, targetPercent: 60 } } },
    says: /shards` goes from 4 to 6 with 3 now: .*replicas` goes from 0 to 6 with 1 now: .*1 to 5/,
  },
  EC_SCALING_TARGET_RANGE: {
    keeps: { scaling: { shards: { ...SHARDS, targetPercent: 70 } } },
    breaks: { scaling: { shards: { ...SHARDS, targetPercent: 80 } } },
    says: /80 percent: .*35 to 70/,
  },
  EC_SCALING_OVER_QUOTA: {
    keeps: { scaling: { shards: { ...SHARDS, max: 46 } }, nodeQuota: 92 },
    breaks: { scaling: { shards: { ...SHARDS, max: 46 } } },
    says: /92 nodes: the quota is 90 .*`nodeQuota`/,
  },
  EC_SCALING_EXCLUDES_LAYOUT: {
    keeps: { scaling: {}, nodeGroups: [{}, {}, {}] },
    breaks: { scaling: { shards: SHARDS }, nodeGroups: [{}, {}, {}] },
    says: /Leave one of them out/,
  },
};
