import { expect, test } from 'vitest';
import { LeavingPause } from '../../lib/client/leaving-pause.ts';

/** When a server that always refuses is left, asked every millisecond. */
function leavings(random: () => number, untilMs: number): number[] {
  const pause = new LeavingPause(random);
  const left: number[] = [];
  for (let now = 0; now < untilMs; now += 1) {
    if (!pause.isOver(now)) continue;
    pause.begin(now);
    left.push(now);
  }
  return left;
}

test('the first refusal is followed at once, and the pauses after it grow to a second', () => {
  expect(leavings(() => 0, 4_000)).toEqual([0, 100, 300, 700, 1_500, 2_500, 3_500]);
});

test('an endpoint that always refuses is left at most twice a second in the long run, whatever the jitter', () => {
  expect(leavings(() => 1, 60_000).length).toBeLessThanOrEqual(2 * 60 + 4);
});

test('two clients that lost the same primary do not come back together', () => {
  expect(leavings(() => 0.2, 1_000)).not.toEqual(leavings(() => 0.7, 1_000));
});

test('a failover long after the last one is left fast again', () => {
  const pause = new LeavingPause(() => 0);
  for (const now of [0, 100, 300, 700, 1_500]) pause.begin(now);
  pause.begin(600_000);
  expect(pause.isOver(600_099)).toBe(false);
  expect(pause.isOver(600_100)).toBe(true);
});
