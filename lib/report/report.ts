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
    /** What is missing: with one of them the drill proves nothing. Absent in reports that were written before they were kept. */
    gaps: z.array(z.strictObject({ code: z.string(), message: z.string() })).optional(),
  }),
  promotionMs: z.strictObject({ max: milliseconds, perFault: z.array(milliseconds) }),
  clients: z.array(clientResultSchema),
  /** For the timeline; the whole history is in the file named here, relative to the report. */
  historyFile: z.string().nullable(),
});
export type DrillResult = z.infer<typeof drillResultSchema>;

/** What the clients were put through; from the history, so that nobody has to open it to read the table. */
export const loadSchema = z.strictObject({
  shardCount: count,
  /** Operations a second of each client, as asked for. */
  ratePerSecond: count,
  /** From the drill's zero to the end of the last wait for answers. */
  durationMs: z.number().nonnegative(),
  /** How long the clients were watched after the last fault, the last wait for answers included; null: there was no fault. */
  watchedAfterLastFaultMs: milliseconds,
});

/** A judged drill as the report holds it. */
export const reportedDrillSchema = drillResultSchema.extend({ load: loadSchema });
export type ReportedDrill = z.infer<typeof reportedDrillSchema>;

/** How much was judged: the line that ends every form of the report. */
export const countsSchema = z.strictObject({
  checks: z.strictObject({ pass: count, fail: count, unknown: count }),
  drills: z.strictObject({ pass: count, fail: count, unknown: count }),
  operations: z.strictObject({ attempted: count, ok: count, fail: count, unknown: count, unanswered: count }),
});
export type Counts = z.infer<typeof countsSchema>;

export const reportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  verdict,
  deployment: z.string(),
  platform: z.enum(['elasticache', 'azure-managed-redis']),
  clusteringPolicy: z.string().nullable(),
  startedAt: z.iso.datetime(),
  seed: z.int().nonnegative(),
  redoubtVersion: z.string(),
  /** Of the deployment as it was declared (the topology or the profile), to tell two runs of one name apart. */
  deploymentDigest: z.string(),
  server: z.strictObject({ version: z.string().nullable() }),
  checks: z.array(checkResultSchema),
  drills: z.array(reportedDrillSchema),
  counts: countsSchema,
});
export type Report = z.infer<typeof reportSchema>;
