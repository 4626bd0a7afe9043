/**
 * What an access string has to allow so that clients can work with it and `redoubt verify` can tell. Found out by what is really
 * sent (ACL LOG of real servers): test/verify/narrow-user.lab.test.ts shows each row.
 */
import { keyRightsOf } from './access-keys.ts';
import { commandTargets, mayRun } from './access-string.ts';
import { closestTo } from './input/closest.ts';
import { COMMANDS, CATEGORIES as CORE_CATEGORIES, categoriesIn6, categoriesIn7 } from './redis-commands.ts';

export interface AskedAccess {
  readonly accessString: string;
  readonly clientMode: 'cluster' | 'single';
  /** In cluster mode `compatible`, where clients that know nothing of clusters are still there. */
  readonly maySingleClientsStay?: true;
  /** True for Redis OSS 6, which counts CLUSTER and CLIENT as administration. */
  readonly isRedis6: boolean;
}

/**
 * Without it no cluster client starts: connect(), ioredis ("None of startup nodes is available") and node-redis ("All the root nodes
 * are unavailable") read the topology with nothing else, whether CLUSTER SHARDS is allowed or not. Everything else they send
 * (CLIENT SETNAME, INFO, HELLO, AUTH, READONLY, PING) may be refused: HELLO and AUTH are everybody's, and the others are sent
 * without waiting for success. So this alone is a refusal.
 */
const READ_BY_EVERY_CLUSTER_CLIENT = 'cluster|slots';

/** What to add to a narrow string, in the order in which it is written. */
const WORDS_FOR_CLIENTS = '+@connection -@dangerous +info +cluster|info +cluster|nodes +cluster|slots';

/** That nobody could use the cache, as a sentence; undefined when somebody can. */
export function lockedOutComplaint(name: string, asked: AskedAccess): string | undefined {
  if (!COMMANDS.some((command) => may(asked, command)) && !allowsUnknown(asked.accessString))
    return `\`${name}\` allows no command at all: its user could sign in and do nothing. Say what it may do, for example \`+@read +@write\`.`;
  if (asked.clientMode === 'single' || asked.maySingleClientsStay === true || may(asked, READ_BY_EVERY_CLUSTER_CLIENT))
    return undefined;
  return `\`${name}\` does not allow CLUSTER SLOTS, with which every cluster client starts: nobody could connect as this user. Add \`+${READ_BY_EVERY_CLUSTER_CLIENT}\`; \`${WORDS_FOR_CLIENTS}\` is what clients and \`redoubt verify\` ask for besides.`;
}

/** A command or category of a module, or of a server that is newer than the tables. */
function allowsUnknown(accessString: string): boolean {
  const known = [...COMMANDS, ...['all', ...CORE_CATEGORIES].map((category) => `@${category}`)];
  const unknown = commandTargets(accessString).filter((target) => !known.includes(target));
  return unknown.some((target) =>
    target.startsWith('@') ? mayRun(accessString, '', () => [target.slice(1)]) : mayRun(accessString, target),
  );
}

/**
 * Categories that modules bring: JSON, search and Bloom filters of Valkey on ElastiCache, and those of Redis 8 and of Redis Enterprise.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html
 */
const MODULE_CATEGORIES = ['bloom', 'cms', 'cuckoo', 'json', 'search', 'tdigest', 'timeseries', 'topk'];

const CATEGORIES = ['all', ...CORE_CATEGORIES, ...MODULE_CATEGORIES];

/** A refusal, because servers refuse such a string whole ("Unknown command or category name in ACL"), and none has got a new category but by a module. */
export function unknownCategoriesComplaint(name: string, accessString: string): string | undefined {
  const given = commandTargets(accessString).flatMap((target) => (target.startsWith('@') ? target.slice(1) : []));
  const unknown = given.filter((category) => !CATEGORIES.includes(category));
  if (unknown.length === 0) return undefined;
  const which = unknown.map((category) => withClosest(`@${category}`, closestTo(category, CATEGORIES), '@'));
  return `\`${name}\` names ${which.join(', ')}, which is no category of commands: the server would refuse it ("Unknown command or category name in ACL"). Allowed are ${CATEGORIES.toSorted()
    .map((category) => `@${category}`)
    .join(', ')}.`;
}

/** Since Redis OSS 7.0, in Redis or Valkey, as far as users are given them by name. */
const NEWER_COMMANDS = new Set([
  ...['client|capa', 'client|import-source', 'client|no-touch', 'client|setinfo', 'cluster|myshardid'],
  ...['cluster|slot-stats', 'commandlog', 'delifeq', 'hexpire', 'hexpireat', 'hexpiretime', 'hgetdel', 'hgetex'],
  ...['hpersist', 'hpexpire', 'hpexpireat', 'hpexpiretime', 'hpttl', 'hsetex', 'httl', 'script|show', 'waitaof'],
]);

