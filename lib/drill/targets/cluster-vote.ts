/** Who is primary of what, by what the nodes themselves say to the application's user. Pure. */
import type { ClusterNode } from '../../client/cluster-view.ts';
import type { ServerView } from '../../lab/lab.ts';
import type { ServerNode } from '../target.ts';

export interface VotedView {
  readonly view: ServerView;
  readonly nodes: readonly ServerNode[];
}

/**
 * One vote for each node that answered. A shard is told by its lowest slot, and numbered in that order: a drill is not a
 * resharding. Between equally many votes the newer configuration epoch wins.
 * @param answers what each node answered to CLUSTER NODES
 */
export function voteOnShards(answers: readonly (readonly ClusterNode[])[]): VotedView {
  const claims = answers.flatMap((rows) => rows.filter((row) => row.role === 'primary' && row.slots.length > 0));
  const byLowestSlot = Map.groupBy(claims, lowestSlot);
  const primaries = [...byLowestSlot]
    .sort(([one], [other]) => one - other)
    .map(([, shardClaims]) => winnerOf(shardClaims));
  const listed = listedByMost(answers);
  const shards = primaries.map((primary, shardIndex) => ({
    shardIndex,
    slots: primary.slots,
    primaryNodeId: primary.nodeId,
    replicaNodeIds: listed.filter((row) => row.primaryNodeId === primary.nodeId).map(({ nodeId }) => nodeId),
    epoch: primary.configEpoch,
  }));
  const shardOf = new Map(
    shards.flatMap(({ shardIndex, primaryNodeId, replicaNodeIds }) =>
      [primaryNodeId, ...replicaNodeIds].map((id) => [id, shardIndex] as const),
    ),
  );
  const nodes = listed.flatMap(({ nodeId, host, hostname, port }) => {
    const shardIndex = shardOf.get(nodeId);
    return shardIndex === undefined ? [] : [{ id: nodeId, host: host === '' ? hostname : host, port, shardIndex }];
  });
  return { view: { shards }, nodes };
}

function lowestSlot({ slots }: ClusterNode): number {
  return Math.min(...slots.map(([first]) => first));
}

function winnerOf(claims: readonly ClusterNode[]): ClusterNode {
  const byNode = [...Map.groupBy(claims, ({ nodeId }) => nodeId).values()];
  const [winner] = byNode.sort((one, other) => other.length - one.length || newestEpoch(other) - newestEpoch(one));
  return (winner as ClusterNode[]).reduce((latest, claim) => (claim.configEpoch > latest.configEpoch ? claim : latest));
}

function newestEpoch(claims: readonly ClusterNode[]): number {
  return Math.max(...claims.map(({ configEpoch }) => configEpoch));
}

/** Each node once, as most answers have it; one that most no longer list is no member. */
function listedByMost(answers: readonly (readonly ClusterNode[])[]): ClusterNode[] {
  const rows = answers.flatMap((answer) => answer.filter(isAddressable));
  return [...Map.groupBy(rows, ({ nodeId }) => nodeId).values()].flatMap((same) => {
    if (same.length * 2 <= answers.length) return [];
    const byPrimary = [...Map.groupBy(same, ({ primaryNodeId }) => primaryNodeId).values()];
    const [most] = byPrimary.sort((one, other) => other.length - one.length);
    return [(most as ClusterNode[])[0] as ClusterNode];
  });
}

function isAddressable({ port, flags }: ClusterNode): boolean {
  return port !== 0 && !flags.includes('noaddr') && !flags.includes('handshake');
}
