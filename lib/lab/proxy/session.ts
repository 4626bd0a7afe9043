/**
 * One client's connection: reads its commands, and gives every one its answer in the order in which they came, however
 * many shards work on them at once. What a command means is decided in dispatch.ts.
 *
 * A slow reader stops being read from; a client that is gone takes its dedicated connections with it.
 */
import type { TLSSocket } from 'node:tls';
import { type ClientCommand, CommandParser } from './command-parser.ts';
import { dispatch } from './dispatch.ts';
import { type LaneRequest, SHARD_UNREACHABLE } from './lane.ts';
import { OutcomeUnknown } from './outcome-unknown.ts';
import { Queue } from './queue.ts';
import { encodeError, RespProtocolError, type RespVersion } from './resp.ts';
import type { Service } from './service.ts';
import { Subscriptions } from './subscriptions.ts';
import type { Transaction, WatchedKeys } from './transaction.ts';

/** Answers outstanding per client before it is read no further. */
const MAXIMUM_OUTSTANDING = 4_096;
const MAXIMUM_UNSENT_BYTES = 1024 * 1024;
/** A subscriber this far behind is disconnected (the server's client-output-buffer-limit for pub/sub). */
const MAXIMUM_UNSENT_PUSH_BYTES = 32 * 1024 * 1024;
const MAXIMUM_BUFFERED_BYTES = 1024 * 1024;
const GOODBYE_MS = 500;

interface Answer {
  bytes?: Buffer;
}

export interface Question {
  readonly bytes: Buffer;
  readonly slot: number;
  readonly repeatable: boolean;
}

export class Session {
  readonly id: number;
  readonly service: Service;
  readonly connectedAtMs = performance.now();
  version: RespVersion = 2;
  name = '';
  transaction: Transaction | undefined;
  watched: WatchedKeys | undefined;
  readonly subscriptions: Subscriptions;
  readonly #socket: TLSSocket;
  readonly #parser = new CommandParser();
  readonly #answers = new Queue<Answer>();
  readonly #closeListeners = new Set<() => void>();
  #whenAnswered: (() => void) | undefined;
  #isHeld = false;
  #isCorked = false;
  #state: 'open' | 'ending' | 'closed' = 'open';

