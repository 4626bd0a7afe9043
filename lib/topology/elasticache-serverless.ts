/**
 * A serverless cache of ElastiCache: what somebody says who does not want to choose nodes. Clients see one shard in cluster
 * mode, whatever stands behind it, so it is not a topology that could be rehearsed; it is provisioned and connected to like one.
 */
import { z } from 'zod';
import { rbacSchema } from './elasticache.ts';

/** Lower and upper limit, either or both. Below the lower one the service keeps capacity ready, and bills it. */
const usage = z.strictObject({ min: z.int().optional(), max: z.int().optional() }).default({});

export const serverlessCacheSchema = z.strictObject({
  name: z.string().min(1).max(60),
  engine: z.enum(['valkey', 'redis']).default('valkey'),
  /** Major version only, `8`: the service applies every minor one by itself. */
  majorEngineVersion: z.string().default('8'),
  /** Data stored, in GB. Above the upper limit keys are evicted or writes fail. Absent: what the account may have. */
  storageGigabytes: usage,
  /** ElastiCache processing units in a second. Above the upper limit commands are refused. Absent: what the account may have. */
  ecpuPerSecond: usage,
  /** Cannot be changed later. */
  networkType: z.enum(['ipv4', 'ipv6', 'dual_stack']).default('ipv4'),
  /** There are no AUTH tokens, and the service requires no user; this project does. */
  authentication: rbacSchema.omit({ accessString: true }).prefault({ kind: 'rbac' }),
  /** Days that the daily snapshot is kept. */
  snapshotRetentionDays: z.int().default(15),
  /** Of the daily snapshot, UTC, `03:00`. Absent: the service chooses. */
  snapshotTime: z
    .string()
    .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/)
    .describe('a time of the day, UTC, like "03:00"')
    .optional(),
  /** Absent: made from the name. */
  description: z.string().optional(),
});
export type ServerlessCacheSettings = z.infer<typeof serverlessCacheSchema>;
export type { ServerlessCacheInput } from './elasticache-serverless-input.ts';
