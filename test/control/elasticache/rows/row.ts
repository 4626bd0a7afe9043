/** What is done to a healthy group, and what must be said of it then. */
import type { CacheCluster, NodeGroup, ReplicationGroup } from '../../../../lib/control/elasticache/description.ts';
import { codeOf } from '../../../../lib/control/field.ts';
import type { ElastiCacheTopology } from '../../../../lib/topology/elasticache.ts';
import type { NodeObservation } from '../../../../lib/verify/observation.ts';
import type { Draft } from '../../../verify/healthy.ts';
import type { ComparisonDraft } from '../healthy.ts';

export type Damage = (draft: ComparisonDraft) => void;

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

export function untold(damage: Damage, says = /does not say/, code?: string): Cell {
  return { when: 'the API does not say', damage, says, verdict: 'unknown', ...(code === undefined ? {} : { code }) };
}

export function passes(when: string, damage: Damage, says: RegExp): Cell {
  return { when, damage, says, verdict: 'pass' };
}

/** Changes answers of the API; `undefined` takes one out. */
export const group =
  (change: Partial<ReplicationGroup>): Damage =>
  ({ description }) =>
    void Object.assign(description.group, change);
export const firstNode =
  (change: Partial<CacheCluster>): Damage =>
  ({ description }) =>
    void Object.assign(description.nodes[0] as CacheCluster, change);
export const everyNode =
  (change: Partial<CacheCluster>): Damage =>
  ({ description }) => {
    for (const node of description.nodes) Object.assign(node, change);
  };
export const nodeGroup =
  (index: number, change: Partial<NodeGroup>): Damage =>
  ({ description }) =>
    void Object.assign((description.group.NodeGroups ?? [])[index] as NodeGroup, change);
export const declared =
  (change: Partial<ElastiCacheTopology>): Damage =>
  ({ topology }) =>
    void Object.assign(topology, change);
export const all =
  (...damages: readonly Damage[]): Damage =>
  (draft) => {
    for (const damage of damages) damage(draft);
  };

/** Changes what the servers say. */
export const everyServer =
  (change: (server: Draft<NodeObservation>) => void): Damage =>
  ({ observation }) => {
    for (const server of [observation.endpoint, ...observation.nodes]) change(server);
  };
export const everyInfo = (change: Readonly<Record<string, string>>): Damage =>
  everyServer(({ info }) => {
    if (info.kind === 'value') Object.assign(info.value, change);
  });
type NodeRows = Draft<Extract<NodeObservation['clusterNodes'], { kind: 'value' }>['value']>;
export const everyView = (change: (rows: NodeRows[number][]) => unknown): Damage =>
  everyServer(({ clusterNodes }) => {
    if (clusterNodes.kind === 'value') change(clusterNodes.value as NodeRows[number][]);
  });
