import { ProblemError } from '../base/problem.ts';
import type { Administrator } from './administrator.ts';
import { type LabState, type NodeRecord, readState } from './state.ts';

/** What every control works with. */
export interface LabContext {
  readonly runDirectory: string;
  readonly administrator: Administrator;
}

export interface NodeInLab {
  readonly state: LabState;
  readonly node: NodeRecord;
}

/** @throws ProblemError `LAB_NODE_UNKNOWN` */
export function findNode({ runDirectory }: LabContext, nodeId: string): NodeInLab {
  const state = readState(runDirectory);
  const node = state.nodes.find(({ id }) => id === nodeId);
  if (node !== undefined) return { state, node };
  const known = state.nodes.map(({ id }) => id).join(', ');
  throw new ProblemError({ code: 'LAB_NODE_UNKNOWN', message: `The lab has no node "${nodeId}"; it has ${known}.` });
}

/** Nodes that can be asked: neither crashed nor frozen nor still joining. */
export function answeringNodes(state: LabState): NodeRecord[] {
  return state.nodes.filter(({ condition }) => condition === 'running');
}
