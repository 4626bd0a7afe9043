/** Replicas and the health of nodes. */
import { nodeId } from '../healthy.ts';
import { flagged, gone, noClusterNodes, noViews, onAzure, silentNode, withoutReplicas } from './damages.ts';
import {
  all,
  at,
  inEveryView,
  infoOf,
  nodeAt,
  nodesOf,
  type Row,
  rowsOf,
  scaling,
  servers,
  silence,
  slotsOf,
  unreached,
} from './row.ts';

const replicasPerShard = rowsOf('replicas-per-shard');
const replicasInSync = rowsOf('replicas-in-sync');
const noFailingNodes = rowsOf('no-failing-nodes');
const announced = rowsOf('announced-endpoints-reachable');

export const NODE_ROWS: readonly Row[] = [
  replicasPerShard('as many replicas as expected pass', 'pass', 'OK'),
  replicasPerShard(
    'a shard without its replica fails and is named',
    'fail',
    'REPLICAS_MISSING',
    gone(4),
    'node-2.shop.cache.test:6379 (slots 5461-10922) has 0',
  ),
  replicasPerShard('no replica anywhere fails', 'fail', 'REPLICAS_MISSING', withoutReplicas),
  replicasPerShard('a failed replica does not count', 'fail', 'REPLICAS_MISSING', flagged(4, 'fail')),
  replicasPerShard(
    'a replica that one view alone calls failed fails',
    'fail',
    'REPLICAS_MISSING',
    (scene) => {
      at(nodesOf(nodeAt(scene, 2)), 4).flags.push('fail');
    },
    'CLUSTER NODES of node-3',
  ),
  replicasPerShard('a new replica that CLUSTER SLOTS does not show yet passes', 'pass', 'OK', (scene) => {
    at(slotsOf(nodeAt(scene, 0)), 0).replicas = [];
  }),
  replicasPerShard(
    'a replica that CLUSTER SLOTS does not show fails where reads are routed by it',
    'fail',
    'REPLICAS_MISSING',
    (scene) => {
      scene.profile.replicaReads = 'random';
      at(slotsOf(nodeAt(scene, 0)), 0).replicas = [];
    },
    'CLUSTER SLOTS of node-1',
  ),
  replicasPerShard('CLUSTER SLOTS counts where CLUSTER NODES is refused', 'fail', 'REPLICAS_MISSING', (scene) => {
    noClusterNodes(scene);
    at(slotsOf(nodeAt(scene, 0)), 0).replicas = [];
  }),
  replicasPerShard(
    'a replica the primary does not see fails',
    'fail',
    'REPLICAS_MISSING',
    (scene) => {
      infoOf(nodeAt(scene, 0)).connected_slaves = '0';
    },
    'INFO of the primary itself',
  ),
  replicasPerShard('more replicas than expected fail', 'fail', 'REPLICAS_TOO_MANY', ({ profile }) => {
    profile.expected.replicasPerShard = 0;
  }),
  replicasPerShard(
    'a number within the range of automatic scaling passes and is said',
    'pass',
    'OK',
    scaling({ replicas: [1, 3] }),
    'Every shard has 1 working replica in every view, within the 1 to 3 expected.',
  ),
  replicasPerShard(
    'fewer replicas than the range begins with fail, and both limits are named',
    'fail',
    'REPLICAS_MISSING',
    scaling({ replicas: [2, 3] }),
    'expects 2 to 3 working replicas per shard: ',
  ),
  replicasPerShard(
    'a shard without a replica fails in a range',
    'fail',
    'REPLICAS_MISSING',
    all(scaling({ replicas: [1, 3] }), gone(4)),
  ),
  replicasPerShard(
    'more replicas than the range ends with fail, and both limits are named',
    'fail',
    'REPLICAS_TOO_MANY',
    all(scaling({ replicas: [1, 2] }), (scene) => {
      infoOf(nodeAt(scene, 0)).connected_slaves = '3';
    }),
    'expects 1 to 2 working replicas per shard: ',
  ),
  replicasPerShard(
    'shards with different numbers of replicas within the range fail, and those with the fewest are named',
    'fail',
    'REPLICAS_UNEVEN',
    all(scaling({ replicas: [1, 3] }), (scene) => {
      for (const node of servers(scene)) {
        const model = structuredClone(at(nodesOf(node), 3));
        nodesOf(node).push({ ...model, nodeId: nodeId(9) });
      }
      infoOf(nodeAt(scene, 0)).connected_slaves = '2';
    }),
    'node-2.shop.cache.test:6379 (slots 5461-10922) has 1',
  ),
  replicasPerShard(
    'Azure showing no replica at all is unknown',
    'unknown',
    'REPLICAS_NOT_SHOWN',
    (scene) => {
      withoutReplicas(scene);
      onAzure(scene);
    },
    'control plane',
  ),
  replicasPerShard('Azure showing replicas of some shards only fails', 'fail', 'REPLICAS_MISSING', (scene) => {
    gone(4)(scene);
    onAzure(scene);
  }),
  replicasPerShard('no view at all is unknown', 'unknown', 'REPLICAS_NOT_TOLD', noViews),
  replicasPerShard('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),

  replicasInSync('replicas that follow closely pass', 'pass', 'OK'),
  replicasInSync(
    'a replica without a link fails',
    'fail',
    'REPLICA_NOT_IN_SYNC',
    (scene) => {
      infoOf(nodeAt(scene, 3)).master_link_status = 'down';
    },
    'node-4.shop.cache.test:6379 has no link',
  ),
  replicasInSync(
    'a replica that is still copying fails',
    'fail',
    'REPLICA_NOT_IN_SYNC',
    (scene) => {
      Object.assign(infoOf(nodeAt(scene, 3)), { master_sync_in_progress: '1', master_link_status: 'down' });
    },
    'still copying',
  ),
  replicasInSync('a replica that has long heard nothing fails', 'fail', 'REPLICA_NOT_IN_SYNC', (scene) => {
    infoOf(nodeAt(scene, 3)).master_last_io_seconds_ago = '11';
  }),
  replicasInSync(
    'a replica its primary calls anything but online fails',
    'fail',
    'REPLICA_NOT_IN_SYNC',
    (scene) => {
      infoOf(nodeAt(scene, 0)).slave0 = 'ip=10.0.0.4,port=6379,state=wait_bgsave,offset=0,lag=0';
    },
    'wait_bgsave',
  ),
  replicasInSync('a replica that acknowledged long ago fails', 'fail', 'REPLICA_NOT_IN_SYNC', (scene) => {
    infoOf(nodeAt(scene, 0)).slave0 = 'ip=10.0.0.4,port=6379,state=online,offset=0,lag=11';
  }),
  replicasInSync(
    'as many replicas as the views list have to follow where they are scaled',
    'pass',
    'OK',
    scaling({ shards: [1, 8], replicas: [1, 3] }),
    'All 3 replicas follow',
  ),
  replicasInSync(
    'a listed replica that nobody tells of is unknown where they are scaled',
    'unknown',
    'REPLICATION_NOT_TOLD',
    all(scaling({ shards: [1, 8], replicas: [1, 3] }), (scene) => {
      nodesOf(nodeAt(scene, 0)).push({ ...structuredClone(at(nodesOf(nodeAt(scene, 0)), 3)), nodeId: nodeId(9) });
    }),
    '3 of 4 replicas',
  ),
  replicasInSync('a replica without a link fails in a range too', 'fail', 'REPLICA_NOT_IN_SYNC', (scene) => {
    scaling({ shards: [1, 8], replicas: [1, 3] })(scene);
    infoOf(nodeAt(scene, 3)).master_link_status = 'down';
  }),
  replicasInSync('servers that do not tell are unknown', 'unknown', 'REPLICATION_NOT_TOLD', noViews),
  replicasInSync('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),

  noFailingNodes('nodes that are well pass', 'pass', 'OK'),
  noFailingNodes(
    'a failed node fails',
    'fail',
    'NODE_FAILED',
    flagged(4, 'fail'),
    'node-5.shop.cache.test:6379 has failed',
  ),
  noFailingNodes(
    'a node that one other suspects fails',
    'fail',
    'NODE_SUSPECTED',
    (scene) => {
      at(nodesOf(nodeAt(scene, 0)), 1).flags.push('fail?');
    },
    'pfail',
  ),
  noFailingNodes('a node that has not finished joining fails', 'fail', 'NODE_IN_HANDSHAKE', (scene) => {
    const model = structuredClone(at(nodesOf(nodeAt(scene, 0)), 0));
    nodesOf(nodeAt(scene, 0)).push({ ...model, nodeId: nodeId(9), flags: ['handshake'], role: 'unknown', slots: [] });
  }),
  noFailingNodes('a node without an address fails', 'fail', 'NODE_WITHOUT_ADDRESS', (scene) => {
    const model = structuredClone(at(nodesOf(nodeAt(scene, 0)), 0));
    nodesOf(nodeAt(scene, 0)).push({
      ...model,
      nodeId: nodeId(9),
      host: '',
      hostname: '',
      port: 0,
      flags: ['master', 'noaddr'],
      slots: [],
    });
  }),
  noFailingNodes(
    'a primary whose replica went elsewhere is orphaned and fails',
    'fail',
    'PRIMARY_ORPHANED',
    (scene) =>
      inEveryView(scene, 4, (node) => {
        node.primaryNodeId = nodeId(0);
      }),
    'node-2.shop.cache.test:6379 owns slots and has no working replica',
  ),
  noFailingNodes(
    'a replica of nobody that is known fails',
    'fail',
    'REPLICA_OF_UNKNOWN_PRIMARY',
    (scene) => {
      for (const node of servers(scene)) {
        const model = structuredClone(at(nodesOf(node), 4));
        nodesOf(node).push({ ...model, nodeId: nodeId(9), primaryNodeId: nodeId(12) });
      }
    },
    'replicates from mmmmmmmm',
  ),
  noFailingNodes('Azure showing no replica at all orphans nobody', 'pass', 'OK', (scene) => {
    withoutReplicas(scene);
    onAzure(scene);
  }),
  noFailingNodes('no view at all is unknown', 'unknown', 'NODES_NOT_TOLD', noClusterNodes),
  noFailingNodes('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),

  announced('nodes that can all be used from here pass', 'pass', 'OK'),
  announced(
    'a node that does not answer fails and is named',
    'fail',
    'ANNOUNCED_ENDPOINT_UNREACHABLE',
    silentNode(5),
    'node-6.shop.cache.test:6379 (tls, TIMED_OUT',
  ),
  announced(
    'a node that refuses the credential fails',
    'fail',
    'ANNOUNCED_ENDPOINT_UNREACHABLE',
    (scene) =>
      silence(nodeAt(scene, 5), {
        stage: 'authentication',
        code: 'WRONGPASS',
        message: 'WRONGPASS invalid username-password pair',
      }),
    'WRONGPASS',
  ),
  announced(
    'a port outside the range fails',
    'fail',
    'ANNOUNCED_PORT_OUTSIDE_RANGE',
    (scene) => {
      scene.profile.extraPortRange = { from: 8500, to: 8599 };
      nodeAt(scene, 5).connection.address.port = 8600;
    },
    '8500-8599',
  ),
  announced('a port inside the range passes', 'pass', 'OK', (scene) => {
    scene.profile.extraPortRange = { from: 8500, to: 8599 };
    for (const [index, node] of scene.observation.nodes.entries()) node.connection.address.port = 8500 + index;
  }),
  announced('a server that announces nothing is unknown', 'unknown', 'NOTHING_ANNOUNCED', ({ observation }) => {
    observation.nodes = [];
  }),
  announced('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),
];
