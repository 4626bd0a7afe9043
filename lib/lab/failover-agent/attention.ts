import type { LabState, NodeRecord } from '../state.ts';

/** Whom the agent watches. It asks crashed and frozen nodes as well: it must find out by itself. */
export function membersOf(state: LabState): NodeRecord[] {
  return state.nodes.filter(({ condition }) => condition !== 'joining' && condition !== 'retiring');
}

/** Since when has a node not answered? */
export interface Attention {
  heard(nodeId: string): void;
  /** Milliseconds since the node answered last; 0 when it has only just been met. */
  silentForMs(nodeId: string): number;
}

export function newAttention(now: () => number = () => performance.now()): Attention {
  const lastHeard = new Map<string, number>();
  return {
    heard: (nodeId) => void lastHeard.set(nodeId, now()),
    silentForMs: (nodeId) => {
      const last = lastHeard.get(nodeId);
      if (last === undefined) lastHeard.set(nodeId, now());
      return last === undefined ? 0 : now() - last;
    },
  };
}
