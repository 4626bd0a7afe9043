/**
 * One authenticated TLS connection to one server. Commands go out in order and are batched per turn of the event loop;
 * replies are matched to them in order. It never tries again by itself: what to do with commands whose connection was
 * lost is decided by those who sent them.
 */
import { connect, type TLSSocket } from 'node:tls';
import type { Address } from './config.ts';
import { Queue } from './queue.ts';
import { type RawReply, ReplyScanner } from './reply-scanner.ts';
import { encodeCommand, type RespVersion, TYPE } from './resp.ts';

/** Bytes to send, and who wants to know what came of them. Exactly one of the ends is called. */
export interface Exchange {
  readonly bytes: Buffer;
  /** Returns true when more replies belong to these bytes (several commands sent as one). */
  onReply(reply: RawReply): boolean | undefined;
  /** The connection ended before the (last) reply: the command may or may not have been executed. */
  onLost(): void;
}

export interface BackendCredentials {
  readonly authority: Buffer;
  readonly serverName: string;
  readonly userName: string;
  readonly password: string;
}

export interface BackendOptions {
  readonly address: Address;
  readonly credentials: BackendCredentials;
  readonly version: RespVersion;
  readonly connectTimeoutMs?: number;
  /** RESP 3 pushes (pub/sub). */
  readonly onPush?: (push: RawReply) => void;
}

export class BackendConnection {
  readonly address: Address;
  /** Resolves when authenticated; rejects when that did not come about. */
  readonly ready: Promise<void>;
  /** Resolves (never rejects) when the connection is gone, after every waiting exchange has been told. */
  readonly closed: Promise<void>;
  readonly #socket: TLSSocket;
  readonly #scanner = new ReplyScanner();
  readonly #waiting = new Queue<Exchange>();
  readonly #onPush: ((push: RawReply) => void) | undefined;
  #state: 'connecting' | 'ready' | 'closed' = 'connecting';
  #failure: Error | undefined;
  #corked = false;

  constructor(options: BackendOptions) {
    this.address = options.address;
    this.#onPush = options.onPush;
    const { authority, serverName } = options.credentials;
    this.#socket = connect({ ...options.address, ca: authority, servername: serverName, ALPNProtocols: [] });
    this.#socket.setNoDelay(true);
    this.closed = new Promise((resolve) => {
      this.#socket.on('close', () => {
        this.#end();
        resolve();
      });
    });
    this.#socket.on('error', (error) => {
      this.#failure ??= error;
    });
    // What is sent after the server has said good-bye would count as sent, although nobody will read it.
    this.#socket.on('end', () => this.destroy());
    this.#socket.on('data', (chunk: Buffer) => this.#read(chunk));
    this.ready = this.#authenticate(options);
    // Whoever does not wait for it learns of the failure through `closed`.
    this.ready.catch(() => {});
  }

  get isReady(): boolean {
    return this.#state === 'ready';
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** Exchanges sent and not yet answered. */
  get pendingCount(): number {
    return this.#waiting.length;
  }

  /** Only while `isReady`. */
  send(exchange: Exchange): void {
    this.#waiting.push(exchange);
    if (!this.#corked) {
      this.#corked = true;
      this.#socket.cork();
      setImmediate(() => {
        this.#corked = false;
        this.#socket.uncork();
      });
    }
    this.#socket.write(exchange.bytes);
  }

  /** One command, one reply. Rejects when the connection is lost before it. */
  ask(words: readonly string[]): Promise<RawReply> {
    return this.exchange(encodeCommand(words));
  }

  async exchange(bytes: Buffer): Promise<RawReply> {
    const [reply] = await this.exchangeAll(bytes, 1);
    return reply as RawReply;
  }

  /** Several commands in one go; all their replies. */
  exchangeAll(bytes: Buffer, replyCount: number): Promise<RawReply[]> {
    return new Promise((resolve, reject) => {
      if (this.#state !== 'ready') return reject(this.#lostError());
      const replies: RawReply[] = [];
      this.send({
        bytes,
        onReply: (reply) => {
          replies.push(reply);
          if (replies.length < replyCount) return true;
          resolve(replies);
          return undefined;
        },
        onLost: () => reject(this.#lostError()),
      });
    });
  }

  /** Ends it at once: a silent peer would never answer a polite end. */
  destroy(): void {
    this.#state = 'closed';
    this.#socket.destroy();
  }

  async #authenticate({ credentials, version, connectTimeoutMs = 2_000 }: BackendOptions): Promise<void> {
    const timer = setTimeout(
      () => this.#socket.destroy(new Error('the server did not answer in time')),
      connectTimeoutMs,
    );
    try {
      await new Promise<void>((resolve, reject) => {
        this.#socket.once('secureConnect', resolve);
        this.closed.then(() => reject(this.#lostError()));
      });
      const { userName, password } = credentials;
      const words = version === 3 ? ['HELLO', '3', 'AUTH', userName, password] : ['AUTH', userName, password];
      const reply = await new Promise<RawReply>((resolve, reject) => {
        const onReply = (answer: RawReply) => {
          resolve(answer);
          return undefined;
        };
        this.send({ bytes: encodeCommand(words), onReply, onLost: () => reject(this.#lostError()) });
      });
      if (reply.type === TYPE.error) throw new Error(reply.bytes.toString('utf8', 1).trim());
      if (this.#state === 'connecting') this.#state = 'ready';
    } catch (error) {
      this.#failure ??= error as Error;
      this.#socket.destroy();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #read(chunk: Buffer): void {
    try {
      this.#scanner.write(chunk);
      for (let reply = this.#scanner.next(); reply !== undefined; reply = this.#scanner.next()) this.#deliver(reply);
    } catch (error) {
      this.#socket.destroy(error as Error);
    }
  }

  #deliver(reply: RawReply): void {
    if (reply.type === TYPE.push) {
      this.#onPush?.(reply);
      return;
    }
    const exchange = this.#waiting.peek();
    if (exchange === undefined) throw new Error('the server answered a question nobody asked');
    if (exchange.onReply(reply) !== true) this.#waiting.shift();
  }

  #end(): void {
    this.#state = 'closed';
    for (const exchange of this.#waiting.drain()) exchange.onLost();
  }

  #lostError(): Error {
    const { host, port } = this.address;
    const reason = this.#failure?.message ?? 'it was closed';
    return new Error(`The connection to ${host}:${port} is lost: ${reason}`);
  }
}

export function addressText({ host, port }: Address): string {
  return `${host}:${port}`;
}
