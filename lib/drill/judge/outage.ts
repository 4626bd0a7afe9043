/**
 * How long each shard went without a single success, as one client saw it, and whether that ended.
 *
 *     ok ok ok |injected ........ silence ........ ok ok ok          outage = the silence, from answer to answer
 *              |---- promotion ----|-- excess --|                    excess = what the client added to the server's own time
 */
import type { ClientHistory, DrillHistory, FaultRecord, Operation } from '../history.ts';
import { waitEndedMs } from './latency.ts';

/** A stretch without a success. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Operations of the last part of the load decide whether a client has recovered: all of them must have succeeded. */
export const CLEAN_TAIL_MS = 2_000;

/** Longest time without a success, shard by shard, from the end of the warm-up; null where the client never used the shard. */
export function outagePerShard(client: ClientHistory, history: DrillHistory): (number | null)[] {
  return byShard(client, history).map((operations) => {
    if (operations.length === 0) return null;
    return maximum([0, ...gapsOf(operations, history).map(lengthOf)]);
  });
}

/** The longest stretch without a success that overlaps the time between this fault and the shard's next one. */
export function gapAround(fault: FaultRecord, client: ClientHistory, history: DrillHistory): Gap | undefined {
  const operations = byShard(client, history)[fault.shardIndex] ?? [];
  const nextFaultMs = Math.min(
    ...history.faults
      .filter((other) => other.shardIndex === fault.shardIndex && other.injectedMs > fault.injectedMs)
      .map(({ injectedMs }) => injectedMs),
    waitEndedMs(history),
  );
  const touching = gapsOf(operations, history).filter(
    (gap) => gap.toMs >= fault.injectedMs && gap.fromMs <= nextFaultMs,
  );
  return touching.reduce<Gap | undefined>(
    (longest, gap) => (longest === undefined || lengthOf(gap) > lengthOf(longest) ? gap : longest),
    undefined,
  );
}

/** What the client added to the server's own promotion, for the worst fault; null when nothing was promoted or it never recovered. */
export function excessOverPromotionMs(client: ClientHistory, history: DrillHistory): number | null {
  if (!hasRecovered(client, history)) return null;
  const excesses = history.faults.flatMap((fault) => {
    const gap = gapAround(fault, client, history);
    if (fault.promotedMs === undefined || gap === undefined) return [];
    return [Math.max(0, lengthOf(gap) - (fault.promotedMs - fault.injectedMs))];
  });
  return excesses.length === 0 ? null : Math.max(...excesses);
}

/** Every shard answered after the last fault, and the end of the load was clean. */
export function hasRecovered(client: ClientHistory, history: DrillHistory): boolean {
  return shardsNotRecovered(client, history).length === 0;
}

/** Shards whose end of the load was not clean. */
export function shardsNotRecovered(client: ClientHistory, history: DrillHistory): number[] {
  const tailFromMs = Math.max(history.loadEndedMs - CLEAN_TAIL_MS, lastFaultMs(history));
  return byShard(client, history).flatMap((operations, shardIndex) => {
    const tail = operations.filter(({ intendedMs }) => intendedMs >= tailFromMs);
    const isClean = tail.length > 0 && tail.every(({ outcome }) => outcome === 'ok');
    return isClean ? [] : [shardIndex];
  });
}

/** When the last trace of the faults was over for this client; undefined when it never recovered. */
export function recoveredAtMs(client: ClientHistory, history: DrillHistory): number | undefined {
  if (!hasRecovered(client, history)) return undefined;
  const gapEnds = history.faults.flatMap((fault) => gapAround(fault, client, history)?.toMs ?? []);
  const errorsEnd = client.operations.flatMap(({ outcome, settledMs }) => (outcome === 'ok' ? [] : (settledMs ?? [])));
  return maximum([0, ...gapEnds, ...errorsEnd]);
}

/** The last moment at which the drill did anything to the servers. */
export function lastFaultMs(history: DrillHistory): number {
  return maximum([
    history.warmUpMs,
    ...history.faults.map((fault) => Math.max(fault.injectedMs, fault.promotedMs ?? 0, fault.oldNodeGoneMs ?? 0)),
    ...(history.operations ?? []).map(({ requestedMs, completedMs }) => completedMs ?? requestedMs),
  ]);
}

export function lengthOf(gap: Gap): number {
  return gap.toMs - gap.fromMs;
}

/** Without spreading, which has a limit that a long history exceeds. */
function maximum(values: readonly number[]): number {
  return values.reduce((largest, value) => Math.max(largest, value), Number.NEGATIVE_INFINITY);
}

function byShard(client: ClientHistory, history: DrillHistory): Operation[][] {
  const shards: Operation[][] = Array.from({ length: history.shardCount }, () => []);
  for (const operation of client.operations) shards[operation.shardIndex]?.push(operation);
  return shards;
}

/** Between one success and the next, from the end of the warm-up to the end of the load. */
function gapsOf(operations: readonly Operation[], history: DrillHistory): Gap[] {
  const successes = operations
    .flatMap(({ outcome, settledMs }) => (outcome === 'ok' && settledMs !== undefined ? [settledMs] : []))
    .sort((a, b) => a - b);
  const gaps: Gap[] = [];
  let fromMs = history.warmUpMs;
  for (const settledMs of successes) {
    if (settledMs <= fromMs) continue;
    gaps.push({ fromMs, toMs: settledMs });
    fromMs = settledMs;
  }
  // Silence at the end: nothing will answer any more, so it lasts as long as the drill kept waiting.
  if (fromMs < history.loadEndedMs) gaps.push({ fromMs, toMs: tailEndMs(fromMs, operations, history) });
  return gaps;
}

/** A client that is merely done ends with its load; one that left operations open was still waiting when the drill gave up. */
function tailEndMs(fromMs: number, operations: readonly Operation[], history: DrillHistory): number {
  const stillWaiting = operations.some(({ outcome, intendedMs }) => outcome !== 'ok' && intendedMs >= fromMs);
  return stillWaiting ? waitEndedMs(history) : history.loadEndedMs;
}
