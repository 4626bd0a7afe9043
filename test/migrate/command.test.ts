import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../lib/base/exit-codes.ts';
import { readDeploymentFile } from '../../lib/topology/deployment-file.ts';
import { redoubt } from '../bin/program.ts';
import { classic, database, enterprise, NOTHING_ELSE, SECRET } from './documents.ts';

let directory = '';
const at = (name: string) => join(directory, name);
const save = (name: string, document: unknown) => writeFile(at(name), JSON.stringify(document));

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-migrate-'));
  await save('cache.json', classic());
  await save('plaintext.json', classic({ enableNonSslPort: true }));
  await save('list.json', [classic(), classic({ name: 'other' })]);
  await save('none.json', []);
  await save('schedule.json', NOTHING_ELSE.patchSchedule);
  await save('search.json', enterprise());
  const { databases: _, ...alone } = enterprise();
  await save('cluster.json', alone);
  await save('database.json', database());
  await save('managed.json', enterprise({ sku: { name: 'Balanced_B10' } }));
  await save('unknown.json', classic({ sku: { name: 'Premium', family: 'P', capacity: 9 } }));
  await save('taken.ts', {});
  await writeFile(at('broken.json'), `{"accessKeys": "${SECRET}", oops`);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const migrate = (...words: string[]) => redoubt(['migrate', 'azure-cache', ...words], { workingDirectory: directory });
const COMPLETE = ['--firewall-rules', 'none.json', '--patch-schedule', 'schedule.json'];

