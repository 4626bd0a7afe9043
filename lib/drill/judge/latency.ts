/** How long callers waited, counted from when the schedule wanted the operation sent (no coordinated omission). */
import { build } from 'hdr-histogram-js';
import type { DrillHistory, Operation } from '../history.ts';
import { tenths } from './milliseconds.ts';

export interface LatencyMs {
  readonly p50: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly max: number | null;
}

/** One operation's wait. An unanswered one waited at least until the drill stopped waiting for it. */
function waitOf(operation: Operation, endMs: number): number {
  return Math.max(0, (operation.settledMs ?? endMs) - operation.intendedMs);
}

/** When the drill stopped waiting for answers. */
export function waitEndedMs(history: DrillHistory): number {
  return history.loadEndedMs + history.drainMs;
}

export function latencyOf(operations: readonly Operation[], history: DrillHistory): LatencyMs {
  return percentiles(operations.map((operation) => waitOf(operation, waitEndedMs(history))));
}

/** How late the generator handed operations to the client: p99, or null when it handed over none. */
export function generatorLatenessMs(operations: readonly Operation[]): number | null {
  return percentiles(operations.map(({ sentMs, intendedMs }) => Math.max(0, sentMs - intendedMs))).p99;
}

function percentiles(values: readonly number[]): LatencyMs {
  if (values.length === 0) return { p50: null, p99: null, p999: null, max: null };
  // In microseconds: the histogram counts whole numbers, to three significant digits.
  const histogram = build({ autoResize: true, numberOfSignificantValueDigits: 3 });
  let max = 0;
  for (const value of values) {
    histogram.recordValue(Math.round(value * 1_000));
    if (value > max) max = value;
  }
  // The histogram answers with the upper end of a bucket, which may be a hair above the true maximum.
  const at = (percentile: number) => tenths(Math.min(max, histogram.getValueAtPercentile(percentile) / 1_000));
  return { p50: at(50), p99: at(99), p999: at(99.9), max: tenths(max) };
}
