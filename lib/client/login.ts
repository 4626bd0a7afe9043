/**
 * The password as it is now. It is read again when a server refuses it, because a rotation replaces it under a client
 * that runs; connections take it from here whenever they are made.
 */
import type { Redis } from 'ioredis';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';

/** While the password is refused, one connection in this time is made to find out whether that is over. */
const TRY_EVERY_MS = 300;
const REFUSED = /^(WRONGPASS|NOAUTH)\b/;

export interface LoginOptions {
  readonly password: string;
  /** Reads the secret again. It may reject; the password stays as it is then. */
  readonly read: () => Promise<string>;
  readonly log: Log;
}

export class Login {
  readonly #options: LoginOptions;
  #password: string;
  #refused = false;
  #reading = false;
  #nextTryAt = Number.NEGATIVE_INFINITY;

  constructor(options: LoginOptions) {
    this.#options = options;
    this.#password = options.password;
  }

  get password(): string {
    return this.#password;
  }

  /** Whether a connection may be made now. While the password is refused, a yes is given once in a while only. */
  mayDial(now: number): boolean {
    if (!this.#refused) return true;
    if (now < this.#nextTryAt) return false;
    this.#nextTryAt = now + TRY_EVERY_MS;
    return true;
  }

  /** How long a client that has one connection waits before it makes the next; 0 when nothing is wrong. */
  get pauseMs(): number {
    return this.#refused ? TRY_EVERY_MS : 0;
  }

  /** Makes every connection of `redis` from now on log in with the password of that moment. */
  follow(redis: Redis): void {
    let used = this.#password;
    Object.defineProperty(redis.options, 'password', {
      configurable: true,
      enumerable: true,
      // ioredis reads it when it begins a connection.
      get: () => {
        used = this.#password;
        return used;
      },
    });
    redis.on('error', (error: Error) => {
      if (!REFUSED.test(error.message)) return;
      forgetArguments(error);
      this.#refusedWith(used);
    });
    redis.on('ready', () => {
      if (used === this.#password) this.#refused = false;
    });
  }

  #refusedWith(password: string): void {
    // A connection that was begun before the password was replaced.
    if (password !== this.#password) return;
    if (!this.#refused) {
      this.#refused = true;
      this.#nextTryAt = performance.now() + TRY_EVERY_MS;
      this.#options.log('the login was refused; the secret is read again');
    }
    if (this.#reading) return;
    this.#reading = true;
    this.#options
      .read()
      .then(
        (read) => this.#replace(read),
        (error) => this.#options.log(`the secret cannot be read again: ${messageOf(error)}`),
      )
      .finally(() => {
        this.#reading = false;
      });
  }

  #replace(password: string): void {
    if (password === this.#password) return;
    this.#password = password;
    this.#refused = false;
    this.#options.log('the secret has changed; connections log in with the new one');
  }
}

/** The refused command is the login, and ioredis attaches it to the error with the password among its arguments. */
function forgetArguments(error: Error): void {
  const { command } = error as Error & { command?: { args?: unknown } };
  if (command !== undefined) delete command.args;
}
