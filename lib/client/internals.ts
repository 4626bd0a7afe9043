/**
 * The members of ioredis 6.0.0 that this client relies on and that its types do not show. The version is pinned, and
 * test/client/internals.test.ts fails when one of them is gone or behaves otherwise.
 */
import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Cluster, Command, Redis } from 'ioredis';

/** The parts of the `denque` queue that are used. */
interface Queue<Item> {
  readonly length: number;
  peekAt(index: number): Item | undefined;
  remove(index: number, count: number): unknown;
  toArray(): Item[];
}

export interface QueuedCommand {
  readonly command: Command;
  readonly stream?: unknown;
}

export interface RedisInternals {
  /** Written and not answered yet, in the order in which the answers will come. */
  readonly commandQueue: Queue<QueuedCommand>;
  /** Not written yet. */
  readonly offlineQueue: Queue<QueuedCommand>;
  /** Written to the connection before this one, to be sent again by ioredis when the next is ready. */
  prevCommandQueue: Queue<QueuedCommand> | null | undefined;
  readonly stream:
    | (Duplex & { readonly bytesRead: number; readonly bytesWritten: number; readonly remoteAddress?: string })
    | undefined;
  readonly manuallyClosing: boolean;
  /** State of the connection; `subscriber` is false or the channels. */
  readonly condition: { readonly protocol: 2 | 3; readonly subscriber: unknown } | null | undefined;
}

export interface PoolNode {
  host: string;
  port: number;
  readOnly?: boolean;
}

export interface ConnectionPool extends EventEmitter {
  getNodes(role?: 'all' | 'master' | 'slave'): Redis[];
  getInstanceByKey(key: string): Redis | undefined;
  findOrCreate(node: PoolNode, readOnly?: boolean): Redis;
  recreate(node: PoolNode, readOnly?: boolean): Redis;
  reset(nodes: PoolNode[]): void;
  readonly nodes: { readonly all: Readonly<Record<string, Redis>> };
}

export interface ClusterSubscriber {
  getInstance(): Redis | null;
  selectSubscriber(): void;
  isStarted(): boolean;
}

export interface ClusterInternals {
  slots: string[][];
  _groupsIds: Record<string, number>;
  _groupsBySlot: (number | undefined)[];
  readonly connectionPool: ConnectionPool;
  readonly subscriber: ClusterSubscriber;
  readonly manuallyClosing: boolean;
  setStatus(status: string): void;
}

export function redisInternals(redis: Redis): RedisInternals {
  return redis as unknown as RedisInternals;
}

export function clusterInternals(cluster: Cluster): ClusterInternals {
  return cluster as unknown as ClusterInternals;
}

/** Ends a connection at once. `disconnect` alone waits for the peer, and a silent peer never answers. */
export function cut(redis: Redis): void {
  const { stream } = redisInternals(redis);
  redis.disconnect();
  stream?.destroy();
}

/** Ends the socket and leaves the client in charge of what follows (a reconnect, or the end of a pooled connection). */
export function dropSocket(redis: Redis): void {
  redisInternals(redis).stream?.destroy();
}
