/** Asks the Pulumi CLI for the outputs of a stack, without a shell; the CLI finds its backend and its credentials itself. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { ProblemError } from '../lib/base/problem.ts';
import type { PulumiOutputs } from '../lib/profile/from-pulumi.ts';
import { describeGiven } from '../lib/topology/input/describe.ts';
import { errorCodeOf, type InputFile, readInputFile } from '../lib/topology/input/read-file.ts';
import type { CommandContext } from './context.ts';
import { asInput, UsageError } from './failure.ts';

const run = promisify(execFile);

/** A login that waits for a browser would wait for ever. */
const ANSWER_TIMEOUT_MS = 120_000;
const OUTPUT_MAX_BYTES = 16 * 1024 * 1024;

interface NamedPulumiStack {
  /** STACK, PROJECT/STACK or ORGANISATION/PROJECT/STACK. */
  readonly name: string;
  /** Directory with Pulumi.yaml. Default: the working directory. */
  readonly directory?: string | undefined;
}

/** Options that say which output of which stack. */
export interface PulumiValues {
  readonly fromPulumi: string;
  readonly cwd?: string;
  readonly output?: string;
  readonly outputsFile?: string;
}

/** From the file where one is named, else from the CLI; and the name of the output, where one is. */
export async function outputsOf(
  { fromPulumi: name, cwd, output, outputsFile: path }: PulumiValues,
  context: CommandContext,
): Promise<PulumiOutputs> {
  const named = output === undefined ? {} : { output };
  if (path === undefined) return { text: await pulumiOutputs({ name, directory: cwd }, context), ...named };
  const advice = '`pulumi stack output --json > FILE` writes one.';
  return asInput(async () => ({ text: await readInputFile(outputsFile(path, advice, context)), ...named }));
}

export function outputsFile(path: string, advice: string, { workingDirectory }: CommandContext): InputFile {
  return { path: resolve(workingDirectory, path), what: 'The outputs file', code: 'OUTPUTS_FILE', advice };
}

/**
 * What `pulumi stack output --json` prints.
 * @throws UsageError `PULUMI_DIRECTORY_MISSING`, `PULUMI_STACK_NOT_FOUND`
 * @throws ProblemError `PULUMI_MISSING`, `PULUMI_FAILED`
 */
async function pulumiOutputs(stack: NamedPulumiStack, context: CommandContext): Promise<string> {
  const directory = resolve(context.workingDirectory, stack.directory ?? '.');
  // Node reports a directory that is not there as a program that is not there.
  if (!existsSync(directory)) {
    const message = `There is no directory ${directory}. Give the one with Pulumi.yaml in it as --cwd.`;
    throw new UsageError({ code: 'PULUMI_DIRECTORY_MISSING', message });
  }
  // `--stack=` keeps a name that begins with a hyphen from being read as an option.
  const words = ['stack', 'output', '--json', '--non-interactive', `--stack=${stack.name}`];
  try {
    const { stdout } = await run('pulumi', words, {
      cwd: directory,
      env: { PULUMI_SKIP_UPDATE_CHECK: 'true', ...context.environment },
      maxBuffer: OUTPUT_MAX_BYTES,
      timeout: ANSWER_TIMEOUT_MS,
      signal: context.interruption.signal,
    });
    return stdout;
  } catch (cause) {
    context.interruption.signal.throwIfAborted();
    throw problemOf(cause, stack.name);
  }
}

function problemOf(cause: unknown, stack: string): ProblemError {
  if (errorCodeOf(cause) === 'ENOENT') {
    const message =
      'The outputs are asked from the `pulumi` CLI, which is not on PATH. Install it (https://www.pulumi.com/docs/install/), or run `pulumi stack output --json > outputs.json` where it is and give --outputs-file outputs.json.';
    return new ProblemError({ code: 'PULUMI_MISSING', message }, { cause });
  }
  const { stderr, killed, message: fallback } = cause as Error & { stderr?: string; killed?: boolean };
  const said = killed === true ? `no end after ${ANSWER_TIMEOUT_MS / 1_000} s` : oneLine(stderr || fallback);
  if (/no stack named|no stack selected/.test(said)) {
    const message = `Pulumi finds no stack ${describeGiven(stack)} (${said}). Give its name as \`pulumi stack ls\` shows it, and the project's directory as --cwd.`;
    return new UsageError({ code: 'PULUMI_STACK_NOT_FOUND', message }, { cause });
  }
  const message = `\`pulumi stack output\` failed for the stack ${describeGiven(stack)} (${said}). Run it by hand, sign in (\`pulumi login\`), then try again.`;
  return new ProblemError({ code: 'PULUMI_FAILED', message }, { cause });
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ').slice(0, 400);
}
