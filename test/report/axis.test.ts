import { expect, test } from 'vitest';
import type { TimelineEvent } from '../../lib/drill/history.ts';
import { percent, pinsOf, tickText, timeTicks } from '../../lib/report/html/axis.ts';

function event(atMs: number, kind: TimelineEvent['kind'] = 'fault'): TimelineEvent {
  return { atMs, kind, text: `at ${atMs}` };
}

test('events that would stand on top of one another share a pin with the loudest sign', () => {
  const pins = pinsOf(
    [event(0, 'phase'), event(3_000, 'note'), event(3_020), event(3_040, 'promotion'), event(9_000, 'heal')],
    20_000,
  );
  expect(pins.map(({ label, kind }) => `${label} ${kind}`)).toEqual(['1 phase', '2-4 fault', '5 heal']);
});

test('events that are far enough apart have pins of their own', () => {
  expect(pinsOf([event(1_000), event(5_000)], 20_000).map((pin) => pin.label)).toEqual(['1', '2']);
});

test('ticks stand at round times from zero to the end, about ten of them', () => {
  expect(timeTicks(20_000)).toEqual([0, 2_000, 4_000, 6_000, 8_000, 10_000, 12_000, 14_000, 16_000, 18_000, 20_000]);
  for (const durationMs of [700, 4_000, 90_000, 1_000_000])
    expect(timeTicks(durationMs).length).toBeLessThanOrEqual(13);
});

test('times are written as a person says them', () => {
  expect([500, 2_000, 90_000, 150_000].map(tickText)).toEqual(['0.5 s', '2 s', '90 s', '2.5 min']);
});

test('nothing is drawn outside the picture', () => {
  expect([percent(-5, 100), percent(33.333, 100), percent(500, 100)]).toEqual([0, 33.33, 100]);
});
