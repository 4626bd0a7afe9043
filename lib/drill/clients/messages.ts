/** What the drill and a client's process say to each other. Results travel through a file: they are megabytes. */
import { z } from 'zod';
import { type OperationColumns, operationColumnsSchema } from '../load/columns.ts';
import type { LoadPlan } from '../load/plan.ts';

/** Drill to worker. */
export type Order =
  | { readonly kind: 'prepare'; readonly plan: LoadPlan; readonly profilePath: string; readonly resultPath: string }
  | { readonly kind: 'start'; readonly startedAtEpochMs: number }
  /** Send nothing that is due from this drill time on, wait for answers at most `drainMs`, write the result, exit. */
  | { readonly kind: 'end'; readonly atMs: number; readonly drainMs: number };

/** Worker to drill. */
export type Notice =
  | { readonly kind: 'ready' }
  | { readonly kind: 'written' }
  /** It cannot go on; the sentence says why. */
  | { readonly kind: 'broken'; readonly reason: string };

export interface WorkerResult {
  readonly description: string;
  readonly operations: OperationColumns;
  readonly errors: readonly string[];
  readonly dials: readonly (readonly [atMs: number, host: string, port: number])[];
  readonly broken?: string | undefined;
}

export const workerResultSchema = z.strictObject({
  description: z.string(),
  operations: operationColumnsSchema,
  errors: z.array(z.string()),
  dials: z.array(z.tuple([z.number(), z.string(), z.int()])),
  broken: z.string().optional(),
});
