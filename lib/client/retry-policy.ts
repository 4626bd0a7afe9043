/**
 * Whether a command may be sent again after the connection it was written to has been lost.
 *
 * The question is always the same: the server may have applied it already; does applying it a second time leave the
 * data as one application would, and does the reply of the second still mean what the caller thinks it means?
 * Commands that are in no table are not repeated: scripts, transactions, module commands, everything new.
 *
 * One thing no table can promise: that nobody else wrote the same key in between. The first copy may arrive late (a proxy
 * that was stalled and then goes on), and the second may undo what another client wrote and was acknowledged after the
 * first. Whoever shares keys between writers and cannot bear that declares `retryUnknown: 'never'`.
 */
import type { RetryUnknown } from './options.ts';

type Rule = (arguments_: readonly string[]) => boolean;

const always: Rule = () => true;
/** True when none of these words is among the options, which start at `from`. */
const without =
  (from: number, ...words: string[]): Rule =>
  (arguments_) =>
    !arguments_.slice(from).some((argument) => words.includes(argument.toUpperCase()));

/** LTRIM keeps the first or the last so many; by any other bounds it takes away from what is left, each time it is applied. */
const keepsAnEnd: Rule = ([, first, last]) => {
  const start = Number(first);
  const stop = Number(last);
  return start === 0 ? stop >= -1 : start < 0 && stop === -1;
};

/** A destination that is subtracted from itself is another one the second time. Text that is not known counts as equal. */
const subtractsOthersOnly: Rule = ([destination, , ...subtracted]) =>
  destination !== '' && subtracted.every((key) => key !== '' && key !== destination);

/** From `$`, the newest entry, the repetition starts later and would leave out what came in between. */
const readsFromGivenIds: Rule = (arguments_) => !arguments_.includes('$');

/** They change nothing. Replicas may serve them too. `read-commands.lab.test.ts` holds the list to the server's own flags. */
export const READ_COMMANDS: ReadonlySet<string> = new Set(
  `bitcount bitfield_ro bitpos dbsize dump eval_ro evalsha_ro exists expiretime fcall_ro geodist geohash geopos georadius_ro
  georadiusbymember_ro geosearch get getbit getrange hexists hexpiretime hget hgetall hkeys hlen hmget hpexpiretime hpttl hrandfield
  hscan hstrlen httl hvals keys lcs lindex llen lolwut lpos lrange mget pexpiretime pfcount pttl randomkey scan scard sdiff sinter
  sintercard sismember smembers smismember sort_ro srandmember sscan strlen substr sunion touch ttl type xlen xpending xrange
  xrevrange zcard zcount zdiff zinter zintercard zlexcount zmscore zrandmember zrange zrangebylex zrangebyscore zrank zrevrange
  zrevrangebylex zrevrangebyscore zrevrank zscan zscore zunion`.split(/\s+/),
);

/** They ask about the server or the connection and change nothing, but are no reads of keys. */
const QUESTIONS: ReadonlySet<string> = new Set(['ping', 'echo', 'time', 'info', 'role', 'command', 'lastsave']);

/** `COMMAND SUBCOMMAND` pairs that only ask. */
const QUESTION_PAIRS: ReadonlySet<string> = new Set(
  `cluster info|cluster slots|cluster nodes|cluster shards|cluster keyslot|cluster myid|cluster countkeysinslot|cluster help
  |xinfo stream|xinfo groups|xinfo consumers|memory usage|memory stats|object encoding|object freq|object idletime|object refcount|script exists|pubsub channels|pubsub numsub
  |pubsub numpat|client id|client getname|client list|client info|config get|acl whoami|acl list|slowlog get|slowlog len|function list`
    .split('|')
    .map((pair) => pair.trim()),
);

/**
 * Writes that may be repeated, each with the reason. They set something to a given state, or take something away by
 * name; a second application finds that state and leaves it. Where the reply counts changes, the repetition may say 0
 * although the first one did it: that is allowed where 0 is true by then ("already gone", "was there already").
 */
const REPEATABLE_WRITES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  // SET to a value: the same value again. Not with a condition or GET: the reply would tell of the first copy.
  ['set', without(2, 'NX', 'XX', 'GET', 'IFEQ', 'IFNE', 'IFDEQ', 'IFDNE')],
  ['mset', always],
  ['setex', always],
  ['psetex', always],
  // The same bytes at the same place.
  ['setrange', always],
  // Fields set to values; the count of new fields may be 0 in the repetition.
  ['hset', always],
  ['hmset', always],
  // Scores set to values. Not with a condition, INCR or CH, whose replies tell what this call changed.
  ['zadd', without(1, 'NX', 'XX', 'GT', 'LT', 'CH', 'INCR')],
  ['geoadd', without(1, 'NX', 'XX', 'CH')],
  // Taken away by name; the repetition may count 0, and "already gone" is true by then.
  ['del', always],
  ['unlink', always],
  ['hdel', always],
  ['xdel', always],
  // Cut to the first or the last so many.
  ['ltrim', keepsAnEnd],
  // A time to live that starts again, later by the length of the failover.
  ['expire', without(2, 'NX', 'XX', 'GT', 'LT')],
  ['pexpire', without(2, 'NX', 'XX', 'GT', 'LT')],
  ['expireat', without(2, 'NX', 'XX', 'GT', 'LT')],
  ['pexpireat', without(2, 'NX', 'XX', 'GT', 'LT')],
  ['getex', always],
  ['persist', always],
  // Computed from keys that the command leaves alone; a union or an intersection with itself changes nothing more.
  ['sunionstore', always],
  ['sinterstore', always],
  ['sdiffstore', subtractsOthersOnly],
  // Without a group it takes nothing away.
  ['xread', readsFromGivenIds],
  // Loads the same script under the same digest.
  ['script', (arguments_) => ['LOAD', 'EXISTS'].includes(arguments_[0]?.toUpperCase() ?? '')],
  // Acknowledging an entry twice acknowledges it.
  ['xack', always],
  // Subscriptions are state of the connection, and the new connection has to have them.
  ['subscribe', always],
  ['psubscribe', always],
  ['ssubscribe', always],
  ['unsubscribe', always],
  ['punsubscribe', always],
  ['sunsubscribe', always],
]);

