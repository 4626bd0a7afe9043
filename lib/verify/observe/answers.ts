/** From raw replies to the plain data of an observation. */
import { Silence } from '../connection.ts';
import { isNoPermission } from '../no-permission.ts';
import type { Answer } from '../observation.ts';
import { type Reply, ReplyError } from '../resp.ts';

export type RawAnswer = Reply | Silence;

/** The value as `read` makes it, the server's error, or the silence. */
export function answerOf<Value>(reply: RawAnswer | undefined, read: (value: Reply) => Value): Answer<Value> {
  if (reply === undefined) return { kind: 'silence', reason: 'It was not asked.' };
  if (reply instanceof Silence) return { kind: 'silence', reason: reply.reason };
  if (reply instanceof ReplyError) return { kind: 'error', message: reply.message };
  return { kind: 'value', value: read(reply) };
}

/** A reply on one line, cut short, for a message. */
export function shownReply(reply: RawAnswer | undefined): string {
  const answer = answerOf(reply, (value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  const text = answer.kind === 'value' ? answer.value : answer.kind === 'error' ? answer.message : answer.reason;
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}

/** Refused because it is a write, by a server that has found the keys to be its own. */
export function isRefusedWrite(reply: RawAnswer | undefined): boolean {
  return reply instanceof ReplyError && /^(READONLY|NOREPLICAS)\b/.test(reply.message);
}

/** Refused because the user may not, which a server says before it looks at anything else. */
export function isNotAllowed(reply: RawAnswer | undefined): boolean {
  return reply instanceof ReplyError && isNoPermission(reply.message);
}

/** `[name, value, name, value]` as a record; anything that is not text or a number is left out. */
export function recordOf(reply: Reply): Record<string, string> {
  if (!Array.isArray(reply)) return {};
  const record: Record<string, string> = {};
  for (let index = 0; index + 1 < reply.length; index += 2) {
    const value: unknown = reply[index + 1];
    if (typeof value === 'string' || typeof value === 'number') record[String(reply[index])] = String(value);
  }
  return record;
}
