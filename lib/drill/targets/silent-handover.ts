/**
 * A role moves and the old node never says so. In an orderly `CLUSTER FAILOVER` the old primary ends as a replica that
 * sends MOVED, and even a naive client learns from it. A provider that takes the old endpoint away with the role leaves
 * nobody to send it: the client of the incident "got no MOVED" and went on with an address that was gone.
 *
 *     writes held (CLIENT PAUSE) -> replica has everything -> old primary silent (SIGSTOP) -> replica takes over
 *
 * Nothing that was acknowledged can be lost: after the hold nothing more is acknowledged, and the replica has the rest.
 */
import type { Lab } from '../../lab/lab.ts';
import type { ServerNode } from '../target.ts';
import { catchUp, withAdministrator } from './replication.ts';

/** The hold ends by itself if anything goes wrong in between. */
const HOLD_MS = 5_000;

/** For nodes that clients talk to themselves; behind a single endpoint nobody sees the difference. */
export async function handOverSilently(
  lab: Lab,
  old: ServerNode,
  successor: ServerNode,
  signal: AbortSignal,
): Promise<void> {
  await withAdministrator(lab, async (administrator) => {
    const [held] = await administrator.ask(old, [['CLIENT', 'PAUSE', String(HOLD_MS), 'WRITE']]);
    if (held instanceof Error) throw held;
    await catchUp(administrator, old, successor, signal);
    await lab.freeze(old.id);
    if (lab.profile.clientMode === 'single') return;
    const [takenOver] = await administrator.ask(successor, [['CLUSTER', 'FAILOVER', 'TAKEOVER']]);
    if (takenOver instanceof Error) throw takenOver;
  });
  // In a cluster already so; this waits until every node says it. Without one, this makes it so.
  await lab.promote(successor.id, signal);
}
