import type { ClusterNode } from '../../client/cluster-view.ts';
import type { Check } from '../check.ts';
import {
  addressOf,
  everyServer,
  failed,
  hiddenTopology,
  isReached,
  listed,
  nodeText,
  nodeViews,
  notReached,
  passed,
  rangesText,
  undecided,
  type View,
} from '../judging.ts';

/**
 * Members, roles and slots must be the same everywhere. What one node alone may rightly think (who it suspects, which
 * slots it is moving) is judged by no-failing-nodes and no-open-slots.
 */
export const sameView: Check = {
  name: 'same-view',
  question: 'Do all nodes see the same members, roles and slots?',
  reads: ['clusterNodes'],
  notApplicable: hiddenTopology,
  judge: ({ observation }) => {
    if (!isReached(observation.endpoint)) return notReached(observation, "The nodes' agreement");
    const views = nodeViews(observation);
    const [reference] = views.toSorted((one, other) => supporters(views, other) - supporters(views, one));
    if (reference === undefined)
      return undecided('VIEWS_NOT_TOLD', 'No server answered CLUSTER NODES, so no views could be compared.');
    const differences = views.flatMap((view) => differencesFrom(reference, view));
    if (differences.length > 0) {
      return failed(
        'VIEWS_DIFFER',
        `The nodes do not agree: ${listed(differences, 3)}. A client's map depends on whom it asks; wait for gossip to settle, and look for a partition if it does not.`,
      );
    }
    const silent = everyServer(observation)
      .filter(({ clusterNodes }) => clusterNodes.kind !== 'value')
      .map(addressOf);
    if (silent.length > 0)
      return undecided('VIEW_NOT_TOLD', `The others agree, but the view of ${listed(silent)} is not known.`);
    return passed(`All ${views.length} servers asked see the same members, roles and slots.`);
  },
};

type NodesView = View<readonly ClusterNode[]>;

function supporters(views: readonly NodesView[], view: NodesView): number {
  const own = signature(view);
  return views.filter((other) => signature(other) === own).length;
}

function signature({ rows }: NodesView): string {
  return rows
    .map((row) => `${row.nodeId} ${comparable(row)}`)
    .sort()
    .join('\n');
}

/** Whole, where the wording for people is cut short. */
function comparable({ role, primaryNodeId, slots }: ClusterNode): string {
  return JSON.stringify([role, role === 'replica' ? primaryNodeId : '', slots]);
}

function placeInCluster({ role, primaryNodeId, slots }: ClusterNode): string {
  return role === 'replica'
    ? `replica of ${primaryNodeId}`
    : `${role} of ${slots.length === 0 ? 'no slots' : `slots ${rangesText(slots)}`}`;
}

function differencesFrom(reference: NodesView, view: NodesView): string[] {
  const known = new Map(reference.rows.map((row) => [row.nodeId, row]));
  const seen = new Set(view.rows.map(({ nodeId }) => nodeId));
  const missing = reference.rows
    .filter(({ nodeId }) => !seen.has(nodeId))
    .map((row) => `${view.place} does not know ${nodeText(row)}, which ${reference.place} does`);
  const others = view.rows.flatMap((row) => {
    const expected = known.get(row.nodeId);
    if (expected === undefined) return [`${view.place} knows ${nodeText(row)}, which ${reference.place} does not`];
    if (comparable(row) === comparable(expected)) return [];
    return [
      `${view.place} sees ${nodeText(row)} as ${placeInCluster(row)}, ${reference.place} as ${placeInCluster(expected)}`,
    ];
  });
  return [...missing, ...others];
}
