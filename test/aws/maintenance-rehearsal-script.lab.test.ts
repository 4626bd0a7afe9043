/** The very lines of the buildspec, in a real shell: with a stand-in of `redoubt`, then with the real one before real processes. */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REHEARSAL_SCRIPT, VERDICT_LINE } from '../../lib/aws/maintenance-rehearsal-script.ts';
import { readSecret } from '../../lib/profile/secret.ts';
import { startDescribableLab } from '../control/elasticache/stand-in/lab.ts';
import { STAND_IN_ENVIRONMENT, startElastiCacheApi } from '../control/elasticache/stand-in/start.ts';
import { removeBaseDirectory } from '../lab/support/lab.ts';
import { type Ended, runProgram, writeProgram } from '../scripts/fixture-folder.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PROFILE = '{"deployment":"shop","note":"a \\"quoted\\" text with $HOME and \\\\ in it"}';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redoubt-rehearsal-script-'));
  await mkdir(join(folder, 'work'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const inWork = (...path: string[]) => join(folder, 'work', ...path);

/** As CodeBuild runs a command; `variables` are those that it sets. */
function rehearse(variables: Readonly<Record<string, string>>): Promise<Ended> {
  const PATH = [join(folder, 'bin'), process.env.PATH].join(delimiter);
  return runProgram('/bin/sh', ['-c', `${REHEARSAL_SCRIPT}`], { PATH, ...variables }, inWork());
}

const STANDARD = {
  REDOUBT_PROFILE: PROFILE,
  REDOUBT_GROUP: 'shop',
  AWS_REGION: 'eu-west-1',
  REDIS_PASSWORD: 'only-here',
};

/** Writes down its arguments and leaves what a run leaves. */
function standIn(exitCode: number): Promise<string> {
  return writeProgram(
    join(folder, 'bin/redoubt'),
    `#!/bin/sh
printf '%s\\n' "$@" > arguments.txt
mkdir -p reports/2026-11-20T12-00-00-shop
printf '{}' > reports/2026-11-20T12-00-00-shop/report.json
printf '*\\n' > reports/.gitignore
ln -s 2026-11-20T12-00-00-shop reports/latest
exit ${exitCode}
`,
  );
}

describe('the shell lines of a rehearsal', () => {
  it.each([
    [0, 'pass'],
    [1, 'fail'],
    [2, 'unknown'],
    [64, 'error'],
    [70, 'error'],
    [130, 'error'],
  ])('end as the drill ends, with the line that metric filters look for: %i is %s', async (exitCode, verdict) => {
    await standIn(exitCode);
    const ended = await rehearse(STANDARD);
    expect(ended).toEqual({ code: exitCode, stdout: `${VERDICT_LINE}${verdict} exit=${exitCode}\n`, stderr: '' });
    expect(JSON.parse(await readFile(inWork('reports/rehearsal.json'), 'utf8'))).toEqual({
      group: 'shop',
      verdict,
      exitCode,
    });
  });

  it('are told apart from their own text, which the runner logs too', () => {
    for (const verdict of ['pass', 'fail', 'unknown', 'error'])
      expect(REHEARSAL_SCRIPT).not.toContain(`${VERDICT_LINE}${verdict}`);
  });

  it('give the drill the profile as it is, and nothing secret on its command line', async () => {
    await standIn(0);
    await rehearse(STANDARD);
    expect(await readFile(inWork('profile.json'), 'utf8')).toBe(`${PROFILE}\n`);
    expect((await stat(inWork('profile.json'))).mode & 0o077).toBe(0);
    const words = (await readFile(inWork('arguments.txt'), 'utf8')).trimEnd().split('\n');
    expect(words.join(' ')).toBe(
      'drill --aws shop --region eu-west-1 --profile profile.json --scenario test-failover --output reports',
    );
  });

  it('add what a person meant and which shards, word by word', async () => {
    await standIn(0);
    await rehearse({ ...STANDARD, REDOUBT_I_MEAN: 'shop of all', REDOUBT_NODE_GROUPS: '0001 0003' });
    const words = (await readFile(inWork('arguments.txt'), 'utf8')).trimEnd().split('\n');
    expect(words.slice(-5)).toEqual(['--i-mean', 'shop of all', '--node-group', '0001', '0003']);
  });

  it('leave nothing to upload but reports: no link, no hidden file', async () => {
    await standIn(1);
    await rehearse(STANDARD);
    expect((await readdir(inWork('reports'))).toSorted()).toEqual(['2026-11-20T12-00-00-shop', 'rehearsal.json']);
  });

  it('have something to upload when redoubt is not there at all', async () => {
    const ended = await rehearse(STANDARD);
    expect(ended).toMatchObject({ code: 127, stdout: `${VERDICT_LINE}error exit=127\n` });
    expect(await readdir(inWork('reports'))).toEqual(['rehearsal.json']);
  });

  it('stop when the project forgot a variable', async () => {
    await standIn(0);
    const { REDOUBT_PROFILE: _, ...incomplete } = STANDARD;
    const { code, stderr } = await rehearse(incomplete);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/REDOUBT_PROFILE/);
  });
});

it('the lines rehearse a real failover, from the profile as the construct writes it', {
  timeout: 120_000,
}, async () => {
  const lab = await startDescribableLab();
  try {
    const api = await startElastiCacheApi({ lab });
    try {
      await cp(join(ROOT, 'package.json'), join(folder, 'package.json'));
      const entry = `exec "${process.execPath}" "${join(ROOT, 'bin/redoubt.ts')}" "$@" --clients redoubt --rate 200 --watch 2s\n`;
      await writeProgram(join(folder, 'bin/redoubt'), `#!/bin/sh\n${entry}`);
      const secret = { kind: 'aws-secrets-manager', secretId: 'arn', region: 'eu-west-1', field: 'password' };
      const profile = { ...lab.profile, authentication: { ...lab.profile.authentication, secret } };
      const { code, stdout, stderr } = await rehearse({
        ...STAND_IN_ENVIRONMENT,
        AWS_ENDPOINT_URL_ELASTICACHE: api.endpoint,
        AWS_REGION: 'eu-west-1',
        REDOUBT_PROFILE: JSON.stringify(profile),
        REDOUBT_GROUP: 'orders',
        REDOUBT_NODE_GROUPS: '0001',
        REDIS_PASSWORD: await readSecret(lab.profile.authentication.secret),
      });
      expect(stdout, stderr).toMatch(new RegExp(`${VERDICT_LINE}pass exit=0\n$`));
      expect(code).toBe(0);
      expect(api.calls.filter((call) => call === 'TestFailover')).toHaveLength(1);
      const runs = (await readdir(inWork('reports'))).filter((name) => name !== 'rehearsal.json');
      const report = JSON.parse(await readFile(inWork('reports', runs[0] as string, 'report.json'), 'utf8'));
      expect(report.drills[0]).toMatchObject({ scenario: 'test-failover', verdict: 'pass' });
    } finally {
      await api.close();
    }
  } finally {
    await lab.stop();
    removeBaseDirectory(dirname(lab.runDirectory));
  }
});
