import { ProblemError } from './problem.ts';

export interface WaitUntilOptions<Value> {
  /** What is being waited for, as the end of the sentence "Waited … for …". */
  readonly what: string;
  readonly timeoutMs: number;
  readonly everyMs: number;
  /** Returns the value once it is there, `undefined` while it is not. An error counts as "not yet". */
  readonly probe: () => Promise<Value | undefined> | Value | undefined;
  /** What the last probe saw, for the sentence of the time-out. */
  readonly lastSeen?: () => string;
  /** Ends the wait at once, with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Waits for a condition, bounded, and fails with a sentence that says what was last seen.
 * @throws ProblemError `WAIT_TIMED_OUT`
 */
export async function waitUntil<Value>(options: WaitUntilOptions<Value>): Promise<Value> {
  const deadline = performance.now() + options.timeoutMs;
  let lastError: unknown;
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      const value = await options.probe();
      if (value !== undefined) return value;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() >= deadline) throw timedOut(options, lastError);
    await sleep(options.everyMs, options.signal);
  }
}

function timedOut<Value>(options: WaitUntilOptions<Value>, lastError: unknown): ProblemError {
  const seen = lastError instanceof Error ? lastError.message : options.lastSeen?.();
  const tail = seen === undefined ? '' : ` Last seen: ${seen}`;
  return new ProblemError(
    { code: 'WAIT_TIMED_OUT', message: `Waited ${options.timeoutMs} ms for ${options.what}, in vain.${tail}` },
    { cause: lastError },
  );
}

/** Resolves after `durationMs`; rejects at once with the signal's reason when it is aborted. */
export function sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, durationMs);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
