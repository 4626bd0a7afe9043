import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CDK = join(ROOT, 'node_modules/aws-cdk/bin/cdk');

let output: string;

beforeEach(async () => {
  output = await mkdtemp(join(tmpdir(), 'redoubt-synth-'));
});

afterEach(async () => {
  await rm(output, { recursive: true, force: true });
});

/** As `npx cdk` runs it, without an account and without the network. */
async function cdk(...words: string[]): Promise<string> {
  const { AWS_PROFILE: _profile, AWS_REGION: _region, ...environment } = process.env;
  const PATH = [dirname(process.execPath), join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  const env = { ...environment, PATH, HOME: output, AWS_EC2_METADATA_DISABLED: 'true' };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [CDK, ...words, '--output', output], {
    cwd: ROOT,
    env,
    timeout: 170_000,
  });
  return stdout + stderr;
}

it('`npx cdk synth` makes the template of a clone, without an account', async ({ skip }) => {
  if (!existsSync(CDK)) skip('aws-cdk is not installed');
  await cdk('synth', '--quiet');
  const template = JSON.parse(await readFile(join(output, 'redoubt-elasticache.template.json'), 'utf8'));
  const types = Object.values(template.Resources as Record<string, { Type: string }>).map(({ Type }) => Type);
  expect(types).toContain('AWS::ElastiCache::ReplicationGroup');
});

it('`npx cdk synth` makes the stack that verifies it too, unless that is not wanted', async ({ skip }) => {
  if (!existsSync(CDK)) skip('aws-cdk is not installed');
  await cdk('synth', '--quiet');
  const template = JSON.parse(await readFile(join(output, 'redoubt-elasticache-verified.template.json'), 'utf8'));
  expect(JSON.stringify(template)).toContain('Custom::RedoubtVerification');
  await rm(output, { recursive: true, force: true });
  await cdk('synth', '--quiet', '-c', 'verify=false');
  expect(existsSync(join(output, 'redoubt-elasticache.template.json'))).toBe(true);
  expect(existsSync(join(output, 'redoubt-elasticache-verified.template.json'))).toBe(false);
  await expect(cdk('synth', '--quiet', '-c', 'verify=perhaps')).rejects.toThrow(/AWS_CONTEXT_VERIFY verify: /);
});

it('`npx cdk synth` says in sentences what is wrong with a deployment', async ({ skip }) => {
  if (!existsSync(CDK)) skip('aws-cdk is not installed');
  await expect(cdk('synth', '--quiet', '-c', 'deployment=azure-oss')).rejects.toThrow(
    /AWS_DEPLOYMENT_OTHER_PLATFORM topology\.platform: /,
  );
  await expect(cdk('synth', '--quiet', '-c', 'vpcId=vpc-0123456789abcdef0')).rejects.toThrow(
    /AWS_VPC_LOOKUP_NEEDS_ACCOUNT vpcId: /,
  );
});

it('`npx cdk synth` passes over no context that is mistyped or empty: it would make a VPC where one was meant', async ({
  skip,
}) => {
  if (!existsSync(CDK)) skip('aws-cdk is not installed');
  await expect(cdk('synth', '--quiet', '-c', 'vpc-id=vpc-0123456789abcdef0', '-c', 'stackName=')).rejects.toThrow(
    /AWS_CONTEXT_UNKNOWN vpc-id: .*did you mean `vpcId`[\s\S]*AWS_CONTEXT_EMPTY stackName: /,
  );
  await cdk('synth', '--quiet', '-c', 'verify=false', '-c', 'team=checkout');
  expect(existsSync(join(output, 'redoubt-elasticache.template.json'))).toBe(true);
});
