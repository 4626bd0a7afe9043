/**
 * Runs this very command again inside a network namespace: a new one, to lose packets for real, or the one that a lab
 * runs in, to reach it. Everything but the network is the same: arguments, terminal, exit code.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ProblemError } from '../lib/base/problem.ts';
import {
  commandInNamespaceOf,
  commandInNetworkNamespace,
  currentNetworkNamespace,
  inNetworkNamespace,
  namespaceEnvironment,
  networkNamespaceProblem,
} from '../lib/lab/network-namespace.ts';
import { defaultBaseDirectory } from '../lib/lab/run-directory.ts';
import { readState } from '../lib/lab/state.ts';
import type { CommandContext } from './context.ts';
import { OUTER_PROCESS_ENVIRONMENT } from './outer-process.ts';

export function mustEnterNamespace(): boolean {
  return !inNetworkNamespace();
}

/**
 * In a new one. The run directory's place is handed over, because inside this user is called root.
 * @throws ProblemError `NETWORK_NAMESPACE_UNAVAILABLE`
 */
export async function runInNamespace(context: CommandContext, baseDirectory: string | undefined): Promise<number> {
  const problem = await networkNamespaceProblem();
  if (problem !== undefined) {
    const message = `${problem} Use --old-node silent, or run it where network namespaces are allowed.`;
    throw new ProblemError({ code: 'NETWORK_NAMESPACE_UNAVAILABLE', message });
  }
  const place = baseDirectory === undefined ? ['--base-directory', defaultBaseDirectory()] : [];
  return runAgain(commandInNetworkNamespace([...thisCommand(), ...place]), namespaceEnvironment(), context);
}

/** In the namespace of the lab, when it has one that is not ours; undefined when there is no need to. */
export async function runWhereLabIs(context: CommandContext, runDirectory: string): Promise<number | undefined> {
  const state = readState(runDirectory);
  if (state.networkNamespace === undefined || state.networkNamespace === currentNetworkNamespace()) return undefined;
  const member = state.nodes.find(({ process: node }) => node !== undefined)?.process;
  if (member === undefined) return undefined;
  return runAgain(commandInNamespaceOf(member.pid, thisCommand()), namespaceEnvironment(), context);
}

function thisCommand(): string[] {
  return [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** In a session of its own, so that Ctrl-C reaches it once: through this process. */
function runAgain(
  [program = '', ...words]: readonly string[],
  environment: Record<string, string>,
  context: CommandContext,
): Promise<number> {
  context.progress.close();
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      // The pipe says nothing: it ends when this process does, even when it is killed.
      stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
      detached: true,
      env: { ...process.env, ...environment, ...OUTER_PROCESS_ENVIRONMENT },
    });
    const forward = (signal: NodeJS.Signals) => void child.kill(signal);
    for (const signal of SIGNALS) process.on(signal, forward);
    child.once('error', reject);
    // Not `close`: a detached lab may hold its end of the pipe for as long as it runs.
    child.once('exit', (code, signal) => {
      for (const name of SIGNALS) process.off(name, forward);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
