/** The drilling part of `redoubt drill` and `redoubt rehearse`. */
import { ProblemError, problemLine } from '../lib/base/problem.ts';
import { DRILL_DEFAULTS, runDrill } from '../lib/drill/run.ts';
import type { ClientName, ScenarioName, ScenarioOptions } from '../lib/drill/scenario.ts';
import type { Target } from '../lib/drill/target.ts';
import type { JudgedDrill } from '../lib/report/build.ts';
import { inStep } from '../lib/report/progress.ts';
import type { Budgets } from '../lib/topology/deployment.ts';
import type { CheckResult } from '../lib/verify/check.ts';
import type { DrillValues } from './commands/drill.ts';
import type { CommandContext } from './context.ts';
import { UsageError } from './failure.ts';
import { newSeed, WATCHED_RATE } from './options.ts';

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
export function drillSettings(values: Partial<DrillValues>): DrillSettings {
  const windowMs = values.watchMaintenance;
  const isWatch = windowMs !== undefined;
  return {
    scenarios: isWatch ? ['watch-maintenance'] : scenariosOf(values),
    options: {
      oldNode: values.oldNode ?? DRILL_DEFAULTS.oldNode,
      order: values.order ?? DRILL_DEFAULTS.order,
      ...(isWatch ? { windowMs } : {}),
    },
    // Hours of load on a deployment that others use: the recommended client alone, and gently.
    clients: values.clients ?? (isWatch ? ['redoubt'] : DRILL_DEFAULTS.clients),
    ratePerSecond: values.rate ?? (isWatch ? WATCHED_RATE : DRILL_DEFAULTS.ratePerSecond),
    warmUpMs: DRILL_DEFAULTS.warmUpMs,
    watchMs: values.watch ?? DRILL_DEFAULTS.watchMs,
    seed: values.seed ?? newSeed(),
  };
}

/** On Azure nothing is harmless enough to be done unasked. */
function scenariosOf({ scenario, aws, azure }: Partial<DrillValues>): readonly ScenarioName[] {
  if (scenario !== undefined) return scenario;
  if (aws !== undefined) return ['test-failover'];
  if (azure === undefined) return ['planned-replacement'];
  const message =
    'Nothing says what Azure is to be asked for. Give --scenario access-key-toggle, sku-round-trip, geo-unlink or version-upgrade (each with --plan first), or --watch-maintenance.';
  throw new UsageError({ code: 'SCENARIO_MISSING', message });
}

export interface DrillStepsInput {
  readonly target: Target;
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

/** Somebody has to look at the deployment before anything else is done to it. */
const LEFT_DISTURBED = /^HEAL_TIMED_OUT$|_NOT_HEALED$/;

/** One scenario after the other, on the same target. What one of them cannot do does not cost the results of the others. */
export async function drillSteps(input: DrillStepsInput): Promise<DrillStepsResult> {
  const drills: JudgedDrill[] = [];
  const notDone: CheckResult[] = [];
  for (const scenario of input.settings.scenarios) {
    try {
      drills.push(await drillStep(scenario, input));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const isLeftDisturbed = error.problems.some(({ code }) => LEFT_DISTURBED.test(code));
      const verdict = isLeftDisturbed ? ('fail' as const) : ('unknown' as const);
      // The report has it as well, but it may go to a file, or be read by a program.
      for (const problem of error.problems) input.context.progress.line(`${scenario}: ${problemLine(problem)}`);
      notDone.push(...error.problems.map(({ code, message }) => ({ name: scenario, verdict, code, message })));
      // What comes next would take the disturbed state for the usual one.
      if (isLeftDisturbed) break;
    }
  }
  return { drills, notDone };
}

function drillStep(scenario: ScenarioName, input: DrillStepsInput): Promise<JudgedDrill> {
  const { target, settings, budgets, outputDirectory, context } = input;
  const { scenarios: _scenarios, ...drill } = settings;
  const window = scenario === 'watch-maintenance' ? endedByHand(context) : undefined;
  return inStep(context.progress, `${target.profile.deployment}: ${scenario}`, (step) =>
    runDrill({
      ...drill,
      target,
      scenario,
      budgets,
      outputDirectory,
      progress: step.note,
      signal: context.interruption.signal,
      ...(window === undefined ? {} : { seenEnough: window.signal }),
    }),
  ).finally(window?.forget);
}

/** Whoever has watched for hours and has seen the maintenance wants its report, not to have watched in vain. */
function endedByHand({ interruption }: CommandContext): { readonly signal: AbortSignal; readonly forget: () => void } {
  const controller = new AbortController();
  const sentence = 'the watch ends here, and what was seen is reported; once more: give up.';
  return { signal: controller.signal, forget: interruption.onFirst(() => controller.abort(), sentence) };
}
