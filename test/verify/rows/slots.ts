/** Views, slots and shards. */
import { nodeId } from '../healthy.ts';
import { emptyPrimary, noClusterNodes, noViews, onAzure, silentNode } from './damages.ts';
import {
  all,
  at,
  clusterInfoOf,
  inEveryView,
  nodeAt,
  nodesOf,
  type Row,
  rowsOf,
  scaling,
  servers,
  slotsOf,
  unreached,
} from './row.ts';

const viewsReadable = rowsOf('views-readable');
const clusterState = rowsOf('cluster-state');
const slotCoverage = rowsOf('slot-coverage');
const shardCount = rowsOf('shard-count');
const sameView = rowsOf('same-view');
const noOpenSlots = rowsOf('no-open-slots');

export const SLOT_ROWS: readonly Row[] = [
  viewsReadable('views that were read whole pass', 'pass', 'OK'),
  viewsReadable(
    'an unreadable row is unknown and is quoted',
    'unknown',
    'VIEW_UNREADABLE',
    (scene) => {
      nodeAt(scene, 1).unreadable = ['Line 3 of CLUSTER NODES is "garbage".'];
    },
    'garbage',
  ),
  viewsReadable('a node without views is unknown', 'unknown', 'VIEW_MISSING', silentNode(1)),
  viewsReadable('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),

  clusterState('a cluster that calls itself ok everywhere passes', 'pass', 'OK'),
  clusterState(
    'one node that says fail fails',
    'fail',
    'CLUSTER_STATE_NOT_OK',
    (scene) => {
      clusterInfoOf(nodeAt(scene, 2)).cluster_state = 'fail';
    },
    'node-3.shop.cache.test:6379 says cluster_state:fail',
  ),
  clusterState('slots in doubt fail', 'fail', 'CLUSTER_STATE_NOT_OK', (scene) => {
    clusterInfoOf(nodeAt(scene, 2)).cluster_slots_pfail = '5461';
  }),
  clusterState(
    'a node nobody asked for fails on ElastiCache',
    'fail',
    'CLUSTER_SIZE_UNEXPECTED',
    (scene) => {
      clusterInfoOf(nodeAt(scene, 2)).cluster_known_nodes = '7';
    },
    'cluster_known_nodes:7 instead of 6',
  ),
  clusterState(
    'a healthy cluster of another size than expected is not called unhealthy, and what all servers say is told once',
    'fail',
    'CLUSTER_SIZE_UNEXPECTED',
    (scene) => {
      scene.profile.expected.shardCount = 4;
    },
    'No server says that the cluster is unhealthy, but its size is not what the profile expects: every server says cluster_size:3 instead of 4 and every server says cluster_known_nodes:6 instead of 8.',
  ),
  clusterState(
    'a cluster that is unhealthy and of another size is told to be unhealthy first',
    'fail',
    'CLUSTER_STATE_NOT_OK',
    (scene) => {
      scene.profile.expected.shardCount = 4;
      clusterInfoOf(nodeAt(scene, 2)).cluster_state = 'fail';
    },
    'The cluster is not healthy: node-3.shop.cache.test:6379 says cluster_state:fail instead of ok.',
  ),
  clusterState(
    'another size than expected fails although one server tells nothing',
    'fail',
    'CLUSTER_SIZE_UNEXPECTED',
    all(silentNode(1), (scene) => {
      scene.profile.expected.shardCount = 4;
    }),
  ),
  clusterState('the number of known nodes is not judged on Azure', 'pass', 'OK', (scene) => {
    onAzure(scene);
    clusterInfoOf(nodeAt(scene, 2)).cluster_known_nodes = '3';
  }),
  clusterState('figures a server does not send are not held against it', 'pass', 'OK', (scene) => {
    nodeAt(scene, 2).clusterInfo = { kind: 'value', value: { cluster_state: 'ok' } };
  }),
  clusterState(
    'counts within the ranges of automatic scaling pass',
    'pass',
    'OK',
    scaling({ shards: [2, 8], replicas: [1, 3] }),
  ),
  clusterState(
    'fewer shards than the range begins with fail, and both limits are named',
    'fail',
    'CLUSTER_SIZE_UNEXPECTED',
    scaling({ shards: [4, 8] }),
    'cluster_size:3 instead of 4 to 8',
  ),
  clusterState(
    'more shards than the range ends with fail',
    'fail',
    'CLUSTER_SIZE_UNEXPECTED',
    scaling({ shards: [1, 2] }),
    'cluster_size:3 instead of 1 to 2',
  ),
  clusterState(
    'a node nobody asked for fails where the shards are scaled too',
    'fail',
    'CLUSTER_SIZE_UNEXPECTED',
    all(scaling({ shards: [2, 8] }), (scene) => {
      clusterInfoOf(nodeAt(scene, 2)).cluster_known_nodes = '7';
    }),
    'cluster_known_nodes:7 instead of 6',
  ),
  clusterState(
    'a number of nodes that gives the shards different numbers of replicas fails',
    'fail',
    'CLUSTER_SIZE_UNEXPECTED',
    all(scaling({ replicas: [1, 3] }), (scene) => {
      clusterInfoOf(nodeAt(scene, 2)).cluster_known_nodes = '7';
    }),
    'cluster_known_nodes:7 instead of 3 shards with the same 1 to 3 replicas each',
  ),
  clusterState(
    'more nodes than scaled replicas can be fail',
    'fail',
    'CLUSTER_SIZE_UNEXPECTED',
    all(scaling({ shards: [2, 8], replicas: [1, 3] }), (scene) => {
      clusterInfoOf(nodeAt(scene, 2)).cluster_known_nodes = '15';
    }),
    'cluster_known_nodes:15',
  ),
  clusterState('as many replicas again in every shard pass where replicas are scaled', 'pass', 'OK', (scene) => {
    scaling({ replicas: [1, 3] })(scene);
    for (const server of servers(scene)) clusterInfoOf(server).cluster_known_nodes = '9';
  }),
  clusterState('a node that does not tell is unknown', 'unknown', 'CLUSTER_STATE_NOT_TOLD', silentNode(2)),
  clusterState('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),

  slotCoverage('every slot with one owner passes', 'pass', 'OK'),
  slotCoverage(
    'one slot without an owner fails and is named',
    'fail',
    'SLOTS_NOT_COVERED',
    (scene) => {
      at(slotsOf(nodeAt(scene, 4)), 0).slots = [0, 5459];
    },
    '5460 (as node-5.shop.cache.test:6379 sees it)',
  ),
  slotCoverage(
    'slots with two owners fail and are named',
    'fail',
    'SLOTS_CLAIMED_TWICE',
    (scene) => {
      at(slotsOf(scene.observation.endpoint), 1).slots = [5460, 10922];
    },
    '5460',
  ),
  slotCoverage(
    'an empty map fails',
    'fail',
    'SLOTS_NOT_COVERED',
    ({ observation }) => {
      observation.endpoint.clusterSlots = { kind: 'value', value: [] };
    },
    '0-16383',
  ),
  slotCoverage(
    'a slot without an owner fails where the shards are scaled too',
    'fail',
    'SLOTS_NOT_COVERED',
    all(scaling({ shards: [2, 8] }), (scene) => {
      at(slotsOf(nodeAt(scene, 4)), 0).slots = [0, 5459];
    }),
    '5460',
  ),
  slotCoverage('a refused CLUSTER SLOTS is unknown', 'unknown', 'SLOTS_NOT_TOLD', noViews),
  slotCoverage('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),

  shardCount('as many shards as expected pass', 'pass', 'OK'),
  shardCount(
    'a missing shard fails',
    'fail',
    'SHARD_COUNT_WRONG',
    ({ profile }) => {
      profile.expected.shardCount = 4;
    },
    'expects 4 shards; there are 3',
  ),
  shardCount('a shard too many fails', 'fail', 'SHARD_COUNT_WRONG', ({ profile }) => {
    profile.expected.shardCount = 2;
  }),
  shardCount(
    'one view with another number fails',
    'fail',
    'SHARD_COUNT_WRONG',
    (scene) => {
      slotsOf(nodeAt(scene, 5)).pop();
    },
    '2 as node-6.shop.cache.test:6379 sees it',
  ),
  shardCount(
    'a number within the range of automatic scaling passes and is said',
    'pass',
    'OK',
    scaling({ shards: [3, 8] }),
    'There are 3 shards, within the 3 to 8 expected.',
  ),
  shardCount('the upper end of the range passes', 'pass', 'OK', scaling({ shards: [1, 3] })),
  shardCount(
    'fewer shards than the range begins with fail, and both limits are named',
    'fail',
    'SHARD_COUNT_WRONG',
    scaling({ shards: [4, 8] }),
    'expects 4 to 8 shards; there are 3',
  ),
  shardCount(
    'more shards than the range ends with fail, and both limits are named',
    'fail',
    'SHARD_COUNT_WRONG',
    scaling({ shards: [1, 2] }),
    'expects 1 to 2 shards; there are 3',
  ),
  shardCount(
    'views that count different numbers within the range fail',
    'fail',
    'SHARD_COUNTS_DIFFER',
    all(scaling({ shards: [2, 8] }), (scene) => {
      slotsOf(nodeAt(scene, 5)).pop();
    }),
    '2 as node-6.shop.cache.test:6379 does',
  ),
  shardCount(
    'a primary without slots fails within the range too',
    'fail',
    'SHARD_WITHOUT_SLOTS',
    all(scaling({ shards: [3, 8] }), emptyPrimary),
    'Besides 3 shards',
  ),
  shardCount('a primary without slots fails', 'fail', 'SHARD_WITHOUT_SLOTS', emptyPrimary),
  shardCount('a primary of many ranges is one shard', 'pass', 'OK', (scene) => {
    for (const node of servers(scene)) {
      const first = at(slotsOf(node), 0);
      slotsOf(node).push({ ...structuredClone(first), slots: [5000, 5460] });
      first.slots = [0, 4999];
    }
  }),
  shardCount('no view at all is unknown', 'unknown', 'SHARDS_NOT_TOLD', noViews),
  shardCount('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),

  sameView('nodes that agree pass', 'pass', 'OK'),
  sameView(
    'a node that knows fewer members fails',
    'fail',
    'VIEWS_DIFFER',
    (scene) => {
      nodesOf(nodeAt(scene, 3)).pop();
    },
    'node-4.shop.cache.test:6379 does not know node-6',
  ),
  sameView('a node that knows more members fails', 'fail', 'VIEWS_DIFFER', (scene) => {
    const model = structuredClone(at(nodesOf(nodeAt(scene, 3)), 0));
    nodesOf(nodeAt(scene, 3)).push({ ...model, nodeId: nodeId(9) });
  }),
  sameView(
    'a node that sees other slots fails',
    'fail',
    'VIEWS_DIFFER',
    (scene) => {
      at(nodesOf(nodeAt(scene, 3)), 0).slots = [[0, 5459]];
    },
    'slots 0-5459',
  ),
  sameView('a node that sees another primary fails', 'fail', 'VIEWS_DIFFER', (scene) => {
    at(nodesOf(nodeAt(scene, 0)), 4).primaryNodeId = nodeId(0);
  }),
  sameView('a difference in the last of many ranges fails', 'fail', 'VIEWS_DIFFER', (scene) => {
    const many = Array.from({ length: 20 }, (_, index): [number, number] => [index * 10, index * 10 + 5]);
    inEveryView(scene, 0, (node) => {
      node.slots = structuredClone(many);
    });
    at(nodesOf(nodeAt(scene, 3)), 0).slots.pop();
  }),
  sameView('one node’s suspicion is no disagreement', 'pass', 'OK', (scene) => {
    at(nodesOf(nodeAt(scene, 0)), 4).flags.push('fail?');
  }),
  sameView('a node whose view is not known is unknown', 'unknown', 'VIEW_NOT_TOLD', silentNode(3)),
  sameView('no view at all is unknown', 'unknown', 'VIEWS_NOT_TOLD', noClusterNodes),
  sameView('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),

  noOpenSlots('no slot on the move passes', 'pass', 'OK'),
  noOpenSlots(
    'a migrating slot fails and is named',
    'fail',
    'SLOTS_OPEN',
    (scene) => {
      at(nodesOf(nodeAt(scene, 0)), 0).movingSlots = [{ slot: 77, direction: 'migrating', peerNodeId: nodeId(1) }];
    },
    'slot 77 is migrating to bbbbbbbb',
  ),
  noOpenSlots(
    'an importing slot fails and is named',
    'fail',
    'SLOTS_OPEN',
    (scene) => {
      at(nodesOf(nodeAt(scene, 1)), 1).movingSlots = [{ slot: 77, direction: 'importing', peerNodeId: nodeId(0) }];
    },
    'slot 77 is importing from aaaaaaaa',
  ),
  noOpenSlots('a node that does not tell is unknown', 'unknown', 'OPEN_SLOTS_NOT_TOLD', silentNode(3)),
  noOpenSlots('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),
];
