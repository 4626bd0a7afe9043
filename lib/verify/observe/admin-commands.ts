/**
 * Whether an application's user may run what only an administrator should.
 *
 * Every row is harmless also where it is allowed: it reads, names something that does not exist, or has an argument
 * that the command itself turns down before it does anything. Commands without such a form (FLUSHALL, SAVE, SYNC,
 * MONITOR) are never sent.
 */
import { dial, Silence } from '../connection.ts';
import type { AdminCommandProbe } from '../observation.ts';
import { ReplyError } from '../resp.ts';
import { type RawAnswer, shownReply } from './answers.ts';
import { authCommand, type Session } from './session.ts';

export interface AdminCommand {
  readonly words: readonly string[];
  /** Errors that the command itself answers to this form: it has run. Any reply that is no error means the same. */
  readonly ownErrors?: RegExp;
  /** True where a service answers the command, but with nothing (Azure: `CONFIG GET` gives an empty list). */
  readonly emptyIsRefused?: true;
}

const NO_SUCH = 'redoubt-no-such-thing';
const NO_SUCH_NODE = '0'.repeat(40);

export const ADMIN_COMMANDS: readonly AdminCommand[] = [
  { words: ['CONFIG', 'GET', 'maxmemory'], emptyIsRefused: true },
  { words: ['ACL', 'DELUSER', NO_SUCH] },
  { words: ['DEBUG', 'SLEEP', '0'], ownErrors: /not a valid float/ },
  { words: ['SHUTDOWN', NO_SUCH, NO_SUCH], ownErrors: /syntax error/ },
  { words: ['BGSAVE', NO_SUCH], ownErrors: /syntax error/ },
  {
    words: ['REPLICAOF', `${NO_SUCH}.invalid`, 'no-port'],
    ownErrors: /cluster mode|Invalid master port|not an integer/i,
  },
  { words: ['CLUSTER', 'FORGET', NO_SUCH_NODE], ownErrors: /Unknown node/i },
  { words: ['CLUSTER', 'FAILOVER', NO_SUCH], ownErrors: /syntax error/ },
  {
    words: ['CLUSTER', 'MEET', `${NO_SUCH}.invalid`, 'no-port'],
    ownErrors: /Invalid (TCP )?(base )?port|Invalid node address/i,
  },
];

/** Replies of servers and services that turn a command down because of who asks, or because they do not have it. */
const REFUSAL =
  /^NOPERM|^NOAUTH|unknown (sub)?command|not allowed|disabled|not supported|unsupported|restricted|permission/i;

/** On a connection of its own, so that a server which hangs up on such a command ends nothing else. */
export async function probeAdminCommands(session: Session): Promise<AdminCommandProbe[]> {
  const { observation, link } = await dial(session.endpoint, session.dialSettings);
  const silence = new Silence('NOT_CONNECTED', observation.failure?.message ?? 'It was not connected.');
  if (link === undefined) return ADMIN_COMMANDS.map((command) => probeOf(command, silence));
  const [, ...replies] = await link.ask([authCommand(session), ...ADMIN_COMMANDS.map(({ words }) => words)]);
  link.close();
  return ADMIN_COMMANDS.map((command, index) => probeOf(command, replies[index]));
}

function probeOf(command: AdminCommand, reply: RawAnswer | undefined): AdminCommandProbe {
  return { command: command.words.join(' '), outcome: outcomeOf(command, reply), reply: shownReply(reply) };
}

/** Exported for its test: the texts of servers and services are many. */
export function outcomeOf(command: AdminCommand, reply: RawAnswer | undefined): AdminCommandProbe['outcome'] {
  if (reply === undefined || reply instanceof Silence) return 'no-answer';
  if (reply instanceof ReplyError) {
    if (command.ownErrors?.test(reply.message) === true) return 'ran';
    return REFUSAL.test(reply.message) ? 'refused' : 'unclear';
  }
  const isEmpty = Array.isArray(reply) && reply.length === 0;
  return isEmpty && command.emptyIsRefused === true ? 'refused' : 'ran';
}
