/** Whether a MULTI is open on a connection: whatever is sent then is queued, and answered by EXEC among the application's own. */
import type { Redis } from 'ioredis';

/** Follows every command of `redis` from now on. @returns whether a transaction is open at the moment */
export function watchTransactions(redis: Redis): () => boolean {
  let isOpen = false;
  const send = redis.sendCommand;
  redis.sendCommand = (command, stream) => {
    const name = command.name.toLowerCase();
    if (name === 'multi') isOpen = true;
    else if (name === 'exec' || name === 'discard' || name === 'reset') isOpen = false;
    return send.call(redis, command, stream);
  };
  redis.on('close', () => {
    isOpen = false;
  });
  return () => isOpen;
}
