/** What keeps a lab from being as it was started: what `heal` would undo, in words. */
import { isRunning } from './process-identity.ts';
import type { LabState, NodeRecord } from './state.ts';

/** Such as `node-3 is frozen`; empty where nothing lasts. While a drill runs, these are its faults. */
export function lastingFaults({ nodes, services, leftovers, droppedHosts }: LabState): string[] {
  return [
    ...nodes.flatMap(faultOf),
    ...services.flatMap(({ name, process }) =>
      process === undefined || isRunning(process) ? [] : [`the ${name} has ended`],
    ),
    ...leftovers.map(({ nodeId }) => `the replaced ${nodeId} is still there`),
    ...droppedHosts.map((host) => `packets to ${host} are dropped`),
  ];
}

function faultOf({ id, condition, process }: NodeRecord): string[] {
  if (condition === 'frozen') return [`${id} is frozen`];
  if (condition === 'crashed') return [`${id} has crashed`];
  if (condition === 'retiring') return [`${id} is leaving`];
  if (condition === 'joining' || process === undefined || isRunning(process)) return [];
  return [`${id} has ended`];
}
