/**
 * What an access string means: the words of Redis' ACL that say what a user may do. The services write them anew (`+@read` comes back as
 * `-@all +@read +@hash -hset ...`), and the same rights can be written in many ways, so two strings are compared by what they mean.
 * https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
 */
import { CHANNELS, COMMAND, isSwitchedOn, KEYS, refusedPlaces, wordsOf } from './access-words.ts';
import { CATEGORIES, type CategoriesOf, COMMANDS, categoriesIn6, categoriesIn7 } from './redis-commands.ts';

export interface AccessMeaning {
  /** Off where the string does not say, as a new user is. */
  readonly isOn: boolean;
  /** `%R~shared:* ~shop:*`, or `none`. */
  readonly keys: string;
  /** `&news`, or `none`; undefined where the string says nothing, which means all or none by the server's version. */
  readonly channels: string | undefined;
  /** `+@all -get` or `-@all +get`: what was said of commands since the last word that was about all of them. Compare with `commandDifference`. */
  readonly commands: string;
  /** Further rights, each `(keys ~a, channels none, commands -@all +get)`, in a fixed order. */
  readonly selectors: readonly string[];
  /** Places of words that nobody here understands. Not the words: they may be passwords. */
  readonly unknownPlaces: readonly number[];
}

const NONE = 'none';

/** @throws nothing: what it does not understand is in `unknownPlaces` */
export function accessMeaning(accessString: string): AccessMeaning {
  const words = wordsOf(accessString);
  return {
    isOn: isSwitchedOn(accessString),
    keys: keysText(words),
    channels: channelsText(words),
    commands: commandsText(words),
    selectors: selectorsIn(words),
    unknownPlaces: refusedPlaces(accessString),
  };
}

function selectorsIn(words: readonly string[]): string[] {
  // `clearselectors` is none of the words that are taken, so nothing takes one back.
  const selectors = words.filter((word) => word.startsWith('('));
  return selectors.map((selector) => selectorText(wordsWithin(selector))).toSorted();
}

/** Of a selector, or of a string with those of its selectors among them. */
function wordsWithin(text: string): string[] {
  return wordsOf(text.replaceAll(/[()]/g, ' '));
}

function selectorText(words: readonly string[]): string {
  return `(keys ${keysText(words)}, channels ${channelsText(words) ?? NONE}, commands ${commandsText(words)})`;
}

/**
 * Rights by pattern: to read, to write. What `~*` gives already is not said again, as a whole only: a command that reads and writes (GETSET)
 * needs both from one pattern, so `%R~* ~a` allows what `%R~* %W~a` does not.
 */
function keysText(words: readonly string[]): string {
  let rights = new Map<string, Set<string>>();
  for (const word of words) {
    if (/^resetkeys$/i.test(word)) rights = new Map();
    const [, kinds = 'RW', pattern] = /^allkeys$/i.test(word) ? ['', 'RW', '*'] : (KEYS.exec(word) ?? []);
    if (pattern === undefined) continue;
    const known = rights.get(pattern) ?? new Set();
    rights.set(pattern, new Set([...known, ...kinds.toUpperCase()]));
  }
  const everywhere = rights.get('*') ?? new Set();
  const texts = [...rights].flatMap(([pattern, kinds]) => {
    if (pattern !== '*' && [...kinds].every((kind) => everywhere.has(kind))) return [];
    return [kinds.size === 2 ? `~${pattern}` : `%${[...kinds].join('')}~${pattern}`];
  });
  return texts.length === 0 ? NONE : texts.toSorted().join(' ');
}

function channelsText(words: readonly string[]): string | undefined {
  let patterns: Set<string> | undefined;
  for (const word of words) {
    if (/^resetchannels$/i.test(word)) patterns = new Set();
    const pattern = /^allchannels$/i.test(word) ? '*' : CHANNELS.exec(word)?.[1];
    if (pattern !== undefined) patterns = new Set([...(patterns ?? []), pattern]);
  }
  if (patterns === undefined) return undefined;
  if (patterns.has('*')) return '&*';
  return patterns.size === 0
    ? NONE
    : [...patterns]
        .map((pattern) => `&${pattern}`)
        .toSorted()
        .join(' ');
}

function commandsText(words: readonly string[]): string {
  const rules = words.flatMap((word) => ruleOf(word) ?? []);
  const first = rules.findLastIndex(({ target }) => target === ALL);
  const begun = first < 0 ? [{ isAllowed: false, target: ALL }, ...rules] : rules.slice(first);
  return begun.map(({ isAllowed, target }) => `${isAllowed ? '+' : '-'}${target}`).join(' ');
}

interface Rule {
  readonly isAllowed: boolean;
  /** `get`, `client|list`, `@admin`. */
  readonly target: string;
}

const ALL = '@all';

