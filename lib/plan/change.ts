/**
 * The danger report: what each change of a template or stack does to the data, said before anything runs. One shape for
 * both clouds; lib/plan/cloudformation/ and lib/plan/pulumi/ fill it, and neither loads a cloud library.
 */
import type { Problem } from '../base/problem.ts';

/**
 * `in-place`: nobody notices. `interruption`: in place, with connections dropped or a short outage. `unknown`: the documents
 * contradict each other or the value is not known before the deployment; read as data-loss where it decides (never as
 * harmless). `refused`: the service does not do it; the deployment fails and is rolled back, with nothing lost and nothing
 * gained. `data-loss`: replaced or deleted, what it held is gone.
 */
export const EFFECTS = ['in-place', 'interruption', 'unknown', 'refused', 'data-loss'] as const;
export type Effect = (typeof EFFECTS)[number];

export const ACTIONS = ['create', 'update', 'delete', 'replace'] as const;
export type Action = (typeof ACTIONS)[number];

export interface PlannedChange {
  /** Logical id (CloudFormation) or resource name (Pulumi). */
  readonly resource: string;
  /** `AWS::ElastiCache::ReplicationGroup`, `azure-native:redisenterprise:Database`. */
  readonly type: string;
  readonly action: Action;
  /** Dotted path of the property; empty for a whole resource. */
  readonly property: string;
  /** Short forms for a person; a secret or its reference is never among them. */
  readonly before: string;
  readonly after: string;
  readonly effect: Effect;
  /** Stable: `EC_ENGINE_REPLACES`. */
  readonly code: string;
  /** A sentence: what happens and why. */
  readonly message: string;
  /** A sentence: how to get there without it; absent when there is nothing better. */
  readonly alternative?: string;
  /** The vendor's page or issue. */
  readonly source: string;
  /** What has to be named to allow it: `RESOURCE.PROPERTY`, or `RESOURCE.delete` where the whole resource is concerned. */
  readonly acknowledgement: string;
}

export const PLAN_KINDS = ['cloudformation', 'pulumi'] as const;

export interface Plan {
  readonly kind: (typeof PLAN_KINDS)[number];
  readonly changes: readonly PlannedChange[];
  /** What could not be read or compared: a plan with problems is `unknown`, never `pass`. */
  readonly problems: readonly Problem[];
}

/** Worst first, so that the first line read is the one that matters; otherwise in the order of the document. */
export function worstFirst(changes: readonly PlannedChange[]): PlannedChange[] {
  return changes.toSorted((one, other) => EFFECTS.indexOf(other.effect) - EFFECTS.indexOf(one.effect));
}

/** `RESOURCE.PROPERTY`; a change of the whole resource is named by what happens to it, which no property is called. */
export function acknowledgementOf(change: Pick<PlannedChange, 'resource' | 'property' | 'action'>): string {
  return `${change.resource}.${change.property === '' ? change.action : change.property}`;
}
