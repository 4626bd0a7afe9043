import { describe, expect, test } from 'vitest';
import type { DrillHistory, Operation } from '../../lib/drill/history.ts';
import { judge } from '../../lib/drill/judge.ts';
import { drillResultSchema } from '../../lib/report/report.ts';
import {
  BUDGETS,
  busy,
  client,
  crash,
  FAULTS,
  history,
  ledgerOf,
  operations,
  sight,
  withoutLedger,
} from './histories.ts';

/** Codes of the first client's findings that are not passes. */
function complaints(recorded: DrillHistory): string[] {
  const [first] = judge(recorded, BUDGETS).clients;
  return (first?.findings ?? []).filter(({ verdict }) => verdict !== 'pass').map(({ code }) => code);
}

function verdict(recorded: DrillHistory): string {
  return judge(recorded, BUDGETS).verdict;
}

describe('a planned replacement', () => {
  test('passes when every shard moved and the client lost nothing and waited little', () => {
    const result = judge(history(), BUDGETS);
    expect(result.verdict).toBe('pass');
    expect(result.proof).toMatchObject({ faultHappened: true, loadRan: true, healthyBefore: true, healthyAfter: true });
    expect(result.promotionMs).toEqual({ max: 50, perFault: [50, 50] });
    expect(result.clients[0]).toMatchObject({
      verdict: 'pass',
      judged: true,
      operations: { attempted: 2_000, ok: 2_000, fail: 0, unknown: 0, unanswered: 0 },
      idempotentWrites: { attempted: 1_000, ok: 1_000 },
      outageMs: { total: 20, perShard: [20, 20] },
      recovered: true,
      lostAcknowledgedWrites: 0,
      writesAppliedTwice: 0,
      staleDialsAfterRecovery: 0,
    });
  });

  test('gives a result that the published schema accepts', () => {
    expect(drillResultSchema.safeParse(judge(history(), BUDGETS)).success).toBe(true);
  });

  test('fails when one answer is slower than its budget, counted from the intended send time', () => {
    const slow = (operation: Operation) =>
      operation.sequence === 300 ? { ...operation, sentMs: 3_405, settledMs: 3_401 } : operation;
    expect(complaints(history({ clients: [client({}, slow)] }))).toEqual(['SLOWEST_ANSWER']);
    expect(judge(history({ clients: [client({}, slow)] }), BUDGETS).clients[0]?.latencyMs.max).toBe(401);
  });

  test('fails when a write failed', () => {
    const failing = (operation: Operation): Operation =>
      operation.sequence === 300 ? { ...operation, outcome: 'fail', errorIndex: 0 } : operation;
    const failed = client({}, failing);
    const recorded = history({
      clients: [{ ...failed, ledger: ledgerOf(failed.operations, new Map([[300, 0]])) ?? [] }],
    });
    expect(complaints(recorded)).toEqual(['FAILED_WRITES']);
    expect(judge(recorded, BUDGETS).clients[0]?.errors).toEqual([{ error: 'ReplyError: CLUSTERDOWN', count: 1 }]);
  });

  test('fails when a write that was reported as failed had been applied', () => {
    const failing = (operation: Operation): Operation =>
      operation.sequence === 300 ? { ...operation, outcome: 'fail' } : operation;
    expect(complaints(history({ clients: [client({}, failing)] }))).toEqual(['FAILED_WRITES', 'FAILED_WRITES_APPLIED']);
  });

  test('fails when a SET is unknown, because a SET may be repeated', () => {
    const unknown = (operation: Operation): Operation =>
      operation.sequence === 300 ? { ...operation, outcome: 'unknown' } : operation;
    expect(complaints(history({ clients: [client({}, unknown)] }))).toEqual(['UNKNOWN_IDEMPOTENT_WRITES']);
  });

  test('passes when an INCR is unknown, because repeating it could count twice', () => {
    const unknown = (operation: Operation): Operation =>
      operation.sequence === 302 ? { ...operation, outcome: 'unknown' } : operation;
    const result = judge(history({ clients: [client({}, unknown)] }), BUDGETS);
    expect(result.verdict).toBe('pass');
    expect(result.clients[0]?.unknownWritesApplied).toBe(1);
  });

  test('fails when an acknowledged write is gone', () => {
    const ledger = ledgerOf(operations(), new Map([[300, 0]])) ?? [];
    expect(complaints(history({ clients: [client({ ledger })] }))).toEqual(['LOST_ACKNOWLEDGED_WRITES']);
  });

  test('fails when an INCR took effect twice', () => {
    const ledger = ledgerOf(operations(), new Map([[302, 2]])) ?? [];
    const recorded = history({ clients: [client({ ledger })] });
    expect(complaints(recorded)).toEqual(['WRITES_APPLIED_TWICE']);
    expect(judge(recorded, BUDGETS).clients[0]?.writesAppliedTwice).toBe(1);
  });

  test('fails as never recovered when a shard is silent until the end, and its outage lasts until then', () => {
    const silent = (operation: Operation): Operation => {
      if (operation.shardIndex !== 1 || operation.intendedMs < 5_100) return operation;
      const { settledMs: _settled, ...open } = operation;
      return { ...open, outcome: 'unanswered' };
    };
    const recorded = history({ clients: [client({}, silent)] });
    const [first] = judge(recorded, BUDGETS).clients;
    expect(complaints(recorded)).toEqual(['NOT_RECOVERED', 'SLOWEST_ANSWER', 'UNANSWERED_WRITES']);
    expect(first).toMatchObject({ recovered: false, excessOverPromotionMs: null });
    expect(first?.outageMs.perShard[0]).toBe(20);
    expect(first?.outageMs.perShard[1]).toBeCloseTo(22_000 - 5_092, 0);
    expect(first?.findings[0]?.message).toContain('16.9 s after the last fault (shard 2)');
  });

  test('fails as never recovered when a shard answers with errors to the end', () => {
    const broken = (operation: Operation): Operation =>
      operation.shardIndex === 1 && operation.intendedMs >= 5_100 ? { ...operation, outcome: 'unknown' } : operation;
    expect(complaints(history({ clients: [client({}, broken)] }))).toContain('NOT_RECOVERED');
  });

  test('names the shards that had not recovered, and not one whose long outage was over', () => {
    const changed = (operation: Operation): Operation => {
      const { shardIndex, intendedMs } = operation;
      const isOver = shardIndex === 0 && intendedMs >= 5_100 && intendedMs < 9_000;
      const isLast = shardIndex === 1 && intendedMs >= 19_900;
      return isOver || isLast ? { ...operation, outcome: 'unknown' } : operation;
    };
    const [first] = judge(history({ clients: [client({}, changed)] }), BUDGETS).clients;
    expect(first?.outageMs.perShard[0]).toBeGreaterThan(3_000);
    expect(first?.findings[0]?.message).toMatch(/^It had not recovered .* \(shard 2\); /);
  });

  test('fails when one write hangs for ever although its shard recovered', () => {
    const hanging = (operation: Operation): Operation => {
      if (operation.sequence !== 300) return operation;
      const { settledMs: _settled, ...open } = operation;
      return { ...open, outcome: 'unanswered' };
    };
    expect(complaints(history({ clients: [client({}, hanging)] }))).toEqual(['SLOWEST_ANSWER', 'UNANSWERED_WRITES']);
  });

  test('fails when a retired address is dialled later than the grace', () => {
    const dials = [
      { atMs: 4_000, host: '127.0.0.1', port: 8500 },
      { atMs: 9_000, host: '127.0.0.1', port: 8500 },
      { atMs: 10_500, host: '127.0.0.1', port: 8500 },
      { atMs: 19_000, host: '127.0.0.1', port: 8510 },
    ];
    const recorded = history({ clients: [client({ dials })] });
    expect(complaints(recorded)).toEqual(['STALE_DIALS']);
    expect(judge(recorded, BUDGETS).clients[0]?.staleDialsAfterRecovery).toBe(1);
  });

  test('is unknown about lost writes when the ledger is missing', () => {
    const recorded = history({ clients: [withoutLedger(client())] });
    expect(complaints(recorded)).toEqual(['LEDGER_MISSING']);
    expect(verdict(recorded)).toBe('unknown');
    expect(judge(recorded, BUDGETS).clients[0]?.lostAcknowledgedWrites).toBeNull();
  });

  test('is unknown about lost writes when the ledger has holes', () => {
    const ledger = (ledgerOf(operations(), new Map()) ?? []).slice(1);
    expect(complaints(history({ clients: [client({ ledger })] }))).toEqual(['LEDGER_MISSING']);
  });
});

