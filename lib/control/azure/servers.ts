/** What the servers say of the same database, where it was observed: shards and versions come from here, ARM knows no nodes. */
import { everyServer, isWorking, nodeViews, valueIn } from '../../verify/judging.ts';
import type { Observation } from '../../verify/observation.ts';

export interface SeenShard {
  readonly replicaCount: number;
}

/** Primaries that own slots, from the first view there is; undefined where no server shows its cluster. */
export function shardsIn(observation: Observation): SeenShard[] | undefined {
  const rows = nodeViews(observation)[0]?.rows;
  return rows
    ?.filter(({ role, slots }) => role === 'primary' && slots.length > 0)
    .map((primary) => ({
      replicaCount: rows.filter((node) => isWorking(node) && node.primaryNodeId === primary.nodeId).length,
    }));
}

/** Major and minor version of every server that says it, each once: `7.4`. */
export function versionsIn(observation: Observation): string[] {
  const versions = everyServer(observation).flatMap(({ info }) => valueIn(info)?.redis_version ?? []);
  return [...new Set(versions.map(majorMinor))];
}

/** `7.4` of `7.4.1`; a version of one number stays. */
export function majorMinor(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
