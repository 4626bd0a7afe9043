/**
 * Histories written by hand. The base is a planned replacement of two shards that went well for one `redoubt` client;
 * each test bends one thing.
 */

import type { ClientHistory, DrillHistory, FaultRecord, Operation, ServerSight } from '../../lib/drill/history.ts';
import { budgetsSchema } from '../../lib/topology/deployment.ts';

export const BUDGETS = budgetsSchema.parse({ slowestAnswerMs: 400 });

const RATE = 100;
const LOAD_ENDED_MS = 20_000;
const SHARDS = 2;

type Bend = (operation: Operation) => Operation;

export function operations(bend: Bend = (operation) => operation): Operation[] {
  return Array.from({ length: (LOAD_ENDED_MS / 1_000) * RATE }, (_, sequence) => {
    const intendedMs = sequence * (1_000 / RATE);
    return bend({
      sequence,
      kind: Math.floor(sequence / SHARDS) % 2 === 0 ? 'set' : 'incr',
      shardIndex: sequence % SHARDS,
      intendedMs,
      sentMs: intendedMs + 0.5,
      settledMs: intendedMs + 2,
      outcome: 'ok',
    });
  });
}

export function client(change: Partial<ClientHistory> = {}, bend?: Bend): ClientHistory {
  const own = change.operations ?? operations(bend);
  return {
    name: 'redoubt',
    description: 'by hand',
    operations: own,
    errors: ['ReplyError: CLUSTERDOWN'],
    dials: [],
    ledger: own.map(({ sequence }) => ({ sequence, applied: 1 })),
    ...change,
  };
}

export function withoutLedger(from: ClientHistory): ClientHistory {
  const { ledger: _ledger, ...rest } = from;
  return rest;
}

/** The ledger with these counts instead of 1. */
export function ledgerOf(own: readonly Operation[], applied: ReadonlyMap<number, number>): ClientHistory['ledger'] {
  return own.map(({ sequence }) => ({ sequence, applied: applied.get(sequence) ?? 1 }));
}

export const FAULTS: readonly FaultRecord[] = [
  {
    shardIndex: 0,
    injectedMs: 3_000,
    promotedMs: 3_050,
    oldNodeGoneMs: 3_100,
    oldPrimary: { host: '127.0.0.1', port: 8500, epoch: 1 },
    newPrimary: { host: '127.0.0.1', port: 8510, epoch: 3 },
  },
  {
    shardIndex: 1,
    injectedMs: 5_000,
    promotedMs: 5_050,
    oldNodeGoneMs: 5_100,
    oldPrimary: { host: '127.0.0.1', port: 8501, epoch: 2 },
    newPrimary: { host: '127.0.0.1', port: 8511, epoch: 4 },
  },
];

export function sight(ports: readonly number[], slotsCovered = 16_384): ServerSight {
  return {
    atMs: 0,
    slotsCovered,
    nodes: ports.map((port, index) => ({
      host: '127.0.0.1',
      port,
      shardIndex: index % SHARDS,
      role: index < SHARDS ? ('primary' as const) : ('replica' as const),
    })),
  };
}

export function history(change: Partial<DrillHistory> = {}): DrillHistory {
  return {
    schemaVersion: 1,
    deployment: 'by-hand',
    scenario: 'planned-replacement',
    oldNode: 'silent',
    order: 'one-by-one',
    seed: 1,
    serverVersion: '7.0.15',
    startedAtEpochMs: 1_780_000_000_000,
    shardCount: SHARDS,
    ratePerSecond: RATE,
    warmUpMs: 2_000,
    loadEndedMs: LOAD_ENDED_MS,
    drainMs: 2_000,
    events: [{ atMs: 3_000, kind: 'fault', text: 'shard 1: 127.0.0.1:8500 hands over' }],
    faults: FAULTS,
    retiredAddresses: [
      { host: '127.0.0.1', port: 8500, retiredMs: 3_100 },
      { host: '127.0.0.1', port: 8501, retiredMs: 5_100 },
    ],
    server: { before: sight([8500, 8501]), after: sight([8510, 8511]) },
    clients: [client()],
    ...change,
  };
}

/** A crash of shard 1's primary: promoted after 3.5 s, and no answer from it until `recoveredMs`. */
export function crash(recoveredMs: number, change: Partial<DrillHistory> = {}): DrillHistory {
  const [fault] = FAULTS as [FaultRecord];
  const waits: Bend = (operation) =>
    operation.shardIndex === 0 && operation.intendedMs >= 3_000 && operation.intendedMs < recoveredMs
      ? { ...operation, settledMs: recoveredMs }
      : operation;
  const { oldNode: _oldNode, order: _order, ...base } = history();
  return {
    ...base,
    scenario: 'crash-primary',
    faults: [{ ...fault, promotedMs: 6_500 }],
    retiredAddresses: [],
    server: { before: sight([8500, 8501]), after: sight([8510, 8501]) },
    clients: [client({}, waits)],
    ...change,
  };
}

/** A primary busy for two seconds from 3,000: nobody is answered, everybody is answered afterwards. */
export function busy(change: Partial<DrillHistory> = {}, silentMs = 2_000): DrillHistory {
  const [fault] = FAULTS as [FaultRecord];
  const { promotedMs: _promoted, newPrimary: _new, oldNodeGoneMs: _gone, ...busyFault } = fault;
  const waits: Bend = (operation) =>
    operation.shardIndex === 0 && operation.intendedMs >= 3_000 && operation.intendedMs < 3_000 + silentMs
      ? { ...operation, settledMs: 3_000 + silentMs + 2 }
      : operation;
  const { oldNode: _oldNode, order: _order, ...base } = history();
  return {
    ...base,
    scenario: 'busy-primary',
    faults: [busyFault],
    retiredAddresses: [],
    server: { before: sight([8500, 8501]), after: sight([8500, 8501]) },
    clients: [client({}, waits)],
    ...change,
  };
}
