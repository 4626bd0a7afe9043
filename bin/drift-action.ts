/** What `redoubt drift` does: declared, against what the cloud's API and the servers say. */
import { loadDeployment } from '../deployments/index.ts';
import { type Problem, throwIfProblems } from '../lib/base/problem.ts';
import type { ControlPlane } from '../lib/control/control-plane.ts';
import { readProfile } from '../lib/profile/file.ts';
import { buildReport } from '../lib/report/build.ts';
import { inStep } from '../lib/report/progress.ts';
import type { Deployment } from '../lib/topology/deployment.ts';
import type { Verification } from '../lib/verify/run.ts';
import type { DriftValues } from './commands/drift.ts';
import type { CommandContext } from './context.ts';
import { chosenControlPlane } from './control-planes.ts';
import { asInput, UsageError } from './failure.ts';
import { outputsOf } from './pulumi-outputs.ts';
import { refuseUnusableReports } from './report-files.ts';
import { showAndSave } from './results.ts';
import { refuseCloudDetails } from './stray-options.ts';
import { verifyStep } from './verify-action.ts';

export async function driftAction(named: string, values: DriftValues, context: CommandContext): Promise<number> {
  // A stack names something in Azure as well.
  refuseCloudDetails({ ...values, ...(values.fromPulumi === undefined ? {} : { azure: values.fromPulumi }) });
  await refuseUnusableReports(values.report);
  const deployment = await asInput(() => loadDeployment(named, context.interruption.signal));
  refuseOtherCloud(deployment, values);
  const controlPlane = await controlPlaneOf(values, context);
  if (controlPlane === undefined) throw nowhere(deployment);
  const startedAt = new Date();
  const { profile: path } = values;
  const profile = path === undefined ? undefined : await asInput(() => readProfile(path));
  const seen: Verification | undefined =
    profile === undefined ? undefined : await asInput(() => verifyStep(profile, context));
  const checks = await inStep(context.progress, `${deployment.name}: comparing with ${controlPlane.subject}`, () =>
    controlPlane.compare(
      {
        topology: deployment.topology,
        ...(seen === undefined ? {} : { observation: seen.observation }),
        ...(profile?.expected.globalRole === undefined ? {} : { globalRole: profile.expected.globalRole }),
      },
      context.interruption.signal,
    ),
  );
  const report = buildReport({
    subject: deployment,
    startedAt,
    // Nothing in a comparison is left to chance.
    seed: 0,
    serverVersion: null,
    checks,
    drills: [],
  });
  return showAndSave(report.verdict, values, { report, histories: [], style: context.style }, context);
}

/** A stack says where the database is, and what it was given beside its topology. */
async function controlPlaneOf(values: DriftValues, context: CommandContext): Promise<ControlPlane | undefined> {
  const { fromPulumi } = values;
  if (fromPulumi === undefined) {
    await asInput(() => throwIfProblems(detailsOfNoStack(values)));
    return chosenControlPlane(values, context);
  }
  await asInput(() => throwIfProblems(detailsOfNoPlace(values)));
  const { declaredFromPulumiOrThrow } = await import('../lib/profile/from-pulumi.ts');
  const outputs = await outputsOf({ ...values, fromPulumi }, context);
  const { clusterId, ...expected } = await asInput(() => declaredFromPulumiOrThrow(outputs));
  return chosenControlPlane({ ...values, azure: clusterId }, context, { expected });
}

function detailsOfNoStack({ cwd, output, outputsFile }: DriftValues): Problem[] {
  return Object.entries({ '--cwd': cwd, '--output': output, '--outputs-file': outputsFile })
    .filter(([, value]) => value !== undefined)
    .map(([option]) => ({
      code: 'STACK_NOT_NAMED',
      message: `${option} says more about --from-pulumi, which is not given. Give both or neither.`,
    }));
}

/** What stands in a file is asked of nobody, so it does not matter where. */
function detailsOfNoPlace({ cwd, outputsFile }: DriftValues): Problem[] {
  if (cwd === undefined || outputsFile === undefined) return [];
  const message = `--cwd ${cwd} says where Pulumi is asked, and --outputs-file ${outputsFile} that it is not. Leave one of them out.`;
  return [{ code: 'STACK_NOT_ASKED', message }];
}

function refuseOtherCloud({ name, topology }: Deployment, { aws, azure, fromPulumi }: DriftValues): void {
  const meant = topology.platform === 'elasticache' ? 'aws' : 'azure';
  const given = aws !== undefined ? 'aws' : azure !== undefined ? 'azure' : fromPulumi && 'from-pulumi';
  if (given === undefined || (given === 'aws') === (meant === 'aws')) return;
  const message = `${name} is declared for ${topology.platform}, and --${given} names something in another cloud. Give --${meant}.`;
  throw new UsageError({ code: 'OTHER_CLOUD', message });
}

function nowhere({ name, topology }: Deployment): UsageError {
  const option = topology.platform === 'elasticache' ? '--aws GROUP' : '--from-pulumi STACK or --azure RESOURCE_ID';
  const message = `Nothing says where ${name} was deployed. Give ${option}.`;
  return new UsageError({ code: 'DEPLOYED_WHERE', message });
}
