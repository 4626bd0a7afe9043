/**
 * What the service does not let a client do, and in which words. Which commands: Redis Enterprise's compatibility pages
 * (redis.io/docs, operate/rs/references/compatibility/commands) and what live databases answered (`SWAPDB`, `FAILOVER`:
 * unknown command; `SELECT 1`: out of range; CONFIG as below).
 */
import type { ClientCommand } from './command-parser.ts';
import { EMPTY_ARRAY, encodeError, OK, type RespVersion } from './resp.ts';

/** Answered as if the server had never heard of them. */
const UNKNOWN_COMMANDS = new Set([
  'ASKING',
  'BGREWRITEAOF',
  'BGSAVE',
  'DEBUG',
  'FAILOVER',
  'LATENCY',
  'MIGRATE',
  'MODULE',
  'MONITOR',
  'MOVE',
  'PFDEBUG',
  'PFSELFTEST',
  'PSYNC',
  'READONLY',
  'READWRITE',
  'REPLCONF',
  'REPLICAOF',
  'RESTORE-ASKING',
  'SAVE',
  'SHUTDOWN',
  'SLAVEOF',
  'SWAPDB',
  'SYNC',
]);

/** The six that may span slots under the Enterprise policy (learn.microsoft.com/azure/redis/architecture). */
export const CROSS_SLOT_COMMANDS: ReadonlySet<string> = new Set(['DEL', 'MSET', 'MGET', 'EXISTS', 'UNLINK', 'TOUCH']);

export const CROSS_SLOT = encodeError("CROSSSLOT Keys in request don't hash to the same slot");
export const NOT_AUTHENTICATED = encodeError('NOAUTH Authentication required.');
export const WRONG_PASSWORD = encodeError('WRONGPASS invalid username-password pair or user is disabled.');
export const NOT_ALLOWED = encodeError('ERR command is not allowed');
export const SYNTAX_ERROR = encodeError('ERR syntax error');
export const DATABASE_OUT_OF_RANGE = encodeError('ERR DB index is out of range');

export function unknownCommand({ words }: ClientCommand): Buffer {
  const [name, ...others] = words.map((word) => word.toString('utf8', 0, 128));
  const quoted = others.slice(0, 20).map((word) => `'${word}' `);
  return encodeError(`ERR unknown command '${name}', with args beginning with: ${quoted.join('')}`);
}

export function unknownSubcommand({ words }: ClientCommand): Buffer {
  const subcommand = words[1]?.toString('utf8', 0, 128) ?? '';
  return encodeError(`ERR unknown subcommand '${subcommand}'. Try ${words[0]?.toString().toUpperCase()} HELP.`);
}

export function wrongArity(name: string): Buffer {
  return encodeError(`ERR wrong number of arguments for '${name.toLowerCase()}' command`);
}

/** The refusal of a command that no client may use, undefined for all others. */
export function refusalOf(command: ClientCommand): Buffer | undefined {
  if (UNKNOWN_COMMANDS.has(command.name)) return unknownCommand(command);
  // The text under Azure's policies is not documented; Redis Enterprise's is this (redis.io FAQ, RedisGrafana #81).
  if (command.name === 'CLUSTER') return NOT_ALLOWED;
  return undefined;
}

/** CONFIG as live databases answer it: one SET that is accepted and ignored, an empty GET, nothing else. */
export function answerConfig({ words }: ClientCommand, version: RespVersion): Buffer {
  const [, subcommand, parameter] = words.map((word) => word.toString('latin1').toUpperCase());
  if (subcommand === 'GET') return version === 3 ? Buffer.from('%0\r\n') : EMPTY_ARRAY;
  if (subcommand !== 'SET') return NOT_ALLOWED;
  return parameter === 'NOTIFY-KEYSPACE-EVENTS' ? OK : encodeError('ERR Unsupported CONFIG parameter');
}
