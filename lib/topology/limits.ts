/** Limits of the services, by name, each with where it is published. Rules refer to these; no other file repeats a number. */

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticache-replicationgroup.html */
export const ELASTICACHE_LIMITS = {
  shardCount: { min: 1, max: 500 },
  replicasPerShard: { min: 0, max: 5 },
  /**
   * Nodes of one cluster, primaries and replicas. The account's quota is 90 until it is raised, up to 500.
   * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html
   */
  nodesPerCluster: { default: 90, max: 500 },
  /** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html */
  nameLength: { min: 1, max: 40 },
  /** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUser.html */
  userNameLength: { min: 1, max: 120 },
  /** As CloudFormation and the console take it; the same page. */
  userIdLength: { min: 1, max: 40 },
  /** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html */
  snapshotRetentionDays: { min: 0, max: 35 },
  /** Shortest snapshot and maintenance window. */
  windowMinutes: { min: 60 },
  /** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoScaling-Scaling-Adding-Policy-Shards.html */
  scalingTargetPercent: { min: 35, max: 70 },
  /** Of a Global Datastore. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Redis-Global-Datastores-Getting-Started.html: "up to two other AWS Regions" */
  globalSecondaries: { max: 2 },
} as const;

/**
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Scaling.html and
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateServerlessCache.html
 */
export const SERVERLESS_LIMITS = {
  storageGigabytes: { min: 1, max: 5_000 },
  ecpuPerSecond: { min: 1_000, max: 15_000_000 },
  snapshotRetentionDays: { min: 1, max: 35 },
  descriptionLength: { max: 255 },
  nameLength: { min: 1, max: 40 },
} as const;

/**
 * Versions in standard support, as the service spells them.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/supported-engine-versions.html
 */
export const ELASTICACHE_ENGINE_VERSIONS = {
  valkey: ['7.2', '8.0', '8.1', '8.2', '9.0', '9.1'],
  redis: ['6.0', '6.2', '7.0', '7.1'],
} as const;

/** https://learn.microsoft.com/azure/redis/architecture and the resource type Microsoft.Cache/redisEnterprise, 2025-07-01 */
export const AZURE_LIMITS = {
  nameLength: { min: 1, max: 60 },
  /** The one port of an Azure Managed Redis database (create-only). */
  port: 10_000,
  /** NoCluster keeps all data in one shard, so it is offered up to this size only. */
  noClusterMaxGigabytes: 25,
  /** Below this size the service makes one primary shard; from it on, two or more. */
  severalShardsFromGigabytes: 3,
  /** The largest number of primary shards published for any SKU. */
  shardCount: { min: 1, max: 384 },
} as const;

/**
 * What each SKU holds, in gigabytes as published (`Balanced_B10` is 12). The performance tier is the part before `_`.
 * https://learn.microsoft.com/azure/redis/overview and https://learn.microsoft.com/azure/redis/architecture#sharding-configuration
 */
export const AZURE_SKU_GIGABYTES: Readonly<Record<string, number>> = {
  ...skus('Balanced_B', {
    0: 0.5,
    1: 1,
    3: 3,
    5: 6,
    10: 12,
    20: 24,
    50: 60,
    100: 120,
    150: 180,
    250: 240,
    350: 360,
    500: 480,
    700: 720,
    1000: 960,
  }),
  ...skus('MemoryOptimized_M', {
    10: 12,
    20: 24,
    50: 60,
    100: 120,
    150: 180,
    250: 240,
    350: 360,
    500: 480,
    700: 720,
    1000: 960,
    1500: 1440,
    2000: 1920,
  }),
  ...skus('ComputeOptimized_X', {
    3: 3,
    5: 6,
    10: 12,
    20: 24,
    50: 60,
    100: 120,
    150: 180,
    250: 240,
    350: 360,
    500: 480,
    700: 720,
  }),
  ...skus('FlashOptimized_A', { 250: 235, 500: 480, 700: 720, 1000: 960, 1500: 1440, 2000: 1920, 4500: 4500 }),
};

/** SKUs of the service's predecessor, which take a capacity and are not Azure Managed Redis. */
export const AZURE_LEGACY_SKU = /^Enterprise(Flash)?_/;

/** https://learn.microsoft.com/azure/redis/redis-modules */
export const AZURE_MODULES = ['RediSearch', 'RedisBloom', 'RedisTimeSeries', 'RedisJSON'] as const;

/** The only module that the Flash Optimized tier has. Same page. */
export const AZURE_FLASH_MODULES: readonly string[] = ['RedisJSON'];

export function isFlashSku(sku: string): boolean {
  return sku.startsWith('FlashOptimized_');
}

function skus(prefix: string, gigabytesBySize: Readonly<Record<number, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(gigabytesBySize).map(([size, gigabytes]) => [prefix + size, gigabytes]));
}
