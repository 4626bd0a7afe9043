import type { ClusterNode } from '../../client/cluster-view.ts';
import type { ConnectionProfile } from '../../profile/profile.ts';
import type { Check } from '../check.ts';
import {
  failed,
  hiddenTopology,
  isReached,
  isWorking,
  listed,
  nodeText,
  nodeViews,
  notReached,
  passed,
  undecided,
  type View,
} from '../judging.ts';

/** The states a node can be in that are not "well", in every node's view: even one node's suspicion counts. */
export const noFailingNodes: Check = {
  name: 'no-failing-nodes',
  question: 'Is no node failed, suspected, half joined, without address, orphaned or following nobody?',
  reads: ['clusterNodes'],
  notApplicable: hiddenTopology,
  judge: ({ profile, observation }) => {
    if (!isReached(observation.endpoint)) return notReached(observation, 'The health of the nodes');
    const views = nodeViews(observation);
    if (views.length === 0)
      return undecided('NODES_NOT_TOLD', 'No server answered CLUSTER NODES, so the health of the nodes is not known.');
    const troubles = views.flatMap((view) => troublesIn(view, profile));
    const code = TROUBLE_CODES.find((candidate) => troubles.some((trouble) => trouble.code === candidate));
    if (code !== undefined) {
      const sentences = [...new Set(troubles.map(({ sentence }) => sentence))];
      return failed(
        code,
        `Not every node is well: ${listed(sentences, 5)}. Clients keep dialling nodes that stay listed; repair or remove them.`,
      );
    }
    return passed(
      `No node is failed, suspected, half joined, without address or orphaned in any of ${views.length} views.`,
    );
  },
};

/** Worst first: the finding's code is the first that occurs. */
const TROUBLE_CODES = [
  'NODE_FAILED',
  'PRIMARY_ORPHANED',
  'REPLICA_OF_UNKNOWN_PRIMARY',
  'NODE_WITHOUT_ADDRESS',
  'NODE_IN_HANDSHAKE',
  'NODE_SUSPECTED',
] as const;

interface Trouble {
  readonly code: (typeof TROUBLE_CODES)[number];
  readonly sentence: string;
}

function troublesIn({ rows, place }: View<readonly ClusterNode[]>, profile: ConnectionProfile): Trouble[] {
  const troubles: Trouble[] = [];
  for (const row of rows) {
    const { flags } = row;
    const add = (code: Trouble['code'], state: string) =>
      troubles.push({ code, sentence: `${nodeText(row)} ${state}` });
    if (flags.includes('fail')) add('NODE_FAILED', 'has failed (fail)');
    if (flags.includes('fail?')) add('NODE_SUSPECTED', `is suspected by ${place} (pfail)`);
    if (flags.includes('handshake')) add('NODE_IN_HANDSHAKE', `has not finished joining (handshake with ${place})`);
    if (flags.includes('noaddr'))
      add('NODE_WITHOUT_ADDRESS', `(${row.nodeId.slice(0, 8)}) has no known address (noaddr)`);
    if (row.role === 'replica' && !rows.some(({ nodeId }) => nodeId === row.primaryNodeId)) {
      add(
        'REPLICA_OF_UNKNOWN_PRIMARY',
        `replicates from ${row.primaryNodeId.slice(0, 8) || 'nobody'}, which ${place} does not know`,
      );
    }
    if (isOrphaned(row, rows, profile))
      add('PRIMARY_ORPHANED', 'owns slots and has no working replica (orphaned primary)');
  }
  return troubles;
}

/** Where no replica is listed at all, Azure may be hiding them: replicas-per-shard says so. */
function isOrphaned(
  row: ClusterNode,
  rows: readonly ClusterNode[],
  { expected, platform }: ConnectionProfile,
): boolean {
  if (row.role !== 'primary' || row.slots.length === 0 || expected.replicasPerShard === 0) return false;
  const replicas = rows.filter(({ role }) => role === 'replica');
  if (platform === 'azure-managed-redis' && replicas.length === 0) return false;
  return !replicas.some((replica) => replica.primaryNodeId === row.nodeId && isWorking(replica));
}
