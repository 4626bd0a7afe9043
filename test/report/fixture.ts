/**
 * A drill as the lab would have recorded it, made by hand: every primary replaced one after the other, the old nodes
 * silent. `redoubt` pauses for a third of a second, `ioredis` never hears again from a replaced shard, `node-redis` fails
 * for two seconds and then comes back.
 */
import { seededRandom } from '../../lib/base/random.ts';
import type { ClientHistory, DrillHistory, FaultRecord, Operation, Outcome } from '../../lib/drill/history.ts';
import type { ClientName } from '../../lib/drill/scenario.ts';
import type { ConnectionProfile } from '../../lib/profile/profile.ts';
import type { JudgedDrill } from '../../lib/report/build.ts';
import { buildReport } from '../../lib/report/build.ts';
import type { ClientResult, DrillResult, Report } from '../../lib/report/report.ts';
import type { CheckResult } from '../../lib/verify/check.ts';

const SHARDS = 3;
const RATE_PER_SECOND = 400;
const WARM_UP_MS = 3_000;
const LOAD_ENDED_MS = 18_000;
const DRAIN_MS = 2_000;
const FAULTS_AT_MS = [3_000, 5_500, 8_000];

type Behaviour = (
  fault: FaultRecord | undefined,
  sinceFaultMs: number,
  chance: number,
) => Partial<Operation> | undefined;

/** The clients of a usual rehearsal. */
type UsualClient = Exclude<ClientName, 'ioredis-timeouts'>;

const BEHAVIOURS: Record<UsualClient, Behaviour> = {
  redoubt: (_fault, since, chance) => {
    if (since < -30 || since > 360) return undefined;
    if (since < 0)
      return chance < 0.2 ? { outcome: 'unknown', settledMs: 265, kind: 'incr', errorIndex: 0 } : undefined;
    return { settledMs: 362 - since + chance * 20 };
  },
  ioredis: (_fault, since) => (since < -4 ? undefined : { outcome: 'unanswered' }),
  'node-redis': (_fault, since, chance) => {
    if (since < 0 || since > 2_150) return undefined;
    return chance < 0.1
      ? { outcome: 'unknown', settledMs: 40, errorIndex: 1 }
      : { outcome: 'fail', settledMs: 2, errorIndex: 0 };
  },
};

const ERRORS: Record<UsualClient, readonly string[]> = {
  redoubt: ['UnansweredCommandError: the connection to the node was lost after INCR was sent'],
  ioredis: [],
  'node-redis': [
    'ClientClosedError: The client is closed',
    'SocketClosedUnexpectedlyError: Socket closed unexpectedly',
  ],
};

export const profile: ConnectionProfile = {
  schemaVersion: 1,
  deployment: 'azure-oss',
  platform: 'azure-managed-redis',
  clusteringPolicy: 'OSSCluster',
  clientMode: 'cluster',
  endpoint: { host: 'redoubt.redis.azure.net', port: 10_000 },
  tls: { serverName: 'redoubt.redis.azure.net', minimumVersion: 'TLSv1.2' },
  authentication: { secret: { kind: 'environment', variable: 'REDIS_PASSWORD' } },
  crossSlotCommands: 'none',
  replicaReads: 'never',
  nameResolution: { kind: 'system' },
  expected: { shardCount: SHARDS, replicasPerShard: 1 },
};

const faults: FaultRecord[] = FAULTS_AT_MS.map((injectedMs, shardIndex) => ({
  shardIndex,
  injectedMs,
  promotedMs: injectedMs + 18 + shardIndex,
  oldNodeGoneMs: injectedMs + 40,
  oldPrimary: { host: '127.0.0.1', port: 8500 + shardIndex, epoch: shardIndex + 1 },
  newPrimary: { host: '127.0.0.1', port: 8506 + shardIndex, epoch: shardIndex + 7 },
}));

