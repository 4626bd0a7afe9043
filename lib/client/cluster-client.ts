/**
 * ioredis' `Cluster` with a routing of its own. ioredis learns of a change from the node that has gone; this client
 * learns of it from those that stay (membership.ts), cuts the connections to nodes that have left, and sends each
 * command to the owner of its slot and nowhere else. A command that has no owner to go to waits for one, up to a bound.
 * What happens to a command that was on a lost connection is decided by retry-policy.ts.
 */
import { Cluster, Command, type Redis } from 'ioredis';
import { slotOf } from '../topology/slot.ts';
import { ConnectionPoolKeeper } from './connection-pool-keeper.ts';
import { ConnectionWatch } from './connection-watch.ts';
import { type Flight, Flights, isReplyTo } from './flight.ts';
import { type ClusterInternals, clusterInternals, cut } from './internals.ts';
import { type ConnectionDefaults, type LightConnection, lightConnection, redisOptionsOf } from './light-connection.ts';
import type { Log } from './log.ts';
import { Membership } from './membership.ts';
import type { ClientSettings } from './options.ts';
import { firstDue } from './own-logins.ts';
import { type ReplicaReads, replicaChoice } from './replica-reads.ts';
import { type Next, nextAfter } from './retry-policy.ts';
import { type ClientStatistics, newStatistics } from './statistics.ts';
import { changesBetween } from './topology-text.ts';
import type { ClusterMap } from './topology-view.ts';
import { WaitingRoom } from './waiting-room.ts';

export interface ClusterClientOptions {
  readonly endpoint: { readonly host: string; readonly port: number };
  readonly defaults: ConnectionDefaults;
  readonly settings: ClientSettings;
  readonly replicaReads: ReplicaReads;
  readonly autoPipelining: boolean;
  readonly log: Log;
}

type Sendable = Parameters<Cluster['sendCommand']>;
/** ioredis' way to tell the commands of one pipeline to go together. */
interface PipelineTarget {
  slot: number | undefined;
  redis?: Redis | undefined;
}

const SUBSCRIPTIONS: ReadonlySet<string> = new Set([
  'subscribe',
  'psubscribe',
  'ssubscribe',
  'unsubscribe',
  'punsubscribe',
  'sunsubscribe',
]);
/** Pauses before a command is tried again, by the number of tries. */
const PAUSES_MS = [0, 0, 10, 25, 50, 100] as const;
/** A redirection is followed at once this many times; then nodes contradict each other and it waits in between. */
const MOST_IMMEDIATE_REDIRECTIONS = 5;
const QUIT_TIMEOUT_MS = 2_000;
/** For commands that wait for something that wakes them; the pause is for what nobody thought of. */
const UNTIL_WOKEN_MS = 200;
const CLOSED = 'The client was closed.';
const LATER: Next = { kind: 'later' };

interface PipelineHandlers {
  defaults(): void;
  maxRedirections(error: Error): void;
  ask(slot: number, address: string): void;
  tryagain(): void;
}

export class RedoubtCluster extends Cluster {
  readonly statistics: ClientStatistics = newStatistics();
  readonly #own: ClusterClientOptions;
  readonly #internals: ClusterInternals;
  readonly #membership: Membership;
  readonly #pool: ConnectionPoolKeeper;
  readonly #flights: Flights;
  readonly #waiting: WaitingRoom;
  readonly #watch: ConnectionWatch;
  #timer: NodeJS.Timeout | undefined;
  #suspicious = false;
  #closed = false;
  #subscriberHeardAt = 0;

