/** Options of a drill that mean something to some scenarios only: with others they would be ignored, and somebody has meant something by them. */
import type { Problem } from '../lib/base/problem.ts';
import { SCENARIO_NAMES, type ScenarioName } from '../lib/drill/scenario.ts';
import { scenarioNamed } from '../lib/drill/scenarios.ts';
import { listed } from '../lib/verify/judging.ts';
import type { ControlPlaneValues } from './control-planes.ts';
import { UsageError } from './failure.ts';
import type { DrillOptionValues } from './options.ts';

type ScenarioOption =
  | 'nodeGroup'
  | 'engineVersion'
  | 'parameterGroup'
  | 'otherRegion'
  | 'oldNode'
  | 'order'
  | 'quietPasses';
type Given = Partial<
  Pick<ControlPlaneValues, 'nodeGroup' | 'engineVersion' | 'parameterGroup' | 'otherRegion'> &
    Pick<DrillOptionValues, 'oldNode' | 'order'> & { readonly quietPasses: true }
>;

const heeding = (option: 'oldNode' | 'order') =>
  SCENARIO_NAMES.filter((name) => scenarioNamed(name).heeds.includes(option));

const USED_BY: Readonly<
  Record<ScenarioOption, { readonly flag: string; readonly scenarios: readonly ScenarioName[] }>
> = {
  oldNode: { flag: '--old-node', scenarios: heeding('oldNode') },
  order: { flag: '--order', scenarios: heeding('order') },
  quietPasses: { flag: '--quiet-passes', scenarios: ['watch-maintenance'] },
  nodeGroup: { flag: '--node-group', scenarios: ['test-failover'] },
  engineVersion: { flag: '--engine-version', scenarios: ['engine-to-valkey'] },
  parameterGroup: { flag: '--parameter-group', scenarios: ['engine-to-valkey'] },
  otherRegion: { flag: '--other-region', scenarios: ['global-failover', 'global-disassociate'] },
};

/** Every one at once. @throws UsageError `OPTION_WITHOUT_SCENARIO` */
export function refuseUnused(values: Given, scenarios: readonly ScenarioName[]): void {
  const problems = Object.entries(USED_BY).flatMap(([option, { flag, scenarios: users }]): Problem[] => {
    const given = values[option as ScenarioOption];
    if (given === undefined || users.some((name) => scenarios.includes(name))) return [];
    const words = given === true ? flag : `${flag} ${[given].flat().join(' ')}`;
    const advice = users.includes('watch-maintenance') ? '--watch-maintenance' : `--scenario ${users.join(' or ')}`;
    const message = `${words} means something to ${listed(users)} only, and this drill is of ${listed(scenarios)}. Leave it out, or give ${advice}.`;
    return [{ code: 'OPTION_WITHOUT_SCENARIO', message }];
  });
  if (problems.length > 0) throw new UsageError(problems);
}
