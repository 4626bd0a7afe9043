/**
 * Which commands may be sent again when their connection was lost before the answer: those that only read, and writes
 * that leave the same data behind and answer the same however often they run. Everything else may have been executed
 * already; its client's connection is closed instead, so that the client knows that it does not know.
 */
import type { ClientCommand } from './command-parser.ts';
import type { CommandInfo } from './command-table.ts';

const IDEMPOTENT_WRITES = new Set(['MSET', 'SETEX', 'PSETEX', 'HMSET']);
/** Options of SET that make its answer or its effect depend on what was there before. */
const CONDITIONAL_SET = new Set(['NX', 'XX', 'GET', 'KEEPTTL']);
/** Without keys and without effect on data, although the server does not mark them as reading. */
const WITHOUT_EFFECT = new Set([
  'PING',
  'ECHO',
  'TIME',
  'INFO',
  'COMMAND',
  'MEMORY',
  'OBJECT',
  'PUBSUB',
  'LASTSAVE',
  'LOLWUT',
]);

export function isRepeatable(info: CommandInfo, { name, words }: ClientCommand): boolean {
  if (info.isReadOnly || IDEMPOTENT_WRITES.has(name) || WITHOUT_EFFECT.has(name)) return true;
  if (name !== 'SET') return false;
  return !words.slice(3).some((word) => CONDITIONAL_SET.has(word.toString('latin1').toUpperCase()));
}
