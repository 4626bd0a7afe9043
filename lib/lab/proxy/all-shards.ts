/** Commands without keys that are about the database as a whole: asked of every shard, answered as by one server. */
import type { ClientCommand } from './command-parser.ts';
import type { Handler } from './dispatch.ts';
import { singleServerInfo } from './info-text.ts';
import { OutcomeUnknown } from './outcome-unknown.ts';
import { NOT_ALLOWED, SYNTAX_ERROR } from './refusals.ts';
import {
  encodeArray,
  encodeBulk,
  encodeCommand,
  encodeError,
  encodeInteger,
  encodeNull,
  encodeText,
  integerOf,
  TYPE,
} from './resp.ts';
import { decodeValue, encodeValue, itemsOf, textOf } from './resp-value.ts';
import type { Session } from './session.ts';
import type { Shard } from './shard.ts';

export const ALL_SHARDS_COMMANDS: Readonly<Record<string, Handler>> = {
  DBSIZE: (session, command) => everywhere(session, command, true).then(merge(sumOf)),
  KEYS: (session, command) => everywhere(session, command, true).then(merge(concatenationOf)),
  RANDOMKEY: randomKey,
  SCAN: scan,
  FLUSHALL: (session, command) => everywhere(session, command, false).then(merge(firstOf)),
  FLUSHDB: (session, command) => everywhere(session, command, false).then(merge(firstOf)),
  SCRIPT: scripts,
  FUNCTION: functions,
  PUBSUB: publishedChannels,
};

/** Also for the pair: its INFO must not tell where the nodes are. */
export async function answerInfo(session: Session, command: ClientCommand): Promise<Buffer> {
  const [first] = session.service.router.shards;
  if (first === undefined) return encodeError('ERR no shard is known');
  const keyspaceQuestion = encodeCommand(['INFO', 'keyspace']);
  const [text, ...keyspaces] = await Promise.all([
    askShard(session, first, command.bytes, true),
    ...session.service.router.shards.map((shard) => askShard(session, shard, keyspaceQuestion, true)),
  ]);
  const textBytes = text as Buffer;
  if (textBytes[0] === TYPE.error) return textBytes;
  const read = (bytes: Buffer) => textOf(decodeValue(bytes));
  return encodeText(
    singleServerInfo(read(textBytes), session.service.listenPort, keyspaces.map(read)),
    session.version,
  );
}

function askShard(session: Session, shard: Shard, bytes: Buffer, repeatable: boolean): Promise<Buffer> {
  return session.ask({ bytes, slot: shard.slots[0]?.[0] ?? 0, repeatable });
}

/** Sent to all before anything else happens, so that it keeps its place among the client's commands at every shard. */
function everywhere(session: Session, { bytes }: ClientCommand, repeatable: boolean): Promise<Buffer[]> {
  return Promise.all(session.service.router.shards.map((shard) => askShard(session, shard, bytes, repeatable)));
}

/** One reply out of many: the first error if there is one. */
function merge(combine: (replies: readonly Buffer[]) => Buffer): (replies: readonly Buffer[]) => Buffer {
  return (replies) => replies.find((reply) => reply[0] === TYPE.error) ?? combine(replies);
}

function firstOf(replies: readonly Buffer[]): Buffer {
  return replies[0] as Buffer;
}

function sumOf(replies: readonly Buffer[]): Buffer {
  return encodeInteger(replies.reduce((sum, reply) => sum + integerOf(reply), 0));
}

function concatenationOf(replies: readonly Buffer[]): Buffer {
  return encodeArray(replies.flatMap((reply) => itemsOf(decodeValue(reply)).map(encodeValue)));
}

/** Names, each once. */
function unionOf(replies: readonly Buffer[]): Buffer {
  const names = new Set(replies.flatMap((reply) => itemsOf(decodeValue(reply)).map(textOf)));
  return encodeArray([...names].map(encodeBulk));
}

/** `name, count, name, count, ...`: the counts added up. */
function countsOf(replies: readonly Buffer[]): Buffer {
  const lists = replies.map((reply) => itemsOf(decodeValue(reply)));
  const merged = (lists[0] ?? []).map((item, index) =>
    index % 2 === 0
      ? encodeValue(item)
      : encodeInteger(lists.reduce((sum, list) => sum + Number(textOf(list[index])), 0)),
  );
  return encodeArray(merged);
}

