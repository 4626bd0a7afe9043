import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { introduction } from '../../bin/lab-actions.ts';
import { shellWord } from '../../bin/shell.ts';
import type { Lab } from '../../lib/lab/lab.ts';
import { profileToEnvironment } from '../../lib/profile/environment.ts';
import { ELASTICACHE, profileOf } from '../profile/fixture.ts';
import { redoubt } from './program.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt shell-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test.each(['plain', '/a/path with space', "it's", '$(id)', '`id`', 'a;b', '*', '', 'a"b', '~'])(
  'a shell reads %j back as it was',
  (word) => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellWord(word)}`], { encoding: 'utf8' })).toBe(word);
  },
);

test('the hints of a new lab can be pasted when its place has a space', () => {
  const lab = {
    profile: { endpoint: { host: '127.0.0.1', port: 1 } },
    runDirectory: '/a place/azure-1',
    profilePath: '/a place/azure-1/profile.json',
    serverVersion: '8.0.0',
    nodes: () => [],
  } as unknown as Lab;
  const text = introduction(lab, 'azure-oss', true);
  expect(text).toContain("redoubt verify --lab '/a place/azure-1'\n");
  expect(text).toContain("redoubt lab down '/a place/azure-1'\n");
});

test('the variables of a profile are the same after a shell has read them', async () => {
  const path = join(directory, 'profile.json');
  const known = profileOf(ELASTICACHE);
  const profile = { ...known, tls: { ...known.tls, caFile: '/a place/ca.pem' } };
  await writeFile(path, JSON.stringify(profile));
  const { stdout } = await redoubt(['profile', path, '--format', 'env']);
  const script = `set -a\n${stdout}\nexec env`;
  const read = execFileSync('sh', ['-c', script], { encoding: 'utf8', env: { PATH: process.env.PATH } }).split('\n');
  expect(stdout).toContain("='/a place/ca.pem'\n");
  for (const [name, value] of Object.entries(profileToEnvironment(profile))) expect(read).toContain(`${name}=${value}`);
});