function clientHistory(name: UsualClient, seed: number): ClientHistory {
  const random = seededRandom(seed);
  const operations: Operation[] = [];
  for (let sequence = 0; sequence < (LOAD_ENDED_MS / 1_000) * RATE_PER_SECOND; sequence += 1) {
    operations.push(operationOf(name, sequence, random.next(), random.next()));
  }
  return {
    name,
    description: `${name} 6, settings of the fixture`,
    operations,
    errors: ERRORS[name],
    dials: [],
    ledger: operations.map(({ sequence, outcome }) => ({ sequence, applied: outcome === 'ok' ? 1 : 0 })),
  };
}

function operationOf(name: UsualClient, sequence: number, chance: number, jitter: number): Operation {
  const intendedMs = (sequence * 1_000) / RATE_PER_SECOND;
  const shardIndex = sequence % SHARDS;
  const fault = faults[shardIndex];
  const oldNodeGoneMs = fault?.oldNodeGoneMs ?? Number.POSITIVE_INFINITY;
  const usual = { outcome: 'ok' as Outcome, settledMs: 0.6 + jitter * jitter * 6 };
  const changed = BEHAVIOURS[name](fault, intendedMs - oldNodeGoneMs, chance);
  const { settledMs, ...rest } = { ...usual, ...changed };
  return {
    sequence,
    kind: sequence % 4 === 3 ? 'incr' : 'set',
    shardIndex,
    intendedMs,
    sentMs: intendedMs + jitter * 0.2,
    ...(rest.outcome === 'unanswered' ? {} : { settledMs: intendedMs + (settledMs ?? 0) }),
    ...rest,
  };
}

export function silentHistory(): DrillHistory {
  return {
    schemaVersion: 1,
    deployment: 'azure-oss',
    scenario: 'planned-replacement',
    oldNode: 'silent',
    order: 'one-by-one',
    seed: 4_711,
    serverVersion: '7.0.15',
    startedAtEpochMs: Date.UTC(2026, 10, 20, 12, 0, 0),
    shardCount: SHARDS,
    ratePerSecond: RATE_PER_SECOND,
    warmUpMs: WARM_UP_MS,
    loadEndedMs: LOAD_ENDED_MS,
    drainMs: DRAIN_MS,
    events: [
      { atMs: 0, kind: 'phase', text: 'load starts: 400 writes a second from each client' },
      ...faults.flatMap((fault) => [
        {
          atMs: fault.injectedMs,
          kind: 'fault' as const,
          text: `shard ${fault.shardIndex}: 127.0.0.1:${fault.oldPrimary.port} is being replaced by 127.0.0.1:${fault.newPrimary?.port}`,
        },
        {
          atMs: fault.promotedMs ?? 0,
          kind: 'promotion' as const,
          text: `shard ${fault.shardIndex}: 127.0.0.1:${fault.newPrimary?.port} is the primary (epoch ${fault.newPrimary?.epoch})`,
        },
        {
          atMs: fault.oldNodeGoneMs ?? 0,
          kind: 'fault' as const,
          text: `shard ${fault.shardIndex}: 127.0.0.1:${fault.oldPrimary.port} has gone silent`,
        },
      ]),
      { atMs: LOAD_ENDED_MS, kind: 'phase', text: 'load ends; waiting 2 s for late answers' },
      { atMs: LOAD_ENDED_MS + DRAIN_MS, kind: 'heal', text: 'silent leftovers stopped' },
    ],
    faults,
    retiredAddresses: faults.map((fault) => ({ ...fault.oldPrimary, retiredMs: fault.oldNodeGoneMs ?? 0 })),
    clients: [clientHistory('redoubt', 1), clientHistory('ioredis', 2), clientHistory('node-redis', 3)],
  };
}

