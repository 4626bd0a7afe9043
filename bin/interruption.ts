/**
 * Ctrl-C and SIGTERM. The first one asks: every wait ends, every `finally` heals and stops, and the command ends with 130.
 * The second one insists: what was registered is stopped at once, by its process ids, and the command ends.
 */
import { EXIT } from '../lib/base/exit-codes.ts';
import { whenOuterProcessEnds } from './outer-process.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * What follows the first signal within this time is the same key press, which reached this process on two ways: from the
 * terminal and through the program that started it.
 */
const SAME_PRESS_MS = 500;

/** How long the insisting way may take before the process leaves. */
const STOP_AT_ONCE_TIMEOUT_MS = 5_000;

/** The reason with which everything is aborted. */
export class Interrupted extends Error {
  constructor(signal: string) {
    super(`Interrupted by ${signal}.`);
    this.name = 'Interrupted';
  }
}

export interface Interruption {
  readonly signal: AbortSignal;
  /** Ends everything in the same orderly way for another reason, for example a defect of this program. */
  readonly end: (reason: Error) => void;
  /**
   * While it is registered, the first signal does this instead, and says so: a watch of hours ends early and reports what it has
   * seen. The next signal is then the first. Returns how to take it back.
   */
  readonly onFirst: (end: () => void, sentence: string) => () => void;
  /** What to do at the second signal; returns how to take it back. */
  readonly onInsisting: (stop: () => Promise<void>) => () => void;
}

export function listenForInterruption(say: (sentence: string) => void): Interruption {
  const controller = new AbortController();
  const stops = new Set<() => Promise<void>>();
  let firstAtMs: number | undefined;
  let instead: { readonly end: () => void; readonly sentence: string } | undefined;
  let insteadAtMs = Number.NEGATIVE_INFINITY;
  let insisted = false;
  const onSignal = (name: string) => {
    if (performance.now() - insteadAtMs < SAME_PRESS_MS) return;
    if (instead !== undefined) {
      insteadAtMs = performance.now();
      say(`${name}: ${instead.sentence}`);
      instead.end();
      instead = undefined;
      return;
    }
    if (firstAtMs === undefined) {
      firstAtMs = performance.now();
      say(`${name}: healing and stopping what was started; once more: stop at once.`);
      controller.abort(new Interrupted(name));
    } else if (!insisted && performance.now() - firstAtMs > SAME_PRESS_MS) {
      insisted = true;
      say(`${name} again: stopping at once.`);
      void stopAtOnce(stops);
    }
  };
  for (const name of SIGNALS) process.on(name, () => onSignal(name));
  whenOuterProcessEnds(() => onSignal('SIGHUP'));
  return {
    signal: controller.signal,
    end: (reason) => controller.abort(reason),
    onFirst: (end, sentence) => {
      const mine = { end, sentence };
      instead = mine;
      return () => {
        if (instead === mine) instead = undefined;
      };
    },
    onInsisting: (stop) => {
      stops.add(stop);
      return () => stops.delete(stop);
    },
  };
}

async function stopAtOnce(stops: ReadonlySet<() => Promise<void>>): Promise<void> {
  const bound = setTimeout(() => process.exit(EXIT.interrupted), STOP_AT_ONCE_TIMEOUT_MS);
  await Promise.allSettled([...stops].map((stop) => stop()));
  clearTimeout(bound);
  process.exit(EXIT.interrupted);
}
