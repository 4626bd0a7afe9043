/** What becomes of one setting of the old cache, and what a subject of settings contributes to the new database. */
import type { Problem } from '../base/problem.ts';
import type { AzureManagedRedisInput } from '../topology/azure-managed-redis-input.ts';
import type { OldCache } from './old-cache.ts';
import type { Target } from './target.ts';

/**
 * `kept`: nobody notices. `changed`: it is there in another way, and somebody has to do something. `unknown`: the documents do not
 * say whether it is used. `unavailable`: Azure Managed Redis, or a deployment of this project, does not have it.
 */
export const OUTCOMES = ['kept', 'changed', 'unknown', 'unavailable'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Setting {
  /** As Azure spells it: `enableNonSslPort`. */
  readonly setting: string;
  readonly before: string;
  readonly after: string;
  readonly outcome: Outcome;
  /** Stable: `MIGRATE_PORT_CHANGES`. */
  readonly code: string;
  /** A sentence: what becomes of it. */
  readonly message: string;
  /** A sentence: what to do, or the way on where it is not available. */
  readonly action?: string;
  /** The vendor's page. */
  readonly source: string;
}

/** A line of `pulumi config set`. What is in capitals is left to whoever migrates. */
export interface StackSetting {
  readonly key: string;
  readonly value: string;
}

export interface Contribution {
  readonly settings: readonly Setting[];
  readonly topology?: Partial<AzureManagedRedisInput>;
  readonly stack?: readonly StackSetting[];
  /** Why there can be no deployment. */
  readonly refusals?: readonly Problem[];
}

export type Subject = (cache: OldCache, target: Target) => Contribution;

/** API version that has maintenance windows, access strings and keyspace events; see docs/azure.md. */
export const NEWER_API: StackSetting = { key: 'apiVersion', value: '2026-09-01' };
