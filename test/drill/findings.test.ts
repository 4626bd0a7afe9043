/** Every code of a client's findings, once where it is content and once where it complains. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ClientHistory, DrillHistory, Operation, Outcome } from '../../lib/drill/history.ts';
import { judge } from '../../lib/drill/judge.ts';
import type { ClientResult } from '../../lib/report/report.ts';
import { BUDGETS, busy, client, crash, history, ledgerOf, operations, withoutLedger } from './histories.ts';

/** Of shard 1, long after the replacement: a SET, and an INCR. */
const A_SET = 1_000;
const AN_INCR = 1_002;

function one(sequence: number, change: Partial<Operation>): (operation: Operation) => Operation {
  return (operation) => (operation.sequence === sequence ? { ...operation, ...change } : operation);
}

function ended(sequence: number, outcome: Outcome, applied: number): ClientHistory {
  const own = operations(one(sequence, { outcome }));
  const settled = own.map(({ settledMs, ...rest }) =>
    rest.outcome === 'unanswered' || settledMs === undefined ? rest : { ...rest, settledMs },
  );
  return client({ operations: settled, ledger: ledgerOf(settled, new Map([[sequence, applied]])) ?? [] });
}

function planned(own: ClientHistory): DrillHistory {
  return history({ clients: [own] });
}

function applied(sequence: number, times: number): DrillHistory {
  return planned(client({ ledger: ledgerOf(operations(), new Map([[sequence, times]])) ?? [] }));
}

function dialled(atMs: number): DrillHistory {
  return planned(client({ dials: [{ atMs, host: '127.0.0.1', port: 8500 }] }));
}

function unpromoted(recorded: DrillHistory): DrillHistory {
  const faults = recorded.faults.map(({ promotedMs: _promoted, newPrimary: _new, ...fault }) => fault);
  return { ...recorded, faults };
}

function answeredAfter(waitMs: number): DrillHistory {
  return planned(client({}, one(A_SET, { settledMs: (A_SET * 1_000) / 100 + waitMs })));
}

function busyWith(outcome: Outcome): DrillHistory {
  const recorded = busy();
  const [own] = recorded.clients as [ClientHistory];
  return { ...recorded, clients: [{ ...own, operations: own.operations.map(one(302, { outcome })) }] };
}

function silentFrom(atMs: number): DrillHistory {
  return planned(
    client({}, (operation) => (operation.intendedMs < atMs ? operation : { ...operation, outcome: 'fail' })),
  );
}

function late(byMs: number): DrillHistory {
  const bend = ({ settledMs = 0, ...operation }: Operation) => ({
    ...operation,
    sentMs: operation.intendedMs + byMs,
    settledMs: settledMs + byMs,
  });
  return planned(client({}, bend));
}

/** Two operations a second: 20 for each of the two shards, or fewer for the second. */
function sparse(ofSecondShard: number): DrillHistory {
  const kept = operations()
    .slice(0, 40)
    .filter(({ sequence }) => sequence % 2 === 0 || sequence < 2 * ofSecondShard)
    .map(({ sequence, ...operation }) => {
      const intendedMs = sequence * 500;
      return { ...operation, sequence, intendedMs, sentMs: intendedMs + 0.5, settledMs: intendedMs + 2 };
    });
  return { ...planned(client({ operations: kept })), ratePerSecond: 2 };
}

/** The load ended a second after the last fault, and the last thing it saw was one of its errors. */
function endedSoon(): DrillHistory {
  const recorded = planned(client({}));
  const last = Math.max(...recorded.events.filter(({ kind }) => kind !== 'phase').map(({ atMs }) => atMs));
  const loadEndedMs = last + 1_000;
  const [own] = recorded.clients as [ClientHistory];
  const kept = own.operations
    .filter(({ intendedMs }) => intendedMs < loadEndedMs)
    .map(
      (operation): Operation =>
        operation.intendedMs > last && operation.intendedMs < last + 200
          ? { ...operation, outcome: 'unknown' }
          : operation,
    );
  return { ...recorded, loadEndedMs, clients: [{ ...own, operations: kept }] };
}

interface Row {
  readonly content: DrillHistory;
  readonly complaining: DrillHistory;
  /** Default: `fail`. */
  readonly as?: 'fail' | 'unknown';
  /** What stands in its place where it is content; default: itself, as a pass. Null: nothing. */
  readonly otherwise?: string | null;
}

