/**
 * ioredis' `Redis` for a single endpoint (Azure's Enterprise and non-clustered policies, ElastiCache without cluster
 * mode). There is no topology to ask about, so a connection that goes silent is checked through a fresh one
 * (second-opinion.ts), and what happens to the commands on a lost connection is decided by retry-policy.ts instead of
 * being sent again wholesale.
 */
import { Redis } from 'ioredis';
import { messageOf } from './errors.ts';
import { type Flight, Flights, isReplyTo } from './flight.ts';
import { dropSocket, redisInternals } from './internals.ts';
import { LeavingPause } from './leaving-pause.ts';
import { type ConnectionDefaults, lightConnection, redisOptionsOf } from './light-connection.ts';
import type { Log } from './log.ts';
import { watchTransactions } from './open-transaction.ts';
import type { ClientSettings } from './options.ts';
import { firstDue } from './own-logins.ts';
import { RacingConnector } from './racing-connector.ts';
import { nextAfter } from './retry-policy.ts';
import { SecondOpinion } from './second-opinion.ts';
import { SilenceMeter } from './silence.ts';
import { type ClientStatistics, newStatistics } from './statistics.ts';

export interface SingleClientOptions {
  readonly endpoint: { readonly host: string; readonly port: number };
  readonly defaults: ConnectionDefaults;
  readonly settings: ClientSettings;
  readonly autoPipelining: boolean;
  readonly log: Log;
}

type Sendable = Parameters<Redis['sendCommand']>;

interface Held {
  readonly flight: Flight;
  readonly stream: Sendable[1];
}

/** Commands by which ioredis sets a connection up; they are not the application's while that goes on. */
const SET_UP: ReadonlySet<string> = new Set(['hello', 'auth', 'select', 'client', 'readonly', 'info']);
const PAUSES_MS = [0, 0, 25, 50, 100, 200] as const;
const MOST_CONNECT_TIMEOUT_FACTOR = 5;
/** A name that a failover moves must not be asked for late: what is refused meanwhile costs one packet each way. */
const LONGEST_RECONNECT_PAUSE_MS = 200;
/** How long a demoted primary is given to refuse what else it has been sent: what is on a connection that is cut has an unknown outcome. */
const LEAVE_WITHIN_MS = 100;
const HELD_SENT_PER_ANSWER = 2;
const CLOSED = 'The client was closed.';

export class RedoubtRedis extends Redis {
  readonly statistics: ClientStatistics = newStatistics();
  readonly #own: SingleClientOptions;
  readonly #flights: Flights;
  readonly #silence: SilenceMeter;
  readonly #secondOpinion: SecondOpinion;
  readonly #isTransactionOpen: () => boolean;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #heardAt = 0;
  readonly #leavingPause = new LeavingPause();
  /** A refusal within a transaction that was still being written; its connection is left when that is over. */
  #refusedWithin = false;
  /** Since when the connection is to be left; what is given meanwhile is held for the next one. */
  #leavingSince: number | undefined;
  #silent = false;
  /**
   * Given while the connection owed an answer for too long. What is on a connection when it is lost has an unknown
   * outcome, what waits here has not; so it is written when the connection speaks again, or to the next one.
   */
  #held: Held[] = [];

