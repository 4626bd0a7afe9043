import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { BootstrapProblem } from './problem.mjs';

const FORWARDED = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Runs a program in this one's place: its signals, its terminal, its exit code. Resolves with the code that a shell would
 * report, 128 + N after signal N.
 * @param {string} program
 * @param {string[]} programArguments
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, stdio?: import('node:child_process').StdioOptions }} options
 * @returns {Promise<number>}
 */
export function runToTheEnd(program, programArguments, options) {
  return new Promise((done, fail) => {
    const child = spawn(program, programArguments, { stdio: 'inherit', ...options });
    // Ctrl-C reaches the child from the terminal too; it takes what comes within half a second for one key press.
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => void child.kill(signal);
    const stopForwarding = () => {
      for (const signal of FORWARDED) process.off(signal, forward);
    };
    for (const signal of FORWARDED) process.on(signal, forward);
    child.once('error', (error) => {
      stopForwarding();
      fail(new BootstrapProblem('PROGRAM_NOT_STARTED', `${program} could not be started: ${error.message}.`));
    });
    child.once('close', (code, signal) => {
      stopForwarding();
      done(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
