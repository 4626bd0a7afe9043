/** What every file of tests that asks the stand-in needs: the account's environment before each test, everything closed after it. */
import { afterEach, beforeEach, vi } from 'vitest';
import type { OperationContext } from '../../../../lib/control/control-plane.ts';
import { faults, STAND_IN_ENVIRONMENT, type StandInOptions } from './start.ts';

/** Called once in a file. @returns takes what is to be closed after the test */
export function standInSession(): (close: () => Promise<void>) => void {
  const closers: (() => Promise<void>)[] = [];
  beforeEach(() => {
    for (const [name, value] of Object.entries(STAND_IN_ENVIRONMENT)) vi.stubEnv(name, value);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    for (const close of closers.splice(0)) await close();
  });
  return (close) => void closers.push(close);
}

/** What a drill would have on its timeline; `onStep` is told of each step when it begins. */
export function timeline(signal = new AbortController().signal, onStep: (what: string) => void = () => undefined) {
  const lines: string[] = [];
  const context: OperationContext = {
    signal,
    event: (kind, text) => void lines.push(`${kind}: ${text}`),
    step: (what, shardIndex) => {
      lines.push(shardIndex === undefined ? `step: ${what}` : `step: ${what} (${shardIndex})`);
      onStep(what);
      return (evidence) => void lines.push(`complete: ${evidence}`);
    },
  };
  return { lines, context };
}

/** The first request is carried out, and its answer gets lost on the way. */
export function answerLost(request: string): NonNullable<StandInOptions['change']> {
  let isFirst = true;
  return (action, result) => {
    if (action !== request || !isFirst) return result;
    isFirst = false;
    throw faults.internalFailure();
  };
}