/** Counts and percentiles as they are; outages and findings by hand (the drill's judge has tests of its own). */
export function resultOf(history: DrillHistory): DrillResult {
  return {
    scenario: history.scenario,
    oldNode: history.oldNode ?? null,
    order: history.order ?? null,
    verdict: 'pass',
    proof: {
      faultHappened: true,
      loadRan: true,
      healthyBefore: true,
      healthyAfter: true,
      evidence: [
        'shard 0: epoch 1 -> 7, 127.0.0.1:8500 -> 127.0.0.1:8506',
        'every client was sent 400 operations a second',
      ],
    },
    promotionMs: { max: 20, perFault: [18, 19, 20] },
    clients: history.clients.map(clientResult),
    historyFile: null,
  };
}

const OUTAGES: Record<UsualClient, readonly number[]> = {
  redoubt: [371.2, 365.4, 380.9],
  ioredis: [16_960, 14_460, 11_960],
  'node-redis': [2_153, 2_151, 2_158],
};

function clientResult(client: ClientHistory): ClientResult {
  const sets = client.operations.filter((operation) => operation.kind === 'set');
  const latencies = client.operations
    .filter((operation) => operation.outcome === 'ok')
    .map((operation) => (operation.settledMs ?? 0) - operation.intendedMs)
    .sort((left, right) => left - right);
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? null;
  const judged = client.name === 'redoubt';
  const recovered = client.name !== 'ioredis';
  return {
    name: client.name,
    description: client.description,
    judged,
    verdict: judged ? 'pass' : 'fail',
    findings: judged
      ? [
          {
            verdict: 'pass',
            code: 'SLOWEST_ANSWER_WITHIN_BUDGET',
            message: 'The slowest answer took 381 ms; the budget is 1,000 ms.',
          },
        ]
      : [
          {
            verdict: 'fail',
            code: recovered ? 'FAILED_WRITES' : 'NEVER_RECOVERED',
            message: recovered
              ? 'Writes failed for 2.2 s a shard; the budget is 0 failed writes.'
              : 'Never answered again on 3 of 3 shards: only a restart brings it back.',
          },
        ],
    operations: countsOf(client.operations),
    idempotentWrites: countsOf(sets),
    latencyMs: { p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) },
    outageMs: { total: 12, perShard: [...OUTAGES[client.name as UsualClient]] },
    excessOverPromotionMs: recovered ? Math.max(...OUTAGES[client.name as UsualClient]) - 20 : null,
    recovered,
    lostAcknowledgedWrites: 0,
    writesAppliedTwice: 0,
    unknownWritesApplied: 0,
    staleDialsAfterRecovery: client.name === 'node-redis' ? 41 : 0,
    generatorLatenessMs: 1.2,
    errors: client.errors.map((error, index) => ({
      error,
      count: client.operations.filter((operation) => operation.errorIndex === index).length,
    })),
  };
}

function countsOf(operations: readonly Operation[]): ClientResult['operations'] {
  const count = (outcome: Outcome) => operations.filter((operation) => operation.outcome === outcome).length;
  return {
    attempted: operations.length,
    ok: count('ok'),
    fail: count('fail'),
    unknown: count('unknown'),
    unanswered: count('unanswered'),
  };
}

export const CHECKS: readonly CheckResult[] = [
  { name: 'reachability', verdict: 'pass', code: 'OK', message: 'redoubt.redis.azure.net:10000 answers in 2 ms.' },
  {
    name: 'client-mode',
    verdict: 'pass',
    code: 'OK',
    message: 'The server is sharded and the profile declares a cluster client.',
  },
  { name: 'slot-coverage', verdict: 'pass', code: 'OK', message: '16,384 slots, each owned once.' },
];

export function judgedDrill(): JudgedDrill {
  const history = silentHistory();
  return { result: { ...resultOf(history), historyFile: 'history-1.json' }, history };
}

export function sampleReport(
  changes: { readonly checks?: readonly CheckResult[]; readonly drills?: readonly JudgedDrill[] } = {},
): Report {
  return buildReport({
    subject: profile,
    startedAt: new Date(Date.UTC(2026, 10, 20, 11, 59, 50)),
    seed: 4_711,
    serverVersion: '7.0.15',
    checks: changes.checks ?? CHECKS,
    drills: changes.drills ?? [judgedDrill()],
  });
}
