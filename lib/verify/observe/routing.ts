/**
 * How the endpoint behaves towards a client that knows no slots: the part of telling a cluster from a single endpoint
 * that no setting, rename or proxy can hide.
 */
import type { SlotOwner } from '../../client/cluster-view.ts';
import { evenSlotRanges, type SlotRange } from '../../topology/slot.ts';
import { dial, type Link } from '../connection.ts';
import type { FreshConnectionProbe, RoutingProbe } from '../observation.ts';
import { ReplyError } from '../resp.ts';
import { isNotAllowed, isRefusedWrite } from './answers.ts';
import { authCommand, inParallel, type Session } from './session.ts';

/** Stretches of slots that are asked where no owner is known: enough to meet every shard of a database of usual size. */
export const UNKNOWN_OWNER_STRETCHES = 32;
/** Owners that are asked at most, of a very large cluster. */
const OWNERS_ASKED_AT_MOST = 64;

/**
 * A one-shard database of Azure's OSS policy answers MOVED on about half of its connections, and then only to multi-key
 * commands (40-65 % in public measurements): 16 connections miss it about once in 3,000 runs.
 */
export const FRESH_CONNECTIONS = 16;

export const NO_ROUTING: RoutingProbe = { asked: 0, answered: 0, moved: 0, otherErrors: [] };

/** One read for each owner of slots, all to the endpoint, of keys that do not exist. */
export async function probeRouting(session: Session, link: Link, owners: readonly SlotOwner[]): Promise<RoutingProbe> {
  const ranges = rangesToAsk(owners);
  const replies = await link.ask(ranges.map((range) => ['EXISTS', session.keys.tagIn([range]).key('routing')]));
  const errors = replies.flatMap((reply) => (reply instanceof ReplyError ? [reply.message] : []));
  const moved = errors.filter(isRedirection);
  const [movedExample] = moved;
  return {
    asked: ranges.length,
    answered: replies.filter((reply) => typeof reply === 'number').length,
    moved: moved.length,
    otherErrors: [...new Set(errors.filter((message) => !isRedirection(message)))],
    ...(movedExample === undefined ? {} : { movedExample }),
  };
}

/** One range for each primary that owns any; stretches of the whole where no owner is known. */
export function rangesToAsk(owners: readonly SlotOwner[]): SlotRange[] {
  const byPrimary = new Map(owners.map(({ primary, slots }) => [`${primary.host}:${primary.port}`, slots]));
  if (byPrimary.size === 0) return evenSlotRanges(UNKNOWN_OWNER_STRETCHES);
  return [...byPrimary.values()].slice(0, OWNERS_ASKED_AT_MOST);
}

/** DEL of two keys of one slot that do not exist, once on each of several fresh connections; for a user who may not, EXISTS. */
export async function probeFreshConnections(session: Session): Promise<FreshConnectionProbe> {
  const answers = await inParallel(Array.from({ length: FRESH_CONNECTIONS }), async () => {
    const { link } = await dial(session.endpoint, session.dialSettings);
    const tag = session.keys.tagIn([[0, 16_383]]);
    const keys = [tag.key('a'), tag.key('b')];
    const [, write, read] = (await link?.ask([authCommand(session), ['DEL', ...keys], ['EXISTS', ...keys]])) ?? [];
    link?.close();
    return { write, read };
  });
  const mayWrite = !answers.some(({ write }) => isNotAllowed(write));
  const replies = answers.map(({ write, read }) => (mayWrite ? write : read));
  return {
    ...(mayWrite ? {} : { command: 'EXISTS' }),
    connections: FRESH_CONNECTIONS,
    // Whoever refuses the write as such has not sent it elsewhere.
    answered: replies.filter((reply) => typeof reply === 'number' || isRefusedWrite(reply)).length,
    moved: replies.filter((reply) => reply instanceof ReplyError && isRedirection(reply.message)).length,
  };
}

function isRedirection(message: string): boolean {
  return /^(MOVED|ASK) /.test(message);
}
