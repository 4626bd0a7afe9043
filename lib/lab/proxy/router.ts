/** From a slot to its shard, following the topology. */
import { SLOT_COUNT } from '../../topology/slot.ts';
import type { BackendCredentials } from './backend-connection.ts';
import type { TopologyView } from './cluster-view.ts';
import { type LaneRequest, SHARD_UNREACHABLE } from './lane.ts';
import type { RespVersion } from './resp.ts';
import { Shard } from './shard.ts';

export class Router {
  readonly #credentials: BackendCredentials;
  readonly #onMisdirected: () => void;
  /** By the slots they hold: a shard stays itself when another node becomes its primary. */
  #shards = new Map<string, Shard>();
  readonly #owners: (Shard | undefined)[] = new Array(SLOT_COUNT).fill(undefined);

  constructor(credentials: BackendCredentials, onMisdirected: () => void) {
    this.#credentials = credentials;
    this.#onMisdirected = onMisdirected;
  }

  /** Ordered by first slot. */
  get shards(): readonly Shard[] {
    return [...this.#shards.values()];
  }

  shardOf(slot: number): Shard | undefined {
    return this.#owners[slot];
  }

  send(request: LaneRequest, version: RespVersion): void {
    const shard = this.#owners[request.slot];
    if (shard === undefined) request.onReply(SHARD_UNREACHABLE);
    else shard.send(request, version);
  }

  update(view: TopologyView): void {
    const before = this.#shards;
    this.#shards = new Map();
    this.#owners.fill(undefined);
    for (const shardView of view.shards) {
      const key = shardView.slots.join(' ');
      const shard = before.get(key) ?? new Shard(shardView, this.#credentials, this.#onMisdirected);
      before.delete(key);
      this.#shards.set(key, shard);
      for (const [first, last] of shardView.slots) this.#owners.fill(shard, first, last + 1);
      shard.setPrimary(shardView.primary);
    }
    for (const resharded of before.values()) this.#redistribute(resharded);
  }

  close(): void {
    for (const shard of this.#shards.values()) shard.close();
  }

  #redistribute(shard: Shard): void {
    for (const { version, requests } of shard.close()) {
      for (const request of requests) this.send(request, version);
    }
  }
}
