/** ElastiCache changes users and groups in the background; until it is done neither may be changed again. */
import { ProblemError } from '../../../base/problem.ts';
import { sleep } from '../../../base/wait-until.ts';

export interface SettlePace {
  readonly everyMs: number;
  /** Of `performance.now()`: one end for all waits of a step, so that there is time left to say why. */
  readonly endsAt: number;
}

/** Said when too much is asked; everything else that the service says is its answer. */
const PASSING = /Throttl|TooManyRequests|RequestLimitExceeded|ServiceUnavailable|InternalFailure/;

/** @throws ProblemError `ROTATION_NOT_SETTLED` with what was last seen; what the service says against being asked */
export async function untilSettled(
  what: string,
  settled: string,
  status: () => Promise<string | undefined>,
  { everyMs, endsAt }: SettlePace,
): Promise<void> {
  const beganAt = performance.now();
  for (let seen = 'not told'; ; ) {
    try {
      seen = (await status()) ?? 'not told';
    } catch (error) {
      if (!PASSING.test((error as Error).name)) throw error;
      seen = (error as Error).name;
    }
    if (seen === settled) return;
    if (performance.now() >= endsAt) throw notSettled(what, settled, seen, performance.now() - beganAt);
    await sleep(everyMs);
  }
}

function notSettled(what: string, settled: string, seen: string, afterMs: number): ProblemError {
  const message = `${what} should be "${settled}" and was "${seen}" after ${Math.round(afterMs / 1_000)} s. The rotation is tried again; look at its events if that lasts.`;
  return new ProblemError({ code: 'ROTATION_NOT_SETTLED', message });
}
