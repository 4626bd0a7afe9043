/**
 * Keeps ioredis' connection pool in step with the map: connections to nodes that have left are cut at once, owners are
 * connected before the first command needs them, and an address that is gone is never dialled again.
 */
import type { Redis } from 'ioredis';
import { type ClusterInternals, cut, type PoolNode, redisInternals } from './internals.ts';
import type { Login } from './login.ts';
import type { ClusterMap, Member } from './topology-view.ts';

export interface PoolEvents {
  /** A connection to a current member was lost. */
  readonly lost: () => void;
  /** A connection was cut because its node has left. */
  readonly cut: () => void;
}

/** Pauses between dials of one node, by the number of failures in a row. */
const REDIAL_PAUSES_MS = [0, 0, 25, 50, 100, 200] as const;
const MOST_CONNECT_TIMEOUT_FACTOR = 5;
/** Remembered addresses of nodes that have left. */
const MOST_RETIRED = 10_000;

export class ConnectionPoolKeeper {
  readonly #internals: ClusterInternals;
  readonly #connectTimeoutMs: number;
  readonly #login: Login;
  readonly #events: PoolEvents;
  readonly #failures = new Map<string, number>();
  readonly #notBefore = new Map<string, number>();
  /** Which node a connection was made for; tells a new node under an old name. */
  readonly #madeFor = new WeakMap<Redis, string>();
  readonly #retired = new Set<string>();
  #members: ReadonlyMap<string, Member> = new Map();
  #primaryKeys: readonly string[] = [];

