/** What `redoubt drill` does: one or more scenarios on a lab that runs already, or on a deployment in a cloud. */
import { EXIT } from '../lib/base/exit-codes.ts';
import { throwIfProblems } from '../lib/base/problem.ts';
import { scenarioNamed } from '../lib/drill/scenarios.ts';
import type { Plannable, Target } from '../lib/drill/target.ts';
import { buildReport, deploymentDigest } from '../lib/report/build.ts';
import { reportAs } from '../lib/report/forms.ts';
import type { ReportedDrill } from '../lib/report/report.ts';
import { textReport } from '../lib/report/text.ts';
import { chosenBudgets } from './budgets.ts';
import type { DrillValues } from './commands/drill.ts';
import type { CommandContext } from './context.ts';
import { PLAN_COLUMNS, planText, unjudgedSentence } from './drill-plan.ts';
import { type DrillSettings, drillSettings, drillSteps } from './drill-steps.ts';
import { chosenPlan, chosenTarget, runElsewhere } from './drill-target.ts';
import { asInput } from './failure.ts';
import { refuseUnusableReports } from './report-files.ts';
import {
  asFarAsPossible,
  inResultsDirectory,
  makeResultsDirectory,
  saveRun,
  sayUnsaved,
  shownPath,
  wantedSaves,
} from './results.ts';
import { refuseUnused } from './scenario-options.ts';
import {
  refuseCloudDetails,
  refuseFormOfPlan,
  refuseMeantForNothing,
  refuseUnusedBaseDirectory,
} from './stray-options.ts';

export async function drillAction(values: DrillValues, context: CommandContext): Promise<number> {
  const settings = drillSettings(values);
  refuseUnused(values, settings.scenarios);
  refuseCloudDetails(values);
  refuseMeantForNothing(values);
  refuseFormOfPlan(values);
  refuseUnusedBaseDirectory(values);
  await refuseUnusableReports(values.report);
  const elsewhere = await runElsewhere(values, context);
  if (elsewhere !== undefined) return elsewhere;
  if (values.plan === true) return printPlan(settings, values, context);
  const target = await chosenTarget(values, context);
  try {
    await refuseImpossible(target, settings);
    return await drillAndReport(target, settings, values, context);
  } finally {
    target.close();
  }
}

async function printPlan(settings: DrillSettings, values: DrillValues, context: CommandContext): Promise<number> {
  const subject = await chosenPlan(values, context);
  try {
    await refuseImpossible(subject, settings);
    const columns = Math.min(PLAN_COLUMNS, context.style.columns);
    context.print(await planText(subject, settings, context.interruption.signal, columns));
    return EXIT.pass;
  } finally {
    subject.close();
  }
}

function refuseImpossible(target: Plannable, { scenarios, options }: DrillSettings): Promise<void> {
  return asInput(() => throwIfProblems(scenarios.flatMap((name) => scenarioNamed(name).refusals(target, options))));
}

async function drillAndReport(
  target: Target,
  settings: DrillSettings,
  values: DrillValues,
  context: CommandContext,
): Promise<number> {
  const { profile, servers } = target;
  const budgets = await chosenBudgets(values.deployment, profile.deployment);
  const startedAt = new Date();
  const outputDirectory = await asInput(() => makeResultsDirectory(values.output, profile.deployment, startedAt));
  sayIdentity(target, settings, outputDirectory, context);
  const forget = context.interruption.onInsisting(() => leaveAtOnce(target, settings, context));
  const { drills, notDone } = await inResultsDirectory(outputDirectory, () =>
    drillSteps({ target, settings, budgets, outputDirectory, context }),
  );
  forget();
  const report = buildReport({
    subject: profile,
    startedAt,
    seed: settings.seed,
    serverVersion: servers.serverVersion,
    checks: notDone,
    drills,
  });
  const histories = drills.map((drill) => drill.history);
  const input = { report, histories, style: context.style };
  const { written, problems } = await asFarAsPossible([
    () => saveRun(outputDirectory, report, histories),
    ...wantedSaves(values.report, input),
  ]);
  context.print(values.format === 'text' ? textReport(report, context.style, written) : reportAs(values.format, input));
  const verdict = values.quietPasses === true && report.drills.every(wasQuiet) ? 'pass' : report.verdict;
  return sayUnsaved(verdict, problems, context);
}

/** A watched window in which nothing happened, and in which nothing else was wrong either. The report says `unknown` all the same. */
function wasQuiet({ scenario, verdict, proof, clients }: ReportedDrill): boolean {
  const { faultHappened, loadRan, healthyBefore, healthyAfter } = proof;
  const isWell = loadRan && healthyBefore && healthyAfter && clients.every((client) => client.verdict === 'pass');
  return scenario === 'watch-maintenance' && verdict === 'unknown' && !faultHappened && isWell;
}

/** A lab is healed in a moment; a cloud needs minutes that nobody wants to wait, so what is left undone is said. */
async function leaveAtOnce(target: Target, { scenarios }: DrillSettings, context: CommandContext): Promise<void> {
  if (target.lab !== undefined) return target.heal((text) => context.progress.line(text));
  for (const { name, undo, byHand } of target.operations.filter((operation) => scenarios.includes(operation.name))) {
    const advice = byHand === undefined ? undo : byHand();
    if (advice !== undefined) {
      context.progress.line(`${target.profile.deployment} may be left in the middle of ${name}. ${advice}`);
    }
  }
}

/** What a run is, before anything happens: enough to find its results and to run it again. */
export function sayIdentity(
  { profile, servers, lab }: Target,
  { seed, clients }: DrillSettings,
  outputDirectory: string,
  context: CommandContext,
): void {
  const server = lab === undefined ? 'server' : 'redis-server';
  context.progress.line(
    `${profile.deployment} ${deploymentDigest(profile)}, ${server} ${servers.serverVersion}, seed ${seed}`,
  );
  context.progress.line(`results in ${shownPath(outputDirectory)}`);
  const sentence = unjudgedSentence(clients);
  if (sentence !== undefined) context.progress.line(`the verdict will be ${sentence}`);
}
