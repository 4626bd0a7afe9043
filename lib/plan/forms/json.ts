/** The plan for a program; its schema is schemas/plan.schema.json, and a test holds the two together. */
import type { JudgedPlan } from '../judge.ts';

export const PLAN_SCHEMA_VERSION = 1;

export function planJson({ kind, verdict, counts, changes, problems }: JudgedPlan): string {
  const document = { schemaVersion: PLAN_SCHEMA_VERSION, kind, verdict, counts, changes, problems };
  return `${JSON.stringify(document, null, 2)}\n`;
}
