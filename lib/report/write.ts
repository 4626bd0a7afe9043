import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ProblemError } from '../base/problem.ts';

/**
 * Writes beside the target and renames, so that a reader sees the old file or the new one. The file is the owner's alone
 * (0600), a directory that has to be made too (0700).
 * @throws ProblemError `OUTPUT_NOT_WRITABLE`
 */
export async function writeFileAtomically(path: string, content: string): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(temporary, content, { mode: 0o600 });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ProblemError(
      {
        code: 'OUTPUT_NOT_WRITABLE',
        message: `${path} cannot be written: ${reason}. Choose another place, or make room for it.`,
      },
      { cause },
    );
  }
}
