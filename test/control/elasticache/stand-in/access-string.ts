/**
 * Writes an access string anew as the service does: as ACL GETUSER of Redis OSS 6.0 describes a user (ACLDescribeUserCommandRules in its
 * src/acl.c), which is what the documented example of the service shows. All or nothing first, then every category of which the user
 * has (or lacks) more than half, then single commands until it is right, and subcommands.
 */
import { wordsOf } from '../../../../lib/topology/access-words.ts';
import { COMMANDS, categoriesIn6 } from '../../../../lib/topology/redis-commands.ts';

/** In the order in which 6.0 looks at them. */
const CATEGORIES = [
  'keyspace',
  'read',
  'write',
  'set',
  'sortedset',
  'list',
  'hash',
  'string',
  'bitmap',
  'hyperloglog',
  'geo',
  'stream',
  'pubsub',
  'admin',
  'fast',
  'slow',
  'blocking',
  'dangerous',
  'connection',
  'transaction',
  'scripting',
];

/** Of 6.0, which knows no subcommand as a command. */
const KNOWN = COMMANDS.filter((command) => !command.includes('|') && categoriesIn6(command).length > 0);

/** Words about anything but commands stay as they are, and come first. */
export function asService(accessString: string): string {
  const words = wordsOf(accessString);
  const others = words.filter((word) => !isRule(word));
  return [...others, ...described(words.filter(isRule))].join(' ');
}

function isRule(word: string): boolean {
  return /^[+-]/.test(word);
}

interface Rights {
  /** Whether commands that there are not yet would be allowed: what it begins with. */
  isOpen: boolean;
  readonly commands: Set<string>;
  /** Subcommands, and what 6.0 does not know, as they were said last. */
  readonly details: Map<string, string>;
}

function described(rules: readonly string[]): string[] {
  const user = nothing();
  for (const rule of rules) apply(user, rule);
  const written = nothing();
  const texts: string[] = [];
  const write = (rule: string) => {
    apply(written, rule);
    texts.push(rule);
  };
  write(user.isOpen ? '+@all' : '-@all');
  for (const category of CATEGORIES) {
    const members = commandsIn(category);
    const allowed = members.filter((command) => user.commands.has(command)).length;
    const refused = members.length - allowed;
    if (user.isOpen ? refused > allowed : allowed > refused) write(`${user.isOpen ? '-' : '+'}@${category}`);
  }
  for (const command of KNOWN) {
    const isAllowed = user.commands.has(command);
    if (isAllowed !== written.commands.has(command)) write(`${isAllowed ? '+' : '-'}${command}`);
  }
  return [...texts, ...user.details.values()];
}

function nothing(): Rights {
  return { isOpen: false, commands: new Set(), details: new Map() };
}

function apply(rights: Rights, rule: string): void {
  const isAllowed = rule.startsWith('+');
  const target = rule.slice(1);
  if (target === '@all') {
    rights.isOpen = isAllowed;
    rights.details.clear();
  }
  const members =
    target === '@all' ? KNOWN : target.startsWith('@') ? commandsIn(target.slice(1)) : commandsNamed(target);
  for (const command of members) {
    if (isAllowed) rights.commands.add(command);
    else rights.commands.delete(command);
    for (const detail of rights.details.keys()) if (detail.startsWith(`${command}|`)) rights.details.delete(detail);
  }
  if (members.length > 0) return;
  // Said again it stands at the end.
  rights.details.delete(target);
  rights.details.set(target, rule);
}

function commandsIn(category: string): string[] {
  return KNOWN.filter((command) => categoriesIn6(command).includes(category));
}

function commandsNamed(command: string): string[] {
  return KNOWN.includes(command) ? [command] : [];
}
