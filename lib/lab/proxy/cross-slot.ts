/** The six commands that may span slots: cut into one command per slot, and the answers put together again. */
import { slotOf } from '../../topology/slot.ts';
import type { ClientCommand } from './command-parser.ts';
import { wrongArity } from './refusals.ts';
import { encodeArray, encodeCommand, encodeInteger, integerOf, OK, TYPE } from './resp.ts';
import { decodeValue, encodeValue, itemsOf } from './resp-value.ts';
import type { Session } from './session.ts';

/** Whole sub-commands are atomic, the command as a whole is not: as on the service. */
export function splitOverSlots(session: Session, { name, words }: ClientCommand): Buffer | Promise<Buffer> {
  const wordsPerKey = name === 'MSET' ? 2 : 1;
  if ((words.length - 1) % wordsPerKey !== 0) return wrongArity(name);
  const groups = groupBySlot(words, wordsPerKey);
  // Not DEL and UNLINK: repeated, they would count keys that are already gone.
  const repeatable = name !== 'DEL' && name !== 'UNLINK';
  const answers = groups.map(({ slot, positions }) => {
    const group = positions.flatMap((position) => words.slice(position, position + wordsPerKey));
    return session.ask({ bytes: encodeCommand([name, ...group]), slot, repeatable });
  });
  return Promise.all(answers).then((replies) => {
    const failure = replies.find((reply) => reply[0] === TYPE.error);
    if (failure !== undefined) return failure;
    if (name === 'MSET') return OK;
    if (name === 'MGET') return mergeValues(groups, replies, words.length - 1);
    return encodeInteger(replies.reduce((sum, reply) => sum + integerOf(reply), 0));
  });
}

interface SlotGroup {
  readonly slot: number;
  /** Where the group's keys stand in the command. */
  readonly positions: number[];
}

function groupBySlot(words: readonly Buffer[], wordsPerKey: number): SlotGroup[] {
  const groups = new Map<number, SlotGroup>();
  for (let position = 1; position < words.length; position += wordsPerKey) {
    const slot = slotOf(words[position] as Buffer);
    const group = groups.get(slot) ?? { slot, positions: [] };
    groups.set(slot, group);
    group.positions.push(position);
  }
  return [...groups.values()];
}

function mergeValues(groups: readonly SlotGroup[], replies: readonly Buffer[], count: number): Buffer {
  const values = new Array<Buffer>(count);
  groups.forEach(({ positions }, index) => {
    const items = itemsOf(decodeValue(replies[index] as Buffer)).map(encodeValue);
    positions.forEach((position, nth) => {
      values[position - 1] = items[nth] as Buffer;
    });
  });
  return encodeArray(values);
}
