/** A deployment: a topology plus what its users will bear while it is maintained. One per file in deployments/. */
import { z } from 'zod';
import { type TopologyInput, topologySchema } from './topology.ts';

/**
 * Service level for a drill, judged per client. A figure that is over its budget fails the drill for the clients the
 * project recommends; for naive peers it is shown and explained, and does not decide the verdict.
 */
export const budgetsSchema = z.strictObject({
  slowestAnswerMs: z.int().positive().default(1_000),
  excessOverPromotionMs: z.int().nonnegative().default(300),
  failedWrites: z.int().nonnegative().default(0),
  unknownIdempotentWrites: z.int().nonnegative().default(0),
  lostAcknowledgedWrites: z.int().nonnegative().default(0),
  writesAppliedTwice: z.int().nonnegative().default(0),
  staleDialsAfterRecovery: z.int().nonnegative().default(0),
  staleDialGraceMs: z.int().nonnegative().default(5_000),
});
export type Budgets = z.infer<typeof budgetsSchema>;

/** What an author writes of them, as an editor shows it. */
export interface BudgetsInput {
  /** Slowest answer, from the intended send time, in a planned scenario. Default: 1,000. */
  readonly slowestAnswerMs?: number | undefined;
  /** What the client may add on top of the server's own promotion, in an unplanned scenario. Default: 300. */
  readonly excessOverPromotionMs?: number | undefined;
  /** Writes that the application was told have failed. Default: 0. */
  readonly failedWrites?: number | undefined;
  /** Idempotent writes (SET) that ended `unknown`. INCRs in flight on a lost connection may be unknown and are not counted here. Default: 0. */
  readonly unknownIdempotentWrites?: number | undefined;
  /** Writes that were acknowledged and are gone. Default: 0. */
  readonly lostAcknowledgedWrites?: number | undefined;
  /** Default: 0. */
  readonly writesAppliedTwice?: number | undefined;
  /** Connection attempts to an address that is gone, later than `staleDialGraceMs` after recovery. Default: 0. */
  readonly staleDialsAfterRecovery?: number | undefined;
  /** Default: 5,000. */
  readonly staleDialGraceMs?: number | undefined;
}

export const deploymentSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/)
    .describe('1 to 40 small letters, digits and hyphens, starting with a letter'),
  description: z.string().min(1).describe('a sentence for `redoubt list`'),
  topology: topologySchema,
  budgets: budgetsSchema.prefault({}),
});
export type Deployment = z.infer<typeof deploymentSchema>;

/** What an author of a deployment file writes, as an editor shows it. */
export interface DeploymentInput {
  /** On the command line: `redoubt rehearse azure-oss`. 1 to 40 small letters, digits and hyphens, a letter first. */
  readonly name: string;
  /** A sentence for `redoubt list`. */
  readonly description: string;
  readonly topology: TopologyInput;
  /** What its users bear. Default: the strictest that is reached, see each. */
  readonly budgets?: BudgetsInput | undefined;
}