/** Present only where every shard has it. */
function minimaOf(replies: readonly Buffer[]): Buffer {
  const lists = replies.map((reply) => itemsOf(decodeValue(reply)).map((item) => Number(textOf(item))));
  return encodeArray(
    (lists[0] ?? []).map((_, index) => encodeInteger(Math.min(...lists.map((list) => list[index] ?? 0)))),
  );
}

async function randomKey(session: Session, { bytes }: ClientCommand): Promise<Buffer> {
  const shards = [...session.service.router.shards];
  for (let start = Math.floor(Math.random() * shards.length), left = shards.length; left > 0; start += 1, left -= 1) {
    const reply = await askShard(session, shards[start % shards.length] as Shard, bytes, true);
    if (reply[0] !== TYPE.null && !reply.equals(NULL_BULK)) return reply;
  }
  return encodeNull(session.version);
}

const NULL_BULK = encodeNull(2);

/** The shard is part of the cursor: cursor = the shard's own cursor x shards + index of the shard. */
async function scan(session: Session, { words }: ClientCommand): Promise<Buffer> {
  const text = words[1]?.toString('latin1') ?? '';
  if (!/^\d{1,20}$/.test(text)) return encodeError('ERR invalid cursor');
  const { shards } = session.service.router;
  const shardCount = BigInt(shards.length);
  const index = Number(BigInt(text) % shardCount);
  const own = BigInt(text) / shardCount;
  const question = encodeCommand(['SCAN', own.toString(), ...words.slice(2)]);
  const reply = await askShard(session, shards[index] as Shard, question, true);
  if (reply[0] === TYPE.error) return reply;
  const [next, items] = itemsOf(decodeValue(reply));
  const nextOwn = BigInt(textOf(next));
  const nextIndex = nextOwn === 0n ? index + 1 : index;
  const cursor = nextIndex === shards.length ? 0n : nextOwn * shardCount + BigInt(nextIndex);
  return encodeArray([encodeBulk(cursor.toString()), encodeArray(itemsOf(items).map(encodeValue))]);
}

function scripts(session: Session, command: ClientCommand): Buffer | Promise<Buffer> {
  switch (command.words[1]?.toString('latin1').toUpperCase()) {
    case 'LOAD':
    case 'FLUSH':
      return everywhere(session, command, true).then(merge(firstOf));
    case 'EXISTS':
      return everywhere(session, command, true).then(merge(minimaOf));
    case 'KILL':
      return killEverywhere(session, command);
    default:
      return NOT_ALLOWED;
  }
}

function functions(session: Session, command: ClientCommand): Buffer | Promise<Buffer> {
  switch (command.words[1]?.toString('latin1').toUpperCase()) {
    case 'LOAD':
    case 'DELETE':
    case 'FLUSH':
    case 'RESTORE':
      return everywhere(session, command, false).then(merge(firstOf));
    case 'KILL':
      return killEverywhere(session, command);
    default: {
      const [first] = session.service.router.shards;
      return first === undefined ? NOT_ALLOWED : askShard(session, first, command.bytes, true);
    }
  }
}

/** On connections of its own: the shared ones wait for the script that is to be killed. */
async function killEverywhere(session: Session, { bytes }: ClientCommand): Promise<Buffer> {
  const replies = await Promise.all(
    session.service.router.shards.map(async (shard) => {
      try {
        const connection = await shard.borrow(session.version);
        const reply = await connection.exchange(bytes);
        shard.release(connection, session.version);
        return reply.bytes;
      } catch {
        throw new OutcomeUnknown();
      }
    }),
  );
  return replies.find((reply) => reply[0] !== TYPE.error) ?? (replies[0] as Buffer);
}

function publishedChannels(session: Session, command: ClientCommand): Buffer | Promise<Buffer> {
  switch (command.words[1]?.toString('latin1').toUpperCase()) {
    case 'CHANNELS':
    case 'SHARDCHANNELS':
      return everywhere(session, command, true).then(merge(unionOf));
    case 'NUMSUB':
    case 'SHARDNUMSUB':
      return everywhere(session, command, true).then(merge(countsOf));
    case 'NUMPAT':
      return everywhere(session, command, true).then(merge(sumOf));
    default:
      return SYNTAX_ERROR;
  }
}
