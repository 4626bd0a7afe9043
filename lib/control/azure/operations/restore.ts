/**
 * Puts a former state back, whatever an operation was interrupted in: reads first, waits for what still runs, asks only for what
 * is missing, and looks again. Bounded; when it does not succeed the sentence says what is left to do by hand.
 */
import { ProblemError } from '../../../base/problem.ts';
import { sleep } from '../../../base/wait-until.ts';
import type { OperationContext } from '../../control-plane.ts';
import type { Api } from '../api.ts';
import { hasCode, isPassing } from '../faults.ts';
import type { Accepted } from '../long-running.ts';
import type { Memory } from './step.ts';

export interface Look {
  readonly isAtRest: boolean;
  /** The former state is there, and healthy. */
  readonly isBack: boolean;
  /** For sentences: `the SKU is Balanced_B20`. */
  readonly seen: string;
}

interface Restoration {
  readonly api: Api;
  readonly memory: Memory<unknown>;
  readonly event: OperationContext['event'];
  /** `the SKU Balanced_B10` */
  readonly what: string;
  readonly look: (signal: AbortSignal) => Promise<Look>;
  readonly putBack: () => Promise<Accepted>;
  /** What a person can do when this cannot, as a sentence. */
  readonly byHand: string;
}

/** Less than the hour that a drill gives its target. */
export const HEAL_TIMEOUT_MS = 50 * 60_000;
/** A change that failed is worth asking for once more. */
const ATTEMPTS = 2;

export async function restore(restoration: Restoration): Promise<void> {
  const { api, what, byHand } = restoration;
  const { healTimeoutMs = HEAL_TIMEOUT_MS } = api.longRunning;
  const signal = AbortSignal.timeout(healTimeoutMs);
  const seen = { last: 'nothing yet' };
  try {
    await restoreWithin(restoration, signal, seen);
  } catch (error) {
    const reason = signal.aborted ? `not within ${healTimeoutMs / 1_000} s, ${seen.last}` : (error as Error).message;
    const message = `${what} could not be put back on the ${api.arm.subject}: ${reason}. ${byHand}`;
    throw new ProblemError({ code: 'AZURE_NOT_HEALED', message }, { cause: error });
  }
}

async function restoreWithin(
  { api, memory, event, what, look, putBack }: Restoration,
  signal: AbortSignal,
  seen: { last: string },
): Promise<void> {
  const everyMs = api.longRunning.pollEveryMs ?? 10_000;
  let asked = 0;
  let hasSaidWait = false;
  for (;;) {
    const found = await calmly(() => look(signal));
    if (found instanceof Error) seen.last = found.message;
    else {
      seen.last = found.seen;
      if (!found.isAtRest) {
        if (!hasSaidWait) event('note', `${found.seen}: waiting until that is over before ${what} is put back`);
        hasSaidWait = true;
      } else if (found.isBack && !memory.isUncertain) {
        event('note', asked === 0 ? `${what} is there; nothing had to be put back` : `${what} is back`);
        return;
      } else {
        if (asked >= ATTEMPTS) throw new Error(`asked for ${asked} times, ${found.seen}`);
        event('note', `${found.seen}: asking for ${what}`);
        if (await putBackOnce(putBack, signal, asked + 1 >= ATTEMPTS)) {
          asked += 1;
          memory.isUncertain = false;
        }
      }
    }
    await sleep(everyMs, signal);
  }
}

/** False when the service was busy or out of reach, so that it counts as not asked. */
async function putBackOnce(putBack: () => Promise<Accepted>, signal: AbortSignal, isLast: boolean): Promise<boolean> {
  try {
    await (await putBack()).completed(signal);
    return true;
  } catch (error) {
    if (hasCode(error, 'AZURE_BUSY') || isPassing(error)) return false;
    if (isLast || !hasCode(error, 'AZURE_OPERATION_FAILED', 'AZURE_REQUEST_FAILED')) throw error;
    return true;
  }
}

async function calmly(look: () => Promise<Look>): Promise<Look | Error> {
  try {
    return await look();
  } catch (error) {
    if (isPassing(error)) return error as Error;
    throw error;
  }
}
