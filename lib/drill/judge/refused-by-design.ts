import type { ClientHistory, DrillHistory } from '../history.ts';

/**
 * Writes that failed between the first request to the cloud and its word that the last one is complete: where the scenario itself
 * keeps the servers from accepting any. One that was sent before or answered after counts too, when it met that time.
 */
export function refusedByDesign({ operations }: ClientHistory, { operations: asked = [] }: DrillHistory): number {
  const fromMs = Math.min(...asked.map(({ requestedMs }) => requestedMs));
  const toMs = Math.max(...asked.map(({ completedMs = Infinity }) => completedMs));
  return operations.filter(
    ({ outcome, intendedMs, settledMs = Infinity }) => outcome === 'fail' && intendedMs <= toMs && settledMs >= fromMs,
  ).length;
}
