/**
 * The open-loop schedule: which operation is due when, on which key. A pure function of the plan and the sequence number,
 * so that the worker that sends and the ledger that reads again agree without telling each other.
 */
import { seededRandom } from '../../base/random.ts';
import type { ConnectionProfile } from '../../profile/profile.ts';
import type { OperationKind } from '../history.ts';
import type { ClientName } from '../scenario.ts';

export interface LoadPlan {
  readonly client: ClientName;
  readonly seed: number;
  /** Different in every drill, so that no key of an earlier one is met again. */
  readonly runId: string;
  readonly ratePerSecond: number;
  /** Hash tags by shard: keys with such a tag belong to the shard. Several per shard, so that several slots are hit. */
  readonly tagsByShard: readonly (readonly string[])[];
  /** Of the profile: what the user's keys begin with. Default: anything. */
  readonly keyPrefix?: string;
}

export interface PlannedOperation {
  readonly kind: OperationKind;
  readonly shardIndex: number;
  readonly key: string;
}

/** Hash tags of each shard: enough to hit several slots, few enough that one MGET reads many keys of one slot. */
export const TAGS_PER_SHARD = 8;
/** Everything a drill writes is under this prefix. */
const KEY_PREFIX = 'redoubt:drill:';
/** Long enough for any ledger, short enough that a drill that was killed leaves no SET behind for long. */
export const KEY_EXPIRY_MS = 3_600_000;

/** ... behind what the keys of the profile's user begin with. */
export function drillKeyPrefix({ keyPrefix = '' }: Pick<ConnectionProfile, 'keyPrefix'>): string {
  return `${keyPrefix}${KEY_PREFIX}`;
}

export type Schedule = (sequence: number) => PlannedOperation;

/**
 * Round after round, every shard once; SET in one round, INCR in the next; the tags of a shard in turn. The seed decides
 * the order of the shards.
 */
export function scheduleOf(plan: LoadPlan): Schedule {
  const order = seededRandom(plan.seed).shuffle(plan.tagsByShard.map((_, shardIndex) => shardIndex));
  const prefixes = plan.tagsByShard.map((tags) =>
    tags.map((tag) => `${drillKeyPrefix(plan)}${plan.runId}:{${tag}}:${plan.client}:`),
  );
  return (sequence) => {
    const round = Math.floor(sequence / order.length);
    const shardIndex = order[sequence % order.length] as number;
    const ofShard = prefixes[shardIndex] as string[];
    const prefix = ofShard[(round >>> 1) % ofShard.length] as string;
    return { kind: round % 2 === 0 ? 'set' : 'incr', shardIndex, key: prefix + sequence };
  };
}

export function intendedMsOf(plan: LoadPlan, sequence: number): number {
  return (sequence * 1_000) / plan.ratePerSecond;
}

/** What a SET writes: no other operation of any client writes the same. */
export function writtenValue(plan: LoadPlan, sequence: number): string {
  return `${plan.runId}/${plan.client}/${sequence}`;
}

/** One key on every shard, written before the load so that every connection has been used. */
export function readyKeys(plan: LoadPlan): string[] {
  return plan.tagsByShard.map(([tag]) => `${drillKeyPrefix(plan)}${plan.runId}:{${tag}}:${plan.client}:ready`);
}

/** How many operations are due before this drill time. */
export function operationsDue(plan: LoadPlan, atMs: number): number {
  return Math.ceil((atMs * plan.ratePerSecond) / 1_000);
}
