import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../lib/base/exit-codes.ts';
import { ELASTICACHE, profileOf } from '../profile/fixture.ts';
import { type CloudFormationStandIn, cloudFormationStandIn, NO_ACCOUNT } from './cloudformation-stand-in.ts';
import { redoubt, startProgram } from './program.ts';

const PROFILE = profileOf(ELASTICACHE);
const CARTS = { ...PROFILE, deployment: 'carts' };
const TEXT = JSON.stringify(PROFILE);
const OUTPUTS = { Url: 'https://shop?a=1&b=2', CacheRedoubtProfile7473B2CE: TEXT };

let service: CloudFormationStandIn;
let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-stack-'));
  service = await cloudFormationStandIn({
    shop: { outputs: OUTPUTS },
    paged: { outputs: OUTPUTS, paged: true },
    two: { outputs: { ARedoubtProfile: TEXT, BRedoubtProfile: JSON.stringify(CARTS) } },
    cleaning: { status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', outputs: OUTPUTS },
    other: { outputs: { Url: 'x' } },
    busy: { status: 'UPDATE_IN_PROGRESS', outputs: OUTPUTS },
    failed: { status: 'ROLLBACK_COMPLETE' },
    denied: { error: [403, 'AccessDenied', 'User: arn is not authorized to perform: cloudformation:DescribeStacks'] },
    expired: { error: [403, 'ExpiredToken', 'The security token included in the request is expired'] },
    broken: { error: [500, 'InternalFailure', 'We encountered an internal error'] },
    quiet: { silent: true },
  });
});
afterAll(async () => {
  await service.close();
  await rm(directory, { recursive: true, force: true });
});

const profile = (words: string[], environment: Record<string, string> = {}) =>
  redoubt(['profile', ...words], {
    workingDirectory: directory,
    environment: { ...service.environment, ...environment },
  });

describe('redoubt profile --from-stack', () => {
  test.each([
    ['the outputs of a stack', ['--from-stack', 'shop'], PROFILE],
    ['a stack on the second page', ['--from-stack', 'paged'], PROFILE],
    ['the deployment that is named', ['--from-stack', 'two', '--deployment', 'carts'], CARTS],
    ['a stack that only cleans up', ['--from-stack', 'cleaning'], PROFILE],
  ])('rebuilds the profile from %s', async (_title, words, expected) => {
    const ended = await profile(words);
    expect(ended.stderr).toBe('');
    expect(ended.exitCode).toBe(EXIT.pass);
    expect(JSON.parse(ended.stdout)).toEqual(expected);
  });

  test('asks in the region that is named, else in that of the environment, as the AWS CLI does', async () => {
    service.asked.length = 0;
    await profile(['--from-stack', 'shop', '--region', 'us-east-2']);
    await profile(['--from-stack', 'shop']);
    await profile(['--from-stack', 'shop'], { AWS_REGION: '', AWS_DEFAULT_REGION: 'ap-south-1' });
    expect(service.asked.map(({ region }) => region)).toEqual(['us-east-2', 'eu-west-1', 'ap-south-1']);
  });

  test('gives what verify takes', async () => {
    const { stdout } = await profile(['--from-stack', 'shop']);
    const path = join(directory, 'p.json');
    const unreachable = stdout.replaceAll('sessions.example.net', '127.0.0.1').replaceAll('10000', '1');
    await writeFile(path, unreachable);
    const ended = await redoubt(['verify', '--profile', path], { environment: { SESSIONS_SECRET: 'of-the-test' } });
    // Read and judged: nobody listens there, which is a verdict and no usage error.
    expect(ended.exitCode).toBe(EXIT.fail);
    expect(ended.stdout).toContain('ENDPOINT_REFUSED: 127.0.0.1:1');
  });

  test.each<[string, string[], number, RegExp]>([
    ['a stack that is not there', ['--from-stack', 'shops'], EXIT.usage, /STACK_NOT_FOUND: .*"shops".*does not exist/],
    ['a stack without a profile', ['--from-stack', 'other'], EXIT.usage, /STACK_WITHOUT_PROFILE/],
    ['several profiles', ['--from-stack', 'two'], EXIT.usage, /STACK_WITH_SEVERAL_PROFILES: .*"sessions" or "carts"/],
    ['a stack in progress', ['--from-stack', 'busy'], EXIT.unknown, /STACK_IN_PROGRESS: .*"busy".*UPDATE_IN_PROGRESS/],
    ['a stack that failed', ['--from-stack', 'failed'], EXIT.unknown, /STACK_NOT_DEPLOYED: .*ROLLBACK_COMPLETE/],
    ['a refusal', ['--from-stack', 'denied'], EXIT.unknown, /AWS_ACCESS_DENIED: .*Allow cloudformation:DescribeStacks/],
    ['an expired session', ['--from-stack', 'expired'], EXIT.unknown, /AWS_CREDENTIALS_REFUSED: .*ExpiredToken/],
    ['a service that fails', ['--from-stack', 'broken'], EXIT.unknown, /CLOUDFORMATION_NO_ANSWER: .*InternalFailure/],
    ['two sources', ['--from-stack', 'shop', '--from-pulumi', 'shop'], EXIT.usage, /cannot be used with/],
    ['two sources, one of them a file', ['p.json', '--from-stack', 'shop'], EXIT.usage, /PROFILE_SOURCES: .*p\.json/],
    ['a detail of nothing', ['p.json', '--region', 'eu-west-1'], EXIT.usage, /PROFILE_SOURCE_MISSING: --region/],
  ])('says in one sentence: %s', async (_title, words, exitCode, sentence) => {
    const ended = await profile(words);
    expect(ended.stderr).toMatch(sentence);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
    expect(ended).toMatchObject({ exitCode, stdout: '' });
  });

  test.each<[string, Record<string, string>, number, RegExp]>([
    ['no credentials', { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }, EXIT.unknown, /AWS_CREDENTIALS_MISSING: /],
    ['no region', { AWS_REGION: '', AWS_DEFAULT_REGION: '' }, EXIT.usage, /AWS_REGION_UNUSABLE: /],
    [
      'nobody who listens',
      { AWS_ENDPOINT_URL_CLOUDFORMATION: 'http://127.0.0.1:1' },
      EXIT.unknown,
      /CLOUDFORMATION_NO_ANSWER: .*ECONNREFUSED/,
    ],
    ['no SDK', { NODE_OPTIONS: withoutSdk() }, EXIT.unknown, /AWS_SDK_MISSING: .*npm install.*--outputs-file/],
  ])('says in one sentence: %s', async (_title, environment, exitCode, sentence) => {
    const ended = await profile(['--from-stack', 'shop'], { ...NO_ACCOUNT, ...environment });
    expect(ended.stderr).toMatch(sentence);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    expect(ended).toMatchObject({ exitCode, stdout: '' });
  });

  test('ends at once when it is interrupted while nobody answers', async () => {
    service.asked.length = 0;
    const running = startProgram(['profile', '--from-stack', 'quiet'], { environment: service.environment });
    await expect.poll(() => service.asked.length, { timeout: 10_000 }).toBe(1);
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ exitCode: EXIT.interrupted, stdout: '' });
  });
});

