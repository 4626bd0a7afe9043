/** The connection profile as a file: JSON, for its owner's eyes only, never half written. */
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ProblemError } from '../base/problem.ts';
import { readJsonFile, reasonOf } from '../topology/input/read-file.ts';
import { parseProfile, profileOrThrow } from './parse.ts';
import type { ConnectionProfile, ConnectionProfileInput } from './profile.ts';

/**
 * @throws ProblemError `PROFILE_FILE_MISSING`, `PROFILE_FILE_UNREADABLE`, `PROFILE_FILE_TOO_LARGE`, `PROFILE_FILE_NOT_JSON`,
 * or every problem of the profile in it
 */
export async function readProfile(path: string): Promise<ConnectionProfile> {
  const advice = '`redoubt lab up` writes one and prints its path.';
  const result = parseProfile(await readJsonFile({ path, what: 'The profile', code: 'PROFILE_FILE', advice }));
  if (!('problems' in result)) return result.profile;
  throw new ProblemError(
    result.problems.map((problem) => ({ ...problem, message: `${problem.message} (In the profile ${path}.)` })),
  );
}

/**
 * Writes it next to its place first and renames it there, so that a reader sees the old profile or the new one whole.
 * Mode 0600: the profile holds no secret, but says where everything is.
 * @throws ProblemError with every problem of the profile, or `PROFILE_FILE_NOT_WRITABLE`
 */
export async function writeProfile(path: string, profile: ConnectionProfileInput): Promise<void> {
  const text = `${JSON.stringify(profileOrThrow(profile), undefined, 2)}\n`;
  const temporary = resolve(dirname(path), `.profile-${randomUUID()}.tmp`);
  try {
    await writeSynced(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const message = `The profile ${path} cannot be written (${reasonOf(error)}). Check that its folder exists, may be written to and has room.`;
    throw new ProblemError({ code: 'PROFILE_FILE_NOT_WRITABLE', message }, { cause: error });
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(text, 'utf8');
  await file.sync();
}
