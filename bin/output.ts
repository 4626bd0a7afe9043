/** Standard output and standard error: what becomes of an error while they are written. */
import { setImmediate } from 'node:timers/promises';
import { problemLine } from '../lib/base/problem.ts';

export interface Output {
  /** Waits until everything is written; says so in a sentence on standard error where the result could not be. */
  readonly failed: () => Promise<boolean>;
}

/**
 * `redoubt list | head -1` is not an error; what is still running must come to its orderly end all the same. Nor is it
 * worth ending anything when progress cannot be shown.
 */
export function watchOutput(): Output {
  const failures: Error[] = [];
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') failures.push(error);
  });
  return {
    failed: async () => {
      await new Promise<void>((done) => process.stdout.write('', () => done()));
      // The stream says that it is done before it says what went wrong.
      await setImmediate();
      const [failure] = failures;
      if (failure === undefined) return false;
      const message = `The result could not be written to standard output: ${failure.message}. Make room for it, or send it elsewhere.`;
      process.stderr.write(`${problemLine({ code: 'STANDARD_OUTPUT_NOT_WRITABLE', message })}\n`);
      return true;
    },
  };
}
