import type { DrillHistory, Operation } from '../history.ts';
import type { Scenario } from '../scenario.ts';

/**
 * Those of these operations that ended while the scenario itself kept the servers from accepting any. One that was sent before or
 * answered after is among them, when it met that time.
 */
export function whileNoneWasAccepted(
  operations: readonly Operation[],
  { operations: asked = [] }: DrillHistory,
  { refusesWrites }: Scenario,
): number {
  if (refusesWrites === undefined) return 0;
  // The first one alone is not the last: the drill never came to that.
  const steps = refusesWrites === 'throughout' ? asked : asked.slice(1).slice(-1);
  const fromMs = Math.min(...steps.map(({ requestedMs }) => requestedMs));
  const toMs = Math.max(...steps.map(({ completedMs = Infinity }) => completedMs));
  return operations.filter(({ intendedMs, settledMs = Infinity }) => intendedMs <= toMs && settledMs >= fromMs).length;
}