describe('proof', () => {
  const failing = (operation: Operation): Operation =>
    operation.sequence === 300 ? { ...operation, outcome: 'unknown' } : operation;

  test('is missing when nothing was disturbed', () => {
    const result = judge(history({ faults: [] }), BUDGETS);
    expect(result).toMatchObject({ verdict: 'unknown', proof: { faultHappened: false, loadRan: true } });
  });

  test('is missing when nothing was promoted', () => {
    const [first, second] = FAULTS;
    const { promotedMs: _promoted, newPrimary: _new, ...unpromoted } = first as (typeof FAULTS)[number];
    const result = judge(history({ faults: [unpromoted, second as (typeof FAULTS)[number]] }), BUDGETS);
    expect(result).toMatchObject({
      verdict: 'unknown',
      proof: { faultHappened: false },
      promotionMs: { perFault: [null, 50] },
    });
  });

  test('is missing when the epoch did not rise', () => {
    const faults = FAULTS.map((fault) => ({ ...fault, newPrimary: { host: '127.0.0.1', port: 8510, epoch: 1 } }));
    expect(judge(history({ faults }), BUDGETS).proof.faultHappened).toBe(false);
  });

  test('needs no epoch where the server has none', () => {
    const faults = FAULTS.map((fault) => ({
      ...fault,
      oldPrimary: { ...fault.oldPrimary, epoch: 0 },
      newPrimary: { host: '127.0.0.1', port: 8510, epoch: 0 },
    }));
    expect(verdict(history({ faults }))).toBe('pass');
  });

  test('is missing when a node that should have been replaced is still there', () => {
    const recorded = history({ server: { before: sight([8500, 8501]), after: sight([8510, 8501]) } });
    expect(judge(recorded, BUDGETS)).toMatchObject({ verdict: 'unknown', proof: { faultHappened: false } });
  });

  test('is missing when the scenario could not be carried through', () => {
    const incomplete = 'a replica did not come into sync.';
    expect(judge(history({ incomplete }), BUDGETS)).toMatchObject({
      verdict: 'unknown',
      // What moved before it ended did move.
      proof: {
        faultHappened: true,
        gaps: [{ code: 'SCENARIO_INCOMPLETE', message: expect.stringContaining(incomplete) }],
      },
    });
  });

  test('is missing when none of the clients is judged, though all of them ran', () => {
    const result = judge(history({ clients: [client({ name: 'ioredis' })] }), BUDGETS);
    expect(result).toMatchObject({
      verdict: 'unknown',
      proof: { loadRan: true, gaps: [{ code: 'NO_JUDGED_CLIENT' }] },
    });
  });

  test('has no gap when nothing is missing', () => {
    expect(judge(history(), BUDGETS).proof.gaps).toEqual([]);
  });

  test('is missing when another drill was under way at the same time', () => {
    const recorded = history({ claim: [{ kind: 'taken', message: 'Another drill has put up its own sign.' }] });
    const { verdict: judged, proof } = judge(recorded, BUDGETS);
    expect(judged).toBe('unknown');
    expect(proof.evidence[0]).toBe('Another drill has put up its own sign.');
  });

  test.each(['lost', 'not-renewed'] as const)('is there when its sign was %s, which is told', (kind) => {
    const recorded = history({ claim: [{ kind, message: 'The sign was gone.' }] });
    const { verdict: judged, proof } = judge(recorded, BUDGETS);
    expect(judged).toBe('pass');
    expect(proof.evidence).toContain('The sign was gone.');
  });

  test('is missing when the generator was late', () => {
    const late = (operation: Operation) => ({
      ...operation,
      sentMs: operation.intendedMs + 260,
      settledMs: operation.intendedMs + 261,
    });
    const recorded = history({ clients: [client({}, late)] });
    expect(complaints(recorded)).toEqual(['GENERATOR_LATE']);
    expect(judge(recorded, BUDGETS)).toMatchObject({ verdict: 'unknown', proof: { loadRan: false } });
  });

  test('is missing when less than four fifths of the schedule was sent', () => {
    const recorded = history({ clients: [client({ operations: operations().slice(0, 1_500) })] });
    expect(complaints(recorded)).toEqual(['LOAD_TOO_SMALL']);
    expect(verdict(recorded)).toBe('unknown');
  });

  test('is missing when a shard was sent too few operations to judge by, and the rate that gives enough is named', () => {
    const few = operations()
      .filter(({ sequence }) => sequence % 99 === 0)
      .map((operation, index) => ({ ...operation, sequence: index }));
    const recorded = history({ clients: [client({ operations: few })], ratePerSecond: 1 });
    expect(complaints(recorded)).toEqual(['TOO_FEW_OPERATIONS']);
    expect(judge(recorded, BUDGETS)).toMatchObject({ verdict: 'unknown', proof: { loadRan: false } });
    expect(judge(recorded, BUDGETS).proof.evidence.join()).toContain(
      'sent 10 operations to one of its shards, too few to judge by: at least 20 are needed. Give --rate 3 or more',
    );
  });

  test('is missing when the judged client’s process broke', () => {
    const recorded = history({ clients: [client({ broken: 'its process ended (SIGSEGV)' })] });
    expect(complaints(recorded)).toEqual(['CLIENT_PROCESS_BROKEN']);
    expect(verdict(recorded)).toBe('unknown');
  });

  test('is missing when only clients take part that are not judged', () => {
    expect(verdict(history({ clients: [client({ name: 'ioredis' })] }))).toBe('unknown');
  });

  test('is missing when the servers were not asked, not healthy before, or not healthy after', () => {
    const { server: _server, ...unasked } = history();
    expect(judge(unasked, BUDGETS)).toMatchObject({
      verdict: 'unknown',
      proof: { healthyBefore: false, healthyAfter: false },
    });
    const before = { before: sight([8500, 8501], 10_000), after: sight([8510, 8511]) };
    expect(judge(history({ server: before }), BUDGETS)).toMatchObject({
      verdict: 'unknown',
      proof: { healthyBefore: false },
    });
    const after = { before: sight([8500, 8501]), after: sight([8510, 8511], 10_000) };
    expect(judge(history({ server: after }), BUDGETS)).toMatchObject({
      verdict: 'unknown',
      proof: { healthyAfter: false },
    });
  });

  test('that is missing outweighs a failing figure, because the figure proves nothing', () => {
    expect(verdict(history({ faults: [], clients: [client({}, failing)] }))).toBe('unknown');
  });

  test('a naive client that fails or breaks does not decide', () => {
    const naive = { ...client({}, failing), name: 'ioredis' as const };
    const broken = client({ name: 'node-redis', broken: 'its process ended' });
    const result = judge(history({ clients: [client(), naive, broken] }), BUDGETS);
    expect(result.verdict).toBe('pass');
    expect(result.clients.map((each) => each.verdict)).toEqual(['pass', 'fail', 'unknown']);
    expect(result.clients.map(({ judged }) => judged)).toEqual([true, false, false]);
  });
});

