/** A deployment: a topology plus what its users will bear while it is maintained. One per file in deployments/. */
import { z } from 'zod';
import { topologySchema } from './topology.ts';

/**
 * Service level for a drill, judged per client. A figure that is over its budget fails the drill for the clients the
 * project recommends; for naive peers it is shown and explained, and does not decide the verdict.
 */
export const budgetsSchema = z.strictObject({
  /** Slowest answer, from the intended send time, in a planned scenario. */
  slowestAnswerMs: z.int().positive().default(1_000),
  /** What the client may add on top of the server's own promotion, in an unplanned scenario. */
  excessOverPromotionMs: z.int().nonnegative().default(300),
  /** Writes of the `fail` outcome. */
  failedWrites: z.int().nonnegative().default(0),
  /** Idempotent writes (SET) that ended `unknown`. INCRs in flight on a lost connection may be unknown and are not counted here. */
  unknownIdempotentWrites: z.int().nonnegative().default(0),
  lostAcknowledgedWrites: z.int().nonnegative().default(0),
  writesAppliedTwice: z.int().nonnegative().default(0),
  /** Connection attempts to an address that is gone, later than `staleDialGraceMs` after recovery. */
  staleDialsAfterRecovery: z.int().nonnegative().default(0),
  staleDialGraceMs: z.int().nonnegative().default(5_000),
});
export type Budgets = z.infer<typeof budgetsSchema>;

export const deploymentSchema = z.strictObject({
  /** The name on the command line: `redoubt rehearse azure-oss`. */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/)
    .describe('1 to 40 small letters, digits and hyphens, starting with a letter'),
  description: z.string().min(1).describe('a sentence for `redoubt list`'),
  topology: topologySchema,
  budgets: budgetsSchema.prefault({}),
});
export type Deployment = z.infer<typeof deploymentSchema>;
export type DeploymentInput = z.input<typeof deploymentSchema>;
