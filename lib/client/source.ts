/** One node (or the endpoint) that is asked for the topology, over a connection of its own that stays open. */
import { parseClusterNodes, parseClusterSlots } from './cluster-view.ts';
import { cut } from './internals.ts';
import type { LightConnection } from './light-connection.ts';
import { type NodeView, viewOf } from './topology-view.ts';

export interface SourceOptions {
  readonly name: string;
  readonly host: string;
  readonly open: () => LightConnection;
  /** Asked when a connection would be made: not when the login was just refused, for instance. */
  readonly mayDial: (now: number) => boolean;
  /** An ask that is unanswered for this long gives up its connection. */
  readonly abandonAfterMs: number;
  /**
   * The endpoint's name may lead to a node that is gone while another answers, so a second connection is tried beside
   * the first once it has been silent for this long. Undefined for a node: it is at its address or nowhere.
   */
  readonly hedgeAfterMs?: number;
  readonly answered: (source: Source) => void;
  readonly failed: (source: Source, error: Error) => void;
}

interface Attempt {
  readonly connection: LightConnection;
  /** Undefined while nothing is asked on it. */
  askedAt: number | undefined;
}

const REDIAL_PAUSES_MS = [0, 50, 100, 200, 500] as const;
/** Share of a new measurement in the running mean of the round trip. */
const ROUND_TRIP_WEIGHT = 0.3;

export class Source {
  readonly name: string;
  readonly #options: SourceOptions;
  #attempts: Attempt[] = [];
  #failuresInARow = 0;
  #notBefore = 0;
  #closed = false;
  view: NodeView | undefined;
  answeredAt = Number.NEGATIVE_INFINITY;
  /** Running mean over connections that were open already. */
  roundTripMs: number | undefined;

  constructor(options: SourceOptions, opened?: LightConnection) {
    this.name = options.name;
    this.#options = options;
    if (opened !== undefined) this.#attempts.push({ connection: opened, askedAt: undefined });
  }

  /** When the question that is still open was asked; undefined when none is. */
  get askedAt(): number | undefined {
    const times = this.#attempts.flatMap(({ askedAt }) => (askedAt === undefined ? [] : [askedAt]));
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Asks unless a question is open; opens a connection when there is none and the last failure is long enough ago. */
  ask(now: number): void {
    if (this.#closed) return;
    this.#abandonSilent(now);
    const idle = this.#attempts.find(({ askedAt }) => askedAt === undefined);
    if (idle !== undefined) this.#askOn(idle, now);
    else if (now >= this.#notBefore && this.#needsDial(now) && this.#options.mayDial(now))
      this.#askOn(this.#dial(), now);
  }

  close(): void {
    this.#closed = true;
    for (const attempt of this.#attempts) cut(attempt.connection.redis);
    this.#attempts = [];
  }

  #needsDial(now: number): boolean {
    if (this.#attempts.length === 0) return true;
    const { hedgeAfterMs } = this.#options;
    const askedAt = this.askedAt;
    return (
      hedgeAfterMs !== undefined &&
      this.#attempts.length === 1 &&
      askedAt !== undefined &&
      now - askedAt >= hedgeAfterMs
    );
  }

  #dial(): Attempt {
    const attempt: Attempt = { connection: this.#options.open(), askedAt: undefined };
    this.#attempts.push(attempt);
    return attempt;
  }

  #askOn(attempt: Attempt, now: number): void {
    const { redis } = attempt.connection;
    const wasOpen = redis.status === 'ready';
    attempt.askedAt = now;
    // A server that refuses CLUSTER NODES still answers CLUSTER SLOTS; its view then has no epochs.
    const nodes = redis.cluster('NODES').catch(() => '');
    Promise.all([redis.cluster('SLOTS') as Promise<unknown>, nodes]).then(
      ([slots, rows]) => {
        if (!this.#attempts.includes(attempt)) return;
        this.#keepOnly(attempt);
        if (wasOpen) this.#measure(performance.now() - now);
        this.view = viewOf(parseClusterSlots(slots), parseClusterNodes(rows), this.#options.host);
        this.answeredAt = performance.now();
        this.#failuresInARow = 0;
        this.#options.answered(this);
      },
      (error: Error) => {
        if (this.#attempts.includes(attempt)) this.#giveUp(attempt, attempt.connection.lastError() ?? error);
      },
    );
  }

  /** The first connection that answers is the one to keep. */
  #keepOnly(attempt: Attempt): void {
    attempt.askedAt = undefined;
    for (const other of this.#attempts) if (other !== attempt) cut(other.connection.redis);
    this.#attempts = [attempt];
  }

  #giveUp(attempt: Attempt, error: Error): void {
    cut(attempt.connection.redis);
    this.#attempts = this.#attempts.filter((other) => other !== attempt);
    const pause = REDIAL_PAUSES_MS[Math.min(this.#failuresInARow, REDIAL_PAUSES_MS.length - 1)] ?? 0;
    this.#failuresInARow += 1;
    this.#notBefore = performance.now() + pause;
    this.#options.failed(this, error);
  }

  #abandonSilent(now: number): void {
    for (const attempt of this.#attempts) {
      if (attempt.askedAt === undefined || now - attempt.askedAt < this.#options.abandonAfterMs) continue;
      this.#giveUp(
        attempt,
        attempt.connection.lastError() ?? new Error(`no answer in ${this.#options.abandonAfterMs} ms`),
      );
    }
  }

  #measure(roundTripMs: number): void {
    this.roundTripMs =
      this.roundTripMs === undefined
        ? roundTripMs
        : this.roundTripMs + ROUND_TRIP_WEIGHT * (roundTripMs - this.roundTripMs);
  }
}
