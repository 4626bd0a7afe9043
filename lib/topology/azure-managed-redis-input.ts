/**
 * What an author writes of an Azure Managed Redis, field by field, as an editor shows it; azure-managed-redis.ts judges it, and
 * test/topology/documented-inputs.test.ts holds the two together.
 */
import type { AZURE_EVICTION_POLICIES, ClusteringPolicy, DAYS_OF_WEEK } from './azure-managed-redis.ts';

export interface AzureManagedRedisInput {
  readonly platform: 'azure-managed-redis';
  /** Of the cluster: 1 to 60 letters, digits and single hyphens between them. It cannot be changed later. */
  readonly name: string;
  /**
   * `OSSCluster`: clients connect to every shard, with a cluster client. `EnterpriseCluster`: one endpoint in front of all shards, with a plain
   * client. `NoCluster`: one shard, a plain client, and every command works on any keys; up to 24 GB. Changed later, all data is lost,
   * except from `NoCluster` to another.
   */
  readonly clusteringPolicy: ClusteringPolicy;
  /** As the service spells it: `Balanced_B10`, `MemoryOptimized_M20`, `ComputeOptimized_X10`, `FlashOptimized_A250`, ... A change scales online. */
  readonly sku: string;
  /**
   * Primary shards that you expect to find, 1 to 384. It is no request: the service decides by the SKU and may decide anew.
   * https://learn.microsoft.com/azure/redis/architecture#sharding-configuration
   */
  readonly shardCount: number;
  /** A replica of each shard. Without it there is no SLA, and maintenance loses data. Default: true. */
  readonly highAvailability?: boolean | undefined;
  /** Availability zones: `['1', '2', '3']`. Default: none are named, and the service spreads the nodes where the region has zones. */
  readonly zones?: string[] | undefined;
  /** The service has one port. Default: 10000. */
  readonly port?: number | undefined;
  /** `Plaintext` is refused. Default: `Encrypted`. */
  readonly clientProtocol?: 'Encrypted' | 'Plaintext' | undefined;
  /** The older ones are refused. Default: `1.2`. */
  readonly minimumTlsVersion?: '1.0' | '1.1' | '1.2' | undefined;
  /** Who signs in in the lab, and in a profile that is made without a cloud; `ManagedRedis` has `users` and `accessKeys` instead. Default: an access key. */
  readonly authentication?: EntraInput | AccessKeyInput | NoAzureAuthenticationInput | undefined;
  /** What a full shard does: `NoEviction` refuses writes, and RediSearch needs it. Default: `VolatileLRU`. */
  readonly evictionPolicy?: (typeof AZURE_EVICTION_POLICIES)[number] | undefined;
  /** `RediSearch`, `RedisBloom`, `RedisTimeSeries`, `RedisJSON`. They cannot be changed later. Default: none. */
  readonly modules?: string[] | undefined;
  /** Copies on disk, from which the service restores a shard that lost both nodes. Default: none. */
  readonly persistence?: NoPersistenceInput | AppendOnlyFileInput | SnapshotsInput | undefined;
  /** Databases in several regions that all take writes. At creation only. Default: none. */
  readonly geoReplication?: NoGeoReplicationInput | ActiveGeoReplicationInput | undefined;
  /** Whether a new version of Redis waits until it is asked for. Default: false. */
  readonly deferUpgrade?: boolean | undefined;
  /**
   * Which changes of keys subscribers are told, in the letters of Redis' `notify-keyspace-events`: `KEA` for all. Needs an
   * `apiVersion` of `ManagedRedis` that has it. Default: empty, none.
   */
  readonly keyspaceEvents?: string | undefined;
  /** Two or more a week. Needs an `apiVersion` of `ManagedRedis` that has it. Default: none, and the service maintains when it sees fit. */
  readonly maintenanceWindows?: MaintenanceWindowInput[] | undefined;
}

/** Microsoft Entra: the user name is the object id, the password a token that lives for about an hour. */
export interface EntraInput {
  readonly kind: 'entra';
  /** A GUID; `az ad signed-in-user show --query id` prints yours. Default: one of zeros, for the lab. */
  readonly objectId?: string | undefined;
}

export interface AccessKeyInput {
  readonly kind: 'access-key';
}

/** Refused: the service always asks for a credential. */
export interface NoAzureAuthenticationInput {
  readonly kind: 'none';
}

export interface NoPersistenceInput {
  readonly kind: 'none';
}

/** Every write is logged; up to a second of them is lost. */
export interface AppendOnlyFileInput {
  readonly kind: 'aof';
  /** Default: `1s`, which is all there is. */
  readonly frequency?: '1s' | undefined;
}

/** A snapshot now and then. */
export interface SnapshotsInput {
  readonly kind: 'rdb';
  /** Default: `6h`. */
  readonly frequency?: '1h' | '6h' | '12h' | undefined;
}

export interface NoGeoReplicationInput {
  readonly kind: 'none';
}

export interface ActiveGeoReplicationInput {
  readonly kind: 'active';
  /** The name of the group, the same for every member. */
  readonly groupNickname: string;
  /** Databases in the group, this one included, once all of them exist: 2 to 5. */
  readonly memberCount: number;
}

export interface MaintenanceWindowInput {
  readonly dayOfWeek: (typeof DAYS_OF_WEEK)[number];
  /** 0 to 23. */
  readonly startHourUtc: number;
  /** 4 to 24; all of them together 18 or more. */
  readonly durationHours: number;
}
