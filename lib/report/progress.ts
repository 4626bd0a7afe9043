/**
 * Shows what is going on while it goes on. On a terminal one line per step, the last one live with its elapsed time;
 * elsewhere (a pipe, CI) plain lines that start with the seconds since the command began.
 */
import { clipped, paletteOf, safeText, type TerminalStyle } from './terminal.ts';

export interface ProgressStep {
  /** What the step is at. On a terminal it replaces the last one; elsewhere it is a line. */
  readonly note: (text: string) => void;
  /** Ends the step well, with what came of it in place of its title where given. */
  readonly done: (text?: string) => void;
  /** Ends the step badly. */
  readonly failed: (text?: string) => void;
}

export interface ProgressDisplay {
  /** Begins a step; one that still runs is ended first. */
  readonly step: (title: string) => ProgressStep;
  /** A line that stays. */
  readonly line: (text: string) => void;
  /** Gives the terminal back as it was. Safe to call twice. */
  readonly close: () => void;
}

export interface ProgressOptions {
  readonly stream: { write(text: string): unknown };
  readonly style: TerminalStyle;
  /** Whether lines may be redrawn. */
  readonly live: boolean;
}

export function progressDisplay(options: ProgressOptions): ProgressDisplay {
  return options.live ? liveDisplay(options) : plainDisplay(options);
}

/** Runs `work` as one step: done when it resolves, failed when it rejects. */
export async function inStep<Value>(
  display: ProgressDisplay,
  title: string,
  work: (step: ProgressStep) => Promise<Value>,
): Promise<Value> {
  const step = display.step(title);
  try {
    const value = await work(step);
    step.done();
    return value;
  } catch (error) {
    step.failed(error instanceof Error && error.name === 'Interrupted' ? `${title}: interrupted` : undefined);
    throw error;
  }
}

function elapsedText(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1_000).toFixed(1)} s`;
}

function plainDisplay({ stream, style }: ProgressOptions): ProgressDisplay {
  const beganMs = performance.now();
  const line = (text: string) => {
    stream.write(`[${elapsedText(beganMs).padStart(8)}] ${safeText(text, style)}\n`);
  };
  return {
    line,
    step: (title) => {
      const stepBeganMs = performance.now();
      let open = true;
      const end = (text: string) => {
        if (open) line(`${text} (${elapsedText(stepBeganMs)})`);
        open = false;
      };
      line(`${title} ...`);
      return {
        note: (text) => line(`  ${text}`),
        done: (text) => end(text ?? `${title}: done`),
        failed: (text) => end(text ?? `${title}: failed`),
      };
    },
    close: () => undefined,
  };
}

const REDRAW_EVERY_MS = 100;
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_LINE = '\r\u001b[K';
const UNICODE_FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const ASCII_FRAMES = ['-', '\\', '|', '/'];

interface LiveStep {
  readonly title: string;
  readonly beganMs: number;
  note: string;
}

function liveDisplay({ stream, style }: ProgressOptions): ProgressDisplay {
  const { colours, symbols } = paletteOf(style);
  const frames = style.unicode ? UNICODE_FRAMES : ASCII_FRAMES;
  let current: LiveStep | undefined;
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;

  const draw = () => {
    if (current === undefined) return;
    frame += 1;
    const elapsed = elapsedText(current.beganMs);
    const note = current.note === '' ? '' : `: ${current.note}`;
    // One column stays free: a terminal that is written full wraps, and then a redraw leaves rubbish behind.
    const room = style.columns - elapsed.length - 5;
    const text = clipped(safeText(`${current.title}${note}`, style), room);
    stream.write(`${CLEAR_LINE}${colours.cyan(frames[frame % frames.length] ?? '-')} ${text} ${colours.dim(elapsed)}`);
  };
  const showCursor = () => {
    stream.write(SHOW_CURSOR);
  };
  const start = (step: LiveStep) => {
    current = step;
    if (timer === undefined) {
      stream.write(HIDE_CURSOR);
      process.once('exit', showCursor);
      timer = setInterval(draw, REDRAW_EVERY_MS).unref();
    }
    draw();
  };
  const rest = () => {
    if (timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
    process.removeListener('exit', showCursor);
    showCursor();
  };
  const end = (step: LiveStep, sign: string, text: string) => {
    if (current !== step) return;
    current = undefined;
    stream.write(`${CLEAR_LINE}${sign} ${safeText(text, style)} ${colours.dim(elapsedText(step.beganMs))}\n`);
    rest();
  };
  const done = (step: LiveStep, text = step.title) => end(step, colours.green(symbols.pass), text);
  const line = (text: string) => {
    stream.write(`${current === undefined ? '' : CLEAR_LINE}${safeText(text, style)}\n`);
    draw();
  };
  return {
    line,
    step: (title) => {
      if (current !== undefined) done(current);
      const step: LiveStep = { title, beganMs: performance.now(), note: '' };
      start(step);
      return {
        note: (text) => {
          step.note = text;
        },
        done: (text) => done(step, text),
        failed: (text = step.title) => end(step, colours.red(symbols.fail), text),
      };
    },
    close: () => {
      if (current !== undefined) stream.write(CLEAR_LINE);
      current = undefined;
      rest();
    },
  };
}
