/** What the service would remember: events, what is being changed, and what a test has told it to do. */
import type { Event, Tag } from '../../../../lib/control/elasticache/description.ts';
import type { Lab } from '../../../../lib/lab/lab.ts';
import type { Datastore } from './datastore.ts';
import type { Engine, Statuses, Upgrade } from './description.ts';
import type { StandInParameterGroup } from './parameter-groups.ts';

export interface Account {
  readonly lab: Lab;
  readonly region: string;
  /** The Global Datastore that the lab belongs to; it keeps its place here when the lab has left. */
  readonly datastore?: Datastore;
  readonly events: Event[];
  readonly tags: readonly Tag[];
  readonly busyShards: Set<number>;
  /** What the nodes are described as. */
  engine: Engine;
  /** Of the nodes; absent: that of the topology. */
  parameterGroupName?: string;
  /** While the engine is being changed. */
  upgrade?: Upgrade;
  readonly parameterGroups: readonly StandInParameterGroup[];
  /** Ids of users that are being changed. */
  readonly busyUsers: Set<string>;
  /** AUTH tokens, the last one that was added at the end; absent: the one of the lab. */
  tokens?: readonly string[];
  /** Ends the background work of a stand-in that is closed. */
  readonly closing: AbortSignal;
  /** Whatever runs in the background; each ends by itself or by `closing`. */
  readonly work: Set<Promise<void>>;
}

export function statusesOf({ region, busyShards, engine, parameterGroupName, upgrade }: Account): Statuses {
  return {
    region,
    group: busyShards.size === 0 ? 'available' : 'modifying',
    busyShards,
    engine,
    ...(parameterGroupName === undefined ? {} : { parameterGroupName }),
    ...(upgrade === undefined ? {} : { upgrade }),
  };
}

export function addEvent(
  { events }: Account,
  SourceType: 'replication-group' | 'cache-cluster',
  SourceIdentifier: string,
  Message: string,
): void {
  // Two events of one millisecond would have no order.
  const latest = events.at(-1)?.Date?.getTime() ?? 0;
  events.push({ SourceType, SourceIdentifier, Message, Date: new Date(Math.max(Date.now(), latest + 1)) });
}

/** Changes shards or users in the background, as the service does: the answer to the request says `modifying` already. */
export function inBackground(
  { busyShards, busyUsers, work: all }: Account,
  { shards = [], users = [] }: { readonly shards?: readonly number[]; readonly users?: readonly string[] },
  change: () => Promise<void>,
): void {
  for (const shard of shards) busyShards.add(shard);
  for (const user of users) busyUsers.add(user);
  const work = change().finally(() => {
    for (const shard of shards) busyShards.delete(shard);
    for (const user of users) busyUsers.delete(user);
  });
  all.add(work);
  // Kept when it fails, for `close` to tell.
  void work.then(
    () => all.delete(work),
    () => undefined,
  );
}
