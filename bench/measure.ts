/** Small means of measuring, shared by the benchmarks: medians, whole processes by the clock, a table at the end. */
import { type SpawnOptions, spawn } from 'node:child_process';

/** One line of the result: a figure, what it may be, and how it compares with something measured in the same run. */
export interface Figure {
  readonly what: string;
  /** With its unit: `2,214 ms`. */
  readonly measured: string;
  /** Empty: shown for comparison. */
  readonly target: string;
  readonly met: boolean;
  /** Spread, number of runs, or a ratio to a yardstick of the same run. */
  readonly note: string;
}

export interface Benchmark {
  readonly name: string;
  readonly run: () => Promise<Figure[]>;
}

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('A median needs at least one value.');
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}

export function milliseconds(value: number): string {
  return `${Math.round(value).toLocaleString('en-US')} ms`;
}

export function spread(values: readonly number[]): string {
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  return `median of ${values.length}, ${milliseconds(lowest)} to ${milliseconds(highest)}`;
}

export interface Ended {
  readonly exitCode: number;
  readonly wallMs: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs a program to its end. */
export function timed(command: string, argv: readonly string[], options: SpawnOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    const child = spawn(command, argv, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout?.on('data', (bytes) => {
      output += bytes;
    });
    child.stderr?.on('data', (bytes) => {
      errors += bytes;
    });
    child.on('error', reject);
    child.on('close', (exitCode) => {
      resolve({ exitCode: exitCode ?? 70, wallMs: performance.now() - startedMs, output, errors });
    });
  });
}

export function table(figures: readonly Figure[]): string {
  const rows = figures.map(
    ({ what, measured, target, met, note }) =>
      `| ${what} | ${measured} | ${target} | ${target === '' ? '' : met ? 'yes' : '**no**'} | ${note} |`,
  );
  return ['| what | measured | target | met | |', '|---|---|---|---|---|', ...rows].join('\n');
}
