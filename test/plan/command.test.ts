import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../lib/base/exit-codes.ts';
import { type CloudFormationStandIn, cloudFormationStandIn } from '../bin/cloudformation-stand-in.ts';
import { redoubt } from '../bin/program.ts';
import { preview, step } from './previews.ts';
import { cache, template } from './templates.ts';

const run = promisify(execFile);
let directory = '';
const at = (name: string) => join(directory, name);
const save = (name: string, document: unknown) => writeFile(at(name), JSON.stringify(document));

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-plan-'));
  await save('port-1.json', template({ Cache: cache({ Port: 6379 }) }));
  await save('port-2.json', template({ Cache: cache({ Port: 6380 }) }));
  await save('novel.json', template({ Cache: cache({ Port: 6379, Novelty: 1 }) }));
  await save(
    'preview.json',
    preview(
      step({
        op: 'update',
        before: { clusteringPolicy: 'OSSCluster' },
        after: { clusteringPolicy: 'EnterpriseCluster' },
      }),
    ),
  );
  await save('earlier.json', preview(step({ op: 'create', after: { clusteringPolicy: 'OSSCluster' } })));
  await writeFile(at('template.yaml'), 'Resources:\n  Cache:\n    Type: AWS::ElastiCache::ReplicationGroup\n');
  await writeFile(at('broken.json'), '{"AuthToken": "hunter2hunter2", oops');
  await writeFile(at('empty.json'), '\n');
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const plan = (...words: string[]) => redoubt(['plan', ...words], { workingDirectory: directory });

describe('redoubt plan', () => {
  test.each<[string, string[], number]>([
    ['nothing dangerous', ['--before', 'port-1.json', '--after', 'port-1.json'], EXIT.pass],
    ['data that is lost', ['--before', 'port-1.json', '--after', 'port-2.json'], EXIT.fail],
    ['what is not known', ['--before', 'port-1.json', '--after', 'novel.json'], EXIT.unknown],
    [
      'a loss that is acknowledged',
      ['--before', 'port-1.json', '--after', 'port-2.json', '--acknowledge', 'Cache.Port'],
      EXIT.pass,
    ],
    ['a preview', ['--pulumi', 'preview.json'], EXIT.fail],
    ['two previews', ['--pulumi', 'preview.json', '--against', 'earlier.json'], EXIT.fail],
    ['a preview against itself', ['--pulumi', 'preview.json', '--against', 'preview.json'], EXIT.pass],
  ])('%s', async (_title, words, exitCode) => {
    const ended = await plan(...words);
    expect(ended.stderr).toBe('');
    expect(ended.exitCode).toBe(exitCode);
    expect(ended.stdout).toMatch(/^verdict {2}(PASS|FAIL|UNKNOWN)/m);
  });

  test.each<[string, string[], RegExp]>([
    ['no documents', [], /PLAN_DOCUMENT_MISSING: .*--before and --after/],
    ['half of them', ['--before', 'port-1.json'], /PLAN_DOCUMENT_MISSING/],
    ['an earlier preview alone', ['--against', 'earlier.json'], /PLAN_DOCUMENT_MISSING: --against needs --pulumi/],
    ['both kinds', ['--before', 'port-1.json', '--pulumi', 'preview.json'], /cannot be used with/],
    ['a file that is not there', ['--pulumi', 'nowhere.json'], /PLAN_DOCUMENT_UNREADABLE: .*ENOENT/],
    ['YAML', ['--before', 'template.yaml', '--after', 'port-1.json'], /PLAN_INPUT_YAML: .*cdk synth.*get-template/],
    ['an empty file', ['--pulumi', 'empty.json'], /PLAN_INPUT_EMPTY/],
    [
      'broken JSON, without quoting it',
      ['--pulumi', 'broken.json'],
      /PLAN_INPUT_NOT_JSON: broken\.json is not JSON(?!.*hunter2)/,
    ],
    [
      'an acknowledgement that allows nothing',
      ['--before', 'port-1.json', '--after', 'port-2.json', '--acknowledge', 'Cache.Engine'],
      /ACKNOWLEDGEMENT_MATCHES_NOTHING: "Cache\.Engine".*Cache\.Port/,
    ],
    [
      'a revision that git does not have',
      ['--before', 'git:nowhere:a.json', '--after', 'port-1.json'],
      /PLAN_DOCUMENT_NOT_IN_GIT/,
    ],
    [
      'a form that is none',
      ['--pulumi', 'preview.json', '--format', 'pdf'],
      /Allowed choices are text, json, markdown/,
    ],
  ])('refuses %s with 64 and a sentence', async (_title, words, sentence) => {
    const ended = await plan(...words);
    expect(ended.stderr).toMatch(sentence);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
    expect(ended).toMatchObject({ exitCode: EXIT.usage, stdout: '' });
  });

  test('reads a template that is committed', async () => {
    const git = (...words: string[]) =>
      run('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', '-c', 'init.defaultBranch=main', ...words], {
        cwd: directory,
      });
    await git('init', '-q');
    await git('add', 'port-1.json');
    await git('commit', '-qm', 'first');
    const ended = await plan('--before', 'git:HEAD:port-1.json', '--after', 'port-2.json', '--format', 'json');
    expect(ended.exitCode).toBe(EXIT.fail);
    expect(JSON.parse(ended.stdout)).toMatchObject({ verdict: 'fail', changes: [{ code: 'EC_PORT_REPLACES' }] });
    const option = await plan('--before', 'git:--output=x:port-1.json', '--after', 'port-2.json');
    expect(option.exitCode).toBe(EXIT.usage);
  });

  test('prints Markdown for a pull request', async () => {
    const ended = await plan('--pulumi', 'preview.json', '--format', 'markdown');
    expect(ended.stdout).toMatch(/^## ❌ FAIL/);
  });
});

