#!/usr/bin/env node
/**
 * Runs one command of redoubt in a container in Azure, with what a container there lacks: the profile as a file (from the
 * variables that a component has set), and a place where results outlive it, written to with the container's identity:
 *
 *   redoubt-azure-runner [--keep-in https://ACCOUNT.blob.core.windows.net/CONTAINER] verify|drill [OPTION...]
 *   redoubt-azure-runner rotate-key OPTION...        (rotation/command.ts)
 *
 * Its exit code is the command's; 70 where the command passed and its results could not be kept. SIGTERM is handed on, so
 * that a drill heals.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { EXIT } from '../../base/exit-codes.ts';
import { ProblemError, problemLine } from '../../base/problem.ts';
import { profileFromEnvironment } from '../../profile/environment.ts';
import { writeProfile } from '../../profile/file.ts';
import { entraTokens } from '../../profile/tokens/azure-entra.ts';
import { keepReports } from './keep-reports.ts';

const STORAGE_SCOPE = 'https://storage.azure.com/.default';

interface Wanted {
  readonly keepIn: string | undefined;
  readonly command: readonly string[];
}

async function main(): Promise<number> {
  if (process.argv[2] === 'rotate-key') {
    const { rotateKey } = await import('./rotation/command.ts');
    return rotateKey(process.argv.slice(3), process.env);
  }
  const { keepIn, command } = wantedOrThrow(process.argv.slice(2));
  const folder = await mkdtemp(join(tmpdir(), 'redoubt-runner-'));
  try {
    const profilePath = join(folder, 'profile.json');
    const results = join(folder, 'results');
    await mkdir(results);
    await writeProfile(profilePath, profileFromEnvironment(process.env));
    const exitCode = await runRedoubt([
      ...command,
      '--profile',
      profilePath,
      ...(keepIn === undefined ? [] : outputOptions(command, results)),
    ]);
    if (keepIn === undefined) return exitCode;
    const kept = await asFarAsPossible(() => storeIn(keepIn, results));
    return exitCode === EXIT.pass && !kept ? EXIT.internal : exitCode;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A drill saves a whole run; a verification has its report only. */
function outputOptions([name]: readonly string[], results: string): string[] {
  return name === 'drill' ? ['--output', results] : ['--report', `json=${join(results, 'verify.json')}`];
}

function wantedOrThrow([first, second, ...rest]: readonly string[]): Wanted {
  const keepIn = first === '--keep-in' ? (second ?? '') : undefined;
  const command = keepIn === undefined ? [first, second, ...rest].filter((part) => part !== undefined) : rest;
  if (keepIn !== undefined && !/^(?:https:\/\/|http:\/\/127\.0\.0\.1:)[^/]+\/[^/]+$/.test(keepIn)) {
    const message = `--keep-in is "${keepIn}": it is the address of a blob container, https://ACCOUNT.blob.core.windows.net/CONTAINER.`;
    throw new ProblemError({ code: 'RUNNER_USAGE', message });
  }
  if (!['verify', 'drill'].includes(command[0] ?? '')) {
    const message = `The command is "${command[0] ?? ''}": verify, drill and rotate-key can be run here.`;
    throw new ProblemError({ code: 'RUNNER_USAGE', message });
  }
  return { keepIn, command };
}

async function runRedoubt(args: readonly string[]): Promise<number> {
  // Beside this file it is TypeScript in a checkout and JavaScript in the package.
  const program = join(import.meta.dirname, '../../../bin', `redoubt${extname(import.meta.filename)}`);
  const child = spawn(process.execPath, [program, ...args], { stdio: 'inherit' });
  const handOn = (signal: NodeJS.Signals) => void child.kill(signal);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, handOn);
  const [code] = (await once(child, 'close')) as [number | null];
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, handOn);
  return code ?? EXIT.interrupted;
}

async function storeIn(containerUrl: string, folder: string): Promise<void> {
  const { AZURE_CLIENT_ID: clientId } = process.env;
  const identity = clientId === undefined ? {} : { managedIdentityClientId: clientId };
  const { secret: token } = await entraTokens({ kind: 'azure-entra', scope: STORAGE_SCOPE, ...identity })();
  const names = await keepReports({ containerUrl, folder, token });
  process.stderr.write(`Kept in ${containerUrl}: ${names.join(', ')}\n`);
}

/** A report that cannot be kept must not hide what the run has shown. */
async function asFarAsPossible(step: () => Promise<void>): Promise<boolean> {
  try {
    await step();
    return true;
  } catch (error) {
    sayProblems(error);
    return false;
  }
}

function sayProblems(error: unknown): void {
  const lines = error instanceof ProblemError ? error.problems.map(problemLine) : [String(error)];
  for (const line of lines) process.stderr.write(`${line}\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  sayProblems(error);
  const isUsage = error instanceof ProblemError && error.problems.some(({ code }) => code === 'RUNNER_USAGE');
  process.exitCode = isUsage ? EXIT.usage : EXIT.internal;
}
