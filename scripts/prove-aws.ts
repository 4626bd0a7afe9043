/**
 * Deploys the stacks of bin/aws.ts and proves them: cdk deploy, verification inside the VPC, the profile, verify and drill from
 * here. The CDK and AWS CLIs and their login are used as they are. The last two steps need a way into the VPC (VPN, bastion, a runner
 * inside); without one, `--until verified` stops after the verification inside, and MaintenanceRehearsal drills there (docs/aws.md).
 *
 *   npm run prove:aws -- DEPLOYMENT --i-mean DEPLOYMENT      DEPLOYMENT is a name or a file, as `elasticache`
 *   npm run prove:aws -- DEPLOYMENT --until verify           disturbs nothing
 *   npm run prove:aws -- DEPLOYMENT --i-mean … --plan        says what it would run, and runs nothing
 *
 * Ends with 0 when all of it passed; 1 when the verification inside the VPC fails its deployment; with verify's or the drill's own
 * code (1 failed, 2 could not be shown); 64 for wrong use; 70 when `aws` or `cdk` is missing or fails.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { shellWord } from '../bin/shell.ts';
import { loadDeployment } from '../deployments/index.ts';
import { EXIT } from '../lib/base/exit-codes.ts';
import { ProblemError } from '../lib/base/problem.ts';
import { profileOrThrow } from '../lib/profile/parse.ts';
import type { SecretReference } from '../lib/profile/profile.ts';
import { intoFile, planText, prove, type Step } from './prove/steps.ts';

const ROOT = resolve(import.meta.dirname, '..');
const REDOUBT = join(ROOT, 'bin/redoubt.ts');
const STEPS = ['account', 'deploy', 'verified', 'profile', 'password', 'verify', 'drill'] as const;
type StepName = (typeof STEPS)[number];

interface Wanted {
  readonly deployment: string;
  /** Name that the deployment gives itself, and the group's in AWS. */
  readonly name: string;
  readonly group: string;
  readonly stack: string;
  readonly context: readonly string[];
  readonly region?: string;
  readonly iMean: string;
  readonly yes: boolean;
  readonly output: string;
  readonly until: StepName;
  readonly plan: boolean;
}

type SecretsManagerReference = Extract<SecretReference, { kind: 'aws-secrets-manager' }>;

/** @param environment of the steps after the password's, which is put there */
function stepsOf(wanted: Wanted, environment: NodeJS.ProcessEnv): Step[] {
  const { stack, context, output, group, region, iMean } = wanted;
  const inOutput = (name: string) => join(output, name);
  const approval = wanted.yes ? ['--require-approval', 'never'] : [];
  const cdk = (name: string) => ['cdk', 'deploy', name, '--exclusively', ...approval, ...context];
  const profile = inOutput('profile.json');
  const verify = ['verify', '--profile', profile, '--report', `json=${inOutput('verify.json')}`];
  const where = region === undefined ? [] : ['--region', region];
  const drill = ['--aws', group, ...where, '--profile', profile, '--scenario', 'test-failover', '--i-mean', iMean];
  const steps: (Step & { readonly name: StepName })[] = [
    {
      name: 'account',
      command: ['aws', 'sts', 'get-caller-identity'],
      advice: 'Nothing was done. Sign in (`aws sso login`, AWS_PROFILE), and name the region.',
      exitCode: EXIT.internal,
    },
    {
      name: 'deploy',
      command: [...cdk(stack), '--outputs-file', inOutput('outputs.json')],
      advice: 'Nothing was verified. Read what CloudFormation says above; `cdk deploy` can be repeated.',
      exitCode: EXIT.internal,
    },
    {
      name: 'verified',
      command: cdk(`${stack}-verified`),
      advice: 'The cache is deployed and stays; above is what is not as it was asked for, or why it could not be seen.',
      exitCode: EXIT.fail,
    },
    {
      name: 'profile',
      command: ['node', REDOUBT, 'profile', '--outputs-file', inOutput('outputs.json')],
      ...intoFile(profile),
      advice: 'The stack is deployed, and its outputs hold no profile. Is it a stack of bin/aws.ts?',
    },
    passwordStep(profile, environment),
    {
      name: 'verify',
      command: ['node', REDOUBT, ...verify],
      advice: 'It was verified inside the VPC, and is not drilled. Does this machine have a way into the VPC?',
    },
    {
      name: 'drill',
      command: ['node', REDOUBT, 'drill', ...drill, '--output', output],
      advice: 'The stack is deployed and verified. The report says what the clients saw.',
    },
  ];
  return steps.slice(0, STEPS.indexOf(wanted.until) + 1);
}

