import { describe, expect, test } from 'vitest';
import type { ClientHistory, DrillHistory, Operation } from '../../lib/drill/history.ts';
import { bucketMsFor, LATE_MS, seriesOf } from '../../lib/report/html/series.ts';
import { silentHistory } from './fixture.ts';

const history: DrillHistory = { ...silentHistory(), shardCount: 2, loadEndedMs: 900, drainMs: 100 };

function client(operations: readonly Partial<Operation>[]): ClientHistory {
  return {
    name: 'redoubt',
    description: '',
    errors: [],
    dials: [],
    operations: operations.map((operation, sequence) => ({
      sequence,
      kind: 'set',
      shardIndex: 0,
      intendedMs: 0,
      sentMs: 0,
      outcome: 'ok',
      ...operation,
    })),
  };
}

describe('a series', () => {
  test('counts a write where it was meant to be sent, not where it was given up', () => {
    const { buckets } = seriesOf(client([{ intendedMs: 120, settledMs: 890, outcome: 'fail' }]), history);
    expect(buckets.map((bucket) => bucket.counts.fail)).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test('tells late answers from those in time', () => {
    const { buckets } = seriesOf(client([{ settledMs: LATE_MS - 1 }, { settledMs: LATE_MS }]), history);
    expect(buckets[0]?.counts).toMatchObject({ ok: 1, late: 1 });
    expect(buckets[0]?.slowestMs).toBe(LATE_MS);
  });

  test('gives a shard the worst that happened to it, and nothing where it had no write', () => {
    const { buckets } = seriesOf(client([{ settledMs: 1 }, { outcome: 'unanswered' }, { outcome: 'fail' }]), history);
    expect(buckets[0]?.perShard).toEqual(['unanswered', null]);
  });

  test('has no slowest answer where nothing was answered', () => {
    const { buckets } = seriesOf(client([{ outcome: 'unanswered' }]), history);
    expect(buckets[0]).toMatchObject({ slowestMs: null, medianMs: null });
  });

  test('keeps a write from beyond its span in the last one', () => {
    const { buckets } = seriesOf(client([{ intendedMs: 5_000, settledMs: 5_001 }]), history);
    expect(buckets.at(-1)?.counts.ok).toBe(1);
  });

  test('loses no operation', () => {
    const whole = silentHistory();
    for (const one of whole.clients) {
      const sum = seriesOf(one, whole)
        .buckets.flatMap(({ counts }) => Object.values(counts))
        .reduce((all, count) => all + count, 0);
      expect(sum).toBe(one.operations.length);
    }
  });
});

test('the columns stay few enough to be seen, however long the drill was', () => {
  for (const durationMs of [1, 5_000, 20_000, 60_000, 600_000, 3_600_000]) {
    expect(durationMs / bucketMsFor(durationMs)).toBeLessThanOrEqual(200);
  }
  expect(bucketMsFor(20_000)).toBe(100);
});
