/** Which node of a shard serves a read. */
import type { ConnectionProfile } from '../profile/profile.ts';
import type { Flight } from './flight.ts';
import { READ_COMMANDS } from './retry-policy.ts';

export type ReplicaReads = ConnectionProfile['replicaReads'];

/**
 * `random`: any node of the shard, the primary included. `by-latency`: the one with the shortest measured round trip; a
 * node that has not been measured counts as far away. Undefined: the primary. A read that came back unanswered goes to
 * the primary, whatever the policy.
 * @param keys the primary first
 */
export function replicaChoice(
  policy: ReplicaReads,
  flight: Pick<Flight, 'command' | 'attempts'>,
  keys: readonly string[],
  roundTripMs: (key: string) => number | undefined,
): string | undefined {
  if (policy === 'never' || flight.attempts > 0 || keys.length < 2) return undefined;
  if (flight.command.isReadOnly !== true && !READ_COMMANDS.has(flight.command.name.toLowerCase())) return undefined;
  if (policy === 'random') return keys[Math.floor(Math.random() * keys.length)];
  const distance = (key: string) => roundTripMs(key) ?? Number.POSITIVE_INFINITY;
  return keys.reduce((nearest, key) => (distance(key) < distance(nearest) ? key : nearest));
}
