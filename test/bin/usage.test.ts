import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FORM_CHOICES } from '../../bin/form-options.ts';
import { DRILL_DEFAULTS as SHOWN_DEFAULTS } from '../../bin/options.ts';
import { programOf } from '../../bin/program.ts';
import { EXIT } from '../../lib/base/exit-codes.ts';
import { DRILL_DEFAULTS } from '../../lib/drill/run.ts';
import { FORM_NAMES } from '../../lib/report/forms.ts';
import { redoubt } from './program.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-usage-'));
  await writeFile(join(directory, 'broken.json'), '{"schemaVersion": 1, "clientMode": "both"}');
  await writeFile(join(directory, 'not.json'), 'clientMode: both');
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('a wrong command line ends with 64 and one sentence, and nothing on standard output', () => {
  test.each<[string, string[], RegExp]>([
    ['no command', [], /Usage: redoubt/],
    ['an unknown command', ['verifi'], /unknown command 'verifi'[\s\S]*verify/],
    ['an unknown option', ['verify', '--profil', 'x'], /unknown option '--profil'[\s\S]*--profile/],
    ['an unknown deployment', ['lab', 'up', 'azure-os'], /DEPLOYMENT_UNKNOWN: .*Did you mean azure-oss\?/],
    ['an unknown deployment among known ones', ['rehearse', 'azure-oss', 'elasticash'], /Did you mean elasticache\?/],
    [
      'an unknown scenario',
      ['drill', '--scenario', 'earthquake'],
      /There is no "earthquake"\. There are: planned-replacement/,
    ],
    ['an unknown client', ['drill', '--clients', 'redoubt,jedis'], /There is no "jedis"/],
    ['an old-node mode that is none', ['drill', '--old-node', 'gone'], /Allowed choices are closed, silent, dropped/],
    ['an order that is none', ['drill', '--order', 'random'], /Allowed choices are one-by-one, all-at-once/],
    ['a rate that is no number', ['drill', '--rate', 'fast'], /whole number from 1 to 20000/],
    ['a rate of zero', ['drill', '--rate', '0'], /whole number from 1 to 20000/],
    ['a duration without a unit', ['drill', '--watch', '15'], /duration such as 500ms, 15s, 2m or 6h/],
    ['a seed that is negative', ['drill', '--seed', '-1'], /whole number from 0/],
    ['a report without a path', ['verify', '--report', 'junit'], /must be one of text=PATH/],
    ['a report of an unknown kind', ['verify', '--report', 'pdf=x'], /must be one of text=PATH/],
    [
      'a report that cannot be a file, and two that would be one',
      ['drill', '--report', 'json=lib', '--report', 'junit=package.json/x', '--report', 'text=a', 'html=./a'],
      /REPORT_PATH_TWICE: --report names a for text and html, .*\nREPORT_PATH_UNUSABLE: --report json=lib .* it is a directory\. .*\nREPORT_PATH_UNUSABLE: --report junit=package\.json\/x .*package\.json is not a directory/,
    ],
    [
      'a plan in a form that it has not',
      ['drill', '--plan', '--format', 'json'],
      /PLAN_IS_TEXT: --format json asks for a result/,
    ],
    [
      'a rehearsal of what is asked of a cloud',
      ['rehearse', 'azure-nocluster', '--scenario', 'test-failover'],
      /SCENARIO_OF_CLOUD: "?test-failover"? is asked of a cloud, and a rehearsal runs in a lab/,
    ],
    [
      'an empty name of a lab and of a directory, as unset variables leave them',
      ['drill', '--lab', '', '--output', ' '],
      /^VALUE_EMPTY: The value of --lab is empty, as an unset variable leaves it\. .*\nVALUE_EMPTY: The value of --output is/,
    ],
    ['an empty id of a group', ['drift', 'elasticache', '--aws', ''], /^VALUE_EMPTY: The value of --aws is empty/],
    [
      'an empty shard among others',
      ['drill', '--aws', 'x', '--node-group', '0001', ''],
      /^VALUE_EMPTY: .*--node-group/,
    ],
    ...['lab up azure-oss', 'lab status', 'verify', 'rehearse azure-oss'].map((command): [string, string[], RegExp] => [
      `a place of labs that is a file, of ${command}`,
      [...command.split(' '), '--base-directory', 'package.json'],
      /option '--base-directory <path>' argument 'package\.json' is invalid\. It is not a directory/,
    ]),
    [
      'a place of labs under a file',
      ['lab', 'status', '--base-directory', 'package.json/x'],
      /It cannot be one: a part of its path is a file \(ENOTDIR\)\. Labs are kept in a directory/,
    ],
    [
      'a place of labs with a name that no file system takes',
      ['lab', 'status', '--base-directory', 'x'.repeat(300)],
      /It cannot be one: the name is too long \(ENAMETOOLONG\)/,
    ],
    ['an empty run', ['report', ''], /^VALUE_EMPTY: The argument <run> is empty/],
    ['an empty deployment among others', ['rehearse', 'azure-oss', ''], /^VALUE_EMPTY: The argument <deployments> is/],
    ['an empty name below a command', ['lab', 'down', ''], /^VALUE_EMPTY: The argument <lab> is empty/],
    [
      'a mistyped scenario',
      ['drill', '--scenario', 'freez-primary'],
      /There is no "freez-primary"; did you mean "freeze-primary"\? There are: planned-replacement/,
    ],
    ['a mistyped client among others', ['drill', '--clients', 'redoubt,nod-redis'], /did you mean "node-redis"\?/],
    [
      'no source of a profile',
      ['profile', '--base-directory', '/nowhere'],
      /TARGET_MISSING: .* Give the path of a profile, --from-stack NAME, --from-pulumi STACK, or start a lab/,
    ],
    [
      'a place of labs for a profile that is a file',
      ['profile', 'shop.json', '--base-directory', 'labs'],
      /BASE_DIRECTORY_WITHOUT_LAB/,
    ],
    [
      'results where none can be',
      ['rehearse', 'azure-oss', '--output', 'package.json/out'],
      /OUTPUT_NOT_WRITABLE: .* in package\.json\/out: a part of its path is a file \(ENOTDIR\)\. .*--output/,
    ],
    ['two ways to name the target', ['verify', '--lab', 'a', '--from-environment'], /cannot be used with/],
    ['a profile that is not there', ['verify', '--profile', '/nowhere/profile.json'], /PROFILE_FILE_MISSING/],
    ['no variables at all', ['verify', '--from-environment'], /REDIS_/],
    ['a report that is not there', ['report', '/nowhere'], /REPORT_UNREADABLE/],
    ['a lab that is not there', ['lab', 'down', 'azure-oss'], /LAB_NOT_FOUND: .*No lab is running/],
    [
      'a cloud profile and nothing that may be done to it',
      ['drill', '--profile', 'test/bin/nowhere.json'],
      /PROFILE_FILE_MISSING/,
    ],
    ['a watch of a moment', ['drill', '--watch-maintenance', '10ms'], /duration such as 500ms, 15s, 2m or 6h/],
    [
      'a watch that is to disturb',
      ['drill', '--watch-maintenance', '6h', '--scenario', 'crash-primary'],
      /cannot be used with/,
    ],
    [
      'an option that no scenario of the drill uses',
      ['drill', '--aws', 'shop', '--engine-version', '8.0', '--profile', 'shop.json'],
      /^OPTION_WITHOUT_SCENARIO: --engine-version 8\.0 means something to engine-to-valkey only, and this drill is of test-failover\. Leave it out, or give --scenario engine-to-valkey\.$/m,
    ],
    [
      'an option of a cloud, in a drill of a lab',
      ['drill', '--node-group', '0001', '0003'],
      /OPTION_WITHOUT_SCENARIO: --node-group 0001 0003 .* planned-replacement/,
    ],
    [
      'a mode of old nodes that no scenario of the drill heeds',
      ['drill', '--scenario', 'crash-primary', '--old-node', 'closed', '--order', 'all-at-once'],
      /OPTION_WITHOUT_SCENARIO: --old-node closed means something to planned-replacement only.*\nOPTION_WITHOUT_SCENARIO: --order all-at-once means something to planned-replacement and planned-failover only/,
    ],
    [
      'the same in a rehearsal',
      ['rehearse', 'azure-oss', '--scenario', 'planned-failover', '--old-node', 'silent'],
      /OPTION_WITHOUT_SCENARIO: --old-node silent/,
    ],
    [
      'quiet passes where nothing is watched',
      ['drill', '--quiet-passes'],
      /OPTION_WITHOUT_SCENARIO: --quiet-passes means .* or give --watch-maintenance\./,
    ],
    [
      'an endpoint of Azure and a region of AWS, and neither cloud',
      ['drill', '--azure-endpoint', 'https://management.usgovcloudapi.net', '--region', 'eu-west-1'],
      /REGION_WITHOUT_GROUP: .*\nAZURE_ENDPOINT_WITHOUT_AZURE: --azure-endpoint https:\/\/management\.usgovcloudapi\.net .* Give --azure/,
    ],
    [
      'an endpoint of Azure for a comparison with AWS',
      ['drift', 'elasticache', '--aws', 'shop', '--azure-endpoint', 'https://management.usgovcloudapi.net'],
      /AZURE_ENDPOINT_WITHOUT_AZURE/,
    ],
    ['a deployment that is meant, of a lab', ['drill', '--i-mean', 'shop'], /MEANT_WITHOUT_CLOUD: --i-mean shop/],
    [
      'a place of labs beside a profile',
      ['verify', '--profile', 'p.json', '--base-directory', '/tmp'],
      /BASE_DIRECTORY_WITHOUT_LAB: .* --profile p\.json names/,
    ],
    [
      'a place of labs beside a profile that is drilled',
      ['drill', '--profile', 'p.json', '--base-directory', '/tmp'],
      /BASE_DIRECTORY_WITHOUT_LAB/,
    ],
    [
      'a place of labs beside the environment',
      ['verify', '--from-environment', '--base-directory', '/tmp'],
      /BASE_DIRECTORY_WITHOUT_LAB: .* --from-environment names/,
    ],
    [
      'a profile beside a lab',
      ['profile', 'p.json', '--lab', 'shop'],
      /PROFILE_SOURCES: Both the file p\.json and shop/,
    ],
    ['a profile beside another to check', ['profile', 'p.json', '--check', 'q.json'], /PROFILE_SOURCES/],
    ['a profile beside the schema', ['profile', 'p.json', '--schema'], /PROFILE_SOURCES/],
    [
      'a form of what is not printed',
      ['profile', '--check', 'p.json', '--format', 'env'],
      /PROFILE_NOT_PRINTED: --format env .* --check prints none/,
    ],
    [
      'a detail beside the schema',
      ['profile', '--schema', '--region', 'eu-west-1'],
      /PROFILE_SOURCE_MISSING: --region/,
    ],
    [
      'a region of outputs that stand in a file',
      ['profile', '--from-stack', 's', '--outputs-file', 'o.json', '--region', 'eu-west-1'],
      /PROFILE_SOURCE_MISSING: --region says more about --from-stack without --outputs-file/,
    ],
    [
      'a directory of outputs that stand in a file',
      ['profile', '--from-pulumi', 'dev', '--outputs-file', 'o.json', '--cwd', '.'],
      /PROFILE_SOURCE_MISSING: --cwd says more about --from-pulumi without --outputs-file/,
    ],
    ['no lab at all', ['drill'], /TARGET_MISSING: .*redoubt lab up/],
  ])('%s', async (_title, words, sentence) => {
    const onLabs =
      !words.includes('--profile') && ['lab down', 'drill'].some((start) => words.join(' ').startsWith(start));
    const ended = await redoubt([...words, ...(onLabs ? ['--base-directory', directory] : [])]);
    expect(ended.stderr).toMatch(sentence);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
    expect(ended).toMatchObject({ exitCode: EXIT.usage, stdout: '' });
  });

  test('every problem of a profile is named at once', async () => {
    const ended = await redoubt(['profile', '--check', join(directory, 'broken.json')]);
    expect(ended.exitCode).toBe(EXIT.usage);
    expect(ended.stderr.split('\n').filter((line) => /^[A-Z_]+ /.test(line)).length).toBeGreaterThan(3);
    expect((await redoubt(['profile', '--check', join(directory, 'not.json')])).stderr).toContain(
      'PROFILE_FILE_NOT_JSON',
    );
  });
});

