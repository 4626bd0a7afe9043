/**
 * The ElastiCache half of a topology: one replication group, in cluster mode or not. Everything that decides what the service
 * creates is here, so that one table of rules can judge it before anything runs; what belongs to a network or an account
 * (the VPC, keys, alarm topics) is given to the construct instead.
 */
import { z } from 'zod';

/** Clock times are UTC, as everywhere in ElastiCache. */
const MAINTENANCE_WINDOW =
  /^(?:mon|tue|wed|thu|fri|sat|sun):[0-2]\d:[0-5]\d-(?:mon|tue|wed|thu|fri|sat|sun):[0-2]\d:[0-5]\d$/;
const SNAPSHOT_WINDOW = /^[0-2]\d:[0-5]\d-[0-2]\d:[0-5]\d$/;

export const EVICTION_POLICIES = [
  'volatile-lru',
  'allkeys-lru',
  'volatile-lfu',
  'allkeys-lfu',
  'volatile-random',
  'allkeys-random',
  'volatile-ttl',
  'noeviction',
] as const;

const nodeGroupSchema = z.strictObject({
  /** One to four digits. Absent: the place in the list, `0001`, `0002`, ... */
  id: z.string().optional(),
  /** `0-8191`, or several ranges with commas. Given for every shard or for none, and used at creation only. */
  slots: z.string().optional(),
  primaryZone: z.string().optional(),
  /** One zone for each replica. */
  replicaZones: z.array(z.string()).optional(),
});
export type NodeGroup = z.infer<typeof nodeGroupSchema>;

/** A range of a count that the service may change by itself, and the average it aims for. */
const range = { min: z.int(), max: z.int(), targetPercent: z.int().default(60) };

const scalingSchema = z.strictObject({
  shards: z
    .strictObject({
      ...range,
      /** `memory` counts memory and SSD together on data-tiered nodes. */
      metric: z.enum(['primary-engine-cpu', 'memory']).default('primary-engine-cpu'),
    })
    .optional(),
  /** Aims for an average of the replicas' engine CPU. */
  replicas: z.strictObject(range).optional(),
});

/** Of the application's user, where none is given. */
export const DEFAULT_USER_NAME = 'application';

/** One application user of a user group; the `default` user is switched off. */
export const rbacSchema = z.strictObject({
  kind: z.literal('rbac'),
  /** With the credential `iam` also the user's id, which is one of its kind in an account and region: name it after the application. */
  userName: z.string().default(DEFAULT_USER_NAME),
  /** `iam`: the application signs in with a token of 15 minutes, made with its AWS credentials, instead of a password. */
  credential: z.enum(['password', 'iam']).default('password'),
  /**
   * What the user may do, in the words of Redis' ACL. Who reads keys of one beginning: `on ~shop:* +@read +@connection -@dangerous
   * +info +cluster|info +cluster|nodes +cluster|slots`, where the last three are what cluster clients read the topology with. Absent:
   * every command but those of administration and the dangerous ones (application-access.ts).
   */
  accessString: z.string().optional(),
});

export const elastiCacheSchema = z.strictObject({
  platform: z.literal('elasticache'),
  name: z.string().min(1).max(60),
  engine: z.enum(['valkey', 'redis']).default('valkey'),
  /** As the service spells it: `8.0`, never a patch level. */
  engineVersion: z.string().default('8.0'),
  nodeType: z.string().default('cache.r7g.large'),
  /** Data in memory and on local SSD: r6gd nodes, and only they. Cannot be changed later. */
  dataTiering: z.boolean().default(false),
  shardCount: z.int(),
  replicasPerShard: z.int(),
  /** The explicit layout: one entry for each shard. Absent: the service spreads slots evenly and chooses the zones. */
  nodeGroups: z.array(nodeGroupSchema).optional(),
  /** The account's quota of nodes in one cluster, once AWS has raised it; 90 without. */
  nodeQuota: z.int().optional(),
  port: z.int().default(6379),
  /** Cannot be changed later. */
  networkType: z.enum(['ipv4', 'ipv6', 'dual_stack']).default('ipv4'),
  /** Which kind of address the cluster announces. Absent: IPv6 on an IPv6 network, IPv4 otherwise. */
  ipDiscovery: z.enum(['ipv4', 'ipv6']).optional(),
  multiAz: z.boolean().default(true),
  automaticFailover: z.boolean().default(true),
  /**
   * `disabled`: one shard behind a primary endpoint, for plain clients; every command works on any keys. `compatible`: clients
   * of both modes are served, a step on the way from disabled to enabled. There is no way back.
   */
  clusterMode: z.enum(['enabled', 'compatible', 'disabled']).default('enabled'),
  /** Valkey 9 and later: a Multi-AZ transaction log, written before (`sync`) or after (`async`) the answer. Set it at creation. */
  durability: z.enum(['default', 'async', 'sync', 'disabled']).default('default'),
  /** TLS in transit. There is no way to turn it off; `preferred` exists for migrations only. */
  transitEncryption: z.enum(['required', 'preferred']).default('required'),
  authentication: z
    .discriminatedUnion('kind', [
      rbacSchema,
      z.strictObject({ kind: z.literal('auth-token') }),
      z.strictObject({ kind: z.literal('none') }),
    ])
    .prefault({ kind: 'rbac' }),
  evictionPolicy: z.enum(EVICTION_POLICIES).default('volatile-lru'),
  /** Further parameters of the parameter group, as the service names and spells them. */
  parameters: z.record(z.string(), z.string()).default({}),
  /** Days that automatic snapshots are kept; 0 for none. */
  snapshotRetentionDays: z.int().default(15),
  /** Daily, UTC, `02:00-03:00`. Absent: the service chooses. */
  snapshotWindow: z
    .string()
    .regex(SNAPSHOT_WINDOW)
    .describe('two times of the day, UTC, like "02:00-03:00"')
    .optional(),
  /** Weekly, UTC, `sun:04:00-sun:05:00`. Absent: the service chooses. */
  maintenanceWindow: z
    .string()
    .regex(MAINTENANCE_WINDOW)
    .describe('two times of the week, UTC, like "sun:04:00-sun:05:00"')
    .optional(),
  autoMinorVersionUpgrade: z.boolean().default(true),
  scaling: scalingSchema.optional(),
});
export type ElastiCacheTopology = z.infer<typeof elastiCacheSchema>;
export type ElastiCacheScaling = z.infer<typeof scalingSchema>;