describe('redoubt plan --before stack:NAME', () => {
  let service: CloudFormationStandIn;
  beforeAll(async () => {
    service = await cloudFormationStandIn({
      shop: { template: JSON.stringify(template({ Cache: cache({ Port: 6379 }) })) },
      yaml: { template: 'Resources:\n  Cache:\n    Type: AWS::ElastiCache::ReplicationGroup\n' },
      denied: { error: [403, 'AccessDenied', 'not authorized'] },
    });
  });
  afterAll(() => service.close());

  const planOf = (before: string) =>
    redoubt(['plan', '--before', before, '--after', 'port-2.json', '--format', 'json'], {
      workingDirectory: directory,
      environment: service.environment,
    });

  test('compares what is deployed, as it was sent: a synthesised template is not expanded by macros either', async () => {
    service.asked.length = 0;
    const ended = await planOf('stack:shop@us-east-2');
    expect(ended.stderr).toBe('');
    expect(ended.exitCode).toBe(EXIT.fail);
    expect(JSON.parse(ended.stdout)).toMatchObject({ verdict: 'fail', changes: [{ code: 'EC_PORT_REPLACES' }] });
    expect(service.asked).toEqual([{ action: 'GetTemplate', stack: 'shop', region: 'us-east-2', stage: 'Original' }]);
  });

  test.each<[string, string, number, RegExp]>([
    ['a stack that is not there', 'stack:shops', EXIT.usage, /STACK_NOT_FOUND: .*"shops"/],
    ['a refusal', 'stack:denied', EXIT.unknown, /AWS_ACCESS_DENIED: .*cloudformation:GetTemplate/],
    [
      'a YAML template',
      'stack:yaml',
      EXIT.usage,
      /PLAN_INPUT_YAML: stack:yaml is YAML; JSON is read\. The stack was deployed from that text\. .*cfn-flip/,
    ],
    ['no name', 'stack:', EXIT.usage, /PLAN_STACK_NAME_MISSING: .*stack:NAME@REGION/],
  ])('says in one sentence: %s', async (_title, before, exitCode, sentence) => {
    const ended = await planOf(before);
    expect(ended.stderr).toMatch(sentence);
    expect(ended).toMatchObject({ exitCode, stdout: '' });
  });
});

test('the whole program plans without a cloud library, and without those of other commands', async () => {
  const list = at('loaded.txt');
  const hook = `
    import { appendFileSync } from 'node:fs';
    import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) { appendFileSync(${JSON.stringify(list)}, url + '\\n'); return next(url, context); } });
  `;
  for (const words of [
    ['--before', 'port-1.json', '--after', 'port-2.json'],
    ['--pulumi', 'preview.json', '--format', 'json'],
  ]) {
    const environment = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hook)}` };
    const ended = await redoubt(['plan', ...words], { workingDirectory: directory, environment });
    expect(ended.exitCode).toBe(EXIT.fail);
  }
  const loaded = (await readFile(list, 'utf8')).split('\n');
  expect(loaded.some((url) => url.endsWith('/lib/plan/cloudformation/compare.ts'))).toBe(true);
  expect(loaded.some((url) => url.endsWith('/lib/plan/pulumi/compare.ts'))).toBe(true);
  expect(loaded.filter((url) => /aws-cdk|aws-sdk|@pulumi|@azure|ioredis|\/zod\//.test(url))).toEqual([]);
});
