/**
 * The shared way of all clients to one shard's primary, in one protocol version. Commands keep their order, also while
 * the shard moves:
 *
 *   send -> waiting -> sent on the current connection -> answered
 *              ^                    |
 *              +---- repeated <-----+  "not here" (MOVED, ...) or connection lost and the command may be repeated
 *
 * Nothing new is sent before the old connection has answered or lost everything it was given, so a command never
 * overtakes an earlier one of the same client. A command whose connection was lost and which may not be repeated is
 * handed back as lost: whether it was executed is not known.
 */
import { addressText, BackendConnection, type BackendCredentials } from './backend-connection.ts';
import type { Address } from './config.ts';
import { Queue } from './queue.ts';
import type { RawReply } from './reply-scanner.ts';
import { encodeError, type RespVersion, TYPE } from './resp.ts';

export interface LaneRequest {
  readonly bytes: Buffer;
  readonly slot: number;
  /** May be sent again when it is not known whether it was executed. */
  readonly repeatable: boolean;
  /** On the clock of `performance.now()`. */
  readonly deadlineAtMs: number;
  /** Nobody wants the answer any more; it need not be sent if it has not been. */
  readonly isAbandoned: boolean;
  onReply(bytes: Buffer): void;
  onLost(): void;
}

export interface LaneOptions {
  readonly credentials: BackendCredentials;
  readonly version: RespVersion;
  /** A node said that it is not the primary (any more), possibly who is; or its connection was lost. */
  readonly onMisdirected: (movedTo?: Address) => void;
}

/** A replaced primary that does not answer what it was sent within this time is taken for silent. */
export const SILENT_AFTER_MS = 250;
const RETRY_MS = 20;
const EXPIRY_CHECK_MS = 250;

/** Errors that say: not executed, ask again (elsewhere). The server sends them before it touches any data. */
const NOT_HERE = /^-(?:MOVED|ASK|CLUSTERDOWN|TRYAGAIN|LOADING|MASTERDOWN|READONLY|UNBLOCKED) /;

export function isNotHere(reply: RawReply): boolean {
  return reply.type === TYPE.error && NOT_HERE.test(reply.bytes.toString('latin1', 0, 16));
}

/** The new primary, when a node names it: `-MOVED slot host:port`. */
export function movedTo(reply: RawReply): Address | undefined {
  if (reply.type !== TYPE.error) return undefined;
  const match = /^-MOVED \d+ (.+):(\d+)\r\n$/.exec(reply.bytes.toString('latin1', 0, 300));
  return match === null ? undefined : { host: match[1] as string, port: Number(match[2]) };
}

export const SHARD_UNREACHABLE = encodeError(
  'ERR the shard of this key could not be reached in time; the command was not executed',
);

export class Lane {
  readonly #options: LaneOptions;
  #primary: Address;
  #connection: BackendConnection | undefined;
  /** The connection to the previous primary, as long as it owes answers. */
  #previous: BackendConnection | undefined;
  readonly #waiting = new Queue<LaneRequest>();
  /** Sent before and to be sent again, ahead of everything that waits. */
  #again: LaneRequest[] = [];
  #retryTimer: NodeJS.Timeout | undefined;
  #expiryTimer: NodeJS.Timeout | undefined;

  constructor(primary: Address, options: LaneOptions) {
    this.#primary = primary;
    this.#options = options;
  }

  send(request: LaneRequest): void {
    if (this.#connection?.isReady && this.#waiting.length === 0 && this.#again.length === 0 && !this.#previous) {
      this.#transmit(this.#connection, request);
    } else {
      this.#waiting.push(request);
      this.#advance();
    }
  }

