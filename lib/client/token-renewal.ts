/**
 * Decides when a token is made anew: well before it ends, at a moment that differs from client to client, and again and again
 * with growing pauses where the issuer fails. The token that lives goes on being used meanwhile.
 *
 * Time left is counted by the monotonic clock from the moment a token is received; of the wall clock only the difference to
 * the token's end is taken, and that not beyond what the token says of its own lifetime.
 */
import type { Credential } from '../profile/tokens/credential.ts';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';

export interface TokenRenewalOptions {
  /** Makes a new one and hands it on; says whether it differs from the one before. */
  readonly renew: () => Promise<boolean>;
  /** False when no connection uses the token any more; renewal rests then. */
  readonly isNeeded: () => boolean;
  readonly log: Log;
}

/** Share of the time left after which a token is made anew: from 60 % to 75 %. Azure asks for at least 3 minutes before the end. */
const RENEW_AFTER = { least: 0.6, spread: 0.15 };
/** For tokens that hardly live, or seem to. */
const SOONEST_MS = 200;
/** The same token again (@azure/identity keeps one until 5 minutes before its end): asked again after this share of what is left. */
const ASK_AGAIN_AFTER = 0.1;
const LONGEST_ASK_AGAIN_MS = 30_000;
const FIRST_RETRY = { share: 0.01, leastMs: 50, mostMs: 1_000 };
const LONGEST_RETRY_MS = 10_000;
/** A refused token is followed by another at most this often. */
const HURRY = { share: 0.02, leastMs: 100, mostMs: 5_000 };
/** Of a token that has ended already when it arrives, by a clock that is wrong then. */
const ASSUMED_LEFT_MS = 60_000;
/** A token that seems to have longer to live than its lifetime tells of a clock that is this much behind. */
const CLOCK_TOLERANCE_MS = 2_000;
/** An issuer that does not answer is taken for one that fails; what it still answers is used. */
const ISSUER_TIMEOUT_MS = 20_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class TokenRenewal {
  readonly #options: TokenRenewalOptions;
  #receivedAt = 0;
  #leftAtReceiptMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #attemptedAt = Number.NEGATIVE_INFINITY;
  #failuresInARow = 0;
  #resting = false;
  #renewing = false;
  #toldOfEnd = false;
  #lastFailure: string | undefined;
  #toldOfClock = false;

  constructor(credential: Credential, options: TokenRenewalOptions) {
    this.#options = options;
    this.received(credential);
    this.#planNext();
  }

  /** Milliseconds until servers begin to refuse the token; negative afterwards. */
  get leftMs(): number {
    return this.#leftAtReceiptMs - (performance.now() - this.#receivedAt);
  }

  /** Why there is no token that lives, as a sentence; undefined while there is one. */
  get trouble(): string | undefined {
    if (this.leftMs > 0 || this.#lastFailure === undefined) return undefined;
    return `The token has ended and another cannot be made: ${this.#lastFailure}`;
  }

  received(credential: Credential): void {
    this.#receivedAt = performance.now();
    this.#leftAtReceiptMs = this.#timeLeft(credential);
  }

  /** A connection uses the token (again). */
  wake(): void {
    if (!this.#resting) return;
    this.#resting = false;
    this.#planNext();
  }

  /** The token was refused: makes another now, unless that has just been done. */
  hurry(): void {
    const spacingMs = bounded(this.#leftAtReceiptMs, HURRY);
    if (!this.#renewing && performance.now() - this.#attemptedAt >= spacingMs) void this.#attempt();
  }

  #timeLeft({ expiresAtEpochMs = 0, lifetimeMs = Number.POSITIVE_INFINITY }: Credential): number {
    const byTheClockMs = expiresAtEpochMs - Date.now();
    const isWrong = byTheClockMs <= 0 || byTheClockMs > lifetimeMs + CLOCK_TOLERANCE_MS;
    if (isWrong && !this.#toldOfClock) {
      const what = byTheClockMs <= 0 ? 'has ended already' : 'is from the future';
      this.#options.log(
        `a token that was just issued ${what} by this machine's clock, which says ${new Date().toISOString()}; the clock is probably wrong`,
      );
    }
    this.#toldOfClock = isWrong;
    if (byTheClockMs <= 0) return Math.min(lifetimeMs, ASSUMED_LEFT_MS);
    return Math.min(byTheClockMs, lifetimeMs);
  }

  #planNext(): void {
    this.#after(Math.max(SOONEST_MS, this.leftMs * (RENEW_AFTER.least + Math.random() * RENEW_AFTER.spread)));
  }

  #after(pauseMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#attempt(), Math.min(LONGEST_TIMER_MS, Math.max(0, pauseMs)));
    this.#timer.unref();
  }

  async #attempt(): Promise<void> {
    if (this.#renewing) return;
    clearTimeout(this.#timer);
    if (!this.#options.isNeeded()) {
      this.#resting = true;
      return;
    }
    this.#renewing = true;
    this.#attemptedAt = performance.now();
    try {
      const isNew = await inTime(this.#options.renew());
      this.#succeeded();
      if (isNew) this.#planNext();
      else this.#after(bounded(this.leftMs, { share: ASK_AGAIN_AFTER, leastMs: 100, mostMs: LONGEST_ASK_AGAIN_MS }));
    } catch (error) {
      this.#failed(messageOf(error));
    } finally {
      this.#renewing = false;
    }
  }

  #succeeded(): void {
    if (this.#failuresInARow > 0) this.#options.log('the issuer gives tokens again');
    this.#failuresInARow = 0;
    this.#lastFailure = undefined;
    this.#toldOfEnd = false;
  }

  #failed(reason: string): void {
    this.#lastFailure = reason;
    const { leftMs } = this;
    if (leftMs > 0 && this.#failuresInARow === 0) {
      this.#options.log(
        `the token cannot be made anew and is used for the ${seconds(leftMs)} that it still lives: ${reason}`,
      );
    } else if (leftMs <= 0 && !this.#toldOfEnd) {
      this.#toldOfEnd = true;
      this.#options.log(
        `the token has ended and there is no other, so no connection can be made until there is: ${reason}`,
      );
    }
    const firstMs = bounded(this.#leftAtReceiptMs, FIRST_RETRY);
    const pauseMs = Math.min(firstMs * 2 ** Math.min(this.#failuresInARow, 20), LONGEST_RETRY_MS);
    this.#failuresInARow += 1;
    // Not past the end, so that it is told when it comes.
    const untilEndMs = leftMs > 0 ? leftMs + 1 : Number.POSITIVE_INFINITY;
    this.#after(Math.min(pauseMs * (0.5 + Math.random() / 2), untilEndMs));
  }
}

function bounded(ofMs: number, { share, leastMs, mostMs }: { share: number; leastMs: number; mostMs: number }): number {
  return Math.min(mostMs, Math.max(leastMs, ofMs * share));
}

function seconds(durationMs: number): string {
  return `${Math.max(1, Math.round(durationMs / 1_000)).toLocaleString('en')} s`;
}

async function inTime<Value>(answer: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`the issuer did not answer within ${seconds(ISSUER_TIMEOUT_MS)}`)),
      ISSUER_TIMEOUT_MS,
    );
    timer.unref();
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