/**
 * Writes that leave the same data when repeated and are nevertheless not, with the reason: their reply is used as a
 * gate ("was I the first?"), and a repetition would answer "no" to the one who was.
 */
export const GATES: ReadonlyMap<string, string> = new Map([
  ['setnx', 'the reply says who got the lock'],
  ['msetnx', 'the reply says whether anything was set'],
  ['hsetnx', 'the reply says who was first'],
  ['sadd', 'the reply is used to drop events that were seen before'],
  ['srem', 'the reply says who took the member, and a repetition would tell nobody'],
  ['zrem', 'the reply says who took the job off a schedule, and a repetition would tell nobody'],
  ['pfadd', 'the reply is used to drop events that were seen before'],
  ['setbit', 'the reply is the bit before, and is used as a gate'],
  ['smove', 'the reply says whether this call moved it'],
  ['rename', 'the second time there is no such key'],
  ['renamenx', 'the second time there is no such key'],
  ['copy', 'the reply says whether this call copied'],
  ['getset', 'the reply would be the new value'],
  ['getdel', 'the reply would be nothing'],
]);

/** Asks about the server or the connection, and neither reads nor writes a key. */
export function isQuestion(name: string, arguments_: readonly unknown[]): boolean {
  const command = name.toLowerCase();
  const subcommand = arguments_[0] === undefined ? '' : word(arguments_[0]).toLowerCase();
  return QUESTIONS.has(command) || QUESTION_PAIRS.has(`${command} ${subcommand}`);
}

/** Whether applying it twice does no harm. `name` in any case; arguments as text or bytes. */
export function isRepeatable(name: string, arguments_: readonly unknown[]): boolean {
  const command = name.toLowerCase();
  if (READ_COMMANDS.has(command) || isQuestion(command, arguments_)) return true;
  return REPEATABLE_WRITES.get(command)?.(arguments_.map(word)) ?? false;
}

/** Whether a command that was written to a lost connection is sent again. */
export function mayRepeat(policy: RetryUnknown, name: string, arguments_: readonly unknown[]): boolean {
  if (policy === 'always') return true;
  return policy === 'idempotent' && isRepeatable(name, arguments_);
}

/** Wait at the server by intent, so that their silence means nothing. */
const BLOCKING: ReadonlySet<string> = new Set(
  'blpop brpop brpoplpush blmove blmovem bzpopmin bzpopmax bzmpop blmpop wait waitaof monitor'.split(' '),
);

export function isBlocking(name: string, arguments_: readonly unknown[]): boolean {
  const command = name.toLowerCase();
  if (BLOCKING.has(command)) return true;
  return (
    (command === 'xread' || command === 'xreadgroup') &&
    arguments_.some((argument) => word(argument).toUpperCase() === 'BLOCK')
  );
}

/** What to do with a command that was rejected. */
export type Next =
  /** Send it to the node that was named. */
  | { readonly kind: 'moved' | 'ask'; readonly slot: number; readonly address: string }
  /** Not applied, and likely to work in a moment: wait and send it again. */
  | { readonly kind: 'later' }
  /** The same, and this connection leads to the wrong server (a demoted primary behind a single endpoint). */
  | { readonly kind: 'elsewhere' }
  /** The connection was lost; whether it may have been applied depends on whether it was written. */
  | { readonly kind: 'lost' }
  /** The server's own answer: the caller's to handle. */
  | { readonly kind: 'final' };

/** Replies that mean "not applied, try again in a moment". */
const LATER = /^(TRYAGAIN|CLUSTERDOWN|LOADING|MASTERDOWN|NOREPLICAS|UNBLOCKED)\b/;

/** Reads a rejection. A reply of the server is told from a lost connection by its class. */
export function nextAfter(error: Error, isReply: boolean): Next {
  if (!isReply) return { kind: 'lost' };
  const redirect = /^(MOVED|ASK) (\d{1,5}) (\S*:\d{1,5})$/.exec(error.message);
  if (redirect !== null) {
    const slot = Number(redirect[2]);
    if (slot >= 16_384) return { kind: 'final' };
    return { kind: redirect[1] === 'ASK' ? 'ask' : 'moved', slot, address: redirect[3] ?? '' };
  }
  if (/^READONLY\b/.test(error.message)) return { kind: 'elsewhere' };
  return { kind: LATER.test(error.message) ? 'later' : 'final' };
}

function word(argument: unknown): string {
  if (typeof argument === 'string') return argument;
  // Only short arguments can be option words; a large value is not turned into text for it.
  if (argument instanceof Uint8Array) return argument.byteLength <= 16 ? Buffer.from(argument).toString('latin1') : '';
  return String(argument);
}
