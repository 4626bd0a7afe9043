/** The published shape of the JSON form. Apart from it, so that a plan is made without loading the schema library. */
import { z } from 'zod';
import { VERDICTS } from '../../base/verdict.ts';
import { ACTIONS, EFFECTS, PLAN_KINDS } from '../change.ts';
import { PLAN_SCHEMA_VERSION } from './json.ts';

const count = z.int().nonnegative();

export const planSchema = z.strictObject({
  schemaVersion: z.literal(PLAN_SCHEMA_VERSION),
  kind: z.enum(PLAN_KINDS),
  verdict: z.enum(VERDICTS),
  counts: z.strictObject({
    'in-place': count,
    interruption: count,
    unknown: count,
    refused: count,
    'data-loss': count,
  }),
  changes: z.array(
    z.strictObject({
      resource: z.string(),
      type: z.string(),
      action: z.enum(ACTIONS),
      property: z.string(),
      before: z.string(),
      after: z.string(),
      effect: z.enum(EFFECTS),
      code: z.string(),
      message: z.string(),
      alternative: z.string().optional(),
      source: z.string(),
      acknowledgement: z.string(),
      acknowledged: z.boolean(),
    }),
  ),
  problems: z.array(z.strictObject({ code: z.string(), message: z.string(), path: z.string().optional() })),
});
