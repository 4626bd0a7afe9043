/** Watches a cluster that is too small to vote. */
import type { Administrator } from '../administrator.ts';
import { textOf } from '../reply.ts';
import { type ClusterNodeLine, parseClusterNodes, parseInfo, voteOnView } from '../server-view.ts';
import type { LabState, NodeRecord } from '../state.ts';
import { membersOf, newAttention } from './attention.ts';

interface Sighting {
  readonly node: NodeRecord;
  readonly lines: readonly ClusterNodeLine[];
  readonly replicationOffset: number;
}

/** One look at every node; promotes the replica with the most data where a primary has been silent for too long. */
export function clusterWatch(administrator: Administrator): (state: LabState) => Promise<void> {
  const attention = newAttention();
  return async (state) => {
    const members = membersOf(state);
    const looks = members.map((node) => see(administrator, node, state.nodeTimeoutMs / 4));
    const sightings = (await Promise.all(looks)).filter((sighting) => sighting !== undefined);
    for (const { node } of sightings) attention.heard(node.id);
    const view = voteOnView(
      members,
      sightings.map(({ lines }) => lines),
    );
    for (const shard of view.shards) {
      if (attention.silentForMs(shard.primaryNodeId) < state.nodeTimeoutMs) continue;
      const primary = members.find(({ id }) => id === shard.primaryNodeId);
      const heir = heirOf(sightings, primary?.clusterNodeId);
      if (heir !== undefined) await administrator.ask(heir, [['CLUSTER', 'FAILOVER', 'TAKEOVER']]);
    }
  };
}

async function see(administrator: Administrator, node: NodeRecord, timeoutMs: number): Promise<Sighting | undefined> {
  try {
    const [nodes, replication] = await administrator.ask(
      node,
      [
        ['CLUSTER', 'NODES'],
        ['INFO', 'replication'],
      ],
      timeoutMs,
    );
    const info = parseInfo(textOf(replication));
    return {
      node,
      lines: parseClusterNodes(textOf(nodes)),
      replicationOffset: Number(info.get('slave_repl_offset') ?? 0),
    };
  } catch {
    return undefined;
  }
}

/** The replica of that primary, by its own word, that has received the most. */
function heirOf(sightings: readonly Sighting[], primaryId: string | undefined): NodeRecord | undefined {
  const replicas = sightings.filter(
    ({ lines }) => lines.find(({ flags }) => flags.includes('myself'))?.primaryId === primaryId,
  );
  return replicas.sort((left, right) => right.replicationOffset - left.replicationOffset)[0]?.node;
}
