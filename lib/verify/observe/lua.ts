/** One script over two keys of one hash tag: what every multi-key use of a sharded database depends on. */
import { randomBytes } from 'node:crypto';
import type { SlotRange } from '../../topology/slot.ts';
import type { LuaProbe } from '../observation.ts';
import { answerOf, type RawAnswer, shownReply } from './answers.ts';
import { PROBE_KEY_EXPIRY_MS } from './probe-keys.ts';
import type { Session } from './session.ts';

/** Writes both keys, with an expiry from the start, reads them back in one command and removes them. */
const SCRIPT = `
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
local read = redis.call('MGET', KEYS[1], KEYS[2])
redis.call('DEL', KEYS[1], KEYS[2])
if read[1] == ARGV[1] and read[2] == ARGV[1] then return 'both keys read back' end
return redis.error_reply('ERR the keys did not read back as they were written')
`;

/** For servers that refuse writes. */
const READING_SCRIPT = `
if redis.call('EXISTS', KEYS[1], KEYS[2]) == 0 then return 'both keys looked for' end
return redis.error_reply('ERR a key is there that nobody has written')
`;

export interface LuaQuestion {
  readonly slot: number;
  readonly command: readonly string[];
}

export function luaQuestion(session: Session, ranges: readonly SlotRange[]): LuaQuestion {
  const tag = session.keys.tagIn(ranges);
  if (session.refusesWrites)
    return { slot: tag.slot, command: ['EVAL', READING_SCRIPT, '2', tag.key('a'), tag.key('b')] };
  const value = randomBytes(8).toString('hex');
  return {
    slot: tag.slot,
    command: ['EVAL', SCRIPT, '2', tag.key('a'), tag.key('b'), value, String(PROBE_KEY_EXPIRY_MS)],
  };
}

export function luaProbe(place: string, { slot }: LuaQuestion, reply: RawAnswer | undefined): LuaProbe {
  return { place, slot, answer: answerOf(reply, () => shownReply(reply)) };
}
