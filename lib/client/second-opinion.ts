/**
 * Tells a dead connection from a busy server, where nobody else can be asked: the same question (the key of the command
 * that waits) is put through a fresh connection. If the server answers there while the old connection still receives
 * nothing, the old connection leads nowhere. If it does not answer there either, the server is busy or gone, and
 * replacing the connection would only lose what is on it.
 */
import type { Command, Redis } from 'ioredis';
import { cut, redisInternals } from './internals.ts';
import type { LightConnection } from './light-connection.ts';

export interface SecondOpinionOptions {
  readonly open: (redis: Redis) => LightConnection;
  /** When the fresh connection has not answered by then, it is closed; the caller asks again while the silence lasts. */
  readonly giveUpAfterMs: number;
  /** The old connection owes an answer that a fresh one has had. */
  readonly dead: (redis: Redis) => void;
}

/** The server may have answered both in one turn; the old connection gets this long to show it. */
const GRACE_MS = 25;

export class SecondOpinion {
  readonly #options: SecondOpinionOptions;
  readonly #running = new Map<Redis, LightConnection>();
  /** How often it was asked for, for tests and measurements. */
  sought = 0;

  constructor(options: SecondOpinionOptions) {
    this.#options = options;
  }

  /** Does nothing while an opinion on this connection is being sought already. */
  seek(redis: Redis, waiting: Command): void {
    if (this.#running.has(redis)) return;
    this.sought += 1;
    const { stream, commandQueue } = redisInternals(redis);
    const bytesBefore = stream?.bytesRead;
    const fresh = this.#options.open(redis);
    this.#running.set(redis, fresh);
    const timer = setTimeout(() => this.#end(redis), this.#options.giveUpAfterMs);
    const stillOwes = () =>
      redisInternals(redis).stream === stream &&
      stream?.bytesRead === bytesBefore &&
      commandQueue.peekAt(0)?.command === waiting;
    answerOf(fresh.redis, waiting)
      .then((answered) => (answered ? pause(GRACE_MS) : undefined))
      .then((graceOver) => {
        clearTimeout(timer);
        this.#end(redis);
        if (graceOver === true && stillOwes()) this.#options.dead(redis);
      });
  }

  close(): void {
    for (const redis of [...this.#running.keys()]) this.#end(redis);
  }

  #end(redis: Redis): void {
    const fresh = this.#running.get(redis);
    this.#running.delete(redis);
    if (fresh !== undefined) cut(fresh.redis);
  }
}

/** Any reply is an answer, an error reply included; only a connection that fails is none. */
async function answerOf(fresh: Redis, waiting: Command): Promise<boolean> {
  const key = waiting.getKeys()[0];
  try {
    await (key === undefined ? fresh.ping() : fresh.exists(key));
    return true;
  } catch (error) {
    return (error as { command?: { name?: string } }).command?.name === (key === undefined ? 'ping' : 'exists');
  }
}

function pause(durationMs: number): Promise<true> {
  return new Promise((resolve) => setTimeout(() => resolve(true), durationMs));
}
