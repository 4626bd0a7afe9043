/** Decides what becomes of a command: answered here, refused, queued, sent to one shard, or to several. */
import { slotOf } from '../../topology/slot.ts';
import { ALL_SHARDS_COMMANDS, answerInfo } from './all-shards.ts';
import { isBlockingCall, runBlocking, runWait } from './blocking.ts';
import type { ClientCommand } from './command-parser.ts';
import { type CommandInfo, hasRightArity, keysOf, lookUp } from './command-table.ts';
import { BEFORE_AUTHENTICATION, CONNECTION_COMMANDS } from './connection-commands.ts';
import { splitOverSlots } from './cross-slot.ts';
import {
  CROSS_SLOT,
  CROSS_SLOT_COMMANDS,
  NOT_AUTHENTICATED,
  refusalOf,
  unknownCommand,
  unknownSubcommand,
  wrongArity,
} from './refusals.ts';
import { isRepeatable } from './repeatable.ts';
import { encodeError } from './resp.ts';
import type { Session } from './session.ts';
import { SUBSCRIPTION_COMMANDS } from './subscriptions.ts';
import { markFailed, queue, TRANSACTION_COMMANDS } from './transaction.ts';

/** Bytes to answer with, now or later; `undefined` when the answer has been taken care of. */
export type Result = Buffer | Promise<Buffer> | undefined;
export type Handler = (session: Session, command: ClientCommand) => Result;

const WHILE_SUBSCRIBED = new Set([...Object.keys(SUBSCRIPTION_COMMANDS), 'PING', 'QUIT', 'RESET']);

/** Not queued in a transaction: they end it. */
const ENDING = new Set(['QUIT', 'RESET']);

export function dispatch(session: Session, command: ClientCommand): Result {
  if (!session.isAuthenticated && !BEFORE_AUTHENTICATION.has(command.name)) return NOT_AUTHENTICATED;
  const problem = problemOf(session, command);
  if (problem !== undefined) return refuse(session, problem);
  const control = TRANSACTION_COMMANDS[command.name];
  if (control !== undefined) return control(session, command);
  const info = lookUp(session.service.commands, command) as CommandInfo;
  if (session.transaction !== undefined && !ENDING.has(command.name)) return queue(session, command, info);
  const own = CONNECTION_COMMANDS[command.name] ?? SUBSCRIPTION_COMMANDS[command.name];
  if (own !== undefined) return own(session, command);
  if (command.name === 'INFO') return answerInfo(session, command);
  if (command.name === 'WAIT') return runWait(session, command);
  return route(session, command, info);
}

function refuse(session: Session, problem: Buffer): Buffer {
  markFailed(session);
  return problem;
}

function problemOf(session: Session, command: ClientCommand): Buffer | undefined {
  const { commands } = session.service;
  const refusal = refusalOf(command);
  if (refusal !== undefined) return refusal;
  const info = lookUp(commands, command);
  if (info === undefined) return commands.has(command.name) ? unknownSubcommand(command) : unknownCommand(command);
  if (!hasRightArity(info, command)) return wrongArity(info.name);
  if (session.version === 2 && session.subscriptions.isActive && !WHILE_SUBSCRIBED.has(command.name)) {
    const allowed = '(P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET';
    return encodeError(
      `ERR Can't execute '${command.name.toLowerCase()}': only ${allowed} are allowed in this context`,
    );
  }
  return undefined;
}

function route(session: Session, command: ClientCommand, info: CommandInfo): Result {
  const keys = keysOf(info, command);
  const slot = session.service.isPair ? 0 : commonSlot(keys);
  if (slot === undefined) {
    return CROSS_SLOT_COMMANDS.has(command.name) ? splitOverSlots(session, command) : CROSS_SLOT;
  }
  const everywhere = keys.length === 0 && !session.service.isPair ? ALL_SHARDS_COMMANDS[command.name] : undefined;
  if (everywhere !== undefined) return everywhere(session, command);
  if (isBlockingCall(info, command)) return runBlocking(session, command, slot, info.isReadOnly);
  // Messages of one channel keep their order, and channels are spread over the shards.
  const chosen = command.name === 'PUBLISH' && !session.service.isPair ? slotOf(command.words[1] as Buffer) : slot;
  session.forward({ bytes: command.bytes, slot: chosen, repeatable: isRepeatable(info, command) });
  return undefined;
}

/** Slot 0 where there are no keys; undefined where there is more than one slot. */
export function commonSlot(keys: readonly Buffer[]): number | undefined {
  const [first, ...others] = keys;
  if (first === undefined) return 0;
  const slot = slotOf(first);
  return others.every((key) => slotOf(key) === slot) ? slot : undefined;
}