  /** From now on commands go to another node, as soon as the old one has answered or proved to be silent. */
  setPrimary(primary: Address): void {
    if (addressText(primary) === addressText(this.#primary)) return;
    this.#primary = primary;
    const old = this.#connection;
    this.#connection = undefined;
    if (old !== undefined) this.#letGo(old);
    this.#advance();
  }

  /** Hands over everything not yet sent; the lane is of no use afterwards. */
  close(): LaneRequest[] {
    clearTimeout(this.#retryTimer);
    clearInterval(this.#expiryTimer);
    this.#connection?.destroy();
    this.#previous?.destroy();
    const left = [...this.#again, ...this.#waiting.drain()];
    this.#again = [];
    return left;
  }

  #letGo(old: BackendConnection): void {
    if (old.pendingCount > 0) this.#previous = old;
    if (old.pendingCount === 0 || !old.isReady) old.destroy();
    if (this.#previous !== old) return;
    const timer = setTimeout(() => old.destroy(), SILENT_AFTER_MS);
    old.closed.then(() => {
      clearTimeout(timer);
      if (this.#previous === old) this.#previous = undefined;
      this.#advance();
    });
  }

  /** Sends what can be sent now. */
  #advance(): void {
    if (this.#waiting.length === 0 && this.#again.length === 0) return;
    this.#watchExpiry();
    if (this.#previous !== undefined || this.#retryTimer !== undefined) return;
    const connection = this.#currentConnection();
    if (!connection.isReady) return;
    if (this.#again.length > 0) {
      // What is still in flight was sent later than what has to be sent again.
      if (connection.pendingCount > 0) return;
      const again = this.#again;
      this.#again = [];
      for (const request of again) this.#transmit(connection, request);
    }
    for (let request = this.#waiting.shift(); request !== undefined; request = this.#waiting.shift()) {
      this.#transmit(connection, request);
    }
  }

  #currentConnection(): BackendConnection {
    if (this.#connection !== undefined) return this.#connection;
    const connection = new BackendConnection({ ...this.#options, address: this.#primary });
    this.#connection = connection;
    connection.ready.then(
      () => this.#advance(),
      () => {},
    );
    connection.closed.then(() => {
      if (this.#connection !== connection) return;
      this.#connection = undefined;
      this.#options.onMisdirected();
      this.#retrySoon();
    });
    return connection;
  }

  #transmit(connection: BackendConnection, request: LaneRequest): void {
    if (request.isAbandoned) return;
    connection.send({
      bytes: request.bytes,
      onReply: (reply) => {
        this.#onReply(connection, request, reply);
        return undefined;
      },
      onLost: () => {
        if (request.repeatable) this.#again.push(request);
        else request.onLost();
      },
    });
  }

  #onReply(connection: BackendConnection, request: LaneRequest, reply: RawReply): void {
    if (isNotHere(reply)) {
      this.#again.push(request);
      if (connection === this.#connection) this.#options.onMisdirected(movedTo(reply));
      // Unless it was told where to go instead.
      if (connection === this.#connection) this.#retrySoon();
      this.#watchExpiry();
    } else {
      request.onReply(reply.bytes);
    }
    // This reply is still counted as pending while it is being delivered.
    if (connection.pendingCount > 1) return;
    if (connection === this.#previous) connection.destroy();
    else if (this.#again.length > 0) queueMicrotask(() => this.#advance());
  }

  #retrySoon(): void {
    this.#retryTimer ??= setTimeout(() => {
      this.#retryTimer = undefined;
      this.#advance();
    }, RETRY_MS);
  }

  #watchExpiry(): void {
    this.#expiryTimer ??= setInterval(() => this.#expire(), EXPIRY_CHECK_MS);
  }

  #expire(): void {
    const now = performance.now();
    const isExpired = ({ deadlineAtMs }: LaneRequest) => deadlineAtMs <= now;
    const expired = this.#again.filter(isExpired);
    this.#again = this.#again.filter((request) => !isExpired(request));
    for (let next = this.#waiting.peek(); next !== undefined && isExpired(next); next = this.#waiting.peek()) {
      expired.push(next);
      this.#waiting.shift();
    }
    for (const request of expired) request.onReply(SHARD_UNREACHABLE);
    if (this.#waiting.length > 0 || this.#again.length > 0) return;
    clearInterval(this.#expiryTimer);
    this.#expiryTimer = undefined;
  }
}
