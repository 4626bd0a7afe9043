/** The topology held against what ARM and, where they were observed, the servers say: one result for every field. Pure. */
import type { CheckResult } from '../../verify/check.ts';
import type { Comparison, FieldCheck } from './field.ts';
import { ACCESS_FIELDS } from './fields/access.ts';
import { DATABASE_FIELDS } from './fields/database.ts';
import { LAYOUT_FIELDS } from './fields/layout.ts';
import { SIZE_FIELDS } from './fields/size.ts';
import { STATE_FIELDS } from './fields/state.ts';

/** In the order of a reader's questions: is it at rest, how large is it, what is it, how is it divided, who may read it. */
const FIELDS: readonly FieldCheck[] = [
  ...STATE_FIELDS,
  ...SIZE_FIELDS,
  ...DATABASE_FIELDS,
  ...LAYOUT_FIELDS,
  ...ACCESS_FIELDS,
];

export function compareDatabase(comparison: Comparison): CheckResult[] {
  return FIELDS.flatMap((check) => check(comparison));
}
