import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXIT } from '../../lib/base/exit-codes.ts';
import { openLab } from '../../lib/lab/open.ts';
import { makeRunDirectory } from '../../lib/lab/run-directory.ts';
import { ENTERPRISE_CROSS_SLOT_COMMANDS } from '../../lib/profile/policy.ts';
import { readReport } from '../../lib/report/json.ts';
import { elementsOf } from '../report/xml.ts';
import { type Ended, redoubt } from './program.ts';

let directory = '';
let labs = '';
const run = (...words: string[]): Promise<Ended> => redoubt(words, { workingDirectory: directory });
const onLab = (...words: string[]): Promise<Ended> => run(...words, '--base-directory', labs);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-commands-'));
  labs = join(directory, 'labs');
  const up = await onLab('lab', 'up', 'azure-oss', '--detach');
  expect(up).toMatchObject({ exitCode: EXIT.pass, stdout: expect.stringContaining('azure-oss is ready: 6 nodes') });
});
afterAll(async () => {
  await onLab('lab', 'down', '--all');
  await rm(directory, { recursive: true, force: true });
});

test('a detached lab is shown as running', async () => {
  const { stdout } = await onLab('lab', 'status', '--format', 'json');
  expect(JSON.parse(stdout)).toMatchObject([
    { deployment: 'azure-oss', phase: 'ready', detached: true, runningNodes: 6 },
  ]);
});

test('its profile is printed as JSON and as variables, without a secret', async () => {
  const profile = JSON.parse((await run('profile', '--lab', await runDirectory())).stdout);
  const { stdout } = await run('profile', '--lab', await runDirectory(), '--format', 'env');
  const secret = (await readFile(profile.authentication.secret.path, 'utf8')).trim();
  expect(stdout).toContain('REDIS_CLUSTER_MODE=true\n');
  expect(secret.length).toBeGreaterThan(8);
  expect(stdout + JSON.stringify(profile)).not.toContain(secret);
});

test('verify passes, with one verdict in every form', async () => {
  const junit = join(directory, 'out', 'verify.xml');
  const html = join(directory, 'out', 'verify.html');
  const ended = await onLab(
    'verify',
    '--lab',
    'azure-oss',
    '--format',
    'json',
    '--report',
    `junit=${junit}`,
    '--report',
    `html=${html}`,
  );
  const report = JSON.parse(ended.stdout);
  expect({ exitCode: ended.exitCode, verdict: report.verdict }).toEqual({ exitCode: EXIT.pass, verdict: 'pass' });
  expect(elementsOf(await readFile(junit, 'utf8')).filter((name) => name === 'testcase')).toHaveLength(
    report.checks.length,
  );
  expect(await readFile(html, 'utf8')).toContain('client-mode');
});

test('a profile that declares another client fails, with the sentence that says so', async () => {
  const profile = JSON.parse((await run('profile', '--lab', await runDirectory())).stdout);
  const path = join(directory, 'single.json');
  await writeFile(path, JSON.stringify({ ...profile, ...AS_ENTERPRISE }));
  const ended = await run('verify', '--profile', path);
  expect(ended.exitCode).toBe(EXIT.fail);
  expect(ended.stdout).toMatch(/client-mode +CLIENT_MODE_/);
});

test('an endpoint where nobody listens fails within seconds', async () => {
  const profile = JSON.parse((await run('profile', '--lab', await runDirectory())).stdout);
  const path = join(directory, 'nobody.json');
  await writeFile(path, JSON.stringify({ ...profile, endpoint: { host: '127.0.0.1', port: 1 } }));
  const ended = await run('verify', '--profile', path, '--timeout', '1s');
  expect(ended.exitCode).toBe(EXIT.fail);
  expect(ended.stdout).toMatch(/✘ reachability|x reachability/);
});

test('a plan says what would happen and does nothing', async () => {
  const before = await onLab('lab', 'status');
  const { exitCode, stdout } = await onLab('drill', '--lab', 'azure-oss', '--plan', '--scenario', 'all', '--seed', '7');
  expect(exitCode).toBe(EXIT.pass);
  expect(stdout).toMatch(
    /seed +7[\s\S]*planned-replacement[\s\S]*busy-primary[\s\S]*shard 3 +primary [\d.]+:\d+[\s\S]*nothing has been done/,
  );
  expect(await onLab('lab', 'status')).toEqual(before);
});

test('a plan says when nobody who is judged is under load', async () => {
  const plan = await onLab('drill', '--lab', 'azure-oss', '--plan', '--clients', 'ioredis');
  expect(plan.stdout.replaceAll(/\s+/g, ' ')).toContain(
    ' verdict unknown, because none of these clients is judged; add redoubt to --clients watching ',
  );
});

test('a lab with a frozen node is shown as disturbed, by the node, until it is healed', async () => {
  const lab = await openLab(await runDirectory());
  await lab.freeze('node-2');
  const { stdout } = await onLab('lab', 'status');
  await lab.heal();
  expect(stdout).toMatch(/^azure-oss +disturbed +6 of 6/m);
  expect(stdout).toMatch(/^azure-oss: node-2 is frozen\. .*the next one before it begins\.$/m);
  expect((await onLab('lab', 'status')).stdout).toMatch(/^azure-oss +ready +6 of 6/m);
});

