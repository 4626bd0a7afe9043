import { describe } from 'vitest';
import { azureManagedRedisSchema } from '../../../lib/topology/azure-managed-redis.ts';
import { AZURE_MANAGED_REDIS_RULES } from '../../../lib/topology/rules/azure-managed-redis.ts';
import { describeRules } from './rule-examples.ts';

const BASE = azureManagedRedisSchema.parse({
  platform: 'azure-managed-redis',
  name: 'sessions',
  clusteringPolicy: 'OSSCluster',
  sku: 'Balanced_B10',
  shardCount: 3,
});
const ACTIVE = { kind: 'active', groupNickname: 'sessions', memberCount: 2 } as const;
const night = (startHourUtc: number, durationHours: number) =>
  ({ dayOfWeek: 'Sunday', startHourUtc, durationHours }) as const;
const OBJECT_ID = 'b0a1c2d3-0000-4000-8000-00000000000F';

describe('a rule of Azure Managed Redis', () => {
  describeRules(AZURE_MANAGED_REDIS_RULES, BASE, {
    AMR_NAME_FORM: {
      keeps: { name: 'a'.repeat(60) },
      breaks: { name: 'sessions_eu' },
      says: /"sessions_eu": .*1 to 60 letters/,
    },
    AMR_SKU_LEGACY: {
      keeps: { sku: 'ComputeOptimized_X5' },
      breaks: { sku: 'EnterpriseFlash_F300' },
      says: /"EnterpriseFlash_F300".*Balanced_/,
    },
    AMR_SKU_UNKNOWN: {
      keeps: { sku: 'FlashOptimized_A250' },
      breaks: { sku: 'Balance_B10' },
      says: /"Balance_B10".*did you mean "Balanced_B10"\? Allowed: .*MemoryOptimized_M2000/,
    },
    AMR_SHARD_COUNT_RANGE: { keeps: { shardCount: 384 }, breaks: { shardCount: 0 }, says: /is 0: .*1 to 384/ },
    AMR_SMALL_SKU_HAS_ONE_SHARD: {
      keeps: { sku: 'Balanced_B1', shardCount: 1 },
      breaks: { sku: 'Balanced_B1', shardCount: 2 },
      says: /is 2, but Balanced_B1 \(1 GB\) has one primary shard/,
    },
    AMR_SKU_HAS_SEVERAL_SHARDS: {
      keeps: { sku: 'Balanced_B3', shardCount: 2 },
      breaks: { sku: 'Balanced_B3', shardCount: 1 },
      says: /is 1, but Balanced_B3 \(3 GB\) has two or more/,
    },
    AMR_NO_CLUSTER_HAS_ONE_SHARD: {
      keeps: { clusteringPolicy: 'NoCluster', shardCount: 1 },
      breaks: { clusteringPolicy: 'NoCluster', shardCount: 2 },
      says: /is 2, but the policy NoCluster keeps all data in one shard/,
    },
    AMR_NO_CLUSTER_TOO_LARGE: {
      keeps: { clusteringPolicy: 'NoCluster', shardCount: 1, sku: 'ComputeOptimized_X20' },
      breaks: { clusteringPolicy: 'NoCluster', shardCount: 1, sku: 'Balanced_B50' },
      says: /Balanced_B50 holds 60 GB, but .* 25 GB/,
    },
    AMR_NO_CLUSTER_NOT_ON_FLASH: {
      keeps: { clusteringPolicy: 'EnterpriseCluster', sku: 'FlashOptimized_A250' },
      breaks: { clusteringPolicy: 'NoCluster', shardCount: 1, sku: 'FlashOptimized_A250' },
      says: /"FlashOptimized_A250", but Flash/,
    },
    AMR_PORT: { keeps: { port: 10_000 }, breaks: { port: 6379 }, says: /is 6379: .*10000/ },
    AMR_TLS_VERSION: {
      keeps: { minimumTlsVersion: '1.2' },
      breaks: { minimumTlsVersion: '1.1' },
      says: /"1\.1".*"1\.2"/,
    },
    AMR_PLAINTEXT_REFUSED: {
      keeps: { clientProtocol: 'Encrypted' },
      breaks: { clientProtocol: 'Plaintext' },
      says: /"Plaintext".*"Encrypted"/,
    },
    AMR_PLAINTEXT_EXCLUDES_ENTRA: {
      keeps: { clientProtocol: 'Encrypted', authentication: { kind: 'entra', objectId: OBJECT_ID } },
      breaks: { clientProtocol: 'Plaintext', authentication: { kind: 'entra', objectId: OBJECT_ID } },
      says: /"entra".*TLS only/,
    },
    AMR_AUTHENTICATION_REQUIRED: {
      keeps: { authentication: { kind: 'access-key' } },
      breaks: { authentication: { kind: 'none' } },
      says: /"none".*"entra" or "access-key"/,
    },
    AMR_ENTRA_OBJECT_ID_FORM: {
      keeps: { authentication: { kind: 'entra', objectId: OBJECT_ID } },
      breaks: { authentication: { kind: 'entra', objectId: 'me@example.net' } },
      says: /GUID/,
    },
    AMR_MODULE_UNKNOWN: {
      keeps: { modules: ['RedisBloom', 'RedisTimeSeries'] },
      breaks: { modules: ['RedisBlom'] },
      says: /"RedisBlom".*did you mean "RedisBloom"\? Allowed: RediSearch/,
    },
    AMR_MODULE_TWICE: {
      keeps: { modules: ['RedisJSON', 'RedisBloom'] },
      breaks: { modules: ['RedisJSON', 'RedisJSON'] },
      says: /"RedisJSON" more than once/,
    },
    AMR_MODULE_NOT_ON_FLASH: {
      keeps: { sku: 'FlashOptimized_A250', modules: ['RedisJSON'] },
      breaks: { sku: 'FlashOptimized_A250', modules: ['RedisBloom'] },
      says: /"RedisBloom", but "FlashOptimized_A250" .*only RedisJSON/,
    },
    AMR_REDISEARCH_NEEDS_ENTERPRISE_POLICY: {
      keeps: { modules: ['RediSearch'], clusteringPolicy: 'EnterpriseCluster' },
      breaks: { modules: ['RediSearch'], clusteringPolicy: 'OSSCluster' },
      says: /"OSSCluster", but RediSearch works under "EnterpriseCluster" only/,
    },
    AMR_REDISEARCH_NEEDS_NO_EVICTION: {
      keeps: { modules: ['RediSearch'], evictionPolicy: 'NoEviction' },
      breaks: { modules: ['RediSearch'], evictionPolicy: 'VolatileLRU' },
      says: /"VolatileLRU", but RediSearch needs "NoEviction"/,
    },
    AMR_GEO_MEMBER_COUNT: {
      keeps: { geoReplication: { ...ACTIVE, memberCount: 5 } },
      breaks: { geoReplication: { ...ACTIVE, memberCount: 6 } },
      says: /is 6: .*2 to 5/,
    },
    AMR_GEO_NEEDS_HIGH_AVAILABILITY: {
      keeps: { geoReplication: ACTIVE, highAvailability: true },
      breaks: { geoReplication: ACTIVE, highAvailability: false },
      says: /is false, but active geo-replication needs it/,
    },
    AMR_GEO_SKU_TOO_SMALL: {
      keeps: { geoReplication: ACTIVE, sku: 'Balanced_B3' },
      breaks: { geoReplication: ACTIVE, sku: 'Balanced_B1', shardCount: 1 },
      says: /Balanced_B1, .*begins at 3 GB/,
    },
    AMR_GEO_EXCLUDES_PERSISTENCE: {
      keeps: { persistence: { kind: 'rdb', frequency: '1h' } },
      breaks: { geoReplication: ACTIVE, persistence: { kind: 'aof', frequency: '1s' } },
      says: /"aof", but .* cannot have persistence/,
    },
    AMR_GEO_MODULES: {
      keeps: { geoReplication: ACTIVE, modules: ['RedisJSON'] },
      breaks: { geoReplication: ACTIVE, modules: ['RedisJSON', 'RedisBloom'] },
      says: /"RedisBloom", but .*only RediSearch and RedisJSON/,
    },
    AMR_GEO_NOT_ON_FLASH: {
      keeps: { sku: 'FlashOptimized_A250' },
      breaks: { geoReplication: ACTIVE, sku: 'FlashOptimized_A250', evictionPolicy: 'NoEviction' },
      says: /FlashOptimized_A250, and the Flash Optimized tier has no active geo-replication\. Choose an in-memory SKU/,
    },
    AMR_ZONE_UNKNOWN: { keeps: { zones: ['1', '3'] }, breaks: { zones: ['1', '4'] }, says: /names "4": .*"1".*"3"/ },
    AMR_ZONE_TWICE: { keeps: { zones: ['1', '2', '3'] }, breaks: { zones: ['2', '2'] }, says: /"2" more than once/ },
    AMR_KEYSPACE_EVENTS_FORM: {
      keeps: { keyspaceEvents: 'Ex$' },
      breaks: { keyspaceEvents: 'Ax' },
      says: /"Ax": .*with K or E among them/,
    },
    AMR_WINDOWS_TOO_FEW: {
      keeps: { maintenanceWindows: [night(0, 9), night(12, 9)] },
      breaks: { maintenanceWindows: [night(0, 20)] },
      says: /has 1 window: .*at least 2/,
    },
    AMR_WINDOW_DURATION: {
      keeps: { maintenanceWindows: [night(0, 4), night(6, 14)] },
      breaks: { maintenanceWindows: [night(0, 3), night(6, 15)] },
      says: /of 3 hours: each lasts 4 to 24/,
    },
    AMR_WINDOW_START_HOUR: {
      keeps: { maintenanceWindows: [night(0, 9), night(23, 9)] },
      breaks: { maintenanceWindows: [night(0, 9), night(24, 9)] },
      says: /at hour 24: .*0 to 23 UTC/,
    },
    AMR_WINDOWS_TOTAL_TOO_SHORT: {
      keeps: { maintenanceWindows: [night(0, 9), night(12, 9)] },
      breaks: { maintenanceWindows: [night(0, 9), night(12, 8)] },
      says: /add up to 17 hours: .*at least 18/,
    },
  });
});
