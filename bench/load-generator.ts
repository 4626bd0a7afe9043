/**
 * How late the load generator is at 10,000 operations a second, p99: by itself with a client that answers at once (this has
 * the target), and, to know what a client adds, as the drill's own client process against a real cluster.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { drillClock, epochNowMs } from '../lib/drill/clock.ts';
import { startLoad } from '../lib/drill/load/generator.ts';
import type { LoadPlan } from '../lib/drill/load/plan.ts';
import { OperationRecorder } from '../lib/drill/load/recorder.ts';
import type { Report } from '../lib/report/report.ts';
import { tagsInRange } from '../lib/topology/slot.ts';
import { type Benchmark, type Figure, milliseconds } from './measure.ts';
import { rehearsal } from './rehearsal.ts';

const RATE_PER_SECOND = 10_000;
const DURATION_MS = 5_000;
const TARGET_MS = 5;

async function aloneFigure(): Promise<Figure> {
  const plan: LoadPlan = {
    client: 'redoubt',
    seed: 1,
    runId: 'bench',
    ratePerSecond: RATE_PER_SECOND,
    tagsByShard: [tagsInRange([[0, 16_383]], 8)],
  };
  const recorder = new OperationRecorder(plan);
  const client = {
    description: 'answers at once',
    connect: () => Promise.resolve(),
    set: () => Promise.resolve('OK'),
    incr: () => Promise.resolve(1),
    destroy: () => undefined,
  };
  const load = startLoad({ plan, client, recorder, now: drillClock(epochNowMs()), classify: () => 'unknown' });
  await load.endAt(DURATION_MS);
  await sleep(10);
  const { sentMs, intendedMs } = recorder.columns();
  const lateness = sentMs.map((sent, row) => sent - (intendedMs[row] ?? 0)).sort((one, other) => one - other);
  const lateMs = lateness[Math.floor(lateness.length * 0.99)] ?? Number.POSITIVE_INFINITY;
  return {
    ...figure('by itself', lateMs, lateness.length),
    target: `≤ ${milliseconds(TARGET_MS)}`,
    met: lateMs <= TARGET_MS,
  };
}

async function underTlsFigure(): Promise<Figure> {
  const options = ['--scenario', 'planned-failover', '--clients', 'redoubt', '--rate', String(RATE_PER_SECOND)];
  const report: Report = await rehearsal('elasticache', [...options, '--watch', '3s']);
  const client = report.drills[0]?.clients[0];
  const lateMs = client?.generatorLatenessMs ?? Number.POSITIVE_INFINITY;
  return figure(
    'with ioredis and TLS on the same core, through six failovers',
    lateMs,
    client?.operations.attempted ?? 0,
  );
}

function figure(how: string, lateMs: number, operations: number): Figure {
  return {
    what: `load generator at 10,000 operations a second, ${how}: lateness p99`,
    measured: `${lateMs.toFixed(1)} ms`,
    target: '',
    met: true,
    note: `${operations.toLocaleString('en-US')} operations`,
  };
}

export const loadGenerator: Benchmark = {
  name: 'load-generator',
  run: async () => [await aloneFigure(), await underTlsFigure()],
};