/** Reads the password into the environment of the steps after it. There is nothing to read with IAM. */
function passwordStep(profile: string, environment: NodeJS.ProcessEnv): Step & { readonly name: 'password' } {
  let secret: SecretReference | undefined;
  return {
    name: 'password',
    command: passwordCommand(undefined),
    planEnding: ' # kept in REDIS_PASSWORD, shown nowhere; not with IAM',
    commandNow: async () => {
      secret = await secretOf(profile);
      return secret.kind === 'aws-secrets-manager' ? passwordCommand(secret) : undefined;
    },
    take: (stdout) => {
      if (secret?.kind === 'aws-secrets-manager') environment.REDIS_PASSWORD = passwordIn(stdout, secret.field);
    },
    advice: 'You may not read the secret: secretsmanager:GetSecretValue, and kms:Decrypt on its key.',
    exitCode: EXIT.internal,
  };
}

function passwordCommand(secret: SecretsManagerReference | undefined): string[] {
  const id = secret?.secretId ?? 'THE-SECRET-OF-THE-PROFILE';
  const where = secret?.region === undefined ? [] : ['--region', secret.region];
  const text = ['--query', 'SecretString', '--output', 'text'];
  return ['aws', 'secretsmanager', 'get-secret-value', '--secret-id', id, ...where, ...text];
}

async function main(): Promise<number> {
  const wanted = await wantedFrom(process.argv.slice(2));
  if (typeof wanted === 'string') {
    process.stderr.write(`PROVE_USAGE: ${wanted}\n`);
    return EXIT.usage;
  }
  const environment: NodeJS.ProcessEnv = { ...process.env };
  if (wanted.region !== undefined) environment.AWS_REGION = wanted.region;
  const steps = stepsOf(wanted, environment);
  if (wanted.plan) {
    process.stdout.write(planText(steps));
    return EXIT.pass;
  }
  await mkdir(wanted.output, { recursive: true, mode: 0o700 });
  // CloudFormation's changes are approved by a person, so it may be asked.
  const code = await prove(steps, { stdin: 'inherit', environment });
  if (code !== EXIT.pass) return code;
  process.stderr.write(`${wanted.stack} is proven until ${wanted.until}. Reports: ${wanted.output}\n`);
  return EXIT.pass;
}

async function secretOf(path: string): Promise<SecretReference> {
  return profileOrThrow(JSON.parse(await readFile(path, 'utf8'))).authentication.secret;
}

/** A parser's message would quote the secret. */
function passwordIn(text: string, field: string | undefined): string {
  if (field === undefined) return text.trimEnd();
  try {
    const value: unknown = JSON.parse(text)[field];
    if (typeof value === 'string') return value;
  } catch {}
  const message = `The secret is not a JSON object with the text "${field}". Write the password into that field.`;
  throw new ProblemError({ code: 'PROVE_SECRET_FORM', message });
}

/** A text says what is wrong. */
async function wantedFrom(args: readonly string[]): Promise<Wanted | string> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'i-mean': { type: 'string' },
        plan: { type: 'boolean', default: false },
        until: { type: 'string', default: 'drill' },
        yes: { type: 'boolean', default: false },
        region: { type: 'string' },
        'vpc-id': { type: 'string' },
        'stack-name': { type: 'string' },
        output: { type: 'string', default: 'redoubt-results' },
      },
    });
    const [deployment, ...more] = positionals;
    if (deployment === undefined || more.length > 0)
      return 'Name one deployment: npm run prove:aws -- DEPLOYMENT [--plan].';
    const until = STEPS.find((step) => step === values.until);
    if (until === undefined) return `--until is "${values.until}"; it may be one of ${STEPS.join(', ')}.`;
    const { name, topology } = await loadDeployment(deployment);
    if (topology.platform !== 'elasticache') return `${name} is for ${topology.platform}. Choose one for elasticache.`;
    const { 'i-mean': iMean = '', region, 'vpc-id': vpcId, 'stack-name': stackName } = values;
    if (until === 'drill' && iMean !== name)
      return `The drill lets primaries of ${name} fail over. Say that you mean it, --i-mean ${shellWord(name)}, or stop before it with --until verify.`;
    const pairs = Object.entries({ deployment, vpcId, stackName }).filter(([, value]) => value !== undefined);
    return {
      deployment,
      name,
      group: topology.name.toLowerCase(),
      stack: stackName ?? `redoubt-${name}`,
      context: pairs.flatMap(([key, value]) => ['-c', `${key}=${value}`]),
      ...(region === undefined ? {} : { region }),
      iMean,
      yes: values.yes,
      output: resolve(values.output),
      until,
      plan: values.plan,
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT.internal;
}
