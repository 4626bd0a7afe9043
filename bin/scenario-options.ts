/** Options of `redoubt drill` that mean something to some scenarios only: with others they would be ignored, and somebody has meant something by them. */
import type { Problem } from '../lib/base/problem.ts';
import type { ScenarioName } from '../lib/drill/scenario.ts';
import { listed } from '../lib/verify/judging.ts';
import type { ControlPlaneValues } from './control-planes.ts';
import { UsageError } from './failure.ts';

type ScenarioOption = 'nodeGroup' | 'engineVersion' | 'parameterGroup' | 'otherRegion';

const USED_BY: Readonly<
  Record<ScenarioOption, { readonly flag: string; readonly scenarios: readonly ScenarioName[] }>
> = {
  nodeGroup: { flag: '--node-group', scenarios: ['test-failover'] },
  engineVersion: { flag: '--engine-version', scenarios: ['engine-to-valkey'] },
  parameterGroup: { flag: '--parameter-group', scenarios: ['engine-to-valkey'] },
  otherRegion: { flag: '--other-region', scenarios: ['global-failover', 'global-disassociate'] },
};

/** Every one at once. @throws UsageError `OPTION_WITHOUT_SCENARIO` */
export function refuseUnused(
  values: Partial<Pick<ControlPlaneValues, ScenarioOption>>,
  scenarios: readonly ScenarioName[],
): void {
  const problems = Object.entries(USED_BY).flatMap(([option, { flag, scenarios: users }]): Problem[] => {
    const given = values[option as ScenarioOption];
    if (given === undefined || users.some((name) => scenarios.includes(name))) return [];
    const message = `${flag} ${[given].flat().join(' ')} means something to ${listed(users)} only, and this drill is of ${listed(scenarios)}. Leave it out, or give --scenario ${users.join(' or ')}.`;
    return [{ code: 'OPTION_WITHOUT_SCENARIO', message }];
  });
  if (problems.length > 0) throw new UsageError(problems);
}
