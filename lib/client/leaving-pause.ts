/**
 * How long a connection to a server that refuses writes is kept before another is tried. A failover is over soon, so the
 * first pauses are short; an endpoint that always refuses must not be dialled ten times a second by every client there is.
 */

const SHORTEST_MS = 100;
const LONGEST_MS = 1_000;
/** Nothing was left for so long that the next refusal is a failover of its own. */
const FORGOTTEN_AFTER_MS = 5 * LONGEST_MS;
/** A pause is cut by up to this share, so that clients which lost the same primary do not come back together. */
const JITTER = 0.5;

export class LeavingPause {
  readonly #random: () => number;
  #leftAt = Number.NEGATIVE_INFINITY;
  #longestMs = 0;
  #pauseMs = 0;

  /** @param random from 0 to 1, as `Math.random` */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** @param now in milliseconds, of a clock that only goes forward */
  isOver(now: number): boolean {
    return now - this.#leftAt >= this.#pauseMs;
  }

  /** A connection is left now: the next one is kept for twice as long at most, unless that is long ago. */
  begin(now: number): void {
    const isForgotten = now - this.#leftAt >= FORGOTTEN_AFTER_MS;
    this.#longestMs = isForgotten ? SHORTEST_MS : Math.min(this.#longestMs * 2, LONGEST_MS);
    this.#pauseMs = this.#longestMs * (1 - JITTER * this.#random());
    this.#leftAt = now;
  }
}
