/** What is done to a healthy database, and what must be said of it then. */
import type { Cluster, Database } from '../../../../lib/control/azure/description.ts';
import { codeOf } from '../../../../lib/control/field.ts';
import type { ComparisonDraft } from '../healthy.ts';

export type Damage = (draft: ComparisonDraft) => unknown;

export interface Row {
  readonly check: string;
  readonly when: string;
  readonly damage: Damage;
  readonly code: string;
  readonly verdict: 'fail' | 'unknown' | 'pass';
  /** In the sentence: both values, or what is missing. */
  readonly says: RegExp;
}

type Cell = Omit<Row, 'check' | 'code'> & { readonly code?: string };

export function rowsOf(check: string, ...cells: readonly Cell[]): Row[] {
  const usual = { fail: `DRIFT_${codeOf(check)}`, unknown: `${codeOf(check)}_NOT_TOLD`, pass: 'OK' };
  return cells.map((cell) => ({ check, code: usual[cell.verdict], ...cell }));
}

export function drifts(when: string, damage: Damage, says: RegExp, code?: string): Cell {
  return { when, damage, says, verdict: 'fail', ...(code === undefined ? {} : { code }) };
}

export function untold(damage: Damage, says = /does not say/): Cell {
  return { when: 'the API does not say', damage, says, verdict: 'unknown' };
}

export function passes(when: string, damage: Damage, says: RegExp): Cell {
  return { when, damage, says, verdict: 'pass' };
}

/** Changes answers of the API; `undefined` takes one out. */
export const cluster =
  (change: { readonly [Name in keyof Cluster]?: Cluster[Name] | undefined }): Damage =>
  ({ description }) =>
    Object.assign(description.cluster, change);

type ClusterProperties = NonNullable<Cluster['properties']>;
export const clusterProperties =
  (change: { readonly [Name in keyof ClusterProperties]?: ClusterProperties[Name] | undefined }): Damage =>
  ({ description }) =>
    Object.assign(description.cluster.properties ?? {}, change);

type DatabaseProperties = NonNullable<Database['properties']>;
export const database =
  (change: { readonly [Name in keyof DatabaseProperties]?: DatabaseProperties[Name] | undefined }): Damage =>
  ({ description }) =>
    Object.assign(description.database.properties ?? {}, change);

export const declared =
  (change: object): Damage =>
  ({ topology }) =>
    Object.assign(topology, change);

export const all =
  (...damages: readonly Damage[]): Damage =>
  (draft) => {
    for (const damage of damages) damage(draft);
  };
