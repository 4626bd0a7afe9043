/** From whatever was thrown to one or more sentences and an exit code. */
import { CommanderError } from 'commander';
import { EXIT } from '../lib/base/exit-codes.ts';
import { ProblemError, problemLine } from '../lib/base/problem.ts';

/** Something the user gave is wrong: the command has not begun. */
export class UsageError extends ProblemError {
  override name = 'UsageError';
}

/** Runs what reads the user's input: its problems are usage errors. */
export async function asInput<Value>(read: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ProblemError) throw new UsageError(error.problems, { cause: error });
    throw error;
  }
}

export interface Failure {
  readonly exitCode: number;
  /** Lines for standard error; empty when it has been said already. */
  readonly lines: readonly string[];
}

/**
 * A problem that is named and happened on the way (no server program, a port taken, nobody answers) means that nothing could
 * be judged: `unknown`. What nobody foresaw is a defect of this program.
 */
export function failureOf(error: unknown, { debug }: { readonly debug: boolean }): Failure {
  if (error instanceof CommanderError) {
    // Help and version were asked for; every other line has been written by commander.
    const asked = error.code === 'commander.helpDisplayed' || error.code === 'commander.version';
    return { exitCode: asked ? EXIT.pass : EXIT.usage, lines: [] };
  }
  if (error instanceof UsageError) return { exitCode: EXIT.usage, lines: problemLines(error, debug) };
  if (error instanceof ProblemError) return { exitCode: EXIT.unknown, lines: problemLines(error, debug) };
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const advice = debug ? [] : ['Run it again with --debug for the place, and report it.'];
  return {
    exitCode: EXIT.internal,
    lines: [`This is a defect of redoubt itself: ${message}`, ...advice, ...stackLines(error, debug)],
  };
}

function problemLines(error: ProblemError, debug: boolean): string[] {
  return [...error.problems.map(problemLine), ...stackLines(error, debug)];
}

function stackLines(error: unknown, debug: boolean): string[] {
  if (!debug || !(error instanceof Error)) return [];
  const own = error.stack === undefined ? [] : [error.stack];
  return error.cause === undefined
    ? own
    : [...own, ...stackLines(error.cause, debug).map((line) => `caused by ${line}`)];
}
