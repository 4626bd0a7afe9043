/**
 * The CDK app: `npx cdk synth`, `npx cdk deploy --all` (cdk.json runs this file). Needs no account to synthesise.
 * A stack with the cache, and a second one that verifies it from inside the VPC and can fail without touching the first.
 *
 * -c deployment=NAME_OR_FILE   which deployment; default: elasticache
 * -c vpcId=vpc-…               a VPC that exists, looked up with the CLI's account and region; default: one is made
 * -c stackName=NAME            default: redoubt-NAME, with the deployment's name; the other stack's is NAME-verified
 * -c verify=false              only the stack with the cache
 * -c templateReplicasPerShard=1, -c templateShardCount=3
 *                              counts that the deployed template keeps saying (docs/aws.md, Replicas in cluster mode); best in cdk.json
 */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { App, Environment } from 'aws-cdk-lib/core';
import type { DeploymentStack, DeploymentStackProps } from '../lib/aws/deployment-stack.ts';
import { EXIT } from '../lib/base/exit-codes.ts';
import { ProblemError, problemLine, throwIfProblems } from '../lib/base/problem.ts';
import { type ContextKey, contextProblems } from './aws-context.ts';

// Half of what this app costs beside a bare one is compiling the CDK's modules; the second run finds them compiled.
enableCompileCache(fileURLToPath(new URL('../.redoubt/compile-cache', import.meta.url)));

try {
  const { App } = await import('aws-cdk-lib/core');
  await synthesise(new App());
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  for (const problem of error.problems) process.stderr.write(`${problemLine(problem)}\n`);
  process.exitCode = EXIT.usage;
}

async function synthesise(app: App): Promise<void> {
  throwIfProblems(contextProblems(app.node.getAllContext()));
  const { loadDeployment } = await import('../deployments/index.ts');
  const { DeploymentStack } = await import('../lib/aws/deployment-stack.ts');
  const deployment = await loadDeployment(contextOf(app, 'deployment') ?? 'elasticache');
  const vpcId = contextOf(app, 'vpcId');
  const env = vpcId === undefined ? {} : { env: environmentOfCli() };
  const stack = new DeploymentStack(app, contextOf(app, 'stackName') ?? `redoubt-${deployment.name}`, {
    deployment,
    ...env,
    ...(vpcId === undefined ? {} : { vpcId }),
    ...templateCountsOf(app),
  });
  if (isVerified(app, stack)) {
    const { VerifiedDeploymentStack } = await import('../lib/aws/verified-deployment-stack.ts');
    new VerifiedDeploymentStack(app, `${stack.stackName}-verified`, { of: stack, ...env });
  }
  app.synth();
}

/** Without a profile, which a topology without authentication does not have, nothing can be verified. */
function isVerified(app: App, { cluster }: DeploymentStack): boolean {
  const wish = contextOf(app, 'verify') ?? 'true';
  if (wish !== 'true' && wish !== 'false') {
    const message = `The context \`verify\` is "${wish}"; it may be "true" (default) or "false".`;
    throw new ProblemError({ code: 'AWS_CONTEXT_VERIFY', message, path: 'verify' });
  }
  return wish === 'true' && cluster.profile !== undefined;
}

/** What is no number is told by the construct. */
function templateCountsOf(app: App): Pick<DeploymentStackProps, 'templateCounts'> {
  const [replicasPerShard, shardCount] = (['templateReplicasPerShard', 'templateShardCount'] as const).map((key) => {
    const given = contextOf(app, key);
    return given === undefined ? undefined : Number(given);
  });
  return replicasPerShard === undefined && shardCount === undefined
    ? {}
    : { templateCounts: { replicasPerShard, shardCount } };
}

function contextOf(app: App, key: ContextKey): string | undefined {
  const value: unknown = app.node.tryGetContext(key);
  return value === undefined ? undefined : String(value);
}

/** What `cdk` found out from the credentials it was called with; a VPC cannot be looked up without. */
function environmentOfCli(): Environment {
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
  if (account !== undefined && region !== undefined) return { account, region };
  const message =
    '`vpcId` names a VPC that has to be looked up, and the CDK CLI found no account and region. Sign in (`aws sso login`, AWS_PROFILE, AWS_REGION), or leave `vpcId` out.';
  throw new ProblemError({ code: 'AWS_VPC_LOOKUP_NEEDS_ACCOUNT', message, path: 'vpcId' });
}
