/** The glue around the AWS and CDK CLIs, with programs on the PATH that write down how they were called and end as the test says. */
import { mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ELASTICACHE, profileOf } from '../profile/fixture.ts';
import { fixtureFolder, runProgram, writeProgram } from './fixture-folder.ts';

const SCRIPT = resolve(import.meta.dirname, '../../scripts/prove-aws.ts');
const ROOT = resolve(import.meta.dirname, '../..');
const PASSWORD = 'only-for-this-test';

const WITH_PASSWORD = {
  ...profileOf(ELASTICACHE),
  authentication: {
    userName: 'application',
    secret: { kind: 'aws-secrets-manager', secretId: 'arn:shop', region: 'eu-west-1', field: 'password' },
  },
};
const WITH_IAM = {
  ...profileOf(ELASTICACHE),
  authentication: {
    userName: 'checkout',
    secret: { kind: 'aws-iam', cacheName: 'shop', region: 'eu-west-1', serverless: false, userId: 'checkout' },
  },
};

interface Given {
  /** Exit codes: of `aws` by its first word, of `cdk` by the stack, of `redoubt` by its command. */
  readonly ends?: Readonly<Record<string, number>>;
  readonly profile?: object;
  readonly secret?: string;
}

async function prove(args: readonly string[], given: Given = {}) {
  const { ends = {}, profile = WITH_PASSWORD, secret = JSON.stringify({ password: PASSWORD }) } = given;
  const folder = await fixtureFolder();
  const log = join(folder, 'calls');
  const cases = Object.entries(ends).map(([word, code]) => `${word}) exit ${code};;`);
  const stand = (word: string, answers = '') =>
    `#!/bin/sh\necho "$(basename "$0") $* [$AWS_REGION \${REDIS_PASSWORD:+has the password}]" >>"${log}"\n${answers}\ncase "${word}" in\n${cases.join('\n')}\nesac\nexit 0\n`;
  await writeProgram(join(folder, 'tools/aws'), stand('$1', `[ "$1" = secretsmanager ] && echo '${secret}'`));
  await writeProgram(join(folder, 'tools/cdk'), stand('$2'));
  await writeProgram(
    join(folder, 'tools/node'),
    stand('$2', `[ "$2" = profile ] && echo '${JSON.stringify(profile)}'`),
  );
  const env = { PATH: `${join(folder, 'tools')}:/usr/bin:/bin`, HOME: folder };
  const ended = await runProgram(process.execPath, [SCRIPT, ...args, '--output', join(folder, 'out')], env, folder);
  const calls = await readFile(log, 'utf8').catch(() => '');
  const short = (text: string) => text.replaceAll(folder, 'FOLDER').replaceAll(ROOT, 'ROOT');
  return {
    ...ended,
    folder,
    stderr: short(ended.stderr),
    stdout: short(ended.stdout),
    calls: short(calls).split('\n').slice(0, -1),
  };
}

const MEANT = ['elasticache', '--i-mean', 'elasticache'];
const ACCOUNT = 'aws sts get-caller-identity';
const CONTEXT = '-c deployment=elasticache';
const DEPLOY = `cdk deploy redoubt-elasticache --exclusively ${CONTEXT} --outputs-file FOLDER/out/outputs.json`;
const VERIFIED = `cdk deploy redoubt-elasticache-verified --exclusively ${CONTEXT}`;
const PROFILE = 'node ROOT/bin/redoubt.ts profile --outputs-file FOLDER/out/outputs.json';
const SECRET =
  'aws secretsmanager get-secret-value --secret-id arn:shop --region eu-west-1 --query SecretString --output text';
const VERIFY = 'node ROOT/bin/redoubt.ts verify --profile FOLDER/out/profile.json --report json=FOLDER/out/verify.json';
const DRILL =
  'node ROOT/bin/redoubt.ts drill --aws redoubt-elasticache --profile FOLDER/out/profile.json --scenario test-failover --i-mean elasticache --output FOLDER/out';

