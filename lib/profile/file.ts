/** The connection profile as a file: JSON, for its owner's eyes only, never half written. */
import { randomUUID } from 'node:crypto';
import { constants, type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ProblemError } from '../base/problem.ts';
import { parseProfile, profileOrThrow } from './parse.ts';
import type { ConnectionProfile, ConnectionProfileInput } from './profile.ts';

/** A profile is about 1 kB; a file above this is something else. */
export const PROFILE_FILE_MAX_BYTES = 65_536;

/**
 * @throws ProblemError `PROFILE_FILE_MISSING`, `PROFILE_FILE_UNREADABLE`, `PROFILE_FILE_TOO_LARGE`, `PROFILE_FILE_NOT_JSON`,
 * or every problem of the profile in it
 */
export async function readProfile(path: string): Promise<ConnectionProfile> {
  const text = await readText(path);
  const result = parseProfile(fromJson(text, path));
  if (!('problems' in result)) return result.profile;
  const inFile = result.problems.map((problem) => ({ ...problem, message: `${problem.message} (In ${path}.)` }));
  throw new ProblemError(inFile);
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
    await rm(temporary, { force: true });
    const message = `The profile cannot be written to ${path} (${reasonOf(error)}). Check that its folder exists, may be written to and has room.`;
    throw new ProblemError({ code: 'PROFILE_FILE_NOT_WRITABLE', message }, { cause: error });
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(text, 'utf8');
  await file.sync();
}

async function readText(path: string): Promise<string> {
  try {
    // Not blocking: opening a named pipe would otherwise wait for somebody to write to it.
    await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    return await readBounded(file, path);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    if (errorCode(error) === 'ENOENT') {
      const message = `There is no profile at ${path}. \`redoubt lab up\` writes one and prints its path.`;
      throw new ProblemError({ code: 'PROFILE_FILE_MISSING', message }, { cause: error });
    }
    const message = `The profile at ${path} cannot be read (${reasonOf(error)}). It must be a file that you may read.`;
    throw new ProblemError({ code: 'PROFILE_FILE_UNREADABLE', message }, { cause: error });
  }
}

/** Bounded by what is read, not by the size announced: a device or a pipe announces none. */
async function readBounded(file: FileHandle, path: string): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(PROFILE_FILE_MAX_BYTES + 1));
  if (bytesRead > PROFILE_FILE_MAX_BYTES) {
    const message = `The file ${path} is larger than ${PROFILE_FILE_MAX_BYTES} bytes, so it is no connection profile. Give the path of a profile.`;
    throw new ProblemError({ code: 'PROFILE_FILE_TOO_LARGE', message });
  }
  return buffer.toString('utf8', 0, bytesRead);
}

function fromJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's own error quotes the text, so it is not passed on, not even as a cause: a wrong file may hold a secret.
    const what = text.trim() === '' ? 'is empty' : 'is not whole, valid JSON';
    const message = `The profile at ${path} ${what}. Write it again; \`redoubt lab up\` and the deployments do.`;
    throw new ProblemError({ code: 'PROFILE_FILE_NOT_JSON', message });
  }
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

function reasonOf(error: unknown): string {
  return errorCode(error) ?? (error instanceof Error ? error.message : 'unknown reason');
}