describe("redoubt profile --outputs-file, with the CDK's file", () => {
  const file = async (content: unknown) => {
    await writeFile(join(directory, 'outputs.json'), typeof content === 'string' ? content : JSON.stringify(content));
    return ['--outputs-file', 'outputs.json'];
  };

  test.each([
    ['its only stack', []],
    ['the stack that is named', ['--from-stack', 'shop']],
  ])('rebuilds the profile of %s, and asks no account', async (_title, words) => {
    service.asked.length = 0;
    const ended = await profile([...(await file({ shop: OUTPUTS, web: { Url: 'x' } })), ...words]);
    expect(ended.stderr).toBe('');
    expect(JSON.parse(ended.stdout)).toEqual(PROFILE);
    expect(service.asked).toEqual([]);
  });

  test.each<[string, unknown, string[], RegExp]>([
    ['another stack', { shop: OUTPUTS }, ['--from-stack', 'web'], /STACK_OUTPUTS_FILE_WITHOUT_STACK: .*only "shop"/],
    ['another form', { profile: PROFILE }, [], /STACK_OUTPUTS_FILE_FORM: .*--from-pulumi/],
    ['nothing', {}, [], /STACK_OUTPUTS_FILE_FORM/],
    ['text', 'Outputs:', [], /OUTPUTS_FILE_NOT_JSON: .*cdk deploy --outputs-file/],
  ])('refuses a file that holds %s', async (_title, content, words, sentence) => {
    const ended = await profile([...(await file(content)), ...words]);
    expect(ended.stderr).toMatch(sentence);
    expect(ended).toMatchObject({ exitCode: EXIT.usage, stdout: '' });
  });

  test('refuses a file that is not there', async () => {
    expect((await profile(['--outputs-file', 'none.json'])).stderr).toMatch(/OUTPUTS_FILE_MISSING: .*none\.json/);
  });
});

/** As an installation of redoubt without the optional peer. */
function withoutSdk(): string {
  const hook = `
    import { registerHooks } from 'node:module';
    registerHooks({ resolve(specifier, context, next) {
      if (!specifier.startsWith('@aws-sdk/')) return next(specifier, context);
      throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
    } });`;
  return `--import=data:text/javascript,${encodeURIComponent(hook)}`;
}
