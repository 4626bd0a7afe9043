/** What every command is given: where to write, how to show progress, and how to learn that it should stop. */
import type { ProgressDisplay } from '../lib/report/progress.ts';
import type { TerminalStyle } from '../lib/report/terminal.ts';
import type { Interruption } from './interruption.ts';

export interface CommandContext {
  /** The result, on standard output. */
  readonly print: (text: string) => void;
  /** Style of standard output. */
  readonly style: TerminalStyle;
  /** Steps, on standard error. */
  readonly progress: ProgressDisplay;
  readonly interruption: Interruption;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
}

/** Does a command's work and says how it ended: an exit code of lib/base/exit-codes.ts. */
export type Action = (context: CommandContext) => Promise<number>;

/** Given to each command so that it can be registered without running. */
export type Perform = (action: Action) => Promise<void>;
