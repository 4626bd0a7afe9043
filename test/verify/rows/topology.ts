/** Shards, slots, replicas, nodes. */
import { nodeId } from '../healthy.ts';
import {
  at,
  clusterInfoOf,
  inEveryView,
  infoOf,
  nodeAt,
  nodesOf,
  type Row,
  rowsOf,
  type Scene,
  servers,
  silence,
  slotsOf,
  TIMED_OUT,
  unreached,
} from './row.ts';

const viewsReadable = rowsOf('views-readable');
const clusterState = rowsOf('cluster-state');
const slotCoverage = rowsOf('slot-coverage');
const shardCount = rowsOf('shard-count');
const replicasPerShard = rowsOf('replicas-per-shard');
const replicasInSync = rowsOf('replicas-in-sync');
const sameView = rowsOf('same-view');
const noOpenSlots = rowsOf('no-open-slots');
const noFailingNodes = rowsOf('no-failing-nodes');
const announced = rowsOf('announced-endpoints-reachable');

const REFUSED = {
  kind: 'error',
  message: "NOPERM this user has no permissions to run the 'cluster|nodes' command",
} as const;

const silentNode = (index: number) => (scene: Scene) => silence(nodeAt(scene, index), TIMED_OUT);
const noClusterNodes = (scene: Scene) => {
  for (const node of servers(scene)) node.clusterNodes = REFUSED;
};
const noViews = (scene: Scene) => {
  for (const node of servers(scene))
    Object.assign(node, { clusterNodes: REFUSED, clusterSlots: REFUSED, info: REFUSED });
};
const flagged = (index: number, flag: string) => (scene: Scene) =>
  inEveryView(scene, index, (node) => node.flags.push(flag));
const onAzure = ({ profile }: Scene) => {
  Object.assign(profile, { platform: 'azure-managed-redis', clusteringPolicy: 'OSSCluster' });
};
/** A node that left: in no view and not dialled. */
const gone = (index: number) => (scene: Scene) => {
  for (const node of servers(scene)) {
    node.clusterNodes = { kind: 'value', value: nodesOf(node).filter((row) => row.nodeId !== nodeId(index)) };
    for (const owner of slotsOf(node))
      owner.replicas = owner.replicas.filter((replica) => replica.nodeId !== nodeId(index));
  }
  scene.observation.nodes = scene.observation.nodes.filter((node) => node.nodeId !== nodeId(index));
};
const withoutReplicas = (scene: Scene) => {
  for (const index of [3, 4, 5]) gone(index)(scene);
  for (const node of servers(scene)) infoOf(node).connected_slaves = '0';
};
const emptyPrimary = (scene: Scene) => {
  for (const node of servers(scene)) {
    const model = structuredClone(at(nodesOf(node), 0));
    nodesOf(node).push({ ...model, nodeId: nodeId(6), flags: ['master'], slots: [] });
  }
};

export const TOPOLOGY_ROWS: readonly Row[] = [
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
    'CLUSTER_STATE_NOT_OK',
    (scene) => {
      clusterInfoOf(nodeAt(scene, 2)).cluster_known_nodes = '7';
    },
    'cluster_known_nodes:7 instead of 6',
  ),
  clusterState('the number of known nodes is not judged on Azure', 'pass', 'OK', (scene) => {
    onAzure(scene);
    clusterInfoOf(nodeAt(scene, 2)).cluster_known_nodes = '3';
  }),
  clusterState('figures a server does not send are not held against it', 'pass', 'OK', (scene) => {
    nodeAt(scene, 2).clusterInfo = { kind: 'value', value: { cluster_state: 'ok' } };
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
  replicasInSync('servers that do not tell are unknown', 'unknown', 'REPLICATION_NOT_TOLD', noViews),
  replicasInSync('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),

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
