/**
 * A role moves and the old node never says so. In an orderly `CLUSTER FAILOVER` the old primary ends as a replica that
 * sends MOVED, and even a naive client learns from it. A provider that takes the old endpoint away with the role leaves
 * nobody to send it: the client of the incident "got no MOVED" and went on with an address that was gone.
 *
 *     writes held (CLIENT PAUSE) -> replica has everything -> old primary silent (SIGSTOP) -> replica takes over
 *
 * Nothing that was acknowledged can be lost: after the hold nothing more is acknowledged, and the replica has the rest.
 */
import { waitUntil } from '../../base/wait-until.ts';
import { type Administrator, administratorOf } from '../../lab/administrator.ts';
import type { Lab, LabNode } from '../../lab/lab.ts';

/** Ends by itself if anything goes wrong in between. */
const HOLD_MS = 5_000;
const IN_SYNC_TIMEOUT_MS = 3_000;

/** For nodes that clients talk to themselves; behind a single endpoint nobody sees the difference. */
export async function handOverSilently(lab: Lab, old: LabNode, successor: LabNode, signal: AbortSignal): Promise<void> {
  const administrator = administratorOf(lab.runDirectory, lab.profile.tls.serverName);
  try {
    await administrator.ask(old, [['CLIENT', 'PAUSE', String(HOLD_MS), 'WRITE']]);
    await waitUntil({
      what: `${successor.id} to have everything that ${old.id} has acknowledged`,
      timeoutMs: IN_SYNC_TIMEOUT_MS,
      everyMs: 2,
      signal,
      probe: async () => ((await hasEverything(administrator, old, successor)) ? true : undefined),
    });
    await lab.freeze(old.id);
    const [reply] = await administrator.ask(successor, [['CLUSTER', 'FAILOVER', 'TAKEOVER']]);
    if (reply instanceof Error) throw reply;
  } finally {
    administrator.close();
  }
  await lab.promote(successor.id, signal);
}

async function hasEverything(administrator: Administrator, old: LabNode, successor: LabNode): Promise<boolean> {
  const [written, received] = await Promise.all([
    replicationOffset(administrator, old, 'master_repl_offset'),
    replicationOffset(administrator, successor, 'slave_repl_offset'),
  ]);
  return written !== undefined && received !== undefined && received >= written;
}

async function replicationOffset(
  administrator: Administrator,
  node: LabNode,
  field: string,
): Promise<number | undefined> {
  const [reply] = await administrator.ask(node, [['INFO', 'replication']]);
  const found = new RegExp(`^${field}:(\\d+)`, 'm').exec(String(reply));
  return found === null ? undefined : Number(found[1]);
}