  constructor(id: number, socket: TLSSocket, service: Service) {
    this.id = id;
    this.service = service;
    this.#socket = socket;
    this.subscriptions = new Subscriptions(this);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('drain', () => this.#advance());
    socket.on('end', () => this.#close());
    socket.on('close', () => this.#close());
    socket.on('error', () => this.#close());
    // As in the server, those who wait for an element or a message are not idle.
    socket.on('timeout', () => {
      if (!this.#isHeld && !this.subscriptions.isActive) this.end();
    });
    if (!service.isReady) void this.exclusive(() => this.#waitForService());
  }

  get isAuthenticated(): boolean {
    return this.#parser.authenticated;
  }

  set isAuthenticated(value: boolean) {
    this.#parser.authenticated = value;
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** `127.0.0.1:50000`, as CLIENT LIST shows it. */
  get remoteAddress(): string {
    return `${this.#socket.remoteAddress}:${this.#socket.remotePort}`;
  }

  reply(bytes: Buffer): void {
    this.#answers.push({ bytes });
    this.#flush();
  }

  /** Keeps the command's place among the answers. A rejection with `OutcomeUnknown` ends the connection. */
  replyLater(bytes: Promise<Buffer>): void {
    const answer: Answer = {};
    this.#answers.push(answer);
    bytes.then(
      (value) => this.#fill(answer, value),
      (error) => this.#fail(error),
    );
  }

  /** Sends a command to the shard of a slot and passes the reply on as it is. */
  forward(question: Question): void {
    const answer: Answer = {};
    this.#answers.push(answer);
    this.#send(
      question,
      this.version,
      (bytes) => this.#fill(answer, bytes),
      () => this.abort(),
    );
  }

  /** Like `forward`, for those who have something to do with the reply. Rejects with `OutcomeUnknown`. */
  ask(question: Question, version: RespVersion = this.version): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#send(question, version, resolve, () => reject(new OutcomeUnknown()));
    });
  }

  /**
   * Waits until everything before is answered, lets nothing after begin, and then does the task. Its bytes are the
   * reply; `undefined` when it has replied itself.
   */
  exclusive(task: () => Promise<Buffer | undefined>): void {
    this.#isHeld = true;
    const run = () => {
      task()
        .then((bytes) => bytes === undefined || this.reply(bytes))
        .catch((error) => this.#fail(error))
        .finally(() => {
          this.#isHeld = false;
          this.#advance();
        });
    };
    if (this.#answers.length === 0) run();
    else this.#whenAnswered = run;
  }

  /** Outside the order of answers: a message of pub/sub. */
  push(bytes: Buffer): void {
    if (this.#socket.writableLength > MAXIMUM_UNSENT_PUSH_BYTES) this.abort();
    else this.#write(bytes);
  }

  /** Called once when the client is gone. Returns how to take it back. */
  onClose(listener: () => void): () => void {
    this.#closeListeners.add(listener);
    return () => this.#closeListeners.delete(listener);
  }

  /** Reads no further, answers what was accepted, then closes. */
  end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ending';
    if (this.#answers.length === 0 && !this.#isHeld) this.#sayGoodbye();
  }

  /** Closes without the answers that are missing: the client must take their outcome for unknown. */
  abort(): void {
    if (this.#state === 'closed') return;
    this.#sayGoodbye();
  }

  #send(question: Question, version: RespVersion, onReply: (bytes: Buffer) => void, onLost: () => void): void {
    const session = this;
    const request: LaneRequest = {
      ...question,
      deadlineAtMs: performance.now() + this.service.config.waitForShardMs,
      get isAbandoned() {
        return session.isClosed;
      },
      onReply,
      onLost,
    };
    this.service.router.send(request, version);
  }

  #read(chunk: Buffer): void {
    if (this.#state !== 'open') return;
    this.#parser.write(chunk);
    this.#advance();
  }

  /** Begins as many commands as may be begun. */
  #advance(): void {
    try {
      while (this.#mayBegin()) {
        const command = this.#parser.next();
        if (command === undefined) break;
        this.#begin(command);
      }
    } catch (error) {
      this.#refuse(error);
    }
    if (this.#state !== 'open') {
      if (this.#state === 'ending' && this.#answers.length === 0 && !this.#isHeld) this.#sayGoodbye();
    } else if (this.#parser.bufferedBytes > MAXIMUM_BUFFERED_BYTES && !this.#mayBegin()) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  #mayBegin(): boolean {
    const hasRoom = this.#answers.length < MAXIMUM_OUTSTANDING && this.#socket.writableLength < MAXIMUM_UNSENT_BYTES;
    return this.#state === 'open' && !this.#isHeld && hasRoom;
  }

  #begin(command: ClientCommand): void {
    const result = dispatch(this, command);
    if (Buffer.isBuffer(result)) this.reply(result);
    else if (result !== undefined) this.replyLater(result);
  }

  #refuse(error: unknown): void {
    if (!(error instanceof RespProtocolError)) {
      this.#fail(error);
      return;
    }
    this.#answers.push({ bytes: encodeError(`ERR ${error.message}`) });
    this.#state = 'ending';
    this.#flush();
  }

  #fill(answer: Answer, bytes: Buffer): void {
    answer.bytes = bytes;
    this.#flush();
  }

  #fail(error: unknown): void {
    this.abort();
    if (!(error instanceof OutcomeUnknown)) this.service.reportFault(error);
  }

  #flush(): void {
    if (this.#state === 'closed') return;
    const wasFull = this.#answers.length >= MAXIMUM_OUTSTANDING;
    for (let next = this.#answers.peek(); next?.bytes !== undefined; next = this.#answers.peek()) {
      this.#write(next.bytes);
      this.#answers.shift();
    }
    if (this.#answers.length === 0) {
      const next = this.#whenAnswered;
      this.#whenAnswered = undefined;
      next?.();
      if (this.#state === 'ending' && !this.#isHeld) this.#sayGoodbye();
    }
    if (wasFull) queueMicrotask(() => this.#advance());
  }

  #write(bytes: Buffer): void {
    if (!this.#socket.writable) return;
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#socket.cork();
      setImmediate(() => {
        this.#isCorked = false;
        this.#socket.uncork();
      });
    }
    this.#socket.write(bytes);
  }

  /** Ends politely and reads on without listening: unread bytes would turn the end into a reset that loses answers. */
  #sayGoodbye(): void {
    if (this.#state === 'closed') return;
    this.#close();
    this.#socket.resume();
    this.#socket.end();
    const timer = setTimeout(() => this.#socket.destroy(), GOODBYE_MS);
    this.#socket.once('close', () => clearTimeout(timer));
  }

  #close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    for (const listener of this.#closeListeners) listener();
    this.#closeListeners.clear();
    this.watched?.connection.destroy();
    this.subscriptions.clear();
  }

  async #waitForService(): Promise<Buffer | undefined> {
    const timeout = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => timeout.resolve(false), this.service.config.waitForShardMs);
    const isReady = await Promise.race([this.service.whenReady.then(() => true), timeout.promise]);
    clearTimeout(timer);
    if (isReady) return undefined;
    this.end();
    return SHARD_UNREACHABLE;
  }
}
