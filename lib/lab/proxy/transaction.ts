/**
 * MULTI, EXEC, DISCARD, WATCH. Commands are collected here and sent in one piece when EXEC comes, on a connection that
 * nobody else uses, so that the shard executes them as the one transaction they are. All keys must be in one slot, also
 * those of commands that could span slots outside: the service answers CROSSSLOT (onyx PR #14200).
 */
import type { BackendConnection } from './backend-connection.ts';
import { withOwnConnection } from './blocking.ts';
import type { ClientCommand } from './command-parser.ts';
import { type CommandInfo, keysOf } from './command-table.ts';
import { commonSlot, type Handler } from './dispatch.ts';
import { isNotHere } from './lane.ts';
import { OutcomeUnknown } from './outcome-unknown.ts';
import { CROSS_SLOT, DATABASE_OUT_OF_RANGE } from './refusals.ts';
import { encodeCommand, encodeError, encodeNullArray, OK, QUEUED, type RespVersion } from './resp.ts';
import type { Session } from './session.ts';
import type { Shard } from './shard.ts';

export interface Transaction {
  readonly commands: ClientCommand[];
  /** Of the first key; undefined while there is none. */
  slot: number | undefined;
  /** A command was refused: EXEC will refuse all. */
  hasFailed: boolean;
}

/** Keys under WATCH live on the connection that watches. */
export interface WatchedKeys {
  readonly slot: number;
  readonly shard: Shard;
  readonly connection: BackendConnection;
  readonly version: RespVersion;
}

/** Without keys, and answered by any one shard as well as by another. */
const KEYLESS_IN_TRANSACTION = new Set([
  'PING',
  'ECHO',
  'TIME',
  'PUBLISH',
  'EVAL',
  'EVALSHA',
  'EVAL_RO',
  'EVALSHA_RO',
  'FCALL',
  'FCALL_RO',
]);
/** On top, where there is one shard only. */
const KEYLESS_IN_PAIR = new Set(['DBSIZE', 'KEYS', 'SCAN', 'RANDOMKEY', 'FLUSHALL', 'FLUSHDB', 'LASTSAVE']);
const NOT_IN_TRANSACTION = encodeError('ERR Command not allowed inside a transaction');
const ABORTED = encodeError('EXECABORT Transaction discarded because of previous errors.');

export const TRANSACTION_COMMANDS: Readonly<Record<string, Handler>> = {
  MULTI: (session) => {
    if (session.transaction !== undefined) return encodeError('ERR MULTI calls can not be nested');
    session.transaction = { commands: [], slot: session.watched?.slot, hasFailed: false };
    return OK;
  },
  DISCARD: (session) => {
    if (session.transaction === undefined) return encodeError('ERR DISCARD without MULTI');
    session.transaction = undefined;
    unwatch(session);
    return OK;
  },
  WATCH: watch,
  UNWATCH: (session) => {
    if (session.transaction === undefined) unwatch(session);
    return session.transaction === undefined ? OK : refuseInside(session, NOT_IN_TRANSACTION);
  },
  EXEC: execute,
};

/** No-op outside a transaction. */
export function markFailed({ transaction }: Session): void {
  if (transaction !== undefined) transaction.hasFailed = true;
}

function refuseInside(session: Session, error: Buffer): Buffer {
  markFailed(session);
  return error;
}

export function queue(session: Session, command: ClientCommand, info: CommandInfo): Buffer {
  const transaction = session.transaction as Transaction;
  const keys = keysOf(info, command);
  if (keys.length === 0) {
    const problem = keylessProblem(session, command);
    if (problem !== undefined) return refuseInside(session, problem);
  } else if (!session.service.isPair) {
    const slot = commonSlot(keys);
    if (slot === undefined || (transaction.slot !== undefined && transaction.slot !== slot)) {
      return refuseInside(session, CROSS_SLOT);
    }
    transaction.slot = slot;
  }
  transaction.commands.push(command);
  return QUEUED;
}

