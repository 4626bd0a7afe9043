/** How long a connection has been owing an answer without a byte arriving. */
import type { Redis } from 'ioredis';
import type { Flight, Flights } from './flight.ts';
import { redisInternals } from './internals.ts';
import { firstDue } from './own-logins.ts';

interface Progress {
  readonly stream: unknown;
  bytesRead: number;
  /** Given to the connection so far. */
  givenBytes: number;
  /** Of these, taken by the operating system. */
  takenBytes: number;
  at: number;
}

export interface Silence {
  readonly forMs: number;
  /** The command whose answer is due first. */
  readonly flight: Flight;
}

/** Look at every connection some times a second; what moved between two looks counts as a sign of life. */
export class SilenceMeter {
  readonly #flights: Flights;
  readonly #progress = new WeakMap<Redis, Progress>();

  readonly #onTheWay = new WeakMap<
    Redis,
    { readonly stream: unknown; readonly status: string; readonly since: number }
  >();

  constructor(flights: Flights) {
    this.#flights = flights;
  }

  /** Undefined when nothing is owed, or the first answer due is one that is allowed to take its time. */
  of(redis: Redis, now = performance.now()): Silence | undefined {
    const { stream } = redisInternals(redis);
    const progressAt = this.#note(redis, stream, now);
    const head = firstDue(redis);
    const flight = head === undefined ? undefined : this.#flights.of(head);
    if (flight?.writtenAt === undefined || flight.blocking || mayTakeItsTime(flight.command.name)) return undefined;
    return { forMs: now - Math.max(progressAt, flight.writtenAt), flight };
  }

  /**
   * On the way to being usable, and without a step forward for `limitMs`. ioredis bounds the connection being made, not the
   * login that follows, and gives its subscriber a limit of its own.
   */
  isStuckOnTheWay(redis: Redis, now: number, limitMs: number): boolean {
    const { status } = redis;
    const known = this.#onTheWay.get(redis);
    if (status !== 'connecting' && status !== 'connect') {
      this.#onTheWay.delete(redis);
      return false;
    }
    const { stream } = redisInternals(redis);
    if (known !== undefined && known.stream === stream && known.status === status) return now - known.since >= limitMs;
    this.#onTheWay.set(redis, { stream, status, since: now });
    return false;
  }

  /**
   * Bytes that came in, or bytes taken out of a backlog that the operating system would not take at once: many requests on a
   * slow line are no silence. That it took all that waited is no sign of life: it does so until its own buffer is full. Of a
   * single request nothing is seen before all of it is taken (docs/limits.md).
   */
  #note(redis: Redis, stream: ReturnType<typeof redisInternals>['stream'], now: number): number {
    const known = this.#progress.get(redis);
    const bytesRead = stream?.bytesRead ?? 0;
    const givenBytes = stream?.bytesWritten ?? 0;
    const takenBytes = givenBytes - (stream?.writableLength ?? 0);
    if (known === undefined || known.stream !== stream) {
      this.#progress.set(redis, { stream, bytesRead, givenBytes, takenBytes, at: Number.NEGATIVE_INFINITY });
      return Number.NEGATIVE_INFINITY;
    }
    const drains = takenBytes > known.takenBytes && takenBytes < known.givenBytes;
    if (bytesRead !== known.bytesRead || drains) known.at = now;
    known.bytesRead = bytesRead;
    known.givenBytes = givenBytes;
    known.takenBytes = takenBytes;
    return known.at;
  }
}

/** Commands of modules (`FT.SEARCH`) may run beside the others, so that a live server answers others before them. */
function mayTakeItsTime(name: string): boolean {
  return name.includes('.');
}
