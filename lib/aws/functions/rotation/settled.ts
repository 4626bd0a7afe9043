/** ElastiCache changes users and groups in the background; until it is done neither may be changed again. */
import { ProblemError } from '../../../base/problem.ts';
import { waitUntil } from '../../../base/wait-until.ts';

export interface SettlePace {
  readonly everyMs: number;
  readonly timeoutMs: number;
}

/** Inside the function's own 15 minutes, with time left to say why. */
export const USUAL_PACE: SettlePace = { everyMs: 5_000, timeoutMs: 600_000 };

/** @throws ProblemError `ROTATION_NOT_SETTLED` with what was last seen */
export async function untilSettled(
  what: string,
  settled: string,
  status: () => Promise<string | undefined>,
  { everyMs, timeoutMs }: SettlePace,
): Promise<void> {
  let seen: string | undefined;
  try {
    await waitUntil({
      what: `${what} to be ${settled}`,
      everyMs,
      timeoutMs,
      probe: async () => {
        seen = await status();
        return seen === settled || undefined;
      },
    });
  } catch (error) {
    const message = `${what} should be "${settled}" and was "${seen ?? 'not told'}" for ${Math.round(timeoutMs / 1_000)} s. The rotation is tried again; look at its events if that lasts.`;
    throw new ProblemError({ code: 'ROTATION_NOT_SETTLED', message }, { cause: error });
  }
}
