/** The drilling part of `redoubt drill` and `redoubt rehearse`. */
import { ProblemError } from '../lib/base/problem.ts';
import { DRILL_DEFAULTS, runDrill } from '../lib/drill/run.ts';
import type { ClientName, ScenarioName, ScenarioOptions } from '../lib/drill/scenario.ts';
import { labTarget } from '../lib/drill/targets/lab.ts';
import type { Lab } from '../lib/lab/lab.ts';
import type { JudgedDrill } from '../lib/report/build.ts';
import { inStep } from '../lib/report/progress.ts';
import type { Budgets } from '../lib/topology/deployment.ts';
import type { CheckResult } from '../lib/verify/check.ts';
import type { CommandContext } from './context.ts';
import { type DrillOptionValues, newSeed } from './options.ts';

export interface DrillSettings {
  readonly scenarios: readonly ScenarioName[];
  readonly options: ScenarioOptions;
  readonly clients: readonly ClientName[];
  readonly ratePerSecond: number;
  readonly warmUpMs: number;
  readonly watchMs: number;
  readonly seed: number;
}

/** The options as given, and the drill's own defaults for the rest. */
export function drillSettings(values: Partial<DrillOptionValues>): DrillSettings {
  return {
    scenarios: values.scenario ?? ['planned-replacement'],
    options: { oldNode: values.oldNode ?? DRILL_DEFAULTS.oldNode, order: values.order ?? DRILL_DEFAULTS.order },
    clients: values.clients ?? DRILL_DEFAULTS.clients,
    ratePerSecond: values.rate ?? DRILL_DEFAULTS.ratePerSecond,
    warmUpMs: DRILL_DEFAULTS.warmUpMs,
    watchMs: values.watch ?? DRILL_DEFAULTS.watchMs,
    seed: values.seed ?? newSeed(),
  };
}

export interface DrillStepsInput {
  readonly lab: Lab;
  readonly settings: DrillSettings;
  readonly budgets: Budgets;
  readonly outputDirectory: string;
  readonly context: CommandContext;
}

export interface DrillStepsResult {
  readonly drills: readonly JudgedDrill[];
  /** Scenarios that could not be carried out: they are in the report as what they are, unknown. */
  readonly notDone: readonly CheckResult[];
}

/** One scenario after the other, on the same lab. What one of them cannot do does not cost the results of the others. */
export async function drillSteps(input: DrillStepsInput): Promise<DrillStepsResult> {
  const drills: JudgedDrill[] = [];
  const notDone: CheckResult[] = [];
  for (const scenario of input.settings.scenarios) {
    try {
      drills.push(await drillStep(scenario, input));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const results = error.problems.map(({ code, message }) => ({
        name: scenario,
        verdict: 'unknown' as const,
        code,
        message,
      }));
      notDone.push(...results);
    }
  }
  return { drills, notDone };
}

function drillStep(scenario: ScenarioName, input: DrillStepsInput): Promise<JudgedDrill> {
  const { lab, settings, budgets, outputDirectory, context } = input;
  const { scenarios: _scenarios, ...drill } = settings;
  return inStep(context.progress, `${lab.profile.deployment}: ${scenario}`, (step) =>
    runDrill({
      ...drill,
      target: labTarget(lab),
      scenario,
      budgets,
      outputDirectory,
      progress: step.note,
      signal: context.interruption.signal,
    }),
  );
}
