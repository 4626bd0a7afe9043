/** Small templates for the tests. */

import type { Plan, PlannedChange } from '../../lib/plan/change.ts';
import { planCloudFormation } from '../../lib/plan/cloudformation/compare.ts';

export type Properties = Readonly<Record<string, unknown>>;

export interface Resource {
  readonly Type: string;
  readonly Properties?: Properties;
  readonly [attribute: string]: unknown;
}

export const GROUP = 'AWS::ElastiCache::ReplicationGroup';

export function cache(properties: Properties = {}, attributes: Readonly<Record<string, unknown>> = {}): Resource {
  return { Type: GROUP, Properties: { ReplicationGroupDescription: 'cache', ...properties }, ...attributes };
}

export function template(resources: Readonly<Record<string, Resource>>, rest: Readonly<Record<string, unknown>> = {}) {
  return { Resources: resources, ...rest };
}

/** What changing one cache's properties does. */
export function changeOf(before: Properties, after: Properties): PlannedChange[] {
  return [...planCloudFormation(template({ Cache: cache(before) }), template({ Cache: cache(after) })).changes];
}

export function codes(plan: Plan): string[] {
  return plan.changes.map(({ code }) => code);
}

export function find(plan: Plan, acknowledgement: string): PlannedChange {
  const found = plan.changes.find((change) => change.acknowledgement === acknowledgement);
  if (found === undefined) throw new Error(`No change ${acknowledgement} in ${JSON.stringify(plan, null, 2)}`);
  return found;
}
