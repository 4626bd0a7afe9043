/**
 * What the events say of a failover. The texts, in this order, are those of
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_TestFailover.html; older editions of the page and
 * services in some regions say "master" for "primary". Pure.
 */
import type { Event } from './description.ts';

const CALLED = /^Test Failover API called for node group (\S+)$/;
const PROMOTED = /^Failover from (?:primary|master) node (\S+) to replica node (\S+) completed$/;
const RECOVERING = /^Recovering cache nodes (.+)$/;
const RECOVERED = /^Finished recovery for cache nodes (.+)$/;

export interface ShardNames {
  readonly replicationGroupId: string;
  readonly nodeGroupId: string;
  /** Ids of its nodes: `shop-0001-001`. */
  readonly nodeIds: readonly string[];
}

/** How far one test of one shard has come. Each event belongs to the one before it. */
export interface FailoverProgress {
  readonly called?: Event;
  readonly promoted?: Event;
  /** The failed node has been replaced: only now may the next shard be tested. */
  readonly recovered?: Event;
}

/** Of the latest test of this shard among these events, which are in order of time. */
export function progressOf(events: readonly Event[], shard: ShardNames): FailoverProgress {
  const called = events.findLast((event) => isCallFor(event, shard));
  if (called === undefined) return {};
  const later = events.filter((event) => event !== called && timeOf(event) >= timeOf(called));
  const promoted = later.find(({ Message = '' }) => {
    const nodes = PROMOTED.exec(Message)?.slice(1) ?? [];
    return nodes.some((node) => isNode(node, shard));
  });
  if (promoted === undefined) return { called };
  const recovered = later.find((event) => timeOf(event) >= timeOf(promoted) && isOfNode(event, RECOVERED, shard));
  return { called, promoted, ...(recovered === undefined ? {} : { recovered }) };
}

/** Calls of TestFailover by anybody, for whatever group of the account: they share one quota. */
export function callsIn(events: readonly Event[]): Event[] {
  return events.filter(({ Message = '' }) => CALLED.test(Message));
}

/** Whether a node of the shard is being replaced: recovery has begun and not ended. */
export function isRecovering(events: readonly Event[], shard: ShardNames): boolean {
  const last = events.findLast((event) => isOfNode(event, RECOVERING, shard) || isOfNode(event, RECOVERED, shard));
  return last !== undefined && isOfNode(last, RECOVERING, shard);
}

/** Distinguishes events that came before something from those after it, whatever this machine's clock says. */
export function fingerprintOf({ SourceIdentifier, Message, Date: date }: Event): string {
  return [SourceIdentifier, date?.toISOString(), Message].join('\n');
}

export function timeOf({ Date: date }: Event): number {
  return date?.getTime() ?? 0;
}

function isCallFor(
  { SourceIdentifier, Message = '' }: Event,
  { replicationGroupId, nodeGroupId }: ShardNames,
): boolean {
  return CALLED.exec(Message)?.[1] === nodeGroupId && isSame(SourceIdentifier, replicationGroupId);
}

/** The node is the event's source; in the text it is a number within the node, or the node's id. */
function isOfNode({ SourceIdentifier, Message = '' }: Event, text: RegExp, shard: ShardNames): boolean {
  const named = text.exec(Message)?.[1];
  if (named === undefined) return false;
  return isNode(SourceIdentifier, shard) || named.split(/[\s,]+/).some((node) => isNode(node, shard));
}

function isNode(id: string | undefined, { nodeIds }: ShardNames): boolean {
  return nodeIds.some((nodeId) => isSame(id, nodeId));
}

/** The service keeps ids in small letters. */
function isSame(left: string | undefined, right: string): boolean {
  return left?.toLowerCase() === right.toLowerCase();
}
