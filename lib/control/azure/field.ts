/** What the checks of an Azure Managed Redis compare. */
import type { AzureDeclared } from '../../topology/azure-declared.ts';
import type { AzureManagedRedisTopology } from '../../topology/azure-managed-redis.ts';
import type { Observation } from '../../verify/observation.ts';
import { type FieldCheck as CheckOf, fieldMakers } from '../field.ts';
import type { AzureDescription } from './description.ts';

/** What a database was given beside its topology. Nothing is compared with what is left out. */
export type AzureExpectations = Omit<AzureDeclared, 'clusterId'>;

export interface Comparison {
  readonly topology: AzureManagedRedisTopology;
  readonly expected: AzureExpectations;
  readonly description: AzureDescription;
  readonly observation?: Observation;
}

export type FieldCheck = CheckOf<Comparison>;
export const { field, judged } = fieldMakers<Comparison>();

/** What is wanted as a set, in one order. */
export function inOrder(values: readonly string[]): string {
  return values.length === 0 ? 'none' : values.toSorted().join(', ');
}

export function switchText(value: string | null | undefined): 'on' | 'off' | undefined {
  return value === 'Enabled' ? 'on' : value === 'Disabled' ? 'off' : undefined;
}
