/** What `redoubt rehearse` does: the whole story, deployment by deployment. */
import { loadDeployment } from '../deployments/index.ts';
import { exitCodeOf } from '../lib/base/exit-codes.ts';
import { type Problem, ProblemError, problemLine } from '../lib/base/problem.ts';
import { worstVerdict } from '../lib/base/verdict.ts';
import { CLOUD_OPERATIONS } from '../lib/control/control-plane.ts';
import { labTarget } from '../lib/drill/targets/lab.ts';
import type { Lab } from '../lib/lab/lab.ts';
import { startLab } from '../lib/lab/start.ts';
import { buildReport } from '../lib/report/build.ts';
import { inStep } from '../lib/report/progress.ts';
import type { Report } from '../lib/report/report.ts';
import { textSummary } from '../lib/report/text.ts';
import type { Deployment } from '../lib/topology/deployment.ts';
import type { CheckResult } from '../lib/verify/check.ts';
import { listed } from '../lib/verify/judging.ts';
import type { RehearseValues } from './commands/rehearse.ts';
import type { CommandContext } from './context.ts';
import { sayIdentity } from './drill-action.ts';
import { type DrillSettings, type DrillStepsInput, drillSettings, drillSteps } from './drill-steps.ts';
import { asInput, UsageError } from './failure.ts';
import { mustEnterNamespace, runInNamespace } from './network-namespace.ts';
import { asFarAsPossible, inResultsDirectory, makeResultsDirectory, type Saved, saveRun } from './results.ts';
import { refuseUnused } from './scenario-options.ts';
import { verifyStep } from './verify-action.ts';

interface Run extends Saved {
  readonly report: Report;
}

export async function rehearseAction(
  names: readonly string[],
  values: RehearseValues,
  context: CommandContext,
): Promise<number> {
  const deployments: Deployment[] = [];
  const { signal } = context.interruption;
  for (const name of names) deployments.push(await asInput(() => loadDeployment(name, signal)));
  const settings = drillSettings(values);
  refuseCloudScenarios(settings.scenarios);
  refuseUnused(values, settings.scenarios);
  if (settings.options.oldNode === 'dropped' && mustEnterNamespace())
    return runInNamespace(context, values.baseDirectory);
  const runs: Run[] = [];
  const problems: Problem[] = [];
  for (const deployment of deployments) {
    try {
      const run = await rehearse(deployment, settings, values, context);
      runs.push(run);
      problems.push(...run.problems);
    } catch (error) {
      // What keeps one deployment from being rehearsed does not cost the results of the others.
      if (!(error instanceof ProblemError) || deployments.length === 1) throw error;
      problems.push(...error.problems.map((problem) => ({ ...problem, path: deployment.name })));
    }
  }
  if (runs.length > 0) context.print(`\n${textSummary(runs, context.style)}`);
  for (const problem of problems) context.progress.line(problemLine(problem));
  const missing = problems.map(() => 'unknown' as const);
  return exitCodeOf(worstVerdict([...runs.map(({ report }) => report.verdict), ...missing]));
}

/** Known before anything is started: a lab has no cloud that could be asked. */
function refuseCloudScenarios(scenarios: DrillSettings['scenarios']): void {
  const clouds: readonly string[] = CLOUD_OPERATIONS;
  const asked = scenarios.filter((name) => clouds.includes(name));
  if (asked.length === 0) return;
  const message = `${listed(asked)} is asked of a cloud, and a rehearsal runs in a lab. Use \`redoubt drill\` with --aws or --azure, or rehearse planned-replacement here.`;
  throw new UsageError({ code: 'SCENARIO_OF_CLOUD', message });
}

async function rehearse(
  deployment: Deployment,
  settings: DrillSettings,
  values: RehearseValues,
  context: CommandContext,
): Promise<Run> {
  const startedAt = new Date();
  const outputDirectory = await asInput(() => makeResultsDirectory(values.output, deployment.name, startedAt));
  return inResultsDirectory(outputDirectory, async () => {
    const lab = await boot(deployment, values, context);
    const forget = context.interruption.onInsisting(() => lab.stop());
    try {
      const target = labTarget(lab);
      sayIdentity(target, settings, outputDirectory, context);
      return await verifyAndDrill(
        { target, settings, budgets: deployment.budgets, outputDirectory, context },
        startedAt,
      );
    } finally {
      await inStep(context.progress, `${deployment.name}: stopping the lab`, () => lab.stop());
      forget();
    }
  });
}

async function verifyAndDrill(input: DrillStepsInput, startedAt: Date): Promise<Run> {
  const { target, settings, outputDirectory, context } = input;
  const verification = await verifyStep(target.profile, context);
  // What is not what was asked for is not worth disturbing: the clients' figures would be about something else.
  const { drills, notDone } =
    verification.verdict === 'fail' ? { drills: [], notDone: [NOT_DRILLED] } : await drillSteps(input);
  const report = buildReport({
    subject: target.profile,
    startedAt,
    seed: settings.seed,
    serverVersion: target.servers.serverVersion,
    checks: [...verification.checks, ...notDone],
    drills,
  });
  const histories = drills.map((drill) => drill.history);
  return { report, ...(await asFarAsPossible([() => saveRun(outputDirectory, report, histories)])) };
}

const NOT_DRILLED: CheckResult = {
  name: 'drill',
  verdict: 'unknown',
  code: 'NOT_DRILLED',
  message: 'Nothing was disturbed, because a check failed: what was deployed is not what was asked for.',
};

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
