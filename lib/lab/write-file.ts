import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { ProblemError } from '../base/problem.ts';

/**
 * Replaces a file in one step, readable by this user only: a reader sees the old text or the new one, never a half.
 * @throws ProblemError `LAB_FILE_NOT_WRITTEN`, for example on a full disk; the old file is then untouched.
 */
export function writePrivateFile(path: string, content: string | Uint8Array): void {
  const draft = `${path}.${process.pid}.draft`;
  try {
    const file = openSync(draft, 'w', 0o600);
    try {
      writeFileSync(file, content);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    const message = `The lab could not write ${path}: ${(error as Error).message}. Make room, or give another base directory.`;
    throw new ProblemError({ code: 'LAB_FILE_NOT_WRITTEN', message }, { cause: error });
  }
}
