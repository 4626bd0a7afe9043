/**
 * Regions without cluster mode: the node that the secondary's primary endpoint leads to is a real replica of the other region's
 * primary, its own replicas are a chain behind it, and all of them refuse writes with READONLY. A role is handed over by FAILOVER,
 * which loses nothing; where the link is down, by force, and then what had not been copied is gone. Within a secondary region
 * nothing is failed over: the lab's agent would promote a replica there, which the service would not.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../../../../lib/base/wait-until.ts';
import { ADMINISTRATOR } from '../../../../lib/lab/acl.ts';
import type { Lab, LabNode } from '../../../../lib/lab/lab.ts';
import { readCredentials } from '../../../../lib/lab/secrets.ts';
import { parseInfo } from '../../../../lib/lab/server-view.ts';
import { readState } from '../../../../lib/lab/state.ts';
import { asAdministrator } from './administered.ts';
import type { Regions } from './regions.ts';

const LINK_TIMEOUT_MS = 20_000;
const FAILOVER_TIMEOUT_MS = 10_000;

export const replicatedRegions: Regions = {
  begin: async (primary, secondary) => {
    await acquaint(primary, secondary);
    await acquaint(secondary, primary);
    await follow(secondary, primary);
  },
  handOver: async (former, next, during) => {
    if (await isLinked(next)) await handOverInOrder(former, next);
    else {
      await standAlone(next);
      await mendLink(next);
      await follow(former, next);
    }
    await during();
  },
  release: async (_primary, leaving, during) => {
    await during();
    await standAlone(leaving);
  },
  end: async (members) => {
    for (const member of members) {
      await mendLink(member);
      await standAlone(member);
    }
  },
};

/** The secondary gets nothing from now on, as when the regions cannot reach each other. */
export async function cutLink(secondary: Lab): Promise<void> {
  const head = headOf(secondary);
  await asAdministrator(secondary, (ask) =>
    ask(head, [configured(secondary, 'masterauth', 'of-nobody'), ['CLIENT', 'KILL', 'TYPE', 'master']]),
  );
  await untilLink(secondary, head, 'down');
}

/** Where the primary endpoint leads: the region's primary, or the node that follows the other region. */
export function headOf(lab: Lab): LabNode {
  const { primaryNodeId } = readState(lab.runDirectory);
  const head = lab.nodes().find(({ id }) => id === primaryNodeId);
  if (head === undefined) throw new Error(`Nobody leads ${lab.topology.name}.`);
  return head;
}

/** INFO replication of the node that leads the region. */
export async function replicationOf(lab: Lab, node?: LabNode): Promise<ReadonlyMap<string, string>> {
  const asked = node ?? headOf(lab);
  const [text] = await asAdministrator(lab, (ask) => ask(asked, [['INFO', 'replication']]));
  return parseInfo(String(text));
}

/** Its nodes may sign in at the other region's, and trust its certificates. */
async function acquaint(lab: Lab, other: Lab): Promise<void> {
  const authority = (of: Lab) => readFileSync(join(of.runDirectory, 'tls', 'authority.pem'), 'utf8');
  const both = join(lab.runDirectory, 'tls', 'regions.pem');
  writeFileSync(both, authority(lab) + authority(other), { mode: 0o600 });
  const { administratorPassword } = readCredentials(other.runDirectory, other.topology);
  await asAdministrator(lab, async (ask) => {
    for (const node of lab.nodes())
      await ask(node, [
        ['ACL', 'SETUSER', ADMINISTRATOR, `>${administratorPassword}`],
        configured(lab, 'tls-ca-cert-file', both),
      ]);
  });
}

async function follow(lab: Lab, primary: Lab): Promise<void> {
  const [head, upstream] = [headOf(lab), headOf(primary)];
  await asAdministrator(lab, (ask) => ask(head, [renamed(lab, 'replicaof', upstream.host, String(upstream.port))]));
  await untilAllFollow(lab);
}

async function standAlone(lab: Lab): Promise<void> {
  const head = headOf(lab);
  await asAdministrator(lab, (ask) => ask(head, [renamed(lab, 'replicaof', 'NO', 'ONE')]));
}

async function mendLink(lab: Lab): Promise<void> {
  const head = headOf(lab);
  const { administratorPassword } = readCredentials(lab.runDirectory, lab.topology);
  await asAdministrator(lab, (ask) => ask(head, [configured(lab, 'masterauth', administratorPassword)]));
}

async function handOverInOrder(former: Lab, next: Lab): Promise<void> {
  const [head, heir] = [headOf(former), headOf(next)];
  const order = ['TO', heir.host, String(heir.port), 'TIMEOUT', String(FAILOVER_TIMEOUT_MS)];
  await asAdministrator(former, (ask) => ask(head, [renamed(former, 'failover', ...order)]));
  await waitUntil({
    what: `${next.profile.deployment} to lead`,
    timeoutMs: FAILOVER_TIMEOUT_MS,
    everyMs: 10,
    probe: async () => (await replicationOf(next, heir)).get('role') === 'master' || undefined,
  });
  await untilAllFollow(former);
}

async function isLinked(lab: Lab): Promise<boolean> {
  return (await replicationOf(lab)).get('master_link_status') === 'up';
}

async function untilAllFollow(lab: Lab): Promise<void> {
  for (const node of lab.nodes()) await untilLink(lab, node, 'up');
}

function untilLink(lab: Lab, node: LabNode, wanted: 'up' | 'down'): Promise<true> {
  return waitUntil({
    what: `the link of ${node.id} of ${lab.topology.name} to be ${wanted}`,
    timeoutMs: LINK_TIMEOUT_MS,
    everyMs: 20,
    probe: async () => (await replicationOf(lab, node)).get('master_link_status') === wanted || undefined,
  });
}

function renamed(lab: Lab, command: string, ...words: readonly string[]): string[] {
  return [`${readState(lab.runDirectory).commandPrefix}-${command}`, ...words];
}

function configured(lab: Lab, name: string, value: string): string[] {
  return renamed(lab, 'config', 'SET', name, value);
}