  constructor(options: ClusterClientOptions, opened?: LightConnection) {
    const { endpoint, defaults, settings } = options;
    super([{ ...endpoint }], {
      lazyConnect: true,
      enableReadyCheck: false,
      enableAutoPipelining: options.autoPipelining,
      // Names are kept as they are, so that each connection looks them up again and verifies the certificate.
      dnsLookup: (address, callback) => callback(null, address),
      clusterRetryStrategy: (times) => Math.min(50 * times, 1_000),
      redisOptions: {
        ...redisOptionsOf(defaults),
        connectTimeout: settings.connectTimeoutMs,
        maxRetriesPerRequest: null,
        enableReadyCheck: false,
      },
    });
    this.#own = options;
    this.#internals = clusterInternals(this as unknown as Cluster);
    const open = (host: string, port: number) => lightConnection(defaults, host, port, settings.connectTimeoutMs);
    this.#flights = new Flights({
      retryForMs: settings.retryForMs,
      retryUnknown: settings.retryUnknown,
      slotOf: slotOfCommand,
      trouble: () => defaults.login.trouble,
      returned: (flight, error) => this.#returned(flight, error),
      answered: (flight) => this.#watch.spoke(flight.connection),
    });
    this.#waiting = new WaitingRoom((flight) => this.#route(flight));
    this.#watch = new ConnectionWatch({
      settings,
      flights: this.#flights,
      statistics: this.statistics,
      open,
      mayServe: (redis, slot) => this.#mayServe(redis, slot),
      roundTripMs: ({ options: { host, port } }) => this.#membership.roundTripMs(`${host}:${port}`),
      released: () => this.#waiting.wakeAll(),
    });
    this.#membership = new Membership(
      {
        endpoint,
        settings,
        open,
        mayDial: (now) => defaults.login.mayDial(now),
        isSuspicious: () => this.#suspicious,
        changed: (map, previous) => this.#apply(map, previous),
      },
      opened,
    );
    this.#pool = new ConnectionPoolKeeper(this.#internals, settings.connectTimeoutMs, defaults.login, {
      lost: () => this.#membership.alarm(),
      cut: () => {
        this.statistics.connectionsCut += 1;
      },
    });
    this.on('ready', () => this.#waiting.wakeAll());
    this.on('end', () => this.#shutDown());
  }

  /** The map that commands are routed by; undefined before the first connect. */
  get topology(): ClusterMap | undefined {
    return this.#membership.map;
  }

  /** How often nodes have been asked for the topology so far. */
  get questionsAsked(): number {
    return this.#membership.asked;
  }

  /** Resolves when the owners of the slots are known. A client that was closed stays closed: make another. */
  override connect(): Promise<void> {
    if (this.#closed) return Promise.reject(new Error(CLOSED));
    this.#timer ??= setInterval(
      () => this.#tick(performance.now()),
      Math.max(10, this.#own.settings.suspectAfterMs / 2),
    );
    this.#timer.unref();
    this.#membership.start();
    return super.connect();
  }

  override disconnect(reconnect = false): void {
    const connections = this.nodes();
    super.disconnect(reconnect);
    if (reconnect) return;
    for (const redis of connections) cut(redis);
    this.#shutDown();
    // With an empty pool nothing would tell ioredis that everything is closed.
    if (connections.length === 0 && this.status === 'disconnecting') this.#internals.setStatus('close');
  }

  /** Waits for the answers that are due, but not for a node that does not answer. */
  override async quit(): Promise<'OK'> {
    const stop = new Promise<'OK'>((resolve) => setTimeout(() => resolve('OK'), QUIT_TIMEOUT_MS).unref());
    await Promise.race([super.quit(), stop]);
    this.disconnect();
    return 'OK';
  }

  /** A client of its own with the same settings. */
  override duplicate(): ReturnType<Cluster['duplicate']> {
    return new RedoubtCluster(this.#own) as unknown as ReturnType<Cluster['duplicate']>;
  }

  /** ioredis' requests for a refresh are answered from what the watcher finds out. */
  override refreshSlotsCache(callback?: (error?: Error | null) => void): void {
    this.#membership.refreshed(this.#own.settings.connectTimeoutMs).then(
      () => {
        this.emit('refresh');
        callback?.();
      },
      (error: Error) => {
        // The text by which ioredis knows that no node answered.
        callback?.(Object.assign(new Error('Failed to refresh slots cache.'), { lastNodeError: error }));
      },
    );
  }

  override sendCommand(command: Sendable[0], stream?: Sendable[1], node?: PipelineTarget): unknown {
    if (this.status === 'wait') this.connect().catch(() => {});
    const followed = this.#flights.underWay(command);
    const flight = followed ?? this.#flights.track(command, stream);
    if (flight.transaction) this.#sendTogether(flight, stream, node);
    else if (stream !== undefined && flight.attempts === 0) this.#sendPipelined(flight, stream, node);
    else if (this.#waiting.hasLine(flight.slot)) this.#waiting.add(flight, 0);
    else this.#route(flight);
    return command.promise;
  }

  /** ioredis calls it for pipelines that failed as a whole; here that is a transaction and nothing else. */
  override handleError(error: Error, ttl: { value?: unknown }, handlers: PipelineHandlers): void {
    const now = performance.now();
    const deadline = typeof ttl.value === 'number' ? ttl.value : now + this.#own.settings.retryForMs;
    ttl.value = deadline;
    const next = error.name === 'NotAppliedError' ? LATER : nextAfter(error, error.name === 'ReplyError');
    if (next.kind === 'final' || next.kind === 'lost' || this.#closed) handlers.defaults();
    else if (now >= deadline) handlers.maxRedirections(error);
    else {
      if (next.kind !== 'later') this.#membership.alarm();
      const canAsk = next.kind === 'ask' && this.#pool.connectionTo(next.address) !== undefined;
      if (canAsk) handlers.ask(next.slot, next.address);
      else setTimeout(() => handlers.tryagain(), next.kind === 'moved' ? 10 : 50);
    }
  }

  #sendTogether(flight: Flight, stream: Sendable[1], node: PipelineTarget | undefined): void {
    const redis = node?.redis ?? this.#connectionFor(flight, node?.slot ?? flight.slot);
    if (redis === undefined) {
      // Rejected later: the pipeline first hands over all of its commands.
      setImmediate(() => this.#flights.end(flight, 'No node takes commands for its slot at the moment.'));
      return;
    }
    if (node !== undefined) node.redis = redis;
    this.#hand(flight, redis, stream);
  }

  /** The commands of a pipeline are written together; those that come back are sent again one by one. */
  #sendPipelined(flight: Flight, stream: Sendable[1], node: PipelineTarget | undefined): void {
    const redis = node?.redis ?? this.#connectionFor(flight, node?.slot ?? flight.slot);
    if (redis === undefined || redis.status === 'end') {
      flight.attempts += 1;
      this.#waiting.add(flight, this.#pauseFor(flight.slot));
      return;
    }
    if (node !== undefined) node.redis = redis;
    this.#hand(flight, redis, stream);
  }

  #route(flight: Flight): void {
    if (flight.settled) return;
    if (this.#closed || this.status === 'end') {
      this.#flights.end(flight, CLOSED);
      return;
    }
    const redis = this.#connectionFor(flight, flight.slot);
    if (redis === undefined) this.#waiting.add(flight, this.#pauseFor(flight.slot));
    else this.#hand(flight, redis);
  }

  /** Woken earlier by a new map, or when the connection that is silent speaks again. */
  #pauseFor(slot: number): number {
    const owner = this.#internals.slots[slot]?.[0];
    const pauseMs = owner === undefined ? undefined : this.#pool.pauseBefore(owner);
    return pauseMs === undefined || pauseMs === 0 ? UNTIL_WOKEN_MS : pauseMs;
  }

  #hand(flight: Flight, redis: Redis, stream?: Sendable[1]): void {
    flight.attempts += 1;
    flight.connection = redis;
    flight.writtenAt = undefined;
    redis.sendCommand(flight.command, stream);
  }

  #connectionFor(flight: Flight, slot: number): Redis | undefined {
    if (this.status !== 'ready') return undefined;
    if (SUBSCRIPTIONS.has(flight.command.name.toLowerCase()))
      return this.#internals.subscriber.getInstance() ?? undefined;
    if (slot < 0) return this.#pool.anyPrimary((redis) => !this.#watch.isHeld(redis));
    const keys = this.#internals.slots[slot] ?? [];
    const key =
      replicaChoice(this.#own.replicaReads, flight, keys, (each) => this.#membership.roundTripMs(each)) ?? keys[0];
    const redis = key === undefined ? undefined : this.#pool.connectionTo(key);
    return redis === undefined || this.#watch.isHeld(redis) ? undefined : redis;
  }

  /** A command came back without the answer that its caller wants. */
  #returned(flight: Flight, error: Error): void {
    const next = nextAfter(error, isReplyTo(flight.command, error));
    if (next.kind !== 'final') flight.lastError = error;
    if (next.kind === 'lost') this.#lost(flight);
    else if (next.kind === 'final' || flight.transaction) flight.reject(error);
    else {
      // The server has answered: this attempt was not applied.
      flight.writtenAt = undefined;
      this.#watch.spoke(flight.connection);
      this.#membership.alarm();
      if (next.kind === 'moved' || next.kind === 'ask') this.#redirected(flight, next.kind, next.address);
      else this.#waiting.add(flight, pauseOf(Math.max(3, flight.attempts)));
    }
  }

  #lost(flight: Flight): void {
    const written = flight.writtenAt !== undefined;
    if (this.#closed || flight.transaction || !this.#flights.mayRepeat(flight)) {
      if (written) this.statistics.outcomesUnknown += 1;
      this.#flights.end(flight, this.#closed ? CLOSED : 'Its connection was lost.');
      return;
    }
    if (written) {
      flight.doubtful = true;
      flight.writtenAt = undefined;
      this.statistics.commandsRepeated += 1;
    }
    this.#waiting.add(flight, pauseOf(flight.attempts));
  }

  #redirected(flight: Flight, kind: 'moved' | 'ask', address: string): void {
    flight.redirections += 1;
    this.statistics[kind === 'moved' ? 'redirectsMoved' : 'redirectsAsk'] += 1;
    // A redirection without a host means the host that sent it.
    const target = address.startsWith(':') ? `${flight.connection?.options.host ?? ''}${address}` : address;
    const redis = this.#pool.redirectedTo(target, flight.connection);
    if (redis === undefined || flight.redirections > MOST_IMMEDIATE_REDIRECTIONS) {
      this.#waiting.add(flight, 25);
      return;
    }
    if (kind === 'ask') redis.asking().catch(() => {});
    this.#hand(flight, redis);
  }

  #apply(map: ClusterMap, previous: ClusterMap | undefined): void {
    if (this.#closed) return;
    if (previous !== undefined) {
      this.statistics.topologyChanges += 1;
      for (const line of changesBetween(previous, map)) this.#own.log(line);
    }
    this.#pool.apply(map, this.#own.replicaReads !== 'never');
    this.#waiting.wakeAll();
  }

  #tick(now: number): void {
    this.#flights.expire(now);
    const connections = this.nodes();
    const subscriber = this.#internals.subscriber.getInstance();
    if (subscriber !== null) {
      // ioredis gives it a copy of a password; from here on it is logged in as the others are.
      this.#own.defaults.login.follow(subscriber);
      connections.push(subscriber);
    }
    if (subscriber?.status === 'ready') this.#keepListening(subscriber, now);
    for (const redis of connections) {
      const limitMs = redis === subscriber ? this.#own.settings.connectTimeoutMs : redis.options.connectTimeout;
      this.#watch.boundConnecting(redis, now, limitMs ?? this.#own.settings.connectTimeoutMs);
    }
    this.#suspicious = this.#watch.look(connections, now) || this.#waiting.size > 0;
  }

  #mayServe(redis: Redis, slot: number): boolean {
    const owner = this.#internals.slots[slot]?.[0];
    return owner === undefined || this.#pool.isConnectionTo(redis, owner) || this.#own.replicaReads !== 'never';
  }

  /** A subscriber only listens, so its silence would never show. A PING now and then is answered or missed. */
  #keepListening(subscriber: Redis, now: number): void {
    if (now - this.#subscriberHeardAt < this.#own.settings.watchEveryMs) return;
    if (firstDue(subscriber) !== undefined) return;
    this.#subscriberHeardAt = now;
    const ping = new Command('ping');
    const flight = this.#flights.track(ping);
    ping.promise.catch(() => {});
    this.#hand(flight, subscriber);
  }

  #shutDown(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#membership.close();
    this.#watch.close();
    this.#flights.endAll();
    this.#waiting.close();
  }
}

function slotOfCommand(command: Command): number {
  const key = command.getKeys()[0];
  return key === undefined ? -1 : slotOf(key);
}

function pauseOf(attempts: number): number {
  return PAUSES_MS[Math.min(attempts, PAUSES_MS.length - 1)] ?? 100;
}