describe('redoubt migrate azure-cache', () => {
  test.each<[string, string[], number]>([
    ['everything kept or changed', ['--from', 'cache.json', ...COMPLETE], EXIT.pass],
    ['what the documents do not say', ['--from', 'cache.json'], EXIT.unknown],
    ['what is not available', ['--from', 'plaintext.json', ...COMPLETE], EXIT.fail],
    [
      'what is not available and accepted',
      ['--from', 'plaintext.json', ...COMPLETE, '--acknowledge', 'MIGRATE_PLAINTEXT_NOT_AVAILABLE'],
      EXIT.pass,
    ],
    ['no deployment', ['--from', 'cache.json', ...COMPLETE, '--new-name', 'a--b'], EXIT.fail],
    ['one of several', ['--from', 'list.json', ...COMPLETE, '--name', 'sessions'], EXIT.pass],
    ['an Enterprise cache', ['--from', 'search.json'], EXIT.pass],
    ['one whose database is apart', ['--from', 'cluster.json', '--database', 'database.json'], EXIT.pass],
  ])('%s', async (_title, words, exitCode) => {
    const ended = await migrate(...words);
    expect(ended.stderr).toBe('');
    expect(ended.exitCode).toBe(exitCode);
    expect(ended.stdout).toMatch(/^verdict {2}(PASS|FAIL|UNKNOWN)/m);
    expect(ended.stdout).not.toContain(SECRET);
  });

  test.each<[string, string[], RegExp]>([
    ['no document', [], /required option '--from/],
    ['a file that is not there', ['--from', 'nowhere.json'], /MIGRATE_FILE_MISSING: .*az prints/],
    ['what is not JSON, without quoting it', ['--from', 'broken.json'], /MIGRATE_FILE_NOT_JSON(?!.*zqAccess)/],
    ['what is no cache', ['--from', 'none.json'], /MIGRATE_NOT_A_CACHE: .*az redis show/],
    ['several caches', ['--from', 'list.json'], /MIGRATE_SEVERAL_CACHES: .*"sessions", "other".*--name/],
    [
      'a name that is none of them',
      ['--from', 'list.json', '--name', 'othr'],
      /MIGRATE_NAME_UNKNOWN: .*Did you mean "other"/,
    ],
    ['Azure Managed Redis', ['--from', 'managed.json'], /MIGRATE_ALREADY_MANAGED_REDIS: .*Balanced_B10/],
    ['a size that there is not', ['--from', 'unknown.json'], /MIGRATE_SKU_UNKNOWN sku: .*"P9".*P1, P2/],
    ['a cluster without its database', ['--from', 'cluster.json'], /MIGRATE_DATABASE_MISSING: .*--database/],
    [
      'a peak above the size',
      ['--from', 'cache.json', '--peak-memory-gb', '7'],
      /MIGRATE_PEAK_MEMORY_RANGE: .*holds 6 GB/,
    ],
    ['a peak that is no number', ['--from', 'cache.json', '--peak-memory-gb', 'much'], /number of gigabytes/],
    [
      'a policy that is none',
      ['--from', 'cache.json', '--clustering-policy', 'None'],
      /Allowed choices are OSSCluster/,
    ],
    ['a file that is there already', ['--from', 'cache.json', '--output', 'taken.ts'], /MIGRATE_OUTPUT_EXISTS/],
    ['a file that is no deployment', ['--from', 'cache.json', '--output', 'Shop.json'], /MIGRATE_OUTPUT_NAME/],
    [
      'a directory that is not there',
      ['--from', 'cache.json', '--output', 'no/shop.ts'],
      /MIGRATE_OUTPUT_NOT_WRITABLE: .*ENOENT/,
    ],
    [
      'an acknowledgement of nothing',
      ['--from', 'cache.json', '--acknowledge', 'A'],
      /ACKNOWLEDGEMENT_MATCHES_NOTHING: "A".*MIGRATE_FIREWALL/,
    ],
    [
      'everything that is wrong at once',
      ['--from', 'unknown.json', '--firewall-rules', 'nowhere.json', '--output', 'taken.ts'],
      /MIGRATE_OUTPUT_EXISTS[\s\S]*MIGRATE_FILE_MISSING[\s\S]*MIGRATE_SKU_UNKNOWN/,
    ],
  ])('refuses %s with 64 and a sentence', async (_title, words, sentence) => {
    const ended = await migrate(...words);
    expect(ended.stderr).toMatch(sentence);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
    expect(ended).toMatchObject({ exitCode: EXIT.usage, stdout: '' });
  });

  test('writes the deployment as a new file, which is read as any other', async () => {
    await mkdir(at('deployments'));
    const { stdout, exitCode } = await migrate('--from', 'cache.json', ...COMPLETE, '--output', 'deployments/shop.ts');
    expect(exitCode).toBe(EXIT.pass);
    expect(stdout).toContain('pulumi config set deployment ./deployments/shop.ts');
    expect(await readDeploymentFile(at('deployments/shop.ts'))).toMatchObject({
      name: 'shop',
      topology: { sku: 'Balanced_B5' },
    });
    expect(await readFile(at('deployments/shop.ts'), 'utf8')).toContain("from 'redoubt'");
  });

  test('writes nothing where there is no deployment', async () => {
    const { exitCode } = await migrate('--from', 'cache.json', '--new-name', 'a--b', '--output', 'refused.ts');
    expect(exitCode).toBe(EXIT.fail);
    await expect(readFile(at('refused.ts'))).rejects.toThrow('ENOENT');
  });

  test('prints the deployment alone, in the form of those that are shipped', async () => {
    const { stdout } = await migrate('--from', 'cache.json', ...COMPLETE, '--deployment');
    expect(stdout).toMatch(/^import type \{ DeploymentInput \} from '\.\.\/lib\/topology\/deployment\.ts';/);
    expect(stdout).toMatchInlineSnapshot(`
      "import type { DeploymentInput } from '../lib/topology/deployment.ts';

      /** Made by \`redoubt migrate azure-cache\` from sessions (Premium, 6 GB). Published for Premium P1, the larger one where there are two: no peak of used memory is given. */
      export default {
        name: 'sessions',
        description: 'Azure Managed Redis, NoCluster: takes over from the Premium cache sessions.',
        topology: {
          platform: 'azure-managed-redis',
          name: 'sessions',
          clusteringPolicy: 'NoCluster',
          sku: 'Balanced_B5',
          shardCount: 1,
          highAvailability: true,
          evictionPolicy: 'VolatileLRU',
        },
        budgets: { slowestAnswerMs: 1_500, excessOverPromotionMs: 300 },
      } satisfies DeploymentInput;
      "
    `);
  });

  test('prints JSON and Markdown', async () => {
    const json = await migrate('--from', 'cache.json', ...COMPLETE, '--format', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      verdict: 'pass',
      from: { size: 'P1' },
      to: { sku: 'Balanced_B5' },
    });
    const markdown = await migrate('--from', 'cache.json', '--format', 'markdown');
    expect(markdown.stdout).toMatch(/^## ❔ UNKNOWN/);
  });
});
