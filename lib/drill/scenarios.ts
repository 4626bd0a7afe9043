/** Every scenario, in the order in which `redoubt list` shows them. A new one gets a file and a line here (docs/scenarios.md). */
import type { Scenario, ScenarioName } from './scenario.ts';
import { busyPrimary } from './scenarios/busy-primary.ts';
import { cloudScenarios } from './scenarios/cloud-operations.ts';
import { crashPrimary } from './scenarios/crash-primary.ts';
import { freezePrimary } from './scenarios/freeze-primary.ts';
import { plannedFailover } from './scenarios/planned-failover.ts';
import { plannedReplacement } from './scenarios/planned-replacement.ts';
import { watchMaintenance } from './scenarios/watch-maintenance.ts';

export const SCENARIOS: readonly Scenario[] = [
  plannedReplacement,
  plannedFailover,
  crashPrimary,
  freezePrimary,
  busyPrimary,
  ...cloudScenarios,
  watchMaintenance,
];

export function scenarioNamed(name: ScenarioName): Scenario {
  const scenario = SCENARIOS.find((candidate) => candidate.name === name);
  if (scenario === undefined) throw new RangeError(`There is no scenario "${name}".`);
  return scenario;
}
