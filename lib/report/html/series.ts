/** A client's operations, counted into equal spans of time: what the timeline draws. Pure. */
import type { ClientHistory, DrillHistory, Operation } from '../../drill/history.ts';

/** How an operation ended, as drawn. `late`: answered, but so late that a person would have noticed. */
export const ENDINGS = ['ok', 'late', 'unknown', 'fail', 'unanswered'] as const;
export type Ending = (typeof ENDINGS)[number];

/** From here on an answer is drawn as late. */
export const LATE_MS = 100;

/** The finest span that is still a visible column, and the most columns there may be. */
const FINEST_BUCKET_MS = 100;
const MOST_BUCKETS = 200;

export interface Bucket {
  readonly fromMs: number;
  /** Operations by their intended time: a missing answer shows where it was wanted, not where it was given up. */
  readonly counts: Record<Ending, number>;
  readonly slowestMs: number | null;
  readonly medianMs: number | null;
  /** The worst ending of each shard; null where the shard had no operation. */
  readonly perShard: readonly (Ending | null)[];
}

export interface Series {
  readonly bucketMs: number;
  readonly durationMs: number;
  readonly buckets: readonly Bucket[];
}

/** The bucket is the same for every client of a drill, so that their pictures can be compared. */
export function bucketMsFor(durationMs: number): number {
  const steps = [FINEST_BUCKET_MS, 200, 250, 500];
  const fitting = steps.find((step) => durationMs / step <= MOST_BUCKETS);
  return fitting ?? Math.ceil(durationMs / MOST_BUCKETS / 1_000) * 1_000;
}

export function seriesOf(client: ClientHistory, history: DrillHistory): Series {
  const durationMs = Math.max(1, history.loadEndedMs + history.drainMs);
  const bucketMs = bucketMsFor(durationMs);
  const spans: Operation[][] = Array.from({ length: Math.ceil(durationMs / bucketMs) }, () => []);
  for (const operation of client.operations) {
    const index = Math.min(spans.length - 1, Math.max(0, Math.floor(operation.intendedMs / bucketMs)));
    spans[index]?.push(operation);
  }
  const buckets = spans.map((operations, index) => bucketOf(operations, index * bucketMs, history.shardCount));
  return { bucketMs, durationMs, buckets };
}

function bucketOf(operations: readonly Operation[], fromMs: number, shardCount: number): Bucket {
  const counts: Record<Ending, number> = { ok: 0, late: 0, unknown: 0, fail: 0, unanswered: 0 };
  const perShard: (Ending | null)[] = Array.from({ length: shardCount }, () => null);
  const latencies: number[] = [];
  for (const operation of operations) {
    const ending = endingOf(operation);
    counts[ending] += 1;
    const latency = latencyOf(operation);
    if (operation.outcome === 'ok' && latency !== undefined) latencies.push(latency);
    if (operation.shardIndex >= 0 && operation.shardIndex < shardCount) {
      perShard[operation.shardIndex] = worse(perShard[operation.shardIndex] ?? null, ending);
    }
  }
  latencies.sort((left, right) => left - right);
  return {
    fromMs,
    counts,
    slowestMs: latencies.at(-1) ?? null,
    medianMs: latencies[Math.floor(latencies.length / 2)] ?? null,
    perShard,
  };
}

function endingOf(operation: Operation): Ending {
  if (operation.outcome !== 'ok') return operation.outcome;
  return (latencyOf(operation) ?? 0) >= LATE_MS ? 'late' : 'ok';
}

function latencyOf(operation: Operation): number | undefined {
  return operation.settledMs === undefined ? undefined : Math.max(0, operation.settledMs - operation.intendedMs);
}

function worse(left: Ending | null, right: Ending): Ending {
  return left === null || ENDINGS.indexOf(right) > ENDINGS.indexOf(left) ? right : left;
}
