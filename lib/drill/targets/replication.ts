/** How far a replica is behind its primary, asked of both as the lab's administrator. */
import { waitUntil } from '../../base/wait-until.ts';
import { type Administrator, administratorOf } from '../../lab/administrator.ts';
import type { Lab } from '../../lab/lab.ts';
import type { ServerNode } from '../target.ts';

/** A fresh replica says that its link is up up to a second before its primary sends it what has been written since. */
const CAUGHT_UP_TIMEOUT_MS = 10_000;
/** Under load, on a machine that other processes keep busy. */
const ANSWER_TIMEOUT_MS = 5_000;

/**
 * Returns once the replica has everything that the primary had written when this was asked. A replica that has is one that
 * can take over within milliseconds; before, a failover waits for it and holds up every write meanwhile.
 */
export async function waitUntilCaughtUp(
  lab: Lab,
  primary: ServerNode,
  replica: ServerNode,
  signal: AbortSignal,
): Promise<void> {
  await withAdministrator(lab, (administrator) => catchUp(administrator, primary, replica, signal));
}

export async function catchUp(
  administrator: Administrator,
  primary: ServerNode,
  replica: ServerNode,
  signal: AbortSignal,
): Promise<void> {
  const written = await replicationOffset(administrator, primary, 'master_repl_offset');
  let received = 0;
  await waitUntil({
    what: `replica ${replica.id} to have everything that ${primary.id} has written`,
    timeoutMs: CAUGHT_UP_TIMEOUT_MS,
    everyMs: 2,
    signal,
    lastSeen: () => `it has ${received} of ${written} bytes`,
    probe: async () => {
      received = await replicationOffset(administrator, replica, 'slave_repl_offset');
      return received >= written ? true : undefined;
    },
  });
}

/** Connections of its own, closed when `use` is done. */
export async function withAdministrator<Result>(
  lab: Lab,
  use: (administrator: Administrator) => Promise<Result>,
): Promise<Result> {
  const administrator = administratorOf(lab.runDirectory, lab.profile.tls.serverName);
  try {
    return await use(administrator);
  } finally {
    administrator.close();
  }
}

async function replicationOffset(administrator: Administrator, node: ServerNode, field: string): Promise<number> {
  const [reply] = await administrator.ask(node, [['INFO', 'replication']], ANSWER_TIMEOUT_MS);
  const found = new RegExp(`^${field}:(\\d+)`, 'm').exec(String(reply));
  if (found === null)
    throw new Error(`${node.id} does not say its ${field}: ${String(reply).split('\r\n', 2).join(' ')}`);
  return Number(found[1]);
}