describe('prove:aws', () => {
  test('deploys, verifies inside, takes the profile and the password, verifies and drills, in this order', async () => {
    const { code, calls, stderr, folder } = await prove(MEANT);
    expect(calls).toEqual([
      ...[ACCOUNT, DEPLOY, VERIFIED, PROFILE, SECRET].map((call) => `${call} [ ]`),
      ...[VERIFY, DRILL].map((call) => `${call} [ has the password]`),
    ]);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/redoubt-elasticache is proven until drill\. Reports: FOLDER\/out\n$/);
    for (const call of [ACCOUNT, DEPLOY, VERIFIED, PROFILE, SECRET, VERIFY, DRILL])
      expect(stderr).toContain(`: ${call}\n`);
    const profile = join(folder, 'out/profile.json');
    expect(JSON.parse(await readFile(profile, 'utf8'))).toEqual(WITH_PASSWORD);
    expect((await stat(profile)).mode & 0o077).toBe(0);
  });

  test('shows the password nowhere', async () => {
    const { calls, stdout, stderr } = await prove(MEANT);
    expect(calls.join() + stdout + stderr).not.toContain(PASSWORD);
  });

  test('asks for no password where there is none', async () => {
    const { code, calls } = await prove(MEANT, { profile: WITH_IAM });
    expect(calls).toEqual([ACCOUNT, DEPLOY, VERIFIED, PROFILE, VERIFY, DRILL].map((call) => `${call} [ ]`));
    expect(code).toBe(0);
  });

  test('stops where it is told to, and then needs no name', async () => {
    const { code, calls, stderr } = await prove(['elasticache', '--until', 'verified']);
    expect(calls).toEqual([ACCOUNT, DEPLOY, VERIFIED].map((call) => `${call} [ ]`));
    expect(code).toBe(0);
    expect(stderr).toMatch(/proven until verified/);
  });

  test('hands on the region, the VPC, the stack and the approval', async () => {
    const more = ['--region', 'eu-west-2', '--vpc-id', 'vpc-1', '--stack-name', 'shop', '--yes'];
    const { calls } = await prove([...MEANT, ...more]);
    const context = '--require-approval never -c deployment=elasticache -c vpcId=vpc-1 -c stackName=shop';
    expect(calls[1]).toBe(
      `cdk deploy shop --exclusively ${context} --outputs-file FOLDER/out/outputs.json [eu-west-2 ]`,
    );
    expect(calls[2]).toBe(`cdk deploy shop-verified --exclusively ${context} [eu-west-2 ]`);
    expect(calls.at(-1)).toContain('--aws redoubt-elasticache --region eu-west-2 ');
  });

  test('with --plan says what it would run, so that it can be pasted, and runs nothing', async () => {
    const { code, calls, stdout } = await prove([...MEANT, '--plan']);
    expect({ code, calls }).toEqual({ code: 0, calls: [] });
    expect(stdout.split('\n')).toEqual([
      `account: ${ACCOUNT}`,
      `deploy: ${DEPLOY}`,
      `verified: ${VERIFIED}`,
      `profile: ${PROFILE} > FOLDER/out/profile.json`,
      'password: aws secretsmanager get-secret-value --secret-id THE-SECRET-OF-THE-PROFILE --query SecretString --output text  # kept in REDIS_PASSWORD, shown nowhere; not with IAM',
      `verify: ${VERIFY}`,
      `drill: ${DRILL}`,
      '',
    ]);
  });

  test.each([
    ['sts', 254, 70, 1, /PROVE_ACCOUNT_FAILED: account ended with 254\. Nothing was done\. Sign in/],
    ['redoubt-elasticache', 1, 70, 2, /PROVE_DEPLOY_FAILED: deploy ended with 1\. Nothing was verified/],
    [
      'redoubt-elasticache-verified',
      1,
      1,
      3,
      /PROVE_VERIFIED_FAILED: verified ended with 1\. The cache is deployed and stays/,
    ],
    ['profile', 64, 64, 4, /PROVE_PROFILE_FAILED: profile ended with 64\..*hold no profile/],
    ['secretsmanager', 254, 70, 5, /PROVE_PASSWORD_FAILED: password ended with 254\..*GetSecretValue/],
    ['verify', 1, 1, 6, /PROVE_VERIFY_FAILED: verify ended with 1\..*way into the VPC/],
    ['verify', 2, 2, 6, /PROVE_VERIFY_FAILED: verify ended with 2/],
    ['drill', 1, 1, 7, /PROVE_DRILL_FAILED: drill ended with 1\. The stack is deployed and verified/],
    ['drill', 2, 2, 7, /PROVE_DRILL_FAILED: drill ended with 2/],
  ])(
    'when %s ends with %i it ends with %i after %i steps, and says where one stands',
    async (word, end, code, steps, says) => {
      const ended = await prove(MEANT, { ends: { [word]: end } });
      expect(ended.code).toBe(code);
      expect(ended.calls).toHaveLength(steps);
      expect(ended.stderr).toMatch(says);
      expect(ended.stderr).not.toContain(PASSWORD);
    },
  );

  test('does not show a secret of another form', async () => {
    const { code, stderr, calls } = await prove(MEANT, { secret: 'not-to-be-shown' });
    expect({ code, steps: calls.length }).toEqual({ code: 70, steps: 5 });
    expect(stderr).toMatch(/PROVE_SECRET_FORM: .*"password"/);
    expect(stderr).not.toContain('not-to-be-shown');
  });

  test.each([
    [[], /PROVE_USAGE: Name one deployment/],
    [['elasticache', 'azure-oss'], /PROVE_USAGE: Name one deployment/],
    [
      ['elasticache'],
      /PROVE_USAGE: The drill lets primaries of elasticache fail over\. .*--i-mean elasticache.*--until verify/,
    ],
    [['elasticache', '--i-mean', 'shop'], /PROVE_USAGE: .*--i-mean elasticache/],
    [['azure-oss', '--i-mean', 'azure-oss'], /PROVE_USAGE: azure-oss is for azure-managed-redis/],
    [['elastcache', '--until', 'verify'], /PROVE_USAGE: .*Did you mean elasticache/],
    [['elasticache', '--until', 'soon'], /PROVE_USAGE: --until is "soon"; it may be one of account, deploy/],
    [['elasticache', '--force'], /PROVE_USAGE: .*--force/],
  ])('%o is wrong use', async (args, says) => {
    const { code, calls, stderr } = await prove(args);
    expect({ code, calls }).toEqual({ code: 64, calls: [] });
    expect(stderr).toMatch(says);
  });

  test('says that the aws command is missing, in the words of the shell', async () => {
    const folder = await fixtureFolder();
    // Nothing but the shell, or a machine that has the command would deploy.
    await mkdir(join(folder, 'tools'));
    await symlink('/bin/bash', join(folder, 'tools/bash'));
    const env = { PATH: join(folder, 'tools'), HOME: folder };
    const ended = await runProgram(process.execPath, [SCRIPT, ...MEANT, '--output', join(folder, 'out')], env, folder);
    expect(ended.code).toBe(70);
    expect(ended.stderr).toMatch(/aws[\s\S]*PROVE_ACCOUNT_FAILED: account ended with 127/);
  });
});