const CLOSEST_AMONG = [...COMMANDS, ...NEWER_COMMANDS];
const ROOTS = new Set(CLOSEST_AMONG.map((command) => command.split('|')[0]));

/**
 * Commands that the tables do not have. Not for a refusal: servers refuse a command that they do not know, but theirs are more than
 * the tables', and the service creates the user before the cache, so nothing is lost. A module's (JSON.GET) are left alone.
 */
export function unknownCommands(accessString: string): string[] {
  return commandTargets(accessString)
    .filter((target) => !target.startsWith('@') && !target.includes('.'))
    .filter((target) => !CLOSEST_AMONG.includes(target) && !ROOTS.has(target))
    .filter((target) => !NEWER_COMMANDS.has(target.split('|')[0] ?? ''))
    .map((target) => withClosest(target, closestTo(target, CLOSEST_AMONG)));
}

function withClosest(given: string, closest: string | undefined, sign = ''): string {
  return closest === undefined ? `"${given}"` : `"${given}" (did you mean ${sign}${closest}?)`;
}

/** ioredis' own Cluster asks CLUSTER INFO until it is answered, and never gets ready; connect() and node-redis do not ask. */
export function neededByIoredis(asked: AskedAccess): readonly string[] {
  return asked.clientMode === 'single' ? [] : missing(asked, ['cluster|info']);
}

interface CheckNeeds {
  /** As in `redoubt list`. */
  readonly check: string;
  readonly clientMode?: AskedAccess['clientMode'];
  /** All of them. */
  readonly commands?: readonly string[];
  /** One of them. */
  readonly oneOf?: readonly string[];
  /** Of keys that begin as `keyRightsOf` says. */
  readonly keys?: 'read' | 'write';
}

const CHECKS: readonly CheckNeeds[] = [
  { check: 'reachability', commands: ['ping'] },
  { check: 'client-mode', clientMode: 'single', commands: ['exists'], oneOf: ['info', 'del'], keys: 'read' },
  { check: 'engine-version', commands: ['info'] },
  { check: 'views-readable', clientMode: 'cluster', commands: ['cluster|nodes'] },
  { check: 'cluster-state', clientMode: 'cluster', commands: ['cluster|info'] },
  { check: 'endpoint-roles', clientMode: 'single', commands: ['info'] },
  { check: 'replicas-per-shard', clientMode: 'single', commands: ['info'] },
  { check: 'replicas-in-sync', commands: ['info'] },
  { check: 'same-view', clientMode: 'cluster', commands: ['cluster|nodes'] },
  { check: 'no-open-slots', clientMode: 'cluster', commands: ['cluster|nodes'] },
  { check: 'no-failing-nodes', clientMode: 'cluster', commands: ['cluster|nodes'] },
  { check: 'hash-tagged-lua', commands: ['eval', 'set', 'mget', 'del'], keys: 'write' },
  { check: 'cross-slot', oneOf: ['mget', 'exists', 'sunion', 'touch', 'del', 'unlink'], keys: 'read' },
];

export interface UntoldCheck {
  readonly check: string;
  /** Words that the string lacks: `+eval`. */
  readonly words: readonly string[];
}

/** Checks of `redoubt verify` that end `unknown` for this user, and what it would take. */
export function untoldChecks(asked: AskedAccess): UntoldCheck[] {
  const keys = keyRightsOf(asked.accessString);
  return CHECKS.filter(({ clientMode }) => clientMode === undefined || clientMode === asked.clientMode).flatMap(
    ({ check, commands = [], oneOf = [], keys: wanted }) => {
      const allOf = missing(asked, commands);
      const noneOf = oneOf.length === missing(asked, oneOf).length ? oneOf.slice(0, 1) : [];
      const lacksKeys = wanted !== undefined && !keys[wanted];
      const words = [...[...allOf, ...noneOf].map((command) => `+${command}`), ...(lacksKeys ? ['~BEGINNING*'] : [])];
      return words.length === 0 ? [] : [{ check, words }];
    },
  );
}

/** What a drill's load sends, reads again and clears: without it no drill is begun. */
export const SENT_BY_DRILLS = ['set', 'incr', 'mget', 'unlink'] as const;

/** Words that the string lacks for a drill. */
export function missingForDrills(asked: AskedAccess): string[] {
  const { write } = keyRightsOf(asked.accessString);
  return [...missing(asked, SENT_BY_DRILLS).map((command) => `+${command}`), ...(write ? [] : ['~BEGINNING*'])];
}

function missing(asked: AskedAccess, commands: readonly string[]): string[] {
  return commands.filter((command) => !may(asked, command));
}

function may({ accessString, isRedis6 }: AskedAccess, command: string): boolean {
  return mayRun(accessString, command, isRedis6 ? categoriesIn6 : categoriesIn7);
}
