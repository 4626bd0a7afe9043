import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadRun } from '../../bin/saved-run.ts';
import { EXIT } from '../../lib/base/exit-codes.ts';
import type { ConnectionProfile } from '../../lib/profile/profile.ts';
import { ELASTICACHE, profileOf } from '../profile/fixture.ts';
import { redoubt } from './program.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-inputs-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function verify(profile: ConnectionProfile) {
  const path = join(directory, 'profile.json');
  await writeFile(path, JSON.stringify(profile));
  return redoubt(['verify', '--profile', path], { environment: { SESSIONS_SECRET: 'secret-of-the-test' } });
}

test('a certificate authority that is not there is a usage error of verify', async () => {
  const profile = profileOf(ELASTICACHE);
  const ended = await verify({ ...profile, tls: { ...profile.tls, caFile: join(directory, 'none.pem') } });
  expect(ended).toMatchObject({ exitCode: EXIT.usage, stdout: '', stderr: expect.stringContaining('none.pem') });
});

describe('a certificate authority that cannot be used is a usage error of drill too, with and without --plan', () => {
  test.each([
    ['is not there', 'none.pem', 'CERTIFICATE_AUTHORITY_UNREADABLE'],
    ['is no certificate', 'text.pem', 'CERTIFICATE_AUTHORITY_NOT_PEM'],
  ])('one that %s', async (_title, name, code) => {
    await writeFile(join(directory, 'text.pem'), 'no certificate');
    const profile = profileOf(ELASTICACHE);
    const path = join(directory, 'authority.json');
    await writeFile(path, JSON.stringify({ ...profile, tls: { ...profile.tls, caFile: join(directory, name) } }));
    for (const plan of [[], ['--plan']]) {
      const words = ['drill', '--profile', path, '--watch-maintenance', '1m', ...plan];
      const ended = await redoubt(words, { environment: { SESSIONS_SECRET: 'secret-of-the-test' } });
      expect(ended).toMatchObject({
        exitCode: EXIT.usage,
        stdout: '',
        stderr: expect.stringContaining(`${code} tls.caFile: `),
      });
    }
  });
});

test('a secret file that is empty is a usage error of verify', async () => {
  const path = join(directory, 'secret');
  await writeFile(path, '', { mode: 0o600 });
  const profile = profileOf(ELASTICACHE);
  const authentication = { ...profile.authentication, secret: { kind: 'file', path } as const };
  const ended = await verify({ ...profile, authentication });
  expect(ended).toMatchObject({ exitCode: EXIT.usage, stdout: '', stderr: expect.stringContaining('SECRET_EMPTY') });
});

describe('a drill whose secret is not there', () => {
  let path = '';
  beforeAll(async () => {
    path = join(directory, 'cloud.json');
    const profile = profileOf(ELASTICACHE);
    const secret = { kind: 'file', path: join(directory, 'none') } as const;
    await writeFile(path, JSON.stringify({ ...profile, authentication: { ...profile.authentication, secret } }));
  });

  test('is a usage error, and no verdict', async () => {
    const ended = await redoubt(['drill', '--profile', path, '--watch-maintenance', '1m']);
    expect(ended).toMatchObject({ exitCode: EXIT.usage, stdout: '', stderr: expect.stringMatching(/^SECRET_/) });
  });

  test('is planned all the same, and the plan says that the servers were not asked, why, and what is not known', async () => {
    const ended = await redoubt(['drill', '--profile', path, '--watch-maintenance', '1m', '--plan']);
    expect(ended).toMatchObject({ exitCode: EXIT.pass, stderr: '' });
    const text = ended.stdout.replaceAll(/\s+/g, ' ');
    expect(text).toContain('scenario watch-maintenance');
    expect(text).toMatch(
      /servers not asked, so .* are not known\. The profile's secret is in the file .*none, which does not exist\./,
    );
    expect(text).toMatch(/nothing has been done $/);
    expect(text).not.toMatch(/undefined|, server |nodes {2}/);
  });

  test('is refused what only a lab can do, planned or not', async () => {
    const ended = await redoubt(['drill', '--profile', path, '--scenario', 'planned-replacement', '--plan']);
    expect(ended).toMatchObject({
      exitCode: EXIT.usage,
      stdout: '',
      stderr: expect.stringMatching(/^CAPABILITY_MISSING: /),
    });
  });
});

test('a report that is a named pipe, or far too large, is refused at once', async () => {
  const pipe = join(directory, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const large = join(directory, 'large.json');
  await writeFile(large, '');
  await truncate(large, 1024 ** 3);
  for (const path of [pipe, large]) {
    await expect(loadRun(path, { rejudge: false })).rejects.toThrow(/^RUN_FILE_UNUSABLE: .*(regular|larger)/);
  }
});

test('a directory without a report says that the run may have been stopped', async () => {
  await expect(loadRun(directory, { rejudge: false })).rejects.toThrow(
    /^REPORT_UNREADABLE: .* is a directory without a report\.json: .* stopped before its end/,
  );
});

test('where nothing has been run, `redoubt report` says so and ends with 64', async () => {
  const ended = await redoubt(['report'], { workingDirectory: directory });
  expect(ended.stderr).toMatch(/^REPORT_UNREADABLE: No run has been saved here: .* or run redoubt rehearse first\.\n$/);
  expect(ended).toMatchObject({ exitCode: EXIT.usage, stdout: '' });
});
