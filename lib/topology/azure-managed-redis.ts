/** What somebody wants of Azure Managed Redis: the fields of one database and the cluster it is alone in. */
import { z } from 'zod';

/** Azure's clustering policies, spelled as ARM spells them (`clusteringPolicy`). */
export const CLUSTERING_POLICIES = ['OSSCluster', 'EnterpriseCluster', 'NoCluster'] as const;
export type ClusteringPolicy = (typeof CLUSTERING_POLICIES)[number];

export const AZURE_EVICTION_POLICIES = [
  'AllKeysLFU',
  'AllKeysLRU',
  'AllKeysRandom',
  'VolatileLRU',
  'VolatileLFU',
  'VolatileTTL',
  'VolatileRandom',
  'NoEviction',
] as const;

export const DAYS_OF_WEEK = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** Copies on disk, from which the service restores a shard that lost both nodes. One kind or the other, never both. */
const persistenceSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    /** Every write is logged; at most one second of them is lost. */
    z.strictObject({ kind: z.literal('aof'), frequency: z.enum(['1s']).default('1s') }),
    /** A snapshot now and then. */
    z.strictObject({ kind: z.literal('rdb'), frequency: z.enum(['1h', '6h', '12h']).default('6h') }),
  ])
  .prefault({ kind: 'none' });

/** Active geo-replication: every member takes writes. It can be asked for at creation only. */
const geoReplicationSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({
      kind: z.literal('active'),
      groupNickname: z.string().min(1).describe('the name of the group, the same for every member'),
      /** Databases in the group, this one included, once all of them exist. */
      memberCount: z.int(),
    }),
  ])
  .prefault({ kind: 'none' });

const maintenanceWindowSchema = z.strictObject({
  dayOfWeek: z.enum(DAYS_OF_WEEK),
  startHourUtc: z.int(),
  durationHours: z.int(),
});

export const azureManagedRedisSchema = z.strictObject({
  platform: z.literal('azure-managed-redis'),
  /** Letters and digits with single hyphens between. */
  name: z.string().min(1).max(60),
  clusteringPolicy: z.enum(CLUSTERING_POLICIES),
  /** `Balanced_B5`, `MemoryOptimized_M10`, ... */
  sku: z.string(),
  /**
   * Primary shards. The service decides them from the SKU and changes its choice over time, so this is what you expect
   * to find, not a request (https://learn.microsoft.com/azure/redis/architecture#sharding-configuration).
   */
  shardCount: z.int(),
  /** One replica per shard when on, none when off (and then no SLA). */
  highAvailability: z.boolean().default(true),
  /** Availability zones, as text: `['1', '2', '3']`. Empty: the service spreads the nodes where the region has zones. */
  zones: z.array(z.string()).default([]),
  port: z.int().default(10_000),
  clientProtocol: z.enum(['Encrypted', 'Plaintext']).default('Encrypted'),
  minimumTlsVersion: z.enum(['1.0', '1.1', '1.2']).default('1.2'),
  authentication: z
    .discriminatedUnion('kind', [
      /** User name is the object id; the password is a token that lives for about an hour. */
      z.strictObject({
        kind: z.literal('entra'),
        objectId: z.string().default('00000000-0000-0000-0000-000000000000'),
      }),
      z.strictObject({ kind: z.literal('access-key') }),
      z.strictObject({ kind: z.literal('none') }),
    ])
    .prefault({ kind: 'access-key' }),
  evictionPolicy: z.enum(AZURE_EVICTION_POLICIES).default('VolatileLRU'),
  modules: z.array(z.string()).default([]),
  persistence: persistenceSchema,
  geoReplication: geoReplicationSchema,
  /** Whether a new version of Redis waits until it is asked for. */
  deferUpgrade: z.boolean().default(false),
  /**
   * Which changes of keys are announced to subscribers, in the letters of Redis' `notify-keyspace-events`: `KEA` for all. Empty: none.
   * Not in every version of the service's API; see `apiVersion` of `ManagedRedis`.
   */
  keyspaceEvents: z.string().default(''),
  /** Empty: the service maintains whenever it sees fit. */
  maintenanceWindows: z.array(maintenanceWindowSchema).default([]),
});
export type AzureManagedRedisTopology = z.infer<typeof azureManagedRedisSchema>;
