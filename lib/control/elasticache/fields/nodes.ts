/** That both speak of the same nodes: every node of the API is in CLUSTER NODES, and the other way round; without cluster mode, that they count as many. */
import { failed, listed, nodeText, passed, undecided } from '../../../verify/judging.ts';
import { type GroupDescription, membersOf } from '../description.ts';
import { type Comparison, type FieldCheck, judged } from '../field.ts';
import { clusterNodesOf, namesOf, replicasCounted } from '../servers.ts';

export const NODE_FIELDS: readonly FieldCheck[] = [judged('node-set', judgeNodeSet)];

function judgeNodeSet({ topology, description, observation }: Comparison) {
  if (observation === undefined) return undefined;
  if (topology.clusterMode === 'disabled')
    return judgeNodeCount(description, replicasCounted(observation, description));
  const members = membersOf(description);
  const nodes = clusterNodesOf(observation);
  if (nodes === undefined)
    return undecided(
      'NODES_NOT_OBSERVED',
      'No server answered CLUSTER NODES, so its nodes could not be held against those of the API.',
    );
  const unnamed = members.filter(({ host }) => host === undefined).map(({ nodeId }) => nodeId);
  const hosts = new Set(members.flatMap(({ host }) => host ?? []));
  const names = new Set(nodes.flatMap(namesOf));
  const strangers = nodes.filter((node) => !namesOf(node).some((name) => hosts.has(name)));
  const missing = members.filter(({ host }) => host !== undefined && !names.has(host));
  // Names can only be found where the cluster announces names; addresses alone are counted.
  const comparable = nodes.every(({ hostname, host }) => hostname !== '' || !isAddress(host));
  if (!comparable && nodes.length === members.length)
    return undecided(
      'NODES_NOT_NAMED',
      `The servers list ${nodes.length} nodes by address, the API as many by name; whether they are the same cannot be seen from here.`,
    );
  if (unnamed.length === 0 && (missing.length > 0 || strangers.length > 0)) {
    const parts = [
      ...(missing.length === 0
        ? []
        : [`the API lists ${listed(missing.map(({ nodeId }) => nodeId))}, which CLUSTER NODES does not`]),
      ...(strangers.length === 0
        ? []
        : [`CLUSTER NODES lists ${listed(strangers.map(nodeText))}, which the API does not`]),
    ];
    return failed(
      'NODE_SETS_DIFFER',
      `${parts.join('; ')} (${members.length} nodes by the API, ${nodes.length} by the servers). A replacement may be under way; if it stays so, the node is not part of the cluster that clients see.`,
    );
  }
  if (unnamed.length > 0)
    return undecided('NODE_ENDPOINTS_NOT_TOLD', `The API does not say the endpoint of ${listed(unnamed)}.`);
  return passed(`The API and CLUSTER NODES list the same ${members.length} nodes.`);
}

/** The primary knows its replicas by address only. */
function judgeNodeCount(description: GroupDescription, replicas: number | undefined) {
  const { length } = membersOf(description);
  if (replicas === undefined)
    return undecided(
      'NODES_NOT_OBSERVED',
      'The primary did not tell how many replicas it has (INFO replication), so its nodes could not be held against those of the API.',
    );
  if (length !== 1 + replicas)
    return failed(
      'NODE_SETS_DIFFER',
      `The API lists ${length} nodes, the primary counts itself and ${replicas} replicas. A replacement may be under way; if it stays so, a node is not part of the group that clients see.`,
    );
  return passed(`The API lists ${length} nodes, and the primary counts as many.`);
}

function isAddress(host: string): boolean {
  return /^[\d.]+$/.test(host) || host.includes(':');
}
