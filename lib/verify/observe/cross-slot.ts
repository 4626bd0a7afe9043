/** What multi-key commands do when their keys lie in two slots. No row writes anything: the keys do not exist. */
import type { SlotRange } from '../../topology/slot.ts';
import { Silence } from '../connection.ts';
import type { CrossSlotProbe } from '../observation.ts';
import { ReplyError } from '../resp.ts';
import { isNotAllowed, isRefusedWrite, type RawAnswer, shownReply } from './answers.ts';
import type { Session } from './session.ts';

interface CrossSlotCommand {
  /** As the profile names it; `multi` is a transaction. */
  readonly name: string;
  readonly commands: (one: string, other: string) => string[][];
  /** Errors that the command itself gives for keys that do not exist: it has crossed. */
  readonly ownErrors?: RegExp;
}

const oneCommand = (
  name: string,
  words: (one: string, other: string) => string[],
  ownErrors?: RegExp,
): CrossSlotCommand => ({
  name,
  commands: (one, other) => [words(one, other)],
  ...(ownErrors === undefined ? {} : { ownErrors }),
});

/** MSET and MSETNX are not asked: a key they write has no expiry. */
export const COMMANDS_NOT_ASKED = ['mset', 'msetnx'] as const;

export const CROSS_SLOT_COMMANDS: readonly CrossSlotCommand[] = [
  oneCommand('del', (one, other) => ['DEL', one, other]),
  oneCommand('mget', (one, other) => ['MGET', one, other]),
  oneCommand('exists', (one, other) => ['EXISTS', one, other]),
  oneCommand('unlink', (one, other) => ['UNLINK', one, other]),
  oneCommand('touch', (one, other) => ['TOUCH', one, other]),
  oneCommand('sunion', (one, other) => ['SUNION', one, other]),
  oneCommand('sinterstore', (one, other) => ['SINTERSTORE', one, other, other]),
  oneCommand('pfcount', (one, other) => ['PFCOUNT', one, other]),
  oneCommand('rename', (one, other) => ['RENAME', one, other], /no such key/i),
  oneCommand('smove', (one, other) => ['SMOVE', one, other, 'member']),
  oneCommand('rpoplpush', (one, other) => ['RPOPLPUSH', one, other]),
  oneCommand('eval', (one, other) => ['EVAL', 'return 1', '2', one, other]),
  { name: 'multi', commands: (one, other) => [['MULTI'], ['EXISTS', one], ['EXISTS', other], ['EXEC']] },
];

/** The two places keys are taken from: the outer ends of what one server serves, so that shards behind it differ. */
export function crossSlotQuestions(session: Session, ranges: readonly SlotRange[]): string[][] {
  const [first] = ranges[0] ?? [0, 0];
  const [, last] = ranges.at(-1) ?? [0, 0];
  const one = session.keys.tagIn([[first, Math.min(first + 99, ranges[0]?.[1] ?? first)]]);
  const other = session.keys.tagIn([[Math.max(last - 99, ranges.at(-1)?.[0] ?? last), last]]);
  return CROSS_SLOT_COMMANDS.flatMap(({ commands }) => commands(one.key('cross-slot'), other.key('cross-slot')));
}

/** Whether two keys of different slots can be taken from these ranges. */
export function canCrossSlots(ranges: readonly SlotRange[]): boolean {
  const [first] = ranges;
  const last = ranges.at(-1);
  return first !== undefined && last !== undefined && last[1] - first[0] >= 200;
}

/** `replies` in the order of `crossSlotQuestions`. */
export function crossSlotProbes(replies: readonly RawAnswer[]): CrossSlotProbe[] {
  let next = 0;
  return CROSS_SLOT_COMMANDS.map((command) => {
    const own = replies.slice(next, next + command.commands('', '').length);
    next += own.length;
    const decisive = own.find(isCrossSlotError) ?? own.find(isNotAllowed) ?? own.at(-1);
    return { command: command.name, outcome: outcomeOf(command, decisive), reply: shownReply(decisive) };
  });
}

function outcomeOf(command: CrossSlotCommand, reply: RawAnswer | undefined): CrossSlotProbe['outcome'] {
  if (reply === undefined || reply instanceof Silence) return 'no-answer';
  if (isCrossSlotError(reply)) return 'refused';
  if (!(reply instanceof ReplyError)) return 'crossed';
  // A server looks at the slots first, and only then at whether it takes writes.
  if (isRefusedWrite(reply)) return 'crossed';
  if (isNotAllowed(reply)) return 'not-allowed';
  return command.ownErrors?.test(reply.message) === true ? 'crossed' : 'other';
}

function isCrossSlotError(reply: RawAnswer): boolean {
  return reply instanceof ReplyError && /CROSSSLOT/.test(reply.message);
}
