/**
 * What the recommended client suffers, scenario by scenario, at 1,000 operations a second. Each case is the command line's
 * own `rehearse`, and its figures are read from the report it writes.
 */
import type { ClientResult, Report } from '../lib/report/report.ts';
import { type Benchmark, type Figure, median, milliseconds } from './measure.ts';
import { rehearsal } from './rehearsal.ts';

const RUNS = 3;
const SILENT = '3 shards, old nodes silent';
const DROPPED = '3 shards, packets to old nodes dropped';
const DROPPED_OVER_SILENT_MS = 200;

interface Case {
  readonly what: string;
  readonly deployment: string;
  readonly options: readonly string[];
  /** What is compared with the target; null: it could not be measured. */
  readonly figure: (client: ClientResult) => number | null;
  readonly unit: 'slowest answer' | 'excess over promotion' | 'not ok';
  readonly limit: number;
}

const slowest = (client: ClientResult) => client.latencyMs.max;
const excess = (client: ClientResult) => client.excessOverPromotionMs;
const notOk = (client: ClientResult) => client.operations.attempted - client.operations.ok;

const CASES: readonly Case[] = [
  planned(SILENT, 'azure-oss', ['--old-node', 'silent'], 400),
  planned('1 shard, old node silent', 'azure-oss-one-shard', ['--old-node', 'silent'], 600),
  planned(
    '3 shards, all nodes at once, silent',
    'azure-oss',
    ['--old-node', 'silent', '--order', 'all-at-once'],
    1_000,
  ),
  planned(DROPPED, 'azure-oss', ['--old-node', 'dropped'], 600),
  unplanned('crash-primary'),
  unplanned('freeze-primary'),
  {
    what: 'busy primary (one slow script, 2 s)',
    deployment: 'elasticache',
    options: ['--scenario', 'busy-primary'],
    figure: notOk,
    unit: 'not ok',
    limit: 0,
  },
];

function planned(what: string, deployment: string, options: readonly string[], limit: number): Case {
  const scenario = ['--scenario', 'planned-replacement'];
  return { what, deployment, options: [...scenario, ...options], figure: slowest, unit: 'slowest answer', limit };
}

function unplanned(scenario: string): Case {
  const options = ['--scenario', scenario];
  return {
    what: scenario,
    deployment: 'elasticache',
    options,
    figure: excess,
    unit: 'excess over promotion',
    limit: 300,
  };
}

async function rehearsed({ deployment, options }: Case): Promise<ClientResult> {
  return clientOf(await rehearsal(deployment, ['--clients', 'redoubt', '--rate', '1000', '--watch', '8s', ...options]));
}

function clientOf(report: Report): ClientResult {
  const client = report.drills[0]?.clients.find(({ name }) => name === 'redoubt');
  if (client === undefined) throw new Error('The report holds no result of the redoubt client.');
  return client;
}

async function runsOf(one: Case): Promise<ClientResult[]> {
  const clients: ClientResult[] = [];
  for (let run = 0; run < RUNS; run += 1) clients.push(await rehearsed(one));
  return clients;
}

function figureOf(one: Case, clients: readonly ClientResult[]): Figure {
  const values = clients.map((client) => one.figure(client) ?? Number.POSITIVE_INFINITY);
  const worst = Math.max(...values);
  const clean = clients.every(isClean);
  return {
    what: `${one.what}: ${one.unit}`,
    measured: one.unit === 'not ok' ? String(worst) : milliseconds(worst),
    target: one.unit === 'not ok' ? '0' : `≤ ${milliseconds(one.limit)}`,
    met: worst <= one.limit && clean,
    note: `worst of ${RUNS} (${values.map((value) => Math.round(value)).join(', ')}); ${harm(clients)}`,
  };
}

/** Lost packets hide the time a connection takes to be given up; a client that only watches for silence is slower there. */
function comparison(slowestMs: ReadonlyMap<string, number>): Figure {
  const [silentMs = Number.NaN, droppedMs = Number.NaN] = [SILENT, DROPPED].map((what) => slowestMs.get(what));
  return {
    what: 'dropped against silent, medians of the slowest answer',
    measured: `${droppedMs > silentMs ? '+' : ''}${milliseconds(droppedMs - silentMs)}`,
    target: `≤ ${milliseconds(DROPPED_OVER_SILENT_MS)}`,
    met: droppedMs - silentMs <= DROPPED_OVER_SILENT_MS,
    note: `${milliseconds(droppedMs)} against ${milliseconds(silentMs)}`,
  };
}

/** No SET failed or unknown, nothing lost, nothing applied twice, nobody dials the dead. */
function isClean({ idempotentWrites, ...client }: ClientResult): boolean {
  return (
    idempotentWrites.ok === idempotentWrites.attempted &&
    client.lostAcknowledgedWrites === 0 &&
    client.writesAppliedTwice === 0 &&
    client.staleDialsAfterRecovery === 0
  );
}

function harm(clients: readonly ClientResult[]): string {
  const sum = (pick: (client: ClientResult) => number | null) =>
    clients.reduce((total, client) => total + (pick(client) ?? Number.NaN), 0);
  const sets = sum(({ idempotentWrites: { attempted, ok } }) => attempted - ok);
  const increments = sum((client) => client.operations.unknown - client.idempotentWrites.unknown);
  return [
    `SETs not ok ${sets}`,
    `INCRs unknown ${increments}`,
    `lost ${sum((client) => client.lostAcknowledgedWrites)}`,
    `twice ${sum((client) => client.writesAppliedTwice)}`,
    `stale dials ${sum((client) => client.staleDialsAfterRecovery)}`,
  ].join(', ');
}

export const maintenance: Benchmark = {
  name: 'maintenance',
  run: async () => {
    const figures: Figure[] = [];
    const slowestMs = new Map<string, number>();
    for (const one of CASES) {
      const clients = await runsOf(one);
      figures.push(figureOf(one, clients));
      slowestMs.set(one.what, median(clients.map((client) => slowest(client) ?? Number.POSITIVE_INFINITY)));
    }
    return [...figures, comparison(slowestMs)];
  },
};
