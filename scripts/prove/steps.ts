import { writeFile } from 'node:fs/promises';
import { $ } from 'zx';
import { shellWord } from '../../bin/shell.ts';
import { EXIT } from '../../lib/base/exit-codes.ts';

/** One command of a proof. A step that fails ends the proof. */
export interface Step {
  readonly name: string;
  /** As `--plan` shows it. */
  readonly command: readonly string[];
  /** What stands behind it in `--plan`, for the shell: what an earlier step will have written down, where its output goes. */
  readonly planEnding?: string;
  /** As it is run, where that depends on an earlier step; undefined when there is nothing to run. Default: `command`. */
  readonly commandNow?: () => Promise<readonly string[] | undefined>;
  /** Takes its standard output. Default: it is shown. */
  readonly take?: (stdout: string) => Promise<void> | void;
  /** What to do when it fails. */
  readonly advice: string;
  /** Exit code of the whole when it fails. Default: its own. */
  readonly exitCode?: number;
}

/** How the commands of a proof are run. */
export interface Running {
  /** `inherit` where a person may be asked to approve. */
  readonly stdin: 'inherit' | 'ignore';
  readonly environment: NodeJS.ProcessEnv;
}

/** Says what would be run, one line per step that can be pasted into a shell. */
export function planText(steps: readonly Step[]): string {
  return steps
    .map(
      ({ name, command, planEnding = '' }) =>
        `${name}: ${shown(command)}${planEnding === '' ? '' : ` ${planEnding}`}\n`,
    )
    .join('');
}

/** Runs one after the other until one fails. Returns the exit code of the whole, and tells on standard error. */
export async function prove(steps: readonly Step[], running: Running): Promise<number> {
  for (const [index, step] of steps.entries()) {
    const { name, command, commandNow = async () => command } = step;
    const now = await commandNow();
    if (now === undefined) continue;
    process.stderr.write(`${index + 1} of ${steps.length}, ${name}: ${shown(now)}\n`);
    const code = await run(now, step.take, running);
    if (code === EXIT.pass) continue;
    process.stderr.write(`PROVE_${name.toUpperCase()}_FAILED: ${name} ended with ${code}. ${step.advice}\n`);
    return step.exitCode ?? code;
  }
  return EXIT.pass;
}

/** Takes a step's output into a file that nobody else can read. */
export function intoFile(file: string): Required<Pick<Step, 'planEnding' | 'take'>> {
  return { planEnding: `> ${shellWord(file)}`, take: (stdout) => writeFile(file, stdout, { mode: 0o600 }) };
}

/** Its end, whatever it is; 127 where the program is not there. */
async function run(command: readonly string[], take: Step['take'], running: Running): Promise<number> {
  const stdio = [running.stdin, take === undefined ? 'inherit' : 'pipe', 'inherit'] as const;
  const options = { nothrow: true, quiet: true, stdio: [...stdio], env: running.environment };
  const { exitCode, stdout } = await $(options)`${command}`;
  if (exitCode === EXIT.pass) await take?.(stdout);
  return exitCode ?? EXIT.internal;
}

function shown(command: readonly string[]): string {
  return command.map(shellWord).join(' ');
}