  constructor(options: SingleClientOptions) {
    const { endpoint, defaults, settings } = options;
    super({
      ...redisOptionsOf(defaults),
      ...endpoint,
      lazyConnect: true,
      Connector: RacingConnector,
      connectTimeout: settings.connectTimeoutMs,
      retryStrategy: (times) => Math.max(defaults.login.pauseMs, reconnectPauseMs(times)),
      maxRetriesPerRequest: null,
      enableReadyCheck: false,
      enableAutoPipelining: options.autoPipelining,
    });
    this.#own = options;
    this.#isTransactionOpen = watchTransactions(this);
    defaults.login.follow(this, () => !this.#isHolding);
    this.#flights = new Flights({
      retryForMs: settings.retryForMs,
      retryUnknown: settings.retryUnknown,
      slotOf: () => -1,
      trouble: () => defaults.login.trouble,
      returned: (flight, error) => this.#returned(flight, error),
      answered: () => this.#spoke(),
    });
    this.#silence = new SilenceMeter(this.#flights);
    this.#secondOpinion = new SecondOpinion({
      open: () =>
        lightConnection(defaults, endpoint.host, endpoint.port, settings.connectTimeoutMs, {
          Connector: RacingConnector,
        }),
      giveUpAfterMs: settings.connectTimeoutMs,
      dead: () => {
        this.statistics.connectionsReplaced += 1;
        options.log('the connection was silent while a fresh one was answered; it is replaced');
        dropSocket(this);
      },
    });
    this.on('close', () => this.#takeUnanswered());
    this.on('reconnecting', () => this.#patience());
    this.on('ready', () => {
      this.#leavingSince = undefined;
      this.#refusedWithin = false;
      this.options.connectTimeout = settings.connectTimeoutMs;
      this.#spoke();
    });
    this.on('end', () => this.#shutDown());
  }

  override connect(callback?: Parameters<Redis['connect']>[0]): Promise<void> {
    this.#timer ??= setInterval(
      () => this.#tick(performance.now()),
      Math.max(10, this.#own.settings.suspectAfterMs / 2),
    );
    this.#timer.unref();
    return super.connect(callback);
  }

  override disconnect(reconnect = false): void {
    super.disconnect(reconnect);
    if (reconnect) return;
    dropSocket(this);
    this.#shutDown();
  }

  /** A client of its own with the same settings, for instance to subscribe. */
  override duplicate(): ReturnType<Redis['duplicate']> {
    const duplicate = new RedoubtRedis(this.#own);
    duplicate.on('error', (error) => this.#own.log(`connection: ${messageOf(error)}`));
    return duplicate as unknown as ReturnType<Redis['duplicate']>;
  }

  override sendCommand(command: Sendable[0], stream?: Sendable[1]): unknown {
    if (this.status === 'connect' && SET_UP.has(command.name.toLowerCase())) return super.sendCommand(command, stream);
    const flight =
      this.#flights.underWay(command) ?? this.#flights.track(command, stream, this.#isOfTransaction(command));
    if (this.#closed) this.#flights.end(flight, CLOSED);
    else if (this.#isHolding) this.#held.push({ flight, stream });
    else this.#hand(flight, stream);
    return command.promise;
  }

  /** Also of one that is given without a pipeline: once it has been refused or lost, a part of it may not be sent by itself. */
  #isOfTransaction({ name }: Sendable[0]): boolean {
    return this.#isTransactionOpen() || name.toLowerCase() === 'exec';
  }

  get #isHolding(): boolean {
    return this.#silent || this.#leavingSince !== undefined || this.#held.length > 0;
  }

  /** Some of the flight's transaction, or of another, is still to be written: on the next connection it would be applied without the rest. */
  #isParted({ transaction }: Flight): boolean {
    return this.#isTransactionOpen() || (transaction && this.#held.length > 0);
  }

  #hand(flight: Flight, stream?: Sendable[1]): void {
    flight.attempts += 1;
    flight.connection = this;
    super.sendCommand(flight.command, stream);
  }

  /** It answered, or another connection has taken its place: what was held back goes out, in order. */
  #spoke(): void {
    this.#silent = false;
    if (this.#leavingSince !== undefined) {
      this.#leaveWhenAnswered();
      return;
    }
    if (this.#refusedWithin && !this.#isTransactionOpen() && this.#held.length === 0) {
      this.#refusedWithin = false;
      this.#leave();
      return;
    }
    for (const { flight, stream } of this.#held.splice(0, this.#heldToSend())) {
      if (!flight.settled) this.#hand(flight, stream);
    }
  }

  /**
   * Two for each answer, so that a connection that speaks once and falls silent again takes little with it. A pipeline as a
   * whole, because ioredis writes nothing of it before its last command, and then all of it to the connection there is; a
   * transaction too, because the rest of it would be applied by itself on the next connection.
   */
  #heldToSend(): number {
    let count = Math.min(HELD_SENT_PER_ANSWER, this.#held.length);
    while (belongTogether(this.#held[count - 1], this.#held[count])) count += 1;
    return count;
  }

  #returned(flight: Flight, error: Error): void {
    const next = nextAfter(error, isReplyTo(flight.command, error));
    if (next.kind !== 'lost') this.#spoke();
    if (next.kind === 'lost') {
      // What the server has said tells more than that its connection was left for it.
      const { lastError } = flight;
      if (lastError === undefined || !isReplyTo(flight.command, lastError)) flight.lastError = error;
      this.#lost(flight);
      return;
    }
    if (next.kind === 'elsewhere') this.#refused(flight);
    if ((next.kind === 'later' || next.kind === 'elsewhere') && !flight.transaction) {
      flight.lastError = error;
      flight.writtenAt = undefined;
      this.#sendAgain(flight, pauseOf(Math.max(3, flight.attempts)));
    } else {
      flight.reject(error);
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
    this.#sendAgain(flight, pauseOf(flight.attempts));
  }

  /** Never at once: ioredis empties its queues in a loop that would not end. */
  #sendAgain(flight: Flight, pauseMs: number): void {
    setTimeout(() => {
      if (flight.settled) return;
      if (this.#closed || this.status === 'end') this.#flights.end(flight, CLOSED);
      else if (this.#isHolding) this.#held.push({ flight, stream: undefined });
      else this.#hand(flight);
    }, pauseMs);
  }

  /** ioredis keeps what was unanswered to send all of it again; here each command is judged first. */
  #takeUnanswered(): void {
    const internals = redisInternals(this);
    const unanswered = internals.prevCommandQueue?.toArray() ?? [];
    internals.prevCommandQueue = null;
    for (const { command } of unanswered) command.reject(new Error('Connection is closed.'));
  }

  #refused(flight: Flight): void {
    if (this.#isParted(flight)) this.#refusedWithin = true;
    else this.#leave();
  }

  /** The endpoint still led to a server that may not write; the next connection may lead to the one that may. */
  #leave(): void {
    const now = performance.now();
    if (this.#leavingSince !== undefined || !this.#leavingPause.isOver(now)) return;
    this.#leavingSince = now;
    this.#leaveWhenAnswered();
  }

  #leaveWhenAnswered(): void {
    const now = performance.now();
    if (this.#leavingSince === undefined) return;
    if (redisInternals(this).commandQueue.length > 0 && now - this.#leavingSince < LEAVE_WITHIN_MS) return;
    this.#leavingPause.begin(now);
    dropSocket(this);
  }

  /** Each connection attempt in a row that fails is given more time. */
  #patience(): void {
    const { connectTimeoutMs } = this.#own.settings;
    const longest = connectTimeoutMs * MOST_CONNECT_TIMEOUT_FACTOR;
    this.options.connectTimeout = Math.min((this.options.connectTimeout ?? connectTimeoutMs) * 2, longest);
  }

  #tick(now: number): void {
    this.#flights.expire(now);
    const limitMs = this.options.connectTimeout ?? this.#own.settings.connectTimeoutMs;
    if (this.#silence.isStuckOnTheWay(this, now, limitMs)) dropSocket(this);
    if (this.status !== 'ready') return;
    this.#leaveWhenAnswered();
    const { suspectAfterMs, secondOpinionAfterMs } = this.#own.settings;
    const silence = this.#silence.of(this, now);
    if (silence === undefined || silence.forMs < suspectAfterMs) this.#spoke();
    else this.#silent = true;
    // A command that has been given up still owes its answer; nothing came in all that time, so nothing will.
    if (silence?.flight.settled === true) dropSocket(this);
    else if (silence !== undefined && silence.forMs >= secondOpinionAfterMs) {
      this.#secondOpinion.seek(this, silence.flight.command, this.#flights.keyOf(silence.flight));
    }
    this.#keepListening(now);
  }

  /** A connection that only listens, or is idle, would not notice that it is dead: a PING now and then is answered or missed. */
  #keepListening(now: number): void {
    if (now - this.#heardAt < this.#own.settings.watchEveryMs || this.options.monitor === true) return;
    if (firstDue(this) !== undefined || this.#isTransactionOpen()) return;
    this.#heardAt = now;
    this.ping().catch(() => {});
  }

  #shutDown(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#secondOpinion.close();
    this.#flights.endAll();
  }
}

function belongTogether(one: Held | undefined, next: Held | undefined): boolean {
  if (one === undefined || next === undefined) return false;
  if (one.stream !== undefined) return one.stream === next.stream;
  return one.flight.transaction && next.flight.transaction && one.flight.command.name.toLowerCase() !== 'exec';
}

function reconnectPauseMs(times: number): number {
  return times === 1 ? 0 : Math.min(25 * 2 ** Math.max(0, times - 2), LONGEST_RECONNECT_PAUSE_MS);
}

function pauseOf(attempts: number): number {
  return PAUSES_MS[Math.min(attempts, PAUSES_MS.length - 1)] ?? 200;
}
