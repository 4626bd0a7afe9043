/**
 * What an author writes of an ElastiCache deployment, field by field, as an editor shows it. The schema in elasticache.ts is what
 * judges it; a type derived from that would lose the documentation. The two are held together by
 * test/topology/documented-inputs.test.ts.
 */
import type { EVICTION_POLICIES } from './elasticache.ts';

export interface ElastiCacheTopologyInput {
  readonly platform: 'elasticache';
  /** Id of the replication group, one of its kind in an account and region: 1 to 40 letters, digits and single hyphens, a letter first. It cannot be changed later. */
  readonly name: string;
  /** Default: `valkey`. From `redis` there is a way in place (docs/aws.md, Migrations), and none back. */
  readonly engine?: 'valkey' | 'redis' | undefined;
  /** As the service spells it, never with a patch level: Valkey 7.2 to 9.1, Redis OSS 6.0 to 7.1. There is no way back. Default: `8.0`. */
  readonly engineVersion?: string | undefined;
  /** Default: `cache.r7g.large`. A change is made online. */
  readonly nodeType?: string | undefined;
  /** Data in memory and on local SSD: `cache.r6gd` nodes, and only they. It cannot be changed later. Default: false. */
  readonly dataTiering?: boolean | undefined;
  /** 1 to 500, moved online when it is changed; 1 without cluster mode. */
  readonly shardCount: number;
  /** 0 to 5 beside each primary; Multi-AZ and failover need 1 at least. CloudFormation replaces a sharded group when it is changed, so change it with `aws elasticache increase-replica-count` first (docs/aws.md). */
  readonly replicasPerShard: number;
  /** The explicit layout: one entry for each shard. Default: the service spreads slots evenly and chooses the zones. */
  readonly nodeGroups?: NodeGroupInput[] | undefined;
  /** The account's quota of nodes in one cluster, up to 500, once AWS has raised it. Default: 90. */
  readonly nodeQuota?: number | undefined;
  /** 1 to 65,535. It cannot be changed later. Default: 6379. */
  readonly port?: number | undefined;
  /** The subnets must have such addresses; `ipv6` needs IPv6-only ones. It cannot be changed later. Default: `ipv4`. */
  readonly networkType?: 'ipv4' | 'ipv6' | 'dual_stack' | undefined;
  /** Which kind of address the cluster announces. Default: IPv6 on an IPv6 network, IPv4 otherwise. */
  readonly ipDiscovery?: 'ipv4' | 'ipv6' | undefined;
  /** Primary and replicas in different zones; needs a replica and automatic failover. Default: true. */
  readonly multiAz?: boolean | undefined;
  /** A replica takes over from a primary that fails. Cluster mode cannot do without. Default: true. */
  readonly automaticFailover?: boolean | undefined;
  /**
   * `enabled`: shards, for cluster clients. `disabled`: one shard behind a primary endpoint, for plain clients; every command works on any
   * keys. `compatible`: clients of both are served, a step on the way from disabled to enabled. There is no way back. Default: `enabled`.
   */
  readonly clusterMode?: 'enabled' | 'compatible' | 'disabled' | undefined;
  /**
   * A transaction log in several zones, written before (`sync`) or after (`async`) the answer: Valkey 9, cluster mode, Multi-AZ and a replica. Set
   * it at creation. Default: `default`, as the service has it.
   */
  readonly durability?: 'default' | 'async' | 'sync' | 'disabled' | undefined;
  /** TLS; it cannot be switched off. `preferred` lets plain connections in and exists for migrations, without authentication. Default: `required`. */
  readonly transitEncryption?: 'required' | 'preferred' | undefined;
  /** Who may sign in. Default: one user, `application`, with a generated password. */
  readonly authentication?: RbacInput | AuthTokenInput | NoAuthenticationInput | undefined;
  /** What a full node does: `noeviction` refuses writes. Default: `volatile-lru`. */
  readonly evictionPolicy?: (typeof EVICTION_POLICIES)[number] | undefined;
  /** Further parameters of the parameter group, as the service names and spells them; not those that have a field here. Default: none. */
  readonly parameters?: Record<string, string> | undefined;
  /** Days that automatic snapshots are kept: 0 (none are made) to 35. Default: 15. */
  readonly snapshotRetentionDays?: number | undefined;
  /** Daily, UTC, an hour or more, not in the maintenance window: `02:00-03:00`. Default: the service chooses. */
  readonly snapshotWindow?: string | undefined;
  /** Weekly, UTC, an hour or more: `sun:04:00-sun:05:00`. Default: the service chooses. */
  readonly maintenanceWindow?: string | undefined;
  /** Minor versions are applied in the maintenance window. Default: true. */
  readonly autoMinorVersionUpgrade?: boolean | undefined;
  /** Counts that the service changes by itself; leave `shardCount` and `replicasPerShard` as at creation then. Default: none. */
  readonly scaling?: ScalingInput | undefined;
}