function ruleOf(word: string): Rule | undefined {
  if (/^allcommands$/i.test(word)) return { isAllowed: true, target: ALL };
  if (/^nocommands$/i.test(word)) return { isAllowed: false, target: ALL };
  return COMMAND.test(word) ? { isAllowed: word.startsWith('+'), target: word.slice(1).toLowerCase() } : undefined;
}

/**
 * Whether the user may run this command at all, `get` or `cluster|slots`; on which keys is another question.
 * @param categoriesOf as the server has them: `categoriesIn6` for Redis OSS 6
 */
export function mayRun(accessString: string, command: string, categoriesOf: CategoriesOf = categoriesIn7): boolean {
  const words = wordsOf(accessString);
  const selectors = words.filter((word) => word.startsWith('(')).map(wordsWithin);
  return [words, ...selectors].some((own) => isAllowed(command, categoriesOf(command), rulesIn(commandsText(own))));
}

/** What words with `+` and `-` are about, as written in small letters: `get`, `client|list`, `@admin`. Also those that no server knows. */
export function commandTargets(accessString: string): string[] {
  const words = wordsWithin(accessString);
  return [...new Set(words.flatMap((word) => ruleOf(word)?.target ?? []))];
}

/** Commands that one string allows and the other does not; `config` stands for all its subcommands. */
export interface CommandDifference {
  readonly added: readonly string[];
  readonly missing: readonly string[];
  /** Allowed by one of the two as the server reads them, and the same for Redis OSS 6.0: what the services' writing does not tell. */
  readonly untold: readonly string[];
}

/**
 * What the words `found` allow beyond `declared`, and what they lack, as the server reads them. A difference counts only if Redis OSS 6.0
 * would see it as well: the services write access strings anew by the commands and categories of that version, so what has come or moved
 * since differs in a string that nobody has changed. It is in `untold`.
 * @param categoriesOf as the server has them: `categoriesIn6` for Redis OSS 6, `categoriesIn7` for everything since
 */
export function commandDifference(
  found: string,
  declared: string,
  categoriesOf: CategoriesOf = categoriesIn7,
): CommandDifference {
  const [ofFound, ofDeclared] = [rulesIn(found), rulesIn(declared)];
  const named = [...ofFound, ...ofDeclared].map(({ target }) => target);
  const candidates = new Set(
    [...COMMANDS, ...named].filter((target) => !isKnownCategory(target) && !CONTAINERS.has(target)),
  );
  const differs = (command: string, categories: readonly string[]) =>
    isAllowed(command, categories, ofFound) !== isAllowed(command, categories, ofDeclared);
  const differing = [...candidates].filter((command) => differs(command, categoriesOf(command)));
  const told = differing.filter((command) => differs(command, categoriesIn6(command)));
  const isAdded = (command: string) => isAllowed(command, categoriesOf(command), ofFound);
  return {
    added: folded(told.filter(isAdded)),
    missing: folded(told.filter((command) => !isAdded(command))),
    untold: folded(differing.filter((command) => !told.includes(command))),
  };
}

/** `config` for config|get, config|set, …: the help of a command is everybody's and says nothing. Whole commands first, because a list is cut. */
function folded(commands: readonly string[]): string[] {
  const isWhole = (root: string) => {
    const parts = COMMANDS.filter((command) => command.startsWith(`${root}|`) && command !== `${root}|help`);
    return parts.length > 0 && parts.every((part) => commands.includes(part));
  };
  const names = commands.map((command) => {
    const [root = command] = command.split('|');
    return isWhole(root) ? root : command;
  });
  const isPart = (name: string) => name.includes('|');
  return [...new Set(names)].toSorted(
    (one, other) => Number(isPart(one)) - Number(isPart(other)) || (one < other ? -1 : 1),
  );
}

/** Commands whose subcommands do the work. COMMAND without one is a question of its own. */
const CONTAINERS: ReadonlySet<string> = new Set(
  COMMANDS.flatMap((command) => (command.includes('|') ? (command.split('|')[0] ?? []) : [])).filter(
    (name) => name !== 'command',
  ),
);

/** One that is not, a module's, stands for itself. */
function isKnownCategory(target: string): boolean {
  return target === ALL || (target.startsWith('@') && CATEGORIES.has(target.slice(1)));
}

function rulesIn(text: string): Rule[] {
  return text.split(' ').flatMap((word) => ruleOf(word) ?? []);
}

/** The last word that is about it counts. */
function isAllowed(command: string, categories: readonly string[], rules: readonly Rule[]): boolean {
  const last = rules.findLast(
    ({ target }) =>
      target === ALL || isAmong(command, [target]) || categories.some((category) => target === `@${category}`),
  );
  return last?.isAllowed ?? false;
}

/** Itself, or the command whose subcommand it is. */
function isAmong(command: string, commands: readonly string[]): boolean {
  return commands.includes(command) || commands.includes(command.split('|')[0] ?? command);
}
