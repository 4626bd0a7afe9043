/**
 * Open loop: operations leave when the schedule says so, whatever became of the earlier ones, as the requests of
 * independent users do. A generator that waits for answers would stop exactly when it gets interesting.
 */
import type { LoadClient } from '../clients/load-client.ts';
import type { DrillClock } from '../clock.ts';
import type { Outcome } from '../history.ts';
import { errorName } from './error-name.ts';
import { intendedMsOf, KEY_EXPIRY_MS, type LoadPlan, scheduleOf, writtenValue } from './plan.ts';
import type { OperationRecorder } from './recorder.ts';

export interface LoadOptions {
  readonly plan: LoadPlan;
  readonly client: LoadClient;
  readonly recorder: OperationRecorder;
  readonly now: DrillClock;
  /** What an error says about the operation: surely not applied, or nobody knows. */
  readonly classify: (error: unknown) => Extract<Outcome, 'fail' | 'unknown'>;
}

export interface Load {
  /** No operation is sent that is due at or after this drill time. Resolves once the last one has been sent. */
  endAt(atMs: number): Promise<void>;
}

/** Starts sending: at once if the drill's zero has passed, otherwise then. */
export function startLoad(options: LoadOptions): Load {
  const { plan, now } = options;
  const send = sender(options);
  const ended = Promise.withResolvers<void>();
  let endMs = Number.POSITIVE_INFINITY;
  let next = 0;
  // Timers are a millisecond coarse; everything that fell due since the last one leaves together.
  const tick = () => {
    const dueMs = Math.min(now(), endMs);
    while (intendedMsOf(plan, next) < dueMs) {
      send(next);
      next += 1;
    }
    const nextMs = intendedMsOf(plan, next);
    if (nextMs >= endMs) ended.resolve();
    else setTimeout(tick, Math.max(1, nextMs - now()));
  };
  setTimeout(tick, Math.max(1, -now()));
  return {
    endAt: (atMs) => {
      endMs = atMs;
      return ended.promise;
    },
  };
}

function sender({ plan, client, recorder, now, classify }: LoadOptions): (sequence: number) => void {
  const schedule = scheduleOf(plan);
  return (sequence) => {
    const { kind, key } = schedule(sequence);
    recorder.sent(sequence, now());
    const succeed = () => recorder.settled(sequence, now(), 'ok');
    const fail = (error: unknown) => recorder.settled(sequence, now(), classify(error), errorName(error));
    try {
      const answer = kind === 'set' ? client.set(key, writtenValue(plan, sequence), KEY_EXPIRY_MS) : client.incr(key);
      answer.then(succeed, fail);
    } catch (error) {
      fail(error);
    }
  };
}
