import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProblemError } from '../../lib/base/problem.ts';
import { readProfile, writeProfile } from '../../lib/profile/file.ts';
import { ELASTICACHE, profileOf } from './fixture.ts';

const PROFILE = profileOf(ELASTICACHE);
const isAdministrator = process.getuid?.() === 0;
const MODES_DO_NOT_REFUSE =
  'The administrator may read and write everything: run as another user to see a mode refuse.';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-profile-'));
  path = join(directory, 'profile.json');
});

afterEach(async () => {
  await chmod(directory, 0o700);
  await rm(directory, { recursive: true, force: true });
});

async function problemOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof ProblemError ? error.message : `no problem but ${String(error)}`;
}

describe('a profile written to a file', () => {
  it('is read back as it was', async () => {
    await writeProfile(path, PROFILE);
    expect(await readProfile(path)).toEqual(PROFILE);
  });

  it('is for its owner only, also where it replaces a file that was open to others', async () => {
    await writeFile(path, '{}', { mode: 0o644 });
    await writeProfile(path, PROFILE);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('leaves nothing else in the folder', async () => {
    await writeProfile(path, PROFILE);
    await writeProfile(path, { ...PROFILE, deployment: 'other' });
    expect(await readdir(directory)).toEqual(['profile.json']);
  });

  it('is not written when it is not valid, and what was there stays', async () => {
    await writeProfile(path, PROFILE);
    expect(await problemOf(writeProfile(path, { ...PROFILE, clientMode: 'single' }))).toMatch(/^PROFILE_ELASTICACHE/);
    expect(await readProfile(path)).toEqual(PROFILE);
  });

  it('that cannot be written is a problem, and no half of it is left', async () => {
    expect(await problemOf(writeProfile(join(directory, 'none', 'profile.json'), PROFILE))).toMatch(
      /^PROFILE_FILE_NOT_WRITABLE: .*\(ENOENT\)/,
    );
    await mkdir(path);
    expect(await problemOf(writeProfile(path, PROFILE))).toMatch(/^PROFILE_FILE_NOT_WRITABLE: /);
    expect(await readdir(directory)).toEqual(['profile.json']);
  });

  it('in a folder that may not be written to is a problem', async ({ skip }) => {
    skip(isAdministrator, MODES_DO_NOT_REFUSE);
    await chmod(directory, 0o500);
    expect(await problemOf(writeProfile(path, PROFILE))).toMatch(/^PROFILE_FILE_NOT_WRITABLE: .*\(EACCES\)/);
  });
});

describe('a profile file that cannot be read', () => {
  it('is missing', async () => {
    expect(await problemOf(readProfile(path))).toMatch(/^PROFILE_FILE_MISSING: .*profile\.json does not exist/);
  });

  it('is a folder', async () => {
    expect(await problemOf(readProfile(directory))).toMatch(/^PROFILE_FILE_UNREADABLE: .*\(EISDIR\)/);
  });

  it('may not be read', async ({ skip }) => {
    skip(isAdministrator, MODES_DO_NOT_REFUSE);
    await writeFile(path, '{}', { mode: 0o000 });
    expect(await problemOf(readProfile(path))).toMatch(/^PROFILE_FILE_UNREADABLE: .*\(EACCES\)/);
  });

  it('is empty', async () => {
    await writeFile(path, ' \n');
    expect(await problemOf(readProfile(path))).toMatch(/^PROFILE_FILE_NOT_JSON: .* is empty/);
  });

  it('is a pipe into which nobody writes, which is not waited for', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows has no named pipes among its files.');
    execFileSync('mkfifo', [path]);
    expect(await problemOf(readProfile(path))).toMatch(/^PROFILE_FILE_(NOT_JSON: .* is empty|UNREADABLE)/);
  });

  it('is only half there, and none of it is repeated', async () => {
    await writeProfile(path, PROFILE);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.slice(0, text.length / 2));
    const problem = await problemOf(readProfile(path));
    expect(problem).toMatch(/^PROFILE_FILE_NOT_JSON: .* is not whole, valid JSON/);
    expect(problem).not.toContain('sessions.example.net');
  });

  it('is too large', async () => {
    await writeFile(path, 'x'.repeat(65_537));
    expect(await problemOf(readProfile(path))).toMatch(/^PROFILE_FILE_TOO_LARGE: .* larger than 65536 bytes/);
  });

  it('is of another version', async () => {
    await writeFile(path, JSON.stringify({ ...PROFILE, schemaVersion: 9 }));
    expect(await problemOf(readProfile(path))).toMatch(
      /^PROFILE_VERSION_UNSUPPORTED schemaVersion: .*In the profile .*profile\.json/,
    );
  });

  it('lacks fields, all of which are told with the file they are missing in', async () => {
    await writeFile(path, JSON.stringify({ schemaVersion: 1 }));
    const lines = (await problemOf(readProfile(path))).split('\n');
    expect(lines.length).toBe(8);
    expect(lines.every((line) => line.startsWith('INPUT_MISSING') && line.includes('profile.json'))).toBe(true);
  });
});