/** Users: the application's, and `default`, which is switched off. */
export interface RbacInput {
  readonly kind: 'rbac';
  /**
   * 1 to 120 characters without spaces, not `default`. With the credential `iam` it is also the user's id, one of its kind in an account and region: up to
   * 40 small letters, digits and single hyphens, best named after the application. Default: `application`.
   */
  readonly userName?: string | undefined;
  /** `iam`: no password exists, the application signs in with tokens of 15 minutes made with its AWS credentials. Default: `password`, generated. */
  readonly credential?: 'password' | 'iam' | undefined;
  /**
   * What the user may do, in the words of Redis' ACL. Who reads keys of one beginning: `on ~shop:* +@read +@connection -@dangerous
   * +info +cluster|info +cluster|nodes +cluster|slots`, where the last three are what cluster clients read the topology with: a string
   * without `+cluster|slots` is refused. Default: every command on every key, but not what counts as administration or as dangerous
   * (CONFIG, KEYS, FLUSHALL, SORT, …).
   */
  readonly accessString?: string | undefined;
}

/** One generated token for everybody, with every right, for clients that cannot send a user name. */
export interface AuthTokenInput {
  readonly kind: 'auth-token';
}

/** Only with `transitEncryption: 'preferred'`, as a step of a migration. */
export interface NoAuthenticationInput {
  readonly kind: 'none';
}

/** One shard of an explicit layout. */
export interface NodeGroupInput {
  /** One to four digits. Default: the place in the list, `0001`, `0002`, ... */
  readonly id?: string | undefined;
  /** `0-8191`, or several ranges with commas. Given for every shard or for none, and used at creation only. Default: evenly spread. */
  readonly slots?: string | undefined;
  /** As `eu-west-1a`. Default: the service chooses. */
  readonly primaryZone?: string | undefined;
  /** One zone for each replica. Default: the service chooses. */
  readonly replicaZones?: string[] | undefined;
}

/** Automatic scaling: cluster mode, Valkey 7.2 or Redis OSS 6.0 and later, certain nodes of the sizes large to 2xlarge. */
export interface ScalingInput {
  /** Shards, by the primaries' CPU or by memory. Default: their number stays. */
  readonly shards?: ShardScalingInput | undefined;
  /** Replicas of each shard, by their CPU. Default: their number stays. */
  readonly replicas?: ScalingRangeInput | undefined;
}

export interface ScalingRangeInput {
  /** Not above `max`. */
  readonly min: number;
  /** With it, the cluster must stay within the quota of nodes. */
  readonly max: number;
  /** The average that is aimed for, 35 to 70. Default: 60. */
  readonly targetPercent?: number | undefined;
}

export interface ShardScalingInput extends ScalingRangeInput {
  /** `memory` counts memory and SSD together on data-tiered nodes. Default: `primary-engine-cpu`. */
  readonly metric?: 'primary-engine-cpu' | 'memory' | undefined;
}