test('the profile of a lab in another place is found with --base-directory', async () => {
  const found = await onLab('profile', '--lab', 'azure-oss');
  expect(found).toMatchObject({ exitCode: EXIT.pass, stderr: '' });
  expect(JSON.parse(found.stdout)).toMatchObject({ deployment: 'azure-oss' });
});

test('a drill of a lab that nobody named is refused with the labs there are, and verify says which lab it took', async () => {
  const ended = await onLab('drill', '--plan');
  expect(ended).toMatchObject({ exitCode: EXIT.usage, stdout: '' });
  expect(ended.stderr).toMatch(/TARGET_MISSING: .*named.*azure-oss \(.*--lab/);
  expect(ended.stderr).toContain(await runDirectory());
  expect((await onLab('verify')).stderr).toContain(`verifying the only lab there is: ${await runDirectory()}`);
});

test('lost packets are refused with the reason where the lab cannot lose any', async () => {
  const ended = await onLab('drill', '--lab', 'azure-oss', '--old-node', 'dropped');
  expect(ended.exitCode).toBe(EXIT.usage);
  expect(ended.stderr).toContain('network namespace');
});

test('a drill leaves its results, and they can be shown and judged again', async () => {
  const quick = ['--clients', 'redoubt', '--rate', '200', '--watch', '3s', '--seed', '11'];
  const drill = await onLab(
    'drill',
    '--lab',
    'azure-oss',
    ...quick,
    '--report',
    `markdown=${join(directory, 'drill.md')}`,
  );
  expect(drill.stderr).toContain('seed 11');
  expect(drill.stdout).toMatch(/redoubt +slowest answer/);
  const latest = join(directory, 'redoubt-results', 'latest');
  const report = await readReport(join(latest, 'report.json'));
  expect(drill.exitCode).toBe(EXIT[report.verdict]);
  expect(report.seed).toBe(11);
  expect((await stat(join(latest, 'report.html'))).mode & 0o777).toBe(0o600);
  expect(await readFile(join(directory, 'drill.md'), 'utf8')).toContain('| **redoubt** |');

  const again = await run('report', 'redoubt-results/latest', '--rejudge', '--format', 'json');
  expect({ ...JSON.parse(again.stdout) }).toEqual(report);
  expect((await run('report')).stdout).toMatch(/redoubt +slowest answer/);
  expect((await run('report', '--format', 'html')).stdout).toContain('<svg class="timeline"');
});

test('the same report without its history still has its figures, and says what is missing', async () => {
  const latest = join(directory, 'redoubt-results', 'latest');
  for (const name of await readdir(latest)) if (name.endsWith('history.json')) await rm(join(latest, name));
  const shown = await run('report', '--format', 'html');
  expect(shown.stderr).toContain('history.json is not there. It must be a file that a drill has written');
  expect(shown.stdout).toContain('The history of this drill is not there');
  expect((await run('report', '--rejudge')).exitCode).toBe(EXIT.usage);
});

test('results that cannot be written are a sentence before anything is disturbed', async () => {
  const ended = await onLab('drill', '--lab', 'azure-oss', '--output', join(directory, 'single.json', 'results'));
  expect(ended.exitCode).toBe(EXIT.usage);
  expect(ended.stderr).toMatch(/OUTPUT_NOT_WRITABLE: .*--output/);
});

test('two labs of one deployment are told apart by their run directories', async () => {
  await onLab('lab', 'up', 'azure-nocluster', '--detach');
  await onLab('lab', 'up', 'azure-nocluster', '--detach');
  const ended = await onLab('verify', '--lab', 'azure-nocluster');
  expect(ended.exitCode).toBe(EXIT.usage);
  expect(ended.stderr).toContain('LAB_AMBIGUOUS: 2 labs');
});

test('down --all stops everything, and a second time there is nothing to stop', async () => {
  expect((await onLab('lab', 'down', '--all')).stdout.match(/^stopped /gm)).toHaveLength(3);
  expect(await readdir(labs)).toEqual([]);
  expect(await onLab('lab', 'down', '--all')).toMatchObject({ exitCode: EXIT.pass, stdout: 'No lab was running.\n' });
});

test('what is cleared of one deployment does not stand for a running lab of another whose name it begins with', async () => {
  const base = join(directory, 'more-labs');
  const dead = makeRunDirectory(base, 'azure-nocluster-large', '0123abcd');
  await utimes(dead, 0, 0);
  const up = await redoubt(['lab', 'up', 'azure-nocluster', '--detach', '--base-directory', base]);
  expect(up.exitCode, up.stderr).toBe(EXIT.pass);
  const again = makeRunDirectory(base, 'azure-nocluster-large', '89abcdef');
  await utimes(again, 0, 0);
  const down = await redoubt(['lab', 'down', 'azure-nocluster', '--base-directory', base]);
  expect(down.stdout).toMatch(
    /^cleared .*azure-nocluster-large-89abcdef.*\nstopped .*\/azure-nocluster-[0-9a-f]{8}\n$/,
  );
  expect(await readdir(base)).toEqual([]);
});

/** What somebody writes who takes an OSS database for an Enterprise one. */
const AS_ENTERPRISE = {
  clusteringPolicy: 'EnterpriseCluster',
  clientMode: 'single',
  crossSlotCommands: [...ENTERPRISE_CROSS_SLOT_COMMANDS],
  extraPortRange: undefined,
};

async function runDirectory(): Promise<string> {
  const { stdout } = await onLab('lab', 'status', '--format', 'json');
  return JSON.parse(stdout)[0].runDirectory;
}