const ROWS: Readonly<Record<string, Row>> = {
  NOT_RECOVERED: { content: history(), complaining: silentFrom(19_000), otherwise: 'RECOVERED' },
  WATCHED_TOO_SHORT: {
    content: history(),
    complaining: endedSoon(),
    as: 'unknown',
    otherwise: 'RECOVERED',
  },
  SLOWEST_ANSWER: { content: answeredAfter(400), complaining: answeredAfter(401) },
  EXCESS_OVER_PROMOTION: { content: crash(6_780), complaining: crash(6_900) },
  EXCESS_UNKNOWN: {
    content: crash(6_600),
    complaining: unpromoted(crash(6_600)),
    as: 'unknown',
    otherwise: 'EXCESS_OVER_PROMOTION',
  },
  FAILED_WRITES: { content: planned(ended(AN_INCR, 'unknown', 0)), complaining: planned(ended(AN_INCR, 'fail', 0)) },
  UNKNOWN_IDEMPOTENT_WRITES: {
    content: planned(ended(AN_INCR, 'unknown', 1)),
    complaining: planned(ended(A_SET, 'unknown', 1)),
  },
  UNANSWERED_WRITES: {
    content: planned(ended(AN_INCR, 'unknown', 1)),
    complaining: planned(ended(AN_INCR, 'unanswered', 1)),
  },
  CONNECTION_DROPPED: { content: busyWith('ok'), complaining: busyWith('unknown') },
  LEDGER_MISSING: {
    content: history(),
    complaining: planned(withoutLedger(client())),
    as: 'unknown',
    otherwise: null,
  },
  LOST_ACKNOWLEDGED_WRITES: { content: planned(ended(AN_INCR, 'unknown', 0)), complaining: applied(AN_INCR, 0) },
  WRITES_APPLIED_TWICE: { content: applied(AN_INCR, 1), complaining: applied(AN_INCR, 2) },
  FAILED_WRITES_APPLIED: {
    content: planned(ended(AN_INCR, 'fail', 0)),
    complaining: planned(ended(AN_INCR, 'fail', 1)),
  },
  STALE_DIALS: { content: dialled(8_000), complaining: dialled(19_000) },
  CLIENT_PROCESS_BROKEN: {
    content: history(),
    complaining: planned(client({ broken: 'its process ended (SIGKILL)' })),
    as: 'unknown',
    otherwise: null,
  },
  LOAD_TOO_SMALL: {
    content: planned(client({ operations: operations().slice(0, 1_600) })),
    complaining: planned(client({ operations: operations().slice(0, 1_599) })),
    as: 'unknown',
    otherwise: null,
  },
  TOO_FEW_OPERATIONS: { content: sparse(20), complaining: sparse(19), as: 'unknown', otherwise: null },
  GENERATOR_LATE: { content: late(249), complaining: late(252), as: 'unknown', otherwise: null },
};

function onlyClient(recorded: DrillHistory): ClientResult {
  const [first] = judge(recorded, BUDGETS).clients;
  if (first === undefined) throw new Error('This history has no client.');
  return first;
}

function verdictsOf(code: string, recorded: DrillHistory): string[] {
  return onlyClient(recorded).findings.flatMap((finding) => (finding.code === code ? [finding.verdict] : []));
}

test.each(Object.entries(ROWS))('%s is content and complains', (code, row) => {
  const { content, complaining, as = 'fail', otherwise = code } = row;
  if (otherwise !== null) expect(verdictsOf(otherwise, content)).toEqual(['pass']);
  if (otherwise !== code) expect(verdictsOf(code, content)).toEqual([]);
  expect(verdictsOf(code, complaining)).toEqual([as]);
  expect(onlyClient(complaining).verdict === 'pass').toBe(false);
});

test('every code that the judge can give has a row', () => {
  const sources = ['findings.ts', 'load.ts'].map((name) =>
    readFileSync(new URL(`../../lib/drill/judge/${name}`, import.meta.url), 'utf8'),
  );
  const named = sources.flatMap((text) => [...text.matchAll(/'([A-Z]+(?:_[A-Z]+)*)'/g)].map(([, word]) => word));
  const commands = new Set<string | undefined>(['SET', 'INCR']);
  const codes = new Set(named.filter((word) => !commands.has(word)));
  const covered = new Set(Object.entries(ROWS).flatMap(([code, { otherwise }]) => [code, otherwise ?? code]));
  expect([...codes].sort()).toEqual([...covered].sort());
});

function ending(outcome: 'fail' | 'unknown', fromMs: number, toMs: number): DrillHistory {
  return planned(
    client({}, (operation) =>
      operation.intendedMs >= fromMs && operation.intendedMs < toMs ? { ...operation, outcome } : operation,
    ),
  );
}

