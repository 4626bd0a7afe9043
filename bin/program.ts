/** The program: its commands, and the one place where an error becomes an exit code. */
import { Command, Option } from 'commander';
import { EXIT, exitCodeOf } from '../lib/base/exit-codes.ts';
import { type Problem, problemLine } from '../lib/base/problem.ts';
import { progressDisplay } from '../lib/report/progress.ts';
import { terminalStyle } from '../lib/report/terminal.ts';
import { redoubtVersion } from '../lib/report/version.ts';
import { driftCommand } from './commands/drift.ts';
import { drillCommand } from './commands/drill.ts';
import { labCommand } from './commands/lab.ts';
import { listCommand } from './commands/list.ts';
import { migrateCommand } from './commands/migrate.ts';
import { planCommand } from './commands/plan.ts';
import { profileCommand } from './commands/profile.ts';
import { rehearseCommand } from './commands/rehearse.ts';
import { reportCommand } from './commands/report.ts';
import { verifyCommand } from './commands/verify.ts';
import type { CommandContext, Perform } from './context.ts';
import { refuseEmptyValues } from './empty-values.ts';
import { failureOf } from './failure.ts';
import { Interrupted, type Interruption, listenForInterruption } from './interruption.ts';
import { watchOutput } from './output.ts';

const EXIT_CODES = `
Exit codes:
  ${exitCodeOf('pass')}    pass: everything that was judged is as it should be
  ${exitCodeOf('fail')}    fail: a check or a drill failed
  ${exitCodeOf('unknown')}    unknown: something could not be judged, and nothing failed
  ${EXIT.usage}   usage: an option, a deployment or a profile is wrong; nothing was done
  ${EXIT.internal}   internal: a defect of redoubt itself
  ${EXIT.interrupted}  interrupted (Ctrl-C, SIGTERM): faults healed, processes stopped`;

/** Never throws; resolves with the exit code. */
export async function main(words: readonly string[]): Promise<number> {
  const output = watchOutput();
  const workingDirectory = currentDirectory();
  if (workingDirectory === undefined) {
    process.stderr.write(`${problemLine(NO_DIRECTORY)}\n`);
    return EXIT.usage;
  }
  const say = (sentence: string) => context.progress.line(sentence);
  const interruption = listenForInterruption(say);
  const context = contextOf(interruption, workingDirectory);
  const defects = endOnDefects(interruption);
  const outcome: { exitCode: number } = { exitCode: EXIT.pass };
  const program = programOf(async (action) => {
    outcome.exitCode = await action(context);
  });
  try {
    await program.parseAsync(words, { from: 'user' });
    if (defects.length > 0) return EXIT.internal;
    return (await output.failed()) && outcome.exitCode === EXIT.pass ? exitCodeOf('unknown') : outcome.exitCode;
  } catch (error) {
    return endOf(error, { program, context, defects });
  } finally {
    context.progress.close();
  }
}

interface Ending {
  readonly program: Command;
  readonly context: CommandContext;
  readonly defects: readonly unknown[];
}

function endOf(error: unknown, { program, context, defects }: Ending): number {
  const interrupted = context.interruption.signal.reason instanceof Interrupted;
  if (interrupted && defects.length === 0) return EXIT.interrupted;
  const failure = failureOf(defects[0] ?? error, { debug: program.opts<{ debug?: boolean }>().debug === true });
  context.progress.close();
  for (const line of failure.lines) process.stderr.write(`${line}\n`);
  return failure.exitCode;
}

export function programOf(perform: Perform): Command {
  const program = new Command('redoubt')
    .description(
      'Proves that a Redis deployment is what was asked for, and rehearses the maintenance that would otherwise take the application down.',
    )
    .version(redoubtVersion(), '-V, --version')
    .addOption(new Option('--debug', 'show where an error comes from'))
    .addHelpText('afterAll', EXIT_CODES)
    .hook('preAction', (_program, command) => refuseEmptyValues(command))
    .showHelpAfterError('Run it with --help to see what there is.')
    .exitOverride();
  const commands = [
    listCommand,
    labCommand,
    verifyCommand,
    driftCommand,
    drillCommand,
    rehearseCommand,
    reportCommand,
    profileCommand,
    planCommand,
    migrateCommand,
  ];
  for (const command of commands) program.addCommand(inheritSettings(command(perform), program));
  return program;
}

/** `addCommand` does not hand the parent's settings down, `command()` does. */
function inheritSettings(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inheritSettings(child as Command, parent);
  return command;
}

const NO_DIRECTORY: Problem = {
  code: 'WORKING_DIRECTORY_MISSING',
  message:
    'The directory this command runs in has been deleted or cannot be read. Go to another one (cd) and run it again.',
};

/** Undefined when it has been deleted. */
function currentDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

function contextOf(interruption: Interruption, workingDirectory: string): CommandContext {
  const { env: environment } = process;
  const live = process.stderr.isTTY === true && environment.TERM !== 'dumb' && (environment.CI ?? '') === '';
  return {
    print: (text) => void process.stdout.write(text),
    style: terminalStyle(process.stdout, environment),
    progress: progressDisplay({ stream: process.stderr, style: terminalStyle(process.stderr, environment), live }),
    interruption,
    environment,
    workingDirectory,
  };
}

/** An error that nobody awaited: everything that runs is told to stop, so that its `finally` still heals and stops. */
function endOnDefects(interruption: Interruption): readonly unknown[] {
  const defects: unknown[] = [];
  const onDefect = (error: unknown) => {
    defects.push(error);
    interruption.end(error instanceof Error ? error : new Error(String(error)));
  };
  process.on('uncaughtException', onDefect);
  process.on('unhandledRejection', onDefect);
  return defects;
}
