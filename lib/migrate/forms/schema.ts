/** The published shape of the JSON form. */
import { z } from 'zod';
import { VERDICTS } from '../../base/verdict.ts';
import { CLUSTERING_POLICIES } from '../../topology/azure-managed-redis.ts';
import { deploymentSchema } from '../../topology/deployment.ts';
import { TIERS } from '../old-cache.ts';
import { OUTCOMES } from '../setting.ts';
import { MIGRATION_SCHEMA_VERSION } from './json.ts';

const count = z.int().nonnegative();
const step = { title: z.string(), message: z.string(), commands: z.array(z.string()) };
const ways = ['empty', 'file', 'two-writes', 'copy', 'group', 'tooling', 'in-place'] as const;

export const migrationSchema = z.strictObject({
  schemaVersion: z.literal(MIGRATION_SCHEMA_VERSION),
  verdict: z.enum(VERDICTS),
  from: z.strictObject({
    name: z.string(),
    id: z.string().optional(),
    resourceGroup: z.string().optional(),
    location: z.string(),
    tier: z.enum(TIERS),
    size: z.string(),
    gigabytes: z.number(),
  }),
  to: z
    .strictObject({
      name: z.string(),
      sku: z.string(),
      gigabytes: z.number(),
      why: z.string(),
      source: z.string(),
      clusteringPolicy: z.enum(CLUSTERING_POLICIES),
      clientMode: z.enum(['cluster', 'single']),
      shardCount: count,
      highAvailability: z.boolean(),
      hostName: z.string(),
      port: count,
    })
    .optional(),
  counts: z.strictObject({ kept: count, changed: count, unknown: count, unavailable: count }),
  settings: z.array(
    z.strictObject({
      setting: z.string(),
      before: z.string(),
      after: z.string(),
      outcome: z.enum(OUTCOMES),
      code: z.string(),
      message: z.string(),
      action: z.string().optional(),
      source: z.string(),
      acknowledged: z.boolean(),
    }),
  ),
  refusals: z.array(z.strictObject({ code: z.string(), message: z.string(), path: z.string().optional() })),
  /** What the deployment file says; absent where something refuses it. */
  deployment: deploymentSchema.optional(),
  steps: z.strictObject({
    before: z.array(z.strictObject(step)),
    ways: z.array(z.strictObject({ ...step, name: z.enum(ways), source: z.string() })),
    after: z.array(z.strictObject(step)),
  }),
});
