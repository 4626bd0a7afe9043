/**
 * The danger report: what each change of a template or stack does to the data, said before anything runs. One shape for
 * both clouds; lib/plan/cloudformation/ and lib/plan/pulumi/ fill it, and neither loads a cloud library.
 */
import type { Problem } from '../base/problem.ts';

/**
 * `in-place`: nobody notices. `interruption`: in place, with connections dropped or a short outage. `data-loss`: replaced or
 * deleted, what it held is gone. `unknown`: the documents contradict each other or the value is not known before the
 * deployment; read as data-loss where it decides (never as harmless).
 */
export const EFFECTS = ['in-place', 'interruption', 'unknown', 'data-loss'] as const;
export type Effect = (typeof EFFECTS)[number];

export interface PlannedChange {
  /** Logical id (CloudFormation) or resource name (Pulumi). */
  readonly resource: string;
  /** `AWS::ElastiCache::ReplicationGroup`, `azure-native:redisenterprise:Database`. */
  readonly type: string;
  readonly action: 'create' | 'update' | 'delete' | 'replace';
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
  /** What has to be named to allow it: `RESOURCE.PROPERTY`, exactly. */
  readonly acknowledgement: string;
}

export interface Plan {
  readonly kind: 'cloudformation' | 'pulumi';
  readonly changes: readonly PlannedChange[];
  /** What could not be read or compared: a plan with problems is `unknown`, never `pass`. */
  readonly problems: readonly Problem[];
}
