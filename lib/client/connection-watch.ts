/**
 * Looks at every connection of a cluster client some times a second: which owe an answer for too long, which lead
 * nowhere, which never finish being made.
 */
import type { Redis } from 'ioredis';
import type { Flights } from './flight.ts';
import { dropSocket, redisInternals } from './internals.ts';
import type { LightConnection } from './light-connection.ts';
import type { ClientSettings } from './options.ts';
import { SecondOpinion } from './second-opinion.ts';
import { SilenceMeter } from './silence.ts';
import type { ClientStatistics } from './statistics.ts';

export interface ConnectionWatchOptions {
  readonly settings: ClientSettings;
  readonly flights: Flights;
  readonly statistics: ClientStatistics;
  readonly open: (host: string, port: number) => LightConnection;
  /** False when the connection's node has given this slot away. */
  readonly mayServe: (redis: Redis, slot: number) => boolean;
  /** Usual round trip to the connection's node; undefined when it has not been measured. */
  readonly roundTripMs: (redis: Redis) => number | undefined;
  /** A connection that was held back from speaks again. */
  readonly released: () => void;
}

/** An answer may take this many usual round trips before it is late: a far node is not silent because it is far. */
const USUAL_ROUND_TRIPS = 4;

export class ConnectionWatch {
  readonly #options: ConnectionWatchOptions;
  readonly #silence: SilenceMeter;
  readonly #secondOpinion: SecondOpinion;
  /**
   * Connections that owe an answer for too long. Nothing more is written to them until they speak again: what is on a
   * connection when it is lost has an unknown outcome, what waits elsewhere has not.
   */
  readonly #held = new Set<Redis>();

  constructor(options: ConnectionWatchOptions) {
    const { settings, statistics, open } = options;
    this.#options = options;
    this.#silence = new SilenceMeter(options.flights);
    this.#secondOpinion = new SecondOpinion({
      open: (redis) => open(redis.options.host ?? '', redis.options.port ?? 0),
      giveUpAfterMs: settings.connectTimeoutMs,
      dead: (redis) => {
        statistics.connectionsReplaced += 1;
        dropSocket(redis);
      },
    });
  }

  /** Whether commands are to be held back from this connection. */
  isHeld(redis: Redis): boolean {
    return this.#held.has(redis);
  }

  /** The connection has answered something. */
  spoke(redis: Redis | undefined): void {
    if (redis !== undefined && this.#held.delete(redis)) this.#options.released();
  }

  /** True when some command waits longer than it should. */
  look(connections: readonly Redis[], now: number): boolean {
    for (const redis of this.#held) if (redis.status === 'end') this.#held.delete(redis);
    return connections.filter((redis) => this.#examine(redis, now)).length > 0;
  }

  /** Ends a connection that does not get ready in time; ioredis does not bound all of the way. */
  boundConnecting(redis: Redis, now: number, limitMs: number): void {
    if (this.#silence.isStuckOnTheWay(redis, now, limitMs)) dropSocket(redis);
  }

  close(): void {
    this.#secondOpinion.close();
  }

  #examine(redis: Redis, now: number): boolean {
    const { settings, flights, statistics, mayServe } = this.#options;
    const silence = this.#silence.of(redis, now);
    if (silence === undefined || silence.forMs < this.#patienceWith(redis)) {
      this.spoke(redis);
      return this.#keepsWaiting(redis, now);
    }
    this.#held.add(redis);
    const { flight, forMs } = silence;
    const gaveItAway = !mayServe(redis, flight.slot) && forMs >= settings.askTimeoutMs;
    if (flight.settled || gaveItAway) {
      // A live node that gave a slot away would have answered MOVED; and where the command that waits has been given up,
      // nothing came in all that time.
      statistics.connectionsCut += 1;
      dropSocket(redis);
    } else if (forMs >= settings.secondOpinionAfterMs) {
      this.#secondOpinion.seek(redis, flight.command, flights.keyOf(flight));
    }
    return true;
  }

  #patienceWith(redis: Redis): number {
    return Math.max(this.#options.settings.suspectAfterMs, USUAL_ROUND_TRIPS * (this.#options.roundTripMs(redis) ?? 0));
  }

  /** Commands that wait for this connection to be made. */
  #keepsWaiting(redis: Redis, now: number): boolean {
    const first = redisInternals(redis).offlineQueue.peekAt(0)?.command;
    const flight = first === undefined ? undefined : this.#options.flights.of(first);
    return flight !== undefined && now - flight.since >= this.#options.settings.suspectAfterMs;
  }
}