  constructor(internals: ClusterInternals, connectTimeoutMs: number, login: Login, events: PoolEvents) {
    this.#internals = internals;
    this.#connectTimeoutMs = connectTimeoutMs;
    this.#login = login;
    this.#events = events;
    const pool = internals.connectionPool;
    pool.on('+node', (redis: Redis, key: string) => {
      login.follow(redis);
      redis.once('ready', () => this.#failures.delete(key));
    });
    pool.on('-node', (redis: Redis, key: string) => this.#ended(redis, key));
    // Losing every connection at once is what a maintenance looks like. ioredis would fall back to its start-up node and
    // hold commands back meanwhile; here the watcher brings the new map and the status stays `ready`.
    pool.removeAllListeners('drain');
    pool.on('drain', () => {
      if ((internals as unknown as { status: string }).status !== 'ready') internals.setStatus('close');
    });
  }

  /** Routes by a new map, and cuts what leads to nodes that have left. */
  apply(map: ClusterMap, useReplicas: boolean): void {
    for (const key of this.#members.keys()) if (!map.members.has(key)) this.#retire(key);
    for (const key of map.members.keys()) this.#retired.delete(key);
    this.#members = map.members;
    this.#primaryKeys = map.shards.map((shard) => shard.primary.key);
    this.#setSlots(map);
    const gone = this.#connectionsToGoneNodes(map);
    this.#internals.connectionPool.reset(poolNodes(map));
    for (const { key, redis } of gone) this.#cut(key, redis);
    this.#moveSubscriber(map);
    for (const key of useReplicas ? map.members.keys() : this.#primaryKeys) this.#openEarly(key);
  }

  /** The connection to this node; undefined when it must not be dialled now. */
  connectionTo(key: string): Redis | undefined {
    const pool = this.#internals.connectionPool;
    const existing = pool.getInstanceByKey(key);
    if (existing !== undefined && existing.status !== 'end') return existing;
    if (existing !== undefined || this.#isGone(key) || performance.now() < (this.#notBefore.get(key) ?? 0))
      return undefined;
    const node = this.#nodeOf(key);
    return node === undefined || !this.#login.mayDial(performance.now()) ? undefined : this.#make(key, node);
  }

  /** The connection a redirection names. When it points back at the connection it came from, that one is replaced. */
  redirectedTo(key: string, from: Redis | undefined): Redis | undefined {
    const existing = this.#internals.connectionPool.getInstanceByKey(key);
    const node = this.#nodeOf(key);
    if (from !== undefined && existing === from && node !== undefined)
      return this.#internals.connectionPool.recreate(node);
    return this.connectionTo(key);
  }

  /** For commands without a key: a primary that is connected and `isFit`, or else any that is fit and may be dialled. */
  anyPrimary(isFit: (redis: Redis) => boolean): Redis | undefined {
    const order = [...this.#primaryKeys].sort(() => Math.random() - 0.5);
    const isOpen = (key: string) => this.#internals.connectionPool.getInstanceByKey(key)?.status === 'ready';
    for (const key of [...order.filter(isOpen), ...order]) {
      const redis = this.connectionTo(key);
      if (redis !== undefined && isFit(redis)) return redis;
    }
    return undefined;
  }

  /** How long until this node may be dialled again; 0 when it may now, undefined when it must not be. */
  pauseBefore(key: string): number | undefined {
    if (this.#isGone(key)) return undefined;
    return Math.max(0, (this.#notBefore.get(key) ?? 0) - performance.now());
  }

  isConnectionTo(redis: Redis, key: string): boolean {
    return this.#internals.connectionPool.getInstanceByKey(key) === redis;
  }

  #nodeOf(key: string): PoolNode | undefined {
    const member = this.#members.get(key);
    const colon = key.lastIndexOf(':');
    const port = member?.port ?? Number(key.slice(colon + 1));
    const host = member?.host ?? key.slice(0, colon);
    if (host === '' || !Number.isInteger(port) || port < 1 || port > 65_535) return undefined;
    return { host, port, readOnly: member !== undefined && !this.#primaryKeys.includes(key) };
  }

  #make(key: string, node: PoolNode): Redis {
    const redis = this.#internals.connectionPool.findOrCreate(node, node.readOnly);
    const factor = Math.min(2 ** (this.#failures.get(key) ?? 0), MOST_CONNECT_TIMEOUT_FACTOR);
    redis.options.connectTimeout = this.#connectTimeoutMs * factor;
    this.#madeFor.set(redis, this.#members.get(key)?.nodeId ?? '');
    return redis;
  }

  #isGone(key: string): boolean {
    return this.#retired.has(key) && !this.#members.has(key);
  }

  #ended(redis: Redis, key: string): void {
    if (!this.#members.has(key) || redisInternals(redis).manuallyClosing) return;
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    const pauseMs = REDIAL_PAUSES_MS[Math.min(failures, REDIAL_PAUSES_MS.length - 1)] ?? 200;
    this.#notBefore.set(key, performance.now() + pauseMs);
    this.#events.lost();
  }

  #retire(key: string): void {
    this.#failures.delete(key);
    this.#notBefore.delete(key);
    this.#retired.add(key);
    for (const oldest of this.#retired) {
      if (this.#retired.size <= MOST_RETIRED) break;
      this.#retired.delete(oldest);
    }
  }

  #setSlots(map: ClusterMap): void {
    const nobody: string[] = [];
    const slots: string[][] = new Array<string[]>(16_384).fill(nobody);
    const groups: Record<string, number> = {};
    const groupsBySlot = new Array<number | undefined>(16_384).fill(undefined);
    for (const [index, shard] of map.shards.entries()) {
      const keys = [shard.primary.key, ...shard.replicas.map((replica) => replica.key)];
      groups[keys.join(';')] = index + 1;
      for (const [first, last] of shard.slots) {
        slots.fill(keys, first, last + 1);
        groupsBySlot.fill(index + 1, first, last + 1);
      }
    }
    this.#internals.slots = slots;
    this.#internals._groupsIds = groups;
    this.#internals._groupsBySlot = groupsBySlot;
  }

  /** Nodes that are no members any more, and nodes whose name another node has now. */
  #connectionsToGoneNodes(map: ClusterMap): { key: string; redis: Redis }[] {
    const gone: { key: string; redis: Redis }[] = [];
    for (const [key, redis] of Object.entries(this.#internals.connectionPool.nodes.all)) {
      const member = map.members.get(key);
      if (member === undefined || this.#leadsToAnother(redis, member)) gone.push({ key, redis });
      else this.#madeFor.set(redis, member.nodeId);
    }
    return gone;
  }

  #leadsToAnother(redis: Redis, member: Member): boolean {
    const madeFor = this.#madeFor.get(redis);
    if (madeFor === undefined || madeFor === '' || member.nodeId === '' || madeFor === member.nodeId) return false;
    // The name may have led to the new node already when the connection was made.
    const address = redisInternals(redis).stream?.remoteAddress;
    return redis.status !== 'wait' && (address === undefined || !member.alternatives.includes(address));
  }

  #cut(key: string, redis: Redis): void {
    if (this.#members.has(key)) {
      const node = this.#nodeOf(key);
      if (node !== undefined)
        this.#madeFor.set(
          this.#internals.connectionPool.recreate(node, node.readOnly),
          this.#members.get(key)?.nodeId ?? '',
        );
    }
    if (redis.status !== 'wait' && redis.status !== 'end') this.#events.cut();
    cut(redis);
  }

  /** The subscriber has a connection of its own, to a node that may have left. ioredis chooses another when it ends. */
  #moveSubscriber(map: ClusterMap): void {
    const { subscriber } = this.#internals;
    const redis = subscriber.getInstance();
    if (redis === null || !subscriber.isStarted()) return;
    const member = map.members.get(`${redis.options.host}:${redis.options.port}`);
    if (member !== undefined && !this.#leadsToAnother(redis, member)) {
      this.#madeFor.set(redis, member.nodeId);
      return;
    }
    if (redis.status === 'wait') subscriber.selectSubscriber();
    else cut(redis);
  }

  #openEarly(key: string): void {
    const redis = this.connectionTo(key);
    if (redis?.status === 'wait') redis.connect().catch(() => {});
  }
}

function poolNodes(map: ClusterMap): PoolNode[] {
  const nodes = new Map<string, PoolNode>();
  for (const { primary, replicas } of map.shards) {
    for (const replica of replicas) {
      if (!nodes.has(replica.key)) nodes.set(replica.key, { host: replica.host, port: replica.port, readOnly: true });
    }
    nodes.set(primary.key, { host: primary.host, port: primary.port, readOnly: false });
  }
  for (const { key, host, port } of map.members.values()) {
    if (!nodes.has(key)) nodes.set(key, { host, port, readOnly: true });
  }
  return [...nodes.values()];
}
