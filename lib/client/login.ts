/**
 * The password or token as it is now. It is read again when a server refuses it, because a rotation replaces it under a client
 * that runs; connections take it from here whenever they are made. A token is made anew before it ends (token-renewal.ts),
 * and the connections that live are logged in again with it, each in place (live-login.ts), so none is made for its sake.
 */
import type { Redis } from 'ioredis';
import type { Credential, CredentialReader } from '../profile/tokens/credential.ts';
import { messageOf } from './errors.ts';
import { LiveLogin } from './live-login.ts';
import type { Log } from './log.ts';
import { TokenRenewal } from './token-renewal.ts';

/** While the password is refused, one connection in this time is made to find out whether that is over. */
const TRY_EVERY_MS = 300;
const REFUSED = /^(WRONGPASS|NOAUTH)\b/;
/** Connections take turns over this share of a token's remaining time, and no longer than the bound, to be logged in again. */
const TURNS = { share: 0.05, mostMs: 2_000 };
/** How often connections that could not be logged in again are looked at, as a share of the remaining time, with bounds. */
const SWEEP = { share: 0.02, leastMs: 20, mostMs: 500 };

export interface LoginOptions {
  readonly credential: Credential;
  /** Reads the secret again, or makes another token. It may reject; the one before stays then. */
  readonly read: CredentialReader;
  /** Absent: the `default` user. */
  readonly userName?: string | undefined;
  /** What to look at when a fresh token is refused, as the end of a sentence. */
  readonly advice?: string | undefined;
  readonly log: Log;
}

export class Login {
  readonly #options: LoginOptions;
  /** Undefined for a password. */
  readonly #renewal: TokenRenewal | undefined;
  readonly #live = new Map<Redis, LiveLogin>();
  readonly #followed = new WeakSet<Redis>();
  #secret: string;
  /** The server's words while the password is refused. */
  #refusal: string | undefined;
  /** The last token that was refused, and how many different ones have been since one was taken. */
  #lastRefused: string | undefined;
  #refusedTokens = 0;
  #reading = false;
  #nextTryAt = Number.NEGATIVE_INFINITY;
  #sweepTimer: NodeJS.Timeout | undefined;

