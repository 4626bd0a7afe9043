/** Watches a standalone primary and its replicas: promotes one when the primary is silent, tells everybody else to follow, and says who it is. */
import type { Administrator } from '../administrator.ts';
import { textOf } from '../reply.ts';
import { furthestFirst, pairViewOf, parseInfo } from '../server-view.ts';
import type { LabState, NodeRecord } from '../state.ts';
import { membersOf, newAttention } from './attention.ts';

interface Sighting {
  readonly node: NodeRecord;
  /** INFO replication, as text and read. */
  readonly text: string;
  readonly info: Map<string, string>;
}

/**
 * One look at every node, and what has to be done about what it shows.
 * @param lead is told the primary whenever it is another one than the state says; never where a proxy leads to it
 */
export function pairWatch(
  administrator: Administrator,
  lead: (state: LabState, primary: NodeRecord) => Promise<void>,
): (state: LabState) => Promise<void> {
  const attention = newAttention();
  let primary: NodeRecord | undefined;
  return async (state) => {
    const members = membersOf(state);
    const looks = members.map((node) => see(administrator, node, state.nodeTimeoutMs / 4));
    const sightings = (await Promise.all(looks)).filter((sighting) => sighting !== undefined);
    for (const { node } of sightings) attention.heard(node.id);
    const primaryId = pairViewOf(members, sightings, primary).shards[0]?.primaryNodeId;
    primary = members.find(({ id }) => id === primaryId) ?? primary;
    if (primary === undefined) return;
    const follow = (words: string[]) => [`${state.commandPrefix}-replicaof`, ...words];
    if (attention.silentForMs(primary.id) >= state.nodeTimeoutMs) {
      const heir = heirOf(sightings);
      if (heir === undefined) return;
      await administrator.ask(heir, [follow(['NO', 'ONE'])]);
      primary = heir;
      if (state.primaryNodeId !== undefined) await lead(state, heir);
      return;
    }
    if (state.primaryNodeId !== undefined && state.primaryNodeId !== primary.id) await lead(state, primary);
    const { host, port } = primary;
    const astray = straysOf(sightings, primary);
    await Promise.all(astray.map((node) => administrator.ask(node, [follow([host, String(port)])])));
  };
}

function isPrimary({ info }: Sighting): boolean {
  return info.get('role') === 'master';
}

/** The replica that has received the most. */
function heirOf(sightings: readonly Sighting[]): NodeRecord | undefined {
  return furthestFirst(sightings.filter((sighting) => !isPrimary(sighting)))[0]?.node;
}

/**
 * Those who follow somebody else, or nobody: a primary that was replaced while it was silent. None while the primary
 * itself is not seen as one.
 */
function straysOf(sightings: readonly Sighting[], primary: NodeRecord): NodeRecord[] {
  const own = sightings.find(({ node }) => node.id === primary.id);
  if (own === undefined || !isPrimary(own)) return [];
  const followsIt = ({ info }: Sighting) =>
    info.get('master_host') === primary.host && Number(info.get('master_port')) === primary.port;
  const others = sightings.filter(({ node }) => node.id !== primary.id);
  return others.filter((sighting) => isPrimary(sighting) || !followsIt(sighting)).map(({ node }) => node);
}

async function see(administrator: Administrator, node: NodeRecord, timeoutMs: number): Promise<Sighting | undefined> {
  try {
    const [reply] = await administrator.ask(node, [['INFO', 'replication']], timeoutMs);
    const text = textOf(reply);
    return { node, text, info: parseInfo(text) };
  } catch {
    return undefined;
  }
}
