/** What `redoubt rehearse` does: the whole story, deployment by deployment. */
import { loadDeployment } from '../deployments/index.ts';
import { exitCodeOf } from '../lib/base/exit-codes.ts';
import { worstVerdict } from '../lib/base/verdict.ts';
import type { Lab } from '../lib/lab/lab.ts';
import { startLab } from '../lib/lab/start.ts';
import { buildReport } from '../lib/report/build.ts';
import { inStep } from '../lib/report/progress.ts';
import type { Report } from '../lib/report/report.ts';
import { textSummary, type Written } from '../lib/report/text.ts';
import type { Deployment } from '../lib/topology/deployment.ts';
import type { RehearseValues } from './commands/rehearse.ts';
import type { CommandContext } from './context.ts';
import { sayIdentity } from './drill-action.ts';
import { type DrillSettings, drillSettings, drillSteps } from './drill-steps.ts';
import { asInput } from './failure.ts';
import { mustEnterNamespace, runInNamespace } from './network-namespace.ts';
import { makeResultsDirectory, saveRun } from './results.ts';
import { verifyStep } from './verify-action.ts';

interface Run {
  readonly report: Report;
  readonly written: readonly Written[];
}

export async function rehearseAction(
  names: readonly string[],
  values: RehearseValues,
  context: CommandContext,
): Promise<number> {
  const deployments: Deployment[] = [];
  for (const name of names) deployments.push(await asInput(() => loadDeployment(name)));
  const settings = drillSettings(values);
  if (settings.options.oldNode === 'dropped' && mustEnterNamespace())
    return runInNamespace(context, values.baseDirectory);
  const runs: Run[] = [];
  for (const deployment of deployments) runs.push(await rehearse(deployment, settings, values, context));
  context.print(`\n${textSummary(runs, context.style)}`);
  return exitCodeOf(worstVerdict(runs.map(({ report }) => report.verdict)));
}

async function rehearse(
  deployment: Deployment,
  settings: DrillSettings,
  values: RehearseValues,
  context: CommandContext,
): Promise<Run> {
  const startedAt = new Date();
  const outputDirectory = await makeResultsDirectory(values.output, deployment.name, startedAt);
  const lab = await boot(deployment, values, context);
  const forget = context.interruption.onInsisting(() => lab.stop());
  try {
    sayIdentity(lab, settings, outputDirectory, context);
    const verification = await verifyStep(lab.profile, context);
    // What is not what was asked for is not worth disturbing: the clients' figures would be about something else.
    const drills =
      verification.verdict === 'fail'
        ? []
        : await drillSteps({ lab, settings, budgets: deployment.budgets, outputDirectory, context });
    const report = buildReport({
      profile: lab.profile,
      startedAt,
      seed: settings.seed,
      serverVersion: lab.serverVersion,
      checks: verification.checks,
      drills,
    });
    const written = await saveRun(
      outputDirectory,
      report,
      drills.map((drill) => drill.history),
    );
    return { report, written };
  } finally {
    await inStep(context.progress, `${deployment.name}: stopping the lab`, () => lab.stop());
    forget();
  }
}

function boot(deployment: Deployment, values: RehearseValues, context: CommandContext): Promise<Lab> {
  return inStep(context.progress, `${deployment.name}: booting a lab`, (step) =>
    startLab({
      deployment: deployment.name,
      topology: deployment.topology,
      detached: false,
      progress: step.note,
      signal: context.interruption.signal,
      ...(values.baseDirectory === undefined ? {} : { baseDirectory: values.baseDirectory }),
    }),
  );
}
