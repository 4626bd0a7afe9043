/** One field: what was declared, what ARM says, and where the servers can tell as well, what they say. */
import type { AzureManagedRedisTopology } from '../../topology/azure-managed-redis.ts';
import type { CheckResult } from '../../verify/check.ts';
import { failed, passed, undecided } from '../../verify/judging.ts';
import type { Observation } from '../../verify/observation.ts';
import type { AzureDescription } from './description.ts';

/** What a database was given beside its topology. Nothing is compared with what is left out. */
export interface AzureExpectations {
  readonly publicNetworkAccess?: boolean;
  /** The versioned URL of the key, or null for Microsoft's own key. */
  readonly encryptionKeyUrl?: string | null;
  /** Object ids of everybody who may sign in, and nobody else. */
  readonly userObjectIds?: readonly string[];
}

export interface Comparison {
  readonly topology: AzureManagedRedisTopology;
  readonly expected: AzureExpectations;
  readonly description: AzureDescription;
  readonly observation?: Observation;
}

/** Pure. Nothing for what was not declared: that is the service's to choose. */
export type FieldCheck = (comparison: Comparison) => CheckResult[];

interface Field {
  /** Name of the check: `high-availability`. */
  readonly name: string;
  /** Begins the sentence: `High availability`. */
  readonly subject: string;
  /** Undefined: left to the service, so there is nothing to compare. */
  readonly declared: (comparison: Comparison) => string | undefined;
  /** Where the API has it: `sku.name of the cluster`. */
  readonly source: string;
  readonly api: (description: AzureDescription) => string | undefined;
  /** What to do about a difference, as a sentence. */
  readonly advice: string;
}

export function field({ name, subject, declared: declaredBy, source, api: apiOf, advice }: Field): FieldCheck {
  return (comparison) => {
    const declared = declaredBy(comparison);
    if (declared === undefined) return [];
    const api = apiOf(comparison.description);
    const start = `${subject}: ${declared} is declared, the API`;
    if (api === undefined)
      return [{ name, ...undecided(`${codeOf(name)}_NOT_TOLD`, `${start} does not say (${source}).`) }];
    if (api !== declared) return [{ name, ...failed(`DRIFT_${codeOf(name)}`, `${start} says ${api}. ${advice}`) }];
    return [{ name, ...passed(`${start} says ${api}.`) }];
  };
}

/** A check that is more than one value held against another. */
export function judged(
  name: string,
  judge: (comparison: Comparison) => Omit<CheckResult, 'name'> | undefined,
): FieldCheck {
  return (comparison) => {
    const finding = judge(comparison);
    return finding === undefined ? [] : [{ name, ...finding }];
  };
}

/** What is wanted as a set, in one order. */
export function inOrder(values: readonly string[]): string {
  return values.length === 0 ? 'none' : values.toSorted().join(', ');
}

export function onOff(value: boolean): 'on' | 'off' {
  return value ? 'on' : 'off';
}

export function switchText(value: string | null | undefined): string | undefined {
  return value === 'Enabled' ? 'on' : value === 'Disabled' ? 'off' : undefined;
}

export function codeOf(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
}
