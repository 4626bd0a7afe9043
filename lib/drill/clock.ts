/** The drill's own clock, the same in every process: milliseconds since the load started. */
export type DrillClock = () => number;

/** Monotonic within a process (`performance.now`), tied to the others by the epoch. */
export function drillClock(startedAtEpochMs: number): DrillClock {
  const offsetMs = performance.timeOrigin - startedAtEpochMs;
  return () => offsetMs + performance.now();
}

/** Epoch time as the drill's clocks have it. `Date.now` may have been set since this process started. */
export function epochNowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** A hundredth of a millisecond: what a history keeps. */
export function hundredths(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
