/**
 * report.json: what every other form (text, JUnit, HTML) is made from. Names are stable and the schema is published
 * (schemas/report.schema.json is generated from this file).
 */
import { z } from 'zod';
import { VERDICTS } from '../base/verdict.ts';
import { CLIENT_NAMES, ORDERS, SCENARIO_NAMES } from '../drill/scenario.ts';
import { OLD_NODE_MODES } from '../lab/lab.ts';

const verdict = z.enum(VERDICTS);
const count = z.int().nonnegative();
/** Milliseconds from the intended send time; null: nothing to measure it from. */
const milliseconds = z.number().nonnegative().nullable();

export const checkResultSchema = z.strictObject({ name: z.string(), verdict, code: z.string(), message: z.string() });

/** One budget compared with one figure. */
export const findingSchema = z.strictObject({ verdict, code: z.string(), message: z.string() });

export const clientResultSchema = z.strictObject({
  name: z.enum(CLIENT_NAMES),
  description: z.string(),
  /** True for the clients whose findings decide the drill's verdict; naive peers are shown for comparison. */
  judged: z.boolean(),
  verdict,
  findings: z.array(findingSchema),
  operations: z.strictObject({ attempted: count, ok: count, fail: count, unknown: count, unanswered: count }),
  /** Of the operations above, SETs: idempotent, so they may be repeated and none should fail or be unknown. */
  idempotentWrites: z.strictObject({ attempted: count, ok: count, fail: count, unknown: count, unanswered: count }),
  latencyMs: z.strictObject({ p50: milliseconds, p99: milliseconds, p999: milliseconds, max: milliseconds }),
  /** Longest time without a success: over all shards, and shard by shard. */
  outageMs: z.strictObject({ total: milliseconds, perShard: z.array(milliseconds) }),
  /** Longest outage less the server's own promotion time; null where nothing was promoted or the client never recovered. */
  excessOverPromotionMs: milliseconds,
  recovered: z.boolean(),
  /** Null: the ledger could not be read. */
  lostAcknowledgedWrites: count.nullable(),
  writesAppliedTwice: count.nullable(),
  unknownWritesApplied: count.nullable(),
  staleDialsAfterRecovery: count,
  /** How late the load generator itself was (p99); a late generator makes a drill `unknown`. */
  generatorLatenessMs: milliseconds,
  errors: z.array(z.strictObject({ error: z.string(), count })),
});
export type ClientResult = z.infer<typeof clientResultSchema>;

export const drillResultSchema = z.strictObject({
  scenario: z.enum(SCENARIO_NAMES),
  oldNode: z.enum(OLD_NODE_MODES).nullable(),
  order: z.enum(ORDERS).nullable(),
  verdict,
  /** Why one may believe it: the fault happened and the load ran. */
  proof: z.strictObject({
    faultHappened: z.boolean(),
    loadRan: z.boolean(),
    healthyBefore: z.boolean(),
    healthyAfter: z.boolean(),
    /** Sentences: epochs, roles and ports before and after, operations a second. */
    evidence: z.array(z.string()),
  }),
  promotionMs: z.strictObject({ max: milliseconds, perFault: z.array(milliseconds) }),
  clients: z.array(clientResultSchema),
  /** For the timeline; the whole history is in the file named here, relative to the report. */
  historyFile: z.string().nullable(),
});
export type DrillResult = z.infer<typeof drillResultSchema>;

export const reportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  verdict,
  deployment: z.string(),
  platform: z.enum(['elasticache', 'azure-managed-redis']),
  clusteringPolicy: z.string().nullable(),
  startedAt: z.iso.datetime(),
  seed: z.int().nonnegative(),
  redoubtVersion: z.string(),
  server: z.strictObject({ version: z.string().nullable() }),
  checks: z.array(checkResultSchema),
  drills: z.array(drillResultSchema),
});
export type Report = z.infer<typeof reportSchema>;
