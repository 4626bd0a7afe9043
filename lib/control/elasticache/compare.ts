/** The topology held against what the API and, where they were observed, the servers say: one result for every field. Pure. */
import type { CheckResult } from '../../verify/check.ts';
import type { Comparison, FieldCheck } from './field.ts';
import { AVAILABILITY_FIELDS } from './fields/availability.ts';
import { ENGINE_FIELDS } from './fields/engine.ts';
import { GLOBAL_FIELDS } from './fields/global.ts';
import { LAYOUT_FIELDS } from './fields/layout.ts';
import { NETWORK_FIELDS } from './fields/network.ts';
import { NODE_FIELDS } from './fields/nodes.ts';
import { PARAMETER_FIELDS } from './fields/parameters.ts';
import { RIGHTS_FIELDS } from './fields/rights.ts';
import { SECURITY_FIELDS } from './fields/security.ts';
import { STATE_FIELDS } from './fields/state.ts';
import { UPKEEP_FIELDS } from './fields/upkeep.ts';
import { USER_FIELDS } from './fields/users.ts';

/** In the order of a reader's questions: is it at rest, what is it, what does it survive, who may do what, what does it do by itself. */
const FIELDS: readonly FieldCheck[] = [
  ...STATE_FIELDS,
  ...NODE_FIELDS,
  ...ENGINE_FIELDS,
  ...LAYOUT_FIELDS,
  ...GLOBAL_FIELDS,
  ...AVAILABILITY_FIELDS,
  ...SECURITY_FIELDS,
  ...USER_FIELDS,
  ...RIGHTS_FIELDS,
  ...NETWORK_FIELDS,
  ...PARAMETER_FIELDS,
  ...UPKEEP_FIELDS,
];

export function compareGroup(comparison: Comparison): CheckResult[] {
  return FIELDS.flatMap((check) => check(comparison));
}
