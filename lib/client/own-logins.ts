/**
 * The AUTH commands that this client puts on live connections by itself. The application knows nothing of them, so they are no
 * flights; whoever asks which answer is due first looks past them.
 */
import type { Command, Redis } from 'ioredis';
import { redisInternals } from './internals.ts';

const own = new WeakSet<Command>();

export function markAsOwn(command: Command): void {
  own.add(command);
}

/** The command of the application whose answer is due first; undefined when none is. */
export function firstDue(redis: Redis): Command | undefined {
  const { commandQueue } = redisInternals(redis);
  for (let index = 0; index < commandQueue.length; index += 1) {
    const command = commandQueue.peekAt(index)?.command;
    if (command !== undefined && !own.has(command)) return command;
  }
  return undefined;
}
