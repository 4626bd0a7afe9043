import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Operation, OUTCOMES } from '../../lib/drill/history.ts';
import { judge } from '../../lib/drill/judge.ts';
import { drillResultSchema } from '../../lib/report/report.ts';
import { BUDGETS, client, history } from './histories.ts';

const anyOperation = fc
  .record({
    kind: fc.constantFrom('set' as const, 'incr' as const),
    shardIndex: fc.nat(1),
    intendedMs: fc.nat(20_000),
    lateMs: fc.nat(200),
    waitMs: fc.nat(20_000),
    outcome: fc.constantFrom(...OUTCOMES),
    applied: fc.nat(2),
  })
  .map(({ lateMs, waitMs, outcome, applied, ...rest }) => ({
    applied,
    operation: {
      ...rest,
      sequence: 0,
      outcome,
      sentMs: rest.intendedMs + lateMs,
      ...(outcome === 'unanswered' ? {} : { settledMs: rest.intendedMs + lateMs + waitMs }),
      ...(outcome === 'fail' || outcome === 'unknown' ? { errorIndex: 0 } : {}),
    } satisfies Operation,
  }));

const anyClient = fc.array(anyOperation, { maxLength: 200 }).map((rows) => {
  const own = rows.map(({ operation }, sequence) => ({ ...operation, sequence }));
  return client({ operations: own, ledger: rows.map(({ applied }, sequence) => ({ sequence, applied })) });
});

describe('whatever a client went through', () => {
  test('the result is one that the published schema accepts: no negative number, nothing missing', () => {
    fc.assert(
      fc.property(anyClient, (any) => {
        const result = judge(history({ clients: [any] }), BUDGETS);
        expect(drillResultSchema.safeParse(result).error).toBeUndefined();
      }),
    );
  });

  test('the counts add up', () => {
    fc.assert(
      fc.property(anyClient, (any) => {
        const [first] = judge(history({ clients: [any] }), BUDGETS).clients;
        for (const counts of [first?.operations, first?.idempotentWrites]) {
          if (counts === undefined) throw new Error('a client is missing');
          expect(counts.ok + counts.fail + counts.unknown + counts.unanswered).toBe(counts.attempted);
        }
        const errors = first?.errors.reduce((sum, { count }) => sum + count, 0);
        expect(errors).toBe((first?.operations.fail ?? 0) + (first?.operations.unknown ?? 0));
      }),
    );
  });

  test('the order in which operations are listed does not matter', () => {
    fc.assert(
      fc.property(anyClient, fc.infiniteStream(fc.nat()), (any, order) => {
        const keyed = any.operations.map((operation) => ({ operation, key: order.next().value as number }));
        const shuffled = keyed.sort((one, other) => one.key - other.key).map(({ operation }) => operation);
        const listed = judge(history({ clients: [any] }), BUDGETS);
        expect(judge(history({ clients: [{ ...any, operations: shuffled }] }), BUDGETS)).toEqual(listed);
      }),
    );
  });

  test('percentiles do not cross and no outage is longer than the longest of them', () => {
    fc.assert(
      fc.property(anyClient, (any) => {
        const [first] = judge(history({ clients: [any] }), BUDGETS).clients;
        const { p50, p99, p999, max } = first?.latencyMs ?? { p50: 0, p99: 0, p999: 0, max: 0 };
        expect([p50 ?? 0, p99 ?? 0, p999 ?? 0, max ?? 0]).toEqual(
          [p50 ?? 0, p99 ?? 0, p999 ?? 0, max ?? 0].sort((a, b) => a - b),
        );
        for (const outage of first?.outageMs.perShard ?? [])
          expect(outage ?? 0).toBeLessThanOrEqual(first?.outageMs.total ?? 0);
      }),
    );
  });
});
