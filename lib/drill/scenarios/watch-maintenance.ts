/**
 * Nothing is disturbed: the clients work through a window in which the provider maintains, and what happens is reported. Azure
 * gives no notice and has no API that would trigger a maintenance, so this is how a real one is measured there.
 */
import { sleep } from '../../base/wait-until.ts';
import type { Scenario } from '../scenario.ts';

const USUAL_WINDOW_MS = 3_600_000;

export const watchMaintenance: Scenario = {
  name: 'watch-maintenance',
  story: 'Nothing is disturbed: the clients work through a maintenance window, and what the provider does is reported.',
  planned: true,
  proof: 'something-happened',
  heeds: [],
  refusals: () => [],
  disturb: async ({ options, event, signal, seenEnough }) => {
    const windowMs = options.windowMs ?? USUAL_WINDOW_MS;
    event('phase', `waiting for a maintenance, for ${Math.round(windowMs / 1_000)} s`);
    await sleep(windowMs, AbortSignal.any([signal, seenEnough])).catch(() => signal.throwIfAborted());
  },
};