  constructor(options: LoginOptions) {
    this.#options = options;
    const { credential, log } = options;
    this.#secret = credential.secret;
    if (credential.expiresAtEpochMs === undefined) return;
    this.#renewal = new TokenRenewal(credential, {
      renew: () => this.#renew(),
      isNeeded: () => this.#live.size > 0,
      log,
    });
  }

  get password(): string {
    return this.#secret;
  }

  /** Whether a connection may be made now. While the password is refused, a yes is given once in a while only. */
  mayDial(now: number): boolean {
    if (!this.#isRefused) return true;
    if (now < this.#nextTryAt) return false;
    this.#nextTryAt = now + TRY_EVERY_MS;
    return true;
  }

  get #isRefused(): boolean {
    return this.#refusal !== undefined;
  }

  /** What keeps connections from being made, as a sentence; undefined when nothing does. */
  get trouble(): string | undefined {
    return (
      this.#renewal?.trouble ??
      (this.#refusal === undefined ? undefined : `The server refuses the login (${this.#refusal}).`)
    );
  }

  /** How long a client that has one connection waits before it makes the next; 0 when nothing is wrong. */
  get pauseMs(): number {
    return this.#isRefused ? TRY_EVERY_MS : 0;
  }

  /**
   * Makes every connection of `redis` from now on log in with the password of that moment, and keeps the one that it has
   * logged in.
   * @param mayInterject false while a command of ours may not come between those that the connection is given
   */
  follow(redis: Redis, mayInterject: () => boolean = () => true): void {
    if (this.#followed.has(redis)) return;
    this.#followed.add(redis);
    let used = redis.options.password ?? this.#secret;
    const live = this.#renewal === undefined ? undefined : this.#keepAlive(redis, used, mayInterject);
    Object.defineProperty(redis.options, 'password', {
      configurable: true,
      enumerable: true,
      // ioredis reads it when it begins a connection.
      get: () => {
        used = this.#secret;
        return used;
      },
    });
    redis.on('error', (error: Error) => {
      forgetArguments(error);
      if (REFUSED.test(error.message)) this.#refusedWith(used, error.message);
    });
    redis.on('ready', () => {
      if (live !== undefined) live.used = used;
      if (used === this.#secret) this.#accepted();
      else this.#sweep();
    });
  }

  #keepAlive(redis: Redis, used: string, mayInterject: () => boolean): LiveLogin {
    const { userName } = this.#options;
    const live = new LiveLogin(redis, used, {
      userName,
      mayInterject,
      accepted: (token) => {
        if (token === this.#secret) this.#accepted();
      },
      refused: (token, reason) => this.#refusedWith(token, reason),
    });
    this.#live.set(redis, live);
    redis.on('end', () => this.#live.delete(redis));
    // A client that is connected again after its end.
    redis.on('connecting', () => {
      this.#live.set(redis, live);
      this.#renewal?.wake();
    });
    this.#renewal?.wake();
    return live;
  }

  #accepted(): void {
    this.#refusal = undefined;
    this.#refusedTokens = 0;
  }

  #refusedWith(secret: string, reason: string): void {
    // A connection that was begun before the password was replaced.
    if (secret !== this.#secret) return;
    const isNew = !this.#isRefused;
    this.#refusal = reason;
    const { log } = this.#options;
    if (isNew) {
      this.#nextTryAt = performance.now() + TRY_EVERY_MS;
      log(
        `the login was refused; ${this.#renewal === undefined ? 'the secret is read again' : 'another token is made'}`,
      );
    }
    if (this.#renewal === undefined) this.#readAgain();
    else {
      if (secret !== this.#lastRefused) {
        this.#lastRefused = secret;
        this.#refusedTokens += 1;
        if (this.#refusedTokens === 2) log(`a fresh token is refused as well (${reason}): ${this.#advice}`);
      }
      this.#renewal.hurry();
    }
  }

  get #advice(): string {
    const { advice = 'check that it is for this user and this deployment' } = this.#options;
    return `${advice}, and that this machine's clock is right (it says ${new Date().toISOString()})`;
  }

  #readAgain(): void {
    if (this.#reading) return;
    this.#reading = true;
    this.#options
      .read()
      .then(
        ({ secret }) => this.#replace(secret),
        (error) => this.#options.log(`the secret cannot be read again: ${messageOf(error)}`),
      )
      .finally(() => {
        this.#reading = false;
      });
  }

  #replace(password: string): void {
    if (password === this.#secret) return;
    this.#secret = password;
    this.#refusal = undefined;
    this.#options.log('the secret has changed; connections log in with the new one');
  }

  async #renew(): Promise<boolean> {
    const credential = await this.#options.read();
    if (credential.secret === this.#secret) return false;
    this.#secret = credential.secret;
    this.#renewal?.received(credential);
    // Whether it is taken is found out by one connection first.
    this.#nextTryAt = performance.now();
    const now = performance.now();
    const turnsMs = Math.min(TURNS.mostMs, Math.max(0, this.#leftMs) * TURNS.share);
    for (const live of this.#live.values()) live.notBefore = now + Math.random() * turnsMs;
    this.#sweep();
    return true;
  }

  get #leftMs(): number {
    return this.#renewal?.leftMs ?? 0;
  }

  /** Logs in again whoever may be, and comes back for the others. */
  #sweep(): void {
    clearTimeout(this.#sweepTimer);
    // Who was the first to try it was refused; the others keep what they have and wait for the next one.
    if (this.#secret === this.#lastRefused) return;
    const now = performance.now();
    const behind = [...this.#live.values()].filter((live) => live.isBehind(this.#secret));
    const turn = behind.filter(({ notBefore }) => now >= notBefore);
    for (const live of this.#isRefused ? turn.slice(0, 1) : turn) live.authenticate(this.#secret);
    if (behind.length === 0) return;
    const pauseMs = Math.min(SWEEP.mostMs, Math.max(SWEEP.leastMs, this.#leftMs * SWEEP.share));
    this.#sweepTimer = setTimeout(() => this.#sweep(), pauseMs);
    this.#sweepTimer.unref();
  }
}

/** The command at fault may be the login, and ioredis attaches it to the error with the password among its arguments. */
function forgetArguments(error: Error): void {
  const { command } = error as Error & { command?: { args?: unknown; name?: unknown } };
  if (command?.name === 'auth' || command?.name === 'hello') delete command.args;
}
