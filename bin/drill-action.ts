/** What `redoubt drill` does: one or more scenarios on a lab that runs already. */
import { dirname } from 'node:path';
import { EXIT, exitCodeOf } from '../lib/base/exit-codes.ts';
import { problemLine, throwIfProblems } from '../lib/base/problem.ts';
import { worstVerdict } from '../lib/base/verdict.ts';
import { scenarioNamed } from '../lib/drill/scenarios.ts';
import { labTarget } from '../lib/drill/targets/lab.ts';
import type { Lab } from '../lib/lab/lab.ts';
import { buildReport, deploymentDigest } from '../lib/report/build.ts';
import { reportAs } from '../lib/report/forms.ts';
import { textReport } from '../lib/report/text.ts';
import { budgetsFor } from './budgets.ts';
import type { DrillValues } from './commands/drill.ts';
import type { CommandContext } from './context.ts';
import { planText } from './drill-plan.ts';
import { type DrillSettings, drillSettings, drillSteps } from './drill-steps.ts';
import { runWhereLabIs } from './network-namespace.ts';
import {
  asFarAsPossible,
  inResultsDirectory,
  makeResultsDirectory,
  saveRun,
  saveWanted,
  shownPath,
} from './results.ts';
import { chosenLab, namedRunDirectory } from './target.ts';

export async function drillAction(values: DrillValues, context: CommandContext): Promise<number> {
  const named = values.profile === undefined ? values.lab : dirname(values.profile);
  const runDirectory = await namedRunDirectory(named, values.baseDirectory);
  const elsewhere = await runWhereLabIs(context, runDirectory);
  if (elsewhere !== undefined) return elsewhere;
  const lab = await chosenLab(runDirectory);
  const settings = drillSettings(values);
  const target = labTarget(lab);
  throwIfProblems(settings.scenarios.flatMap((name) => scenarioNamed(name).refusals(target, settings.options)));
  if (values.plan === true) {
    context.print(await planText(lab, settings));
    return EXIT.pass;
  }
  return drillAndReport(lab, settings, values, context);
}

async function drillAndReport(
  lab: Lab,
  settings: DrillSettings,
  values: DrillValues,
  context: CommandContext,
): Promise<number> {
  const startedAt = new Date();
  const outputDirectory = await makeResultsDirectory(values.output, lab.profile.deployment, startedAt);
  sayIdentity(lab, settings, outputDirectory, context);
  const forget = context.interruption.onInsisting(() => lab.heal());
  const { drills, notDone } = await inResultsDirectory(outputDirectory, () =>
    drillSteps({ lab, settings, budgets: budgetsFor(lab.profile.deployment), outputDirectory, context }),
  );
  forget();
  const report = buildReport({
    profile: lab.profile,
    startedAt,
    seed: settings.seed,
    serverVersion: lab.serverVersion,
    checks: notDone,
    drills,
  });
  const histories = drills.map((drill) => drill.history);
  const input = { report, histories, style: context.style };
  const { written, problems } = await asFarAsPossible(async () => [
    ...(await saveRun(outputDirectory, report, histories)),
    ...(await saveWanted(values.report, input)),
  ]);
  context.print(values.format === 'text' ? textReport(report, context.style, written) : reportAs(values.format, input));
  for (const problem of problems) context.progress.line(problemLine(problem));
  return exitCodeOf(worstVerdict([report.verdict, ...problems.map(() => 'unknown' as const)]));
}

/** What a run is, before anything happens: enough to find its results and to run it again. */
export function sayIdentity(lab: Lab, { seed }: DrillSettings, outputDirectory: string, context: CommandContext): void {
  const { profile, serverVersion } = lab;
  const digest = deploymentDigest(profile);
  context.progress.line(`${profile.deployment} ${digest}, redis-server ${serverVersion}, seed ${seed}`);
  context.progress.line(`results in ${shownPath(outputDirectory)}`);
}