function keylessProblem(session: Session, { name, words }: ClientCommand): Buffer | undefined {
  if (name === 'SELECT') return words[1]?.toString('latin1') === '0' ? undefined : DATABASE_OUT_OF_RANGE;
  const isAllowed = KEYLESS_IN_TRANSACTION.has(name) || (session.service.isPair && KEYLESS_IN_PAIR.has(name));
  return isAllowed ? undefined : NOT_IN_TRANSACTION;
}

function unwatch(session: Session): void {
  session.watched?.connection.destroy();
  session.watched = undefined;
}

function watch(session: Session, { words, bytes }: ClientCommand): Buffer | undefined {
  if (session.transaction !== undefined) return encodeError('ERR WATCH inside MULTI is not allowed');
  const slot = session.service.isPair ? 0 : commonSlot(words.slice(1));
  if (slot === undefined || (session.watched !== undefined && session.watched.slot !== slot)) return CROSS_SLOT;
  session.exclusive(async () => {
    const { watched } = session;
    if (watched !== undefined) {
      // When the watching connection is lost, EXEC will call the transaction off: that is what WATCH is for.
      return (await watched.connection.exchange(bytes).catch(() => undefined))?.bytes ?? OK;
    }
    return startWatching(session, slot, bytes);
  });
  return undefined;
}

function startWatching(session: Session, slot: number, bytes: Buffer): Promise<Buffer> {
  const { version } = session;
  const attempt = async (connection: BackendConnection, shard: Shard) => {
    // A lost WATCH has done nothing: it may be tried again.
    const reply = await connection.exchange(bytes).catch(() => undefined);
    if (reply === undefined) return undefined;
    if (isNotHere(reply)) {
      shard.follow(connection, reply);
      return undefined;
    }
    session.watched = { slot, shard, connection, version };
    return reply.bytes;
  };
  return withOwnConnection(session, slot, attempt, true);
}

function execute(session: Session): Buffer | undefined {
  const { transaction, watched } = session;
  if (transaction === undefined) return encodeError('ERR EXEC without MULTI');
  session.transaction = undefined;
  if (transaction.hasFailed) {
    unwatch(session);
    return ABORTED;
  }
  const bytes = Buffer.concat([MULTI, ...transaction.commands.map((command) => command.bytes), EXEC]);
  const replyCount = transaction.commands.length + 2;
  session.exclusive(async () => {
    if (watched === undefined) {
      return withOwnConnection(session, transaction.slot ?? 0, (connection, shard) =>
        runTransaction(shard, connection, bytes, replyCount),
      );
    }
    session.watched = undefined;
    return executeWatched(session, watched, bytes, replyCount);
  });
  return undefined;
}

const MULTI = encodeCommand(['MULTI']);
const EXEC = encodeCommand(['EXEC']);

/** A shard that has moved takes the watch with it: the transaction is called off, as after a change of a watched key. */
async function executeWatched(
  session: Session,
  watched: WatchedKeys,
  bytes: Buffer,
  replyCount: number,
): Promise<Buffer> {
  const { connection, shard, version } = watched;
  if (!shard.isCurrent(connection) || version !== session.version) {
    connection.destroy();
    return encodeNullArray(session.version);
  }
  const reply = await runTransaction(shard, connection, bytes, replyCount);
  if (reply === undefined) connection.destroy();
  else shard.release(connection, version);
  return reply ?? encodeNullArray(session.version);
}

/** Undefined when the node is not the right one (any more): then nothing of it was executed. */
async function runTransaction(
  shard: Shard,
  connection: BackendConnection,
  bytes: Buffer,
  replyCount: number,
): Promise<Buffer | undefined> {
  const replies = await connection.exchangeAll(bytes, replyCount).catch(() => {
    throw new OutcomeUnknown();
  });
  const misdirected = replies.find(isNotHere);
  if (misdirected === undefined) return replies.at(-1)?.bytes;
  shard.follow(connection, misdirected);
  return undefined;
}
