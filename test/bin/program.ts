/** Runs the real program, the way a user does, and says how it ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

const ENTRY = resolve(import.meta.dirname, '../../bin/redoubt.ts');

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly workingDirectory?: string;
  readonly environment?: Record<string, string>;
}

export interface RunningProgram {
  readonly child: ChildProcess;
  /** What has been written so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<Ended>;
}

export function startProgram(words: readonly string[], options: RunOptions = {}): RunningProgram {
  const child = spawn(process.execPath, [ENTRY, ...words], {
    cwd: options.workingDirectory,
    env: { ...process.env, NO_COLOR: '', CI: '', ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((done, failed) => {
    child.once('error', failed);
    child.once('close', (exitCode) => done({ exitCode, stdout, stderr }));
  });
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

export function redoubt(words: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return startProgram(words, options).ended;
}
