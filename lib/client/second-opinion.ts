/**
 * Tells a dead connection from a busy server, where nobody else can be asked: a question of the same kind is put through
 * a fresh connection. If the server answers there while the old connection still receives nothing, the old connection
 * leads nowhere. If it does not answer there either, the server is busy or gone, and replacing the connection would only
 * lose what is on it.
 *
 * The question has to be held up by whatever may hold up the command that waits: it goes to the same slot, and for a
 * write it is a write (that changes nothing), because a primary that hands over its role pauses writes and serves reads.
 */
import { randomBytes } from 'node:crypto';
import type { Command, Redis } from 'ioredis';
import { slotOf } from '../topology/slot.ts';
import { cut, redisInternals } from './internals.ts';
import type { LightConnection } from './light-connection.ts';
import { firstDue } from './own-logins.ts';
import { isQuestion, READ_COMMANDS } from './retry-policy.ts';

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
  seek(redis: Redis, waiting: Command, key: string | Buffer | undefined): void {
    const question = questionFor(waiting, key);
    if (question === undefined || this.#running.has(redis)) return;
    this.sought += 1;
    const { stream } = redisInternals(redis);
    const bytesBefore = stream?.bytesRead;
    const fresh = this.#options.open(redis);
    this.#running.set(redis, fresh);
    const timer = setTimeout(() => this.#end(redis), this.#options.giveUpAfterMs);
    const stillOwes = () =>
      redisInternals(redis).stream === stream && stream?.bytesRead === bytesBefore && firstDue(redis) === waiting;
    isAnswered(fresh.redis, question)
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

export type Question = readonly [command: 'ping' | 'exists' | 'unlink', ...keys: (string | Buffer)[]];

/**
 * What to ask on the fresh connection; undefined when no question would be held up by the same things.
 * @param key of the command, or of its transaction
 */
export function questionFor(waiting: Command, key: string | Buffer | undefined): Question | undefined {
  const name = waiting.name.toLowerCase();
  if (key === undefined) {
    if (name === 'publish') return ['unlink', `redoubt-${randomBytes(8).toString('hex')}`];
    return isQuestion(name, waiting.args) ? ['ping'] : undefined;
  }
  if (READ_COMMANDS.has(name)) return ['exists', key];
  const neighbour = neighbourOf(key);
  return neighbour === undefined ? undefined : ['unlink', neighbour];
}

/** A key that surely does not exist, of the same slot, and with the same beginning, in case the user may touch no others. */
export function neighbourOf(key: string | Buffer): string | undefined {
  const text = key.toString();
  const random = randomBytes(8).toString('hex');
  const candidates = [`${text}:redoubt-${random}`, `${text}:{${text}}:redoubt-${random}`];
  return candidates.find((candidate) => slotOf(candidate) === slotOf(key));
}

/** An error reply (no permission, another owner) comes before the command is held up, so it says nothing. */
async function isAnswered(fresh: Redis, [command, ...keys]: Question): Promise<boolean> {
  try {
    await fresh.call(command, ...keys);
    return true;
  } catch {
    return false;
  }
}

function pause(durationMs: number): Promise<true> {
  return new Promise((resolve) => setTimeout(() => resolve(true), durationMs));
}
