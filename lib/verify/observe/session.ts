/** What every question of one observation shares. */
import type { DialSettings } from '../connection.ts';
import type { Address } from '../observation.ts';
import type { ProbeKeys } from './probe-keys.ts';

export interface Session {
  readonly endpoint: Address;
  readonly dialSettings: DialSettings;
  /** Absent: the `default` user. */
  readonly userName?: string;
  readonly password: string;
  readonly keys: ProbeKeys;
  /** It is a secondary of a Global Datastore, so scripts only read. */
  readonly refusesWrites: boolean;
}

export function authCommand(session: Session, password = session.password): string[] {
  return session.userName === undefined ? ['AUTH', password] : ['AUTH', session.userName, password];
}

/** How many connections are being made at the same time, so that a cluster of hundreds of nodes is not met with a burst. */
const CONNECTIONS_AT_ONCE = 32;

/** Runs `work` for all items in parallel, bounded, and keeps their order. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await work(items[index] as Item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONNECTIONS_AT_ONCE, items.length) }, worker));
  return results;
}
