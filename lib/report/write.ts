import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ProblemError } from '../base/problem.ts';
import { errorCodeOf, reasonOf } from '../topology/input/read-file.ts';

/**
 * Writes beside the target and renames, so that a reader sees the old file or the new one. The file is the owner's alone
 * (0600), a directory that has to be made too (0700).
 * @throws ProblemError `OUTPUT_NOT_WRITABLE`
 */
export async function writeFileAtomically(path: string, content: string): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await makeDirectories(dirname(path));
    await writeFile(temporary, content, { mode: 0o600 });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const reason = whyNotWritten(cause);
    throw new ProblemError(
      {
        code: 'OUTPUT_NOT_WRITABLE',
        message: `${path} cannot be written: ${reason}. Choose another place, or make room for it.`,
      },
      { cause },
    );
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a file is in its way',
  EISDIR: 'it is a directory',
  ENOENT: 'the place of its directory does not exist',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your share of the disk is full',
  ENAMETOOLONG: 'the name is too long',
};

/** In words, with the code of the system's error for whoever looks it up. */
export function whyNotWritten(cause: unknown): string {
  const code = errorCodeOf(cause);
  const words = code === undefined ? undefined : REASONS[code];
  return words === undefined ? reasonOf(cause) : `${words} (${code})`;
}

/**
 * Makes a directory and its parents, closed to others. Not by `recursive: true`, which never returns where a file system
 * says that a directory it has is not there (/proc does).
 * @returns whether there was anything to make
 */
export async function makeDirectories(path: string): Promise<boolean> {
  if (await exists(path)) return false;
  const parent = dirname(path);
  if (parent !== path) await makeDirectories(parent);
  // Somebody else may have made it meanwhile; what else stands there shows when something is written into it.
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return true;
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