const failing = (fromMs: number, toMs: number) => ending('fail', fromMs, toMs);

const THERE = { what: 'there', requestedMs: 4_000, completedMs: 6_000 };

/** As if the cloud had been asked for two things, from 4 s to 6 s and from 6.1 s until then. */
function judged(
  recorded: DrillHistory,
  scenario: DrillHistory['scenario'],
  completedMs?: number,
  wanted = 'FAILED_WRITES',
  operations: NonNullable<DrillHistory['operations']> = [
    THERE,
    { what: 'and back', requestedMs: 6_100, ...(completedMs === undefined ? {} : { completedMs }) },
  ],
) {
  const { oldNode: _oldNode, order: _order, ...base } = recorded;
  const result = onlyClient({ ...base, scenario, faults: [], operations });
  return result.findings.find(({ code }) => code === wanted);
}

test('a database that is linked again cannot be used meanwhile; while it is unlinked it can, and what fails then counts', () => {
  expect(judged(failing(6_200, 7_800), 'geo-unlink', 8_000)).toMatchObject({
    verdict: 'pass',
    message:
      '160 writes failed, 160 of them while none was accepted by design, which is not held against the client; 0 allowed.',
  });
  expect(judged(failing(4_500, 4_600), 'geo-unlink', 8_000)?.verdict).toBe('fail');
  expect(judged(failing(6_020, 6_040), 'geo-unlink', 8_000)?.verdict).toBe('fail');
  expect(judged(failing(8_010, 8_020), 'geo-unlink', 8_000)?.verdict).toBe('fail');
  // The link was never asked for.
  expect(judged(failing(4_500, 4_600), 'geo-unlink', 8_000, 'FAILED_WRITES', [THERE])?.verdict).toBe('fail');
});

test('nobody knows of the writes on their way to a database that is linked again; a region that refuses them has said so', () => {
  const code = 'UNKNOWN_IDEMPOTENT_WRITES';
  expect(judged(ending('unknown', 6_200, 7_800), 'geo-unlink', 8_000, code)).toMatchObject({
    verdict: 'pass',
    message: expect.stringMatching(
      /^80 SETs ended .*whether they were applied, 80 of them while none was accepted by design/,
    ),
  });
  expect(judged(ending('unknown', 4_500, 4_600), 'geo-unlink', 8_000, code)?.verdict).toBe('fail');
  expect(judged(ending('unknown', 6_200, 7_800), 'global-failover', 8_000, code)?.verdict).toBe('fail');
});

test('writes that fail while none is accepted by design are told, and only those before and after are counted', () => {
  const during = failing(4_500, 7_500);
  expect(judged(during, 'global-failover', 8_000)).toMatchObject({
    verdict: 'pass',
    message:
      '300 writes failed, 300 of them while none was accepted by design, which is not held against the client; 0 allowed.',
  });
  expect(judged(during, 'global-disassociate', 8_000)).toMatchObject({
    verdict: 'fail',
    message: '300 writes failed; 0 allowed.',
  });
  expect(judged(failing(3_000, 3_010), 'global-failover', 8_000)?.verdict).toBe('fail');
  expect(judged(failing(8_010, 8_020), 'global-failover', 8_000)?.verdict).toBe('fail');
  // It never ended, so there is no afterwards; that is for the proof to complain of.
  expect(judged(failing(8_010, 8_020), 'global-failover')?.verdict).toBe('pass');
});

test('lost acknowledged writes count where nothing moved and where the operator moved it, not in an unplanned failover', () => {
  const lost = (recorded: DrillHistory): DrillHistory => {
    const [own] = recorded.clients as [ClientHistory];
    const ledger = ledgerOf(own.operations, new Map([[AN_INCR, 0]])) ?? [];
    return { ...recorded, clients: [{ ...own, ledger }] };
  };
  const scenarios = {
    planned: history(),
    busy: busy(),
    crash: crash(6_600),
    freeze: { ...crash(6_600), scenario: 'freeze-primary' as const },
  };
  const verdicts = Object.entries(scenarios).map(([name, recorded]) => [
    name,
    ...verdictsOf('LOST_ACKNOWLEDGED_WRITES', lost(recorded)),
  ]);
  expect(verdicts).toEqual([
    ['planned', 'fail'],
    ['busy', 'fail'],
    ['crash', 'pass'],
    ['freeze', 'pass'],
  ]);
});
