/**
 * Logs one live connection in again with a fresh token, in place: an AUTH between two commands, which the server answers
 * without disturbing either. It is put off where it would disturb: inside MULTI, where it would be queued and answered by
 * EXEC, and while the client holds commands back from the connection.
 *
 * A subscriber that speaks RESP2 may not send AUTH, and MONITOR answers nothing. These go on until the service ends them, and
 * are made and subscribed again with the token of that moment.
 */
import { Command, Redis, ReplyError } from 'ioredis';
import { messageOf } from './errors.ts';
import { redisInternals } from './internals.ts';
import { watchTransactions } from './open-transaction.ts';
import { markAsOwn } from './own-logins.ts';

export interface LiveLoginOptions {
  /** Absent: the `default` user. */
  readonly userName: string | undefined;
  /** False while something else may not come between the commands of this connection. */
  readonly mayInterject: () => boolean;
  /** The server took this token on the live connection. */
  readonly accepted: (token: string) => void;
  /** The server refused this token on the live connection, which goes on with the one before. */
  readonly refused: (token: string, reason: string) => void;
}

export class LiveLogin {
  readonly #redis: Redis;
  readonly #options: LiveLoginOptions;
  readonly #isTransactionOpen: () => boolean;
  #underWay = false;
  #refused: string | undefined;
  /** What the connection is logged in with, as far as is known. */
  used: string;
  /** Connections take turns, so that a server is not asked by all of them at once. */
  notBefore = 0;

  constructor(redis: Redis, used: string, options: LiveLoginOptions) {
    this.#redis = redis;
    this.#options = options;
    this.used = used;
    this.#isTransactionOpen = watchTransactions(redis);
    redis.on('close', () => {
      this.#underWay = false;
    });
  }

  /** Whether the connection should be logged in again and can be, now or in a moment. */
  isBehind(token: string): boolean {
    if (token === this.used || token === this.#refused) return false;
    return this.#redis.status === 'ready' && !this.#mayNotAsk();
  }

  authenticate(token: string): void {
    if (this.#underWay || this.#isTransactionOpen() || !this.isBehind(token) || !this.#options.mayInterject()) return;
    const { stream } = redisInternals(this.#redis);
    // It would wait for the next connection, which logs in by itself.
    if (stream?.writable !== true) return;
    const { userName } = this.#options;
    const command = new Command('auth', userName === undefined ? [token] : [userName, token], {
      replyEncoding: 'utf8',
    });
    markAsOwn(command);
    this.#underWay = true;
    command.promise.then(
      () => this.#answered(stream, token),
      (error: Error) => this.#failed(stream, token, error),
    );
    // Not the client's own `sendCommand`: it would send it again elsewhere when the connection is lost.
    Redis.prototype.sendCommand.call(this.#redis, command);
  }

  #answered(stream: unknown, token: string): void {
    if (redisInternals(this.#redis).stream !== stream) return;
    this.#underWay = false;
    this.used = token;
    this.#options.accepted(token);
  }

  /** The error holds the token among its arguments, so nothing but its text goes on from here. */
  #failed(stream: unknown, token: string, error: Error): void {
    if (redisInternals(this.#redis).stream !== stream) return;
    this.#underWay = false;
    if (!(error instanceof ReplyError)) return;
    this.#refused = token;
    this.#options.refused(token, messageOf(error));
  }

  #mayNotAsk(): boolean {
    if (this.#redis.options.monitor === true) return true;
    const { condition } = redisInternals(this.#redis);
    return condition?.protocol !== 3 && Boolean(condition?.subscriber);
  }
}
