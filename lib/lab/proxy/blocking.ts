/**
 * Commands that wait, each on a connection of its own, so that nobody else waits with them. A client that goes away
 * ends it, and the server forgets the waiting command.
 */
import { sleep } from '../../base/wait-until.ts';
import type { BackendConnection } from './backend-connection.ts';
import type { ClientCommand } from './command-parser.ts';
import type { CommandInfo } from './command-table.ts';
import { isNotHere, SHARD_UNREACHABLE } from './lane.ts';
import { OutcomeUnknown } from './outcome-unknown.ts';
import { encodeCommand, encodeInteger, integerOf, TYPE } from './resp.ts';
import type { Session } from './session.ts';
import type { Shard } from './shard.ts';

const RETRY_MS = 20;

/** BLPOP and the like; XREAD and XREADGROUP only when they say BLOCK. */
export function isBlockingCall({ isBlocking }: CommandInfo, { name, words }: ClientCommand): boolean {
  if (!isBlocking) return false;
  if (name !== 'XREAD' && name !== 'XREADGROUP') return true;
  for (const word of words) {
    const text = word.toString('latin1').toUpperCase();
    if (text === 'BLOCK') return true;
    if (text === 'STREAMS') return false;
  }
  return false;
}

/** When the shard moves while it waits, it waits anew at the new primary, from the beginning. */
export function runBlocking(session: Session, { bytes }: ClientCommand, slot: number, repeatable: boolean): undefined {
  session.exclusive(() =>
    withOwnConnection(session, slot, async (connection, shard) => {
      try {
        const reply = await connection.exchange(bytes);
        if (!isNotHere(reply)) return reply.bytes;
        shard.follow(connection, reply);
        return undefined;
      } catch {
        if (repeatable) return undefined;
        throw new OutcomeUnknown();
      }
    }),
  );
}

/**
 * WAIT at every primary at the same time; the smallest count is the answer. The server counts from the last command of
 * the connection that asks, so a PING goes first: then everything acknowledged to anybody before is covered.
 */
export function runWait(session: Session, { bytes }: ClientCommand): undefined {
  const question = Buffer.concat([encodeCommand(['PING']), bytes]);
  const askOne = (shard: Shard) =>
    withOwnConnection(session, shard.slots[0]?.[0] ?? 0, async (connection) => {
      const replies = await connection.exchangeAll(question, 2).catch(() => []);
      return replies[1]?.bytes;
    });
  session.exclusive(async () => {
    const replies = await Promise.all(session.service.router.shards.map(askOne));
    const failure = replies.find((reply) => reply[0] === TYPE.error);
    return failure ?? encodeInteger(Math.min(...replies.map((reply) => integerOf(reply))));
  });
}

/**
 * Runs an attempt on a connection that nobody else uses, and again (elsewhere) as long as it gives `undefined`. Bounded
 * by the time in which no connection could be had.
 * @param keep the attempt has put the connection to further use; otherwise it is given back
 */
export async function withOwnConnection(
  session: Session,
  slot: number,
  attempt: (connection: BackendConnection, shard: Shard) => Promise<Buffer | undefined>,
  keep = false,
): Promise<Buffer> {
  const { service } = session;
  let deadline = performance.now() + service.config.waitForShardMs;
  while (performance.now() < deadline && !session.isClosed) {
    const shard = service.router.shardOf(slot);
    const connection = await shard?.borrow(session.version).catch(() => undefined);
    if (shard !== undefined && connection !== undefined) {
      const takeBack = session.onClose(() => connection.destroy());
      const reply = session.isClosed ? undefined : await attempt(connection, shard).finally(takeBack);
      if (reply !== undefined) {
        if (!keep) shard.release(connection, session.version);
        return reply;
      }
      connection.destroy();
      deadline = performance.now() + service.config.waitForShardMs;
    }
    service.refreshTopology();
    await sleep(RETRY_MS);
  }
  return SHARD_UNREACHABLE;
}
