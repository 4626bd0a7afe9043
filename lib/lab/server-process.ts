/** Starting and stopping one process of the lab, in a session of its own so that a terminal's Ctrl-C does not reach it. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { ProblemError } from '../base/problem.ts';
import { waitUntil } from '../base/wait-until.ts';
import { identityOf, isOurs, isRunning, type ProcessIdentity } from './process-identity.ts';

export interface StartedProcess {
  readonly identity: ProcessIdentity;
  /** How it ended, once it has: `exit code 1`, `signal SIGKILL`. */
  ended(): string | undefined;
}

/**
 * @param outputPath file (0600) that takes what the process prints
 * @throws ProblemError `LAB_PROCESS_NOT_STARTED`
 */
export async function startProcess(
  program: string,
  programArguments: readonly string[],
  outputPath: string,
): Promise<StartedProcess> {
  const output = openSync(outputPath, 'a', 0o600);
  try {
    let end: string | undefined;
    const child = spawn(program, [...programArguments], { detached: true, stdio: ['ignore', output, output] });
    child.once('exit', (code, signal) => {
      end = signal === null ? `exit code ${code}` : `signal ${signal}`;
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    const pid = child.pid as number;
    // One that has ended already keeps its pid, with a start time that nothing matches.
    return { identity: identityOf(pid) ?? { pid, startTime: 'ended' }, ended: () => end };
  } catch (error) {
    const message = `${program} could not be started: ${(error as Error).message}.`;
    throw new ProblemError({ code: 'LAB_PROCESS_NOT_STARTED', message }, { cause: error });
  } finally {
    closeSync(output);
  }
}

/**
 * Ends a process of the lab for good and waits until it is gone. Does nothing to a process that is not ours any more.
 * SIGKILL: nothing in a lab is worth saving, and a frozen process hears nothing else.
 */
export async function stopProcess(identity: ProcessIdentity | undefined, runDirectory: string): Promise<void> {
  if (identity === undefined || !signalProcess(identity, runDirectory, 'SIGKILL')) return;
  await waitUntil({
    what: `process ${identity.pid} to end`,
    timeoutMs: 5_000,
    everyMs: 3,
    probe: () => (isRunning(identity) ? undefined : true),
  });
}

/** @returns false when the process is not there or not ours (any more) */
export function signalProcess(identity: ProcessIdentity, runDirectory: string, signal: NodeJS.Signals): boolean {
  if (!isOurs(identity, runDirectory)) return false;
  try {
    return process.kill(identity.pid, signal);
  } catch {
    return false;
  }
}

/** The end of a log, in one line, for a sentence about a process that died. */
export function logTail(paths: readonly string[], lineCount = 3): string {
  const lines = paths.flatMap((path) => {
    try {
      return readFileSync(path, 'utf8').trimEnd().split('\n');
    } catch {
      return [];
    }
  });
  const said = lines.filter((line) => line !== '').slice(-lineCount);
  return said.length === 0 ? 'it printed nothing' : said.map((line) => line.trim()).join(' | ');
}
