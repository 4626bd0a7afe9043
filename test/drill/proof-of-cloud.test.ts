import { describe, expect, test } from 'vitest';
import type { DrillHistory, OperationRecord } from '../../lib/drill/history.ts';
import { historyToText, parseHistory } from '../../lib/drill/history-file.ts';
import { judge } from '../../lib/drill/judge.ts';
import { BUDGETS, client, FAULTS, history, sight } from './histories.ts';

const SCALED: OperationRecord = {
  what: 'scale to Balanced_B10',
  requestedMs: 3_000,
  completedMs: 6_000,
  evidence: 'the cluster is Running with Balanced_B10',
};
/** Connected at the start, for commands and to watch, and again after the operation. */
const DIALS = [100, 200, 3_200].map((atMs) => ({ atMs, host: '127.0.0.1', port: 8_500 }));

/** A drill by one cloud operation that went well, bent. */
function operated(scenario: DrillHistory['scenario'], change: Partial<DrillHistory> = {}): DrillHistory {
  const { oldNode: _oldNode, order: _order, ...base } = history();
  return { ...base, scenario, faults: [], operations: [SCALED], clients: [client({ dials: DIALS })], ...change };
}

function gaps(recorded: DrillHistory): string {
  const { verdict, proof } = judge(recorded, BUDGETS);
  return `${verdict}: ${proof.faultHappened ? '' : proof.evidence[0]}`;
}

function unfinished(): OperationRecord {
  const { completedMs: _completed, evidence: _evidence, ...rest } = SCALED;
  return rest;
}

describe.each(['sku-round-trip', 'geo-unlink', 'version-upgrade'] as const)('%s', (scenario) => {
  test('is believed when the cloud says that everything it was asked for is complete', () => {
    const result = judge(operated(scenario), BUDGETS);
    expect(result.verdict).toBe('pass');
    expect(result.proof.evidence[0]).toBe(
      'scale to Balanced_B10: complete after 3.00 s (the cluster is Running with Balanced_B10).',
    );
  });

  test('is unknown when the cloud never said so', () => {
    expect(gaps(operated(scenario, { operations: [SCALED, unfinished()] }))).toMatch(
      /^unknown: .*did not say that it was/,
    );
  });

  test('is unknown when nothing was asked for', () => {
    const { operations: _operations, ...rest } = operated(scenario);
    expect(gaps(rest)).toMatch(/^unknown: The cloud was not asked/);
  });
});

test('sku-round-trip is unknown when an address of before is still there, where addresses can be seen', () => {
  const server = { before: sight([8500, 8501]), after: sight([8500, 8511]) };
  expect(gaps(operated('sku-round-trip', { server }))).toMatch(/^unknown: 127.0.0.1:8500 should have been replaced/);
});

test('sku-round-trip behind an endpoint that hides its servers is believed by the word of the cloud', () => {
  const hidden = { atMs: 0, slotsCovered: 16_384, nodes: [] };
  expect(gaps(operated('sku-round-trip', { server: { before: hidden, after: hidden } }))).toBe('pass: ');
});

describe('access-key-toggle', () => {
  test('is believed when the client had to connect again', () => {
    expect(gaps(operated('access-key-toggle'))).toBe('pass: ');
  });

  test('is unknown when one of the addresses was never dialled again', () => {
    const partly = client({ dials: [...DIALS, { atMs: 100, host: '127.0.0.1', port: 8_501 }] });
    expect(gaps(operated('access-key-toggle', { clients: [partly] }))).toMatch(/not connect again to 127.0.0.1:8501/);
  });

  test('is unknown when no connection of the client was dropped', () => {
    const calm = client({ dials: [{ atMs: 100, host: '127.0.0.1', port: 8_500 }] });
    expect(gaps(operated('access-key-toggle', { clients: [calm] }))).toMatch(
      /^unknown: redoubt did not connect again to/,
    );
  });

  test('fails the client that loses a write by it', () => {
    const own = client({ dials: DIALS });
    const lost = {
      ...own,
      ledger: own.ledger?.map((entry, index) => (index === 5 ? { ...entry, applied: 0 } : entry)),
    };
    expect(judge(operated('access-key-toggle', { clients: [lost as typeof own] }), BUDGETS).verdict).toBe('fail');
  });
});

describe('watch-maintenance', () => {
  const watched = (change: Partial<DrillHistory>) =>
    operated('watch-maintenance', { operations: [], retiredAddresses: [], clients: [client()], ...change });

  test.each([
    ['a role that moved', { faults: FAULTS }],
    ['an address that went', { retiredAddresses: [{ host: '127.0.0.1', port: 8_500, retiredMs: 3_000 }] }],
    ['a connection that was lost', { clients: [client({ dials: DIALS })] }],
  ] as const)('is believed for %s', (_what, change) => {
    expect(gaps(watched(change))).toBe('pass: ');
  });

  test('is unknown when nothing happened, however well the client did', () => {
    expect(gaps(watched({}))).toMatch(/^unknown: Nothing happened while it was watched/);
  });

  test('counts no first connection, however late it is made', () => {
    const start = client({ dials: [{ atMs: 9_000, host: '127.0.0.1', port: 8_500 }] });
    expect(gaps(watched({ clients: [start] }))).toMatch(/^unknown/);
  });
});

test('test-failover is unknown when no role moved, whatever the cloud says', () => {
  const { promotedMs: _promoted, newPrimary: _new, ...unmoved } = FAULTS[0] as (typeof FAULTS)[number];
  expect(gaps(operated('test-failover', { faults: [unmoved] }))).toMatch(/^unknown: Shard 1: no majority/);
});

test('a history with operations survives its file', () => {
  const recorded = operated('sku-round-trip', { operations: [SCALED, unfinished()] });
  expect(parseHistory(JSON.parse(historyToText(recorded)))).toEqual({ history: recorded });
});
