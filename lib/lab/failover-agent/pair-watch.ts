/** Watches a standalone primary and its replicas: promotes one when the primary is silent, and tells everybody else to follow. */
import type { Administrator } from '../administrator.ts';
import { choosePrimary, type ReplicationState, readReplication } from '../proxy/replication-view.ts';
import { textOf } from '../reply.ts';
import { parseInfo } from '../server-view.ts';
import type { LabState, NodeRecord } from '../state.ts';
import { newAttention } from './attention.ts';

interface Sighting {
  readonly node: NodeRecord;
  readonly replication: ReplicationState;
  /** `host:port` of the primary it follows; absent for a primary. */
  readonly follows?: string;
  readonly offset: number;
}

/** One look at every node, and what has to be done about what it shows. */
export function pairWatch(administrator: Administrator): (state: LabState) => Promise<void> {
  const attention = newAttention();
  /** Remembered while it is silent: nobody else can say who it was. */
  let primary: NodeRecord | undefined;
  return async (state) => {
    const members = state.nodes.filter(({ condition }) => condition !== 'joining');
    const looks = members.map((node) => see(administrator, node, state.nodeTimeoutMs / 4));
    const sightings = (await Promise.all(looks)).filter((sighting) => sighting !== undefined);
    for (const { node } of sightings) attention.heard(node.id);
    primary = primaryOf(sightings, primary);
    if (primary === undefined) return;
    const follow = (words: string[]) => [`${state.commandPrefix}-replicaof`, ...words];
    if (attention.silentForMs(primary.id) >= state.nodeTimeoutMs) {
      const heir = heirOf(sightings);
      if (heir === undefined) return;
      await administrator.ask(heir, [follow(['NO', 'ONE'])]);
      primary = heir;
      return;
    }
    const { host, port } = primary;
    const astray = straysOf(sightings, primary);
    await Promise.all(astray.map((node) => administrator.ask(node, [follow([host, String(port)])])));
  };
}

function primaryOf(sightings: readonly Sighting[], before: NodeRecord | undefined): NodeRecord | undefined {
  const chosen = choosePrimary(
    sightings.map(({ replication }) => replication),
    before,
  );
  return sightings.find(({ replication }) => replication.address === chosen)?.node ?? before;
}

/** The replica that has received the most. */
function heirOf(sightings: readonly Sighting[]): NodeRecord | undefined {
  const replicas = sightings.filter(({ replication }) => !replication.isPrimary);
  return replicas.sort((left, right) => right.offset - left.offset)[0]?.node;
}

/** Those who follow somebody else, or nobody: a primary that was replaced while it was silent. None while the primary itself is not seen as one. */
function straysOf(sightings: readonly Sighting[], primary: NodeRecord): NodeRecord[] {
  const own = sightings.find(({ node }) => node.id === primary.id);
  if (own?.replication.isPrimary !== true) return [];
  const followed = `${primary.host}:${primary.port}`;
  return sightings
    .filter(({ node, follows }) => node.id !== primary.id && follows !== followed)
    .map(({ node }) => node);
}

async function see(administrator: Administrator, node: NodeRecord, timeoutMs: number): Promise<Sighting | undefined> {
  try {
    const [reply] = await administrator.ask(node, [['INFO', 'replication']], timeoutMs);
    const text = textOf(reply);
    const info = parseInfo(text);
    const replication = readReplication(text, { host: node.host, port: node.port });
    const follows = replication.isPrimary ? {} : { follows: `${info.get('master_host')}:${info.get('master_port')}` };
    return { node, replication, ...follows, offset: Number(info.get('slave_repl_offset') ?? 0) };
  } catch {
    return undefined;
  }
}