describe('help', () => {
  test('names every command and every exit code', async () => {
    const { exitCode, stdout } = await redoubt(['--help']);
    expect(exitCode).toBe(EXIT.pass);
    for (const command of ['list', 'lab', 'verify', 'drill', 'rehearse', 'report', 'profile', 'migrate']) {
      expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    }
    for (const code of Object.values(EXIT)) expect(stdout).toMatch(new RegExp(`^  ${code} +\\w`, 'm'));
  });

  test('of every command and of those below it has the exit codes too, in at most 80 columns', async () => {
    const program = programOf(async () => undefined);
    const paths = program.commands.flatMap((command) => [
      [command.name()],
      ...command.commands.map((child) => [command.name(), child.name()]),
    ]);
    expect(paths.length).toBeGreaterThanOrEqual(10);
    const ended = await Promise.all(paths.map((path) => redoubt([...path, '--help'])));
    for (const { exitCode, stdout } of ended) {
      expect(exitCode).toBe(EXIT.pass);
      expect(stdout).toContain('130  interrupted');
      // Examples stay whole, so that they can be copied.
      const prose = stdout.split('\n').filter((line) => !/^ {2}(redoubt|az|pulumi) /.test(line));
      expect(prose.filter((line) => line.length > 80)).toEqual([]);
    }
  });

  test('says the drill’s own defaults and the forms there are', () => {
    expect(SHOWN_DEFAULTS).toEqual({
      oldNode: DRILL_DEFAULTS.oldNode,
      order: DRILL_DEFAULTS.order,
      clients: DRILL_DEFAULTS.clients,
      ratePerSecond: DRILL_DEFAULTS.ratePerSecond,
      watchMs: DRILL_DEFAULTS.watchMs,
    });
    expect(FORM_CHOICES).toEqual(FORM_NAMES);
  });
});

test('the version is the package’s', async () => {
  const { stdout, exitCode } = await redoubt(['--version']);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(exitCode).toBe(EXIT.pass);
});

describe('list', () => {
  test('shows deployments, scenarios, clients and checks, in at most 80 columns of ASCII where that is all there is', async () => {
    const { stdout, exitCode } = await redoubt(['list'], { environment: { LC_ALL: 'C' } });
    expect(exitCode).toBe(EXIT.pass);
    for (const name of ['azure-oss', 'planned-replacement', 'node-redis', 'client-mode'])
      expect(stdout).toContain(name);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toMatch(/^[\x20-\x7e\n]*$/);
  });

  test('is JSON where that is wanted', async () => {
    const { stdout } = await redoubt(['list', '--format', 'json']);
    expect(Object.keys(JSON.parse(stdout))).toEqual(['deployments', 'scenarios', 'clients', 'checks']);
  });
});

test('the schema of profiles is the published one', async () => {
  const { stdout } = await redoubt(['profile', '--schema']);
  expect(JSON.parse(stdout)).toMatchObject({
    type: 'object',
    properties: { clientMode: { enum: ['cluster', 'single'] } },
  });
});