describe('a crash', () => {
  test('passes when the client adds little to the promotion', () => {
    const result = judge(crash(6_600), BUDGETS);
    expect(result.verdict).toBe('pass');
    expect(result.clients[0]?.excessOverPromotionMs).toBeCloseTo(118, 0);
    expect(result.clients[0]?.outageMs.perShard[1]).toBe(20);
  });

  test('fails when the client adds more than its budget', () => {
    expect(complaints(crash(7_000))).toEqual(['EXCESS_OVER_PROMOTION']);
  });

  test('has no budget for the slowest answer, which is the servers’ own election', () => {
    expect(complaints(crash(6_600))).toEqual([]);
  });

  test('does not hold lost acknowledged writes against the client', () => {
    const recorded = crash(6_600);
    const [first] = recorded.clients as [DrillHistory['clients'][number]];
    const ledger = ledgerOf(first.operations, new Map([[298, 0]])) ?? [];
    const result = judge({ ...recorded, clients: [{ ...first, ledger }] }, BUDGETS);
    expect(result.verdict).toBe('pass');
    expect(result.clients[0]?.lostAcknowledgedWrites).toBe(1);
  });
});

describe('a busy primary', () => {
  test('passes when the client waits and drops nothing', () => {
    expect(judge(busy(), BUDGETS)).toMatchObject({ verdict: 'pass', promotionMs: { max: null } });
  });

  test('is unknown when the server was not really busy', () => {
    expect(judge(busy({}, 1_000), BUDGETS)).toMatchObject({ verdict: 'unknown', proof: { faultHappened: false } });
  });

  test('is unknown when nothing was kept busy', () => {
    expect(judge(busy({ faults: [] }), BUDGETS)).toMatchObject({ verdict: 'unknown', proof: { faultHappened: false } });
  });

  test('is unknown when the servers took it for dead and failed over', () => {
    const recorded = busy();
    expect(verdict({ ...recorded, faults: recorded.faults.map((fault) => ({ ...fault, promotedMs: 4_900 })) })).toBe(
      'unknown',
    );
  });

  test('fails when a healthy connection was cut, which leaves INCRs unknown', () => {
    const recorded = busy();
    const [first] = recorded.clients as [DrillHistory['clients'][number]];
    const cut = first.operations.map(
      (operation): Operation =>
        operation.kind === 'incr' &&
        operation.shardIndex === 0 &&
        operation.intendedMs > 3_000 &&
        operation.intendedMs < 3_300
          ? { ...operation, settledMs: 3_350, outcome: 'unknown' }
          : operation,
    );
    expect(complaints({ ...recorded, clients: [{ ...first, operations: cut }] })).toEqual(['CONNECTION_DROPPED']);
  });
});
