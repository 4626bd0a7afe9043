/** Whether a server takes writes, asked without changing anything. */
import type { SlotRange } from '../../topology/slot.ts';
import type { WriteProbe } from '../observation.ts';
import { answerOf, type RawAnswer, shownReply } from './answers.ts';
import type { Session } from './session.ts';

/** Nothing where writes are expected: the script of lua.ts makes some. */
export function writeQuestions(session: Session, ranges: readonly SlotRange[]): string[][] {
  return session.refusesWrites ? [['DEL', session.keys.tagIn(ranges).key('write')]] : [];
}

export function writeProbe(place: string, reply: RawAnswer | undefined): WriteProbe {
  return { place, answer: answerOf(reply, () => shownReply(reply)) };
}
