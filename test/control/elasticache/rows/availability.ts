import {
  type Damage,
  drifts,
  everyNode,
  everyServer,
  everyView,
  firstNode,
  group,
  nodeGroup,
  passes,
  type Row,
  rowsOf,
  untold,
} from './row.ts';

const withoutZones: Damage = ({ description }) => {
  for (const node of description.nodes) delete node.PreferredAvailabilityZone;
  for (const { NodeGroupMembers = [] } of description.group.NodeGroups ?? [])
    for (const member of NodeGroupMembers) delete member.PreferredAvailabilityZone;
};

export const AVAILABILITY_ROWS: readonly Row[] = [
  ...rowsOf(
    'automatic-failover',
    drifts('it is off', group({ AutomaticFailover: 'disabled' }), /enabled is declared, the API says disabled/),
    untold(group({ AutomaticFailover: undefined })),
  ),
  ...rowsOf(
    'multi-az',
    drifts('it is off', group({ MultiAZ: 'disabled' }), /enabled is declared, the API says disabled/),
    untold(group({ MultiAZ: undefined })),
  ),
  ...rowsOf(
    'zone-spread',
    drifts(
      'a replica is in the zone of its primary',
      ({ description }) => Object.assign(description.nodes[1] ?? {}, { PreferredAvailabilityZone: 'eu-west-1a' }),
      /node group 0001 in eu-west-1a with its primary shop-0001-001/,
      'SHARD_IN_ONE_ZONE',
    ),
    untold(withoutZones, /does not say the zone/, 'ZONES_NOT_TOLD'),
  ),
  ...rowsOf(
    'zones',
    drifts(
      'a node is in another',
      firstNode({ PreferredAvailabilityZone: 'eu-west-1c' }),
      /0001: declared eu-west-1a, eu-west-1b, the API says eu-west-1b, eu-west-1c/,
    ),
    passes(
      'the roles have moved and the zones have not',
      ({ description }) => {
        for (const [index, zone] of ['eu-west-1b', 'eu-west-1a'].entries())
          Object.assign(description.nodes[index] ?? {}, { PreferredAvailabilityZone: zone });
      },
      /as declared/,
    ),
    untold(withoutZones, /does not say the zones of node group 0001, 0002 and 0003/),
  ),
];

export const NODE_ROWS: readonly Row[] = [
  ...rowsOf(
    'node-set',
    drifts(
      'a node of the API is not in CLUSTER NODES',
      everyView((rows) => rows.splice(3, 1)),
      /the API lists shop-0001-002, which CLUSTER NODES does not/,
      'NODE_SETS_DIFFER',
    ),
    drifts(
      'a node of the cluster is not in the API',
      ({ description: { nodes, group: it } }) =>
        [nodes, it.MemberClusters, it.NodeGroups?.[2]?.NodeGroupMembers].map((list) => list?.pop()),
      /lists node-6\.shop\.cache\.test:6379, which the API does not \(5 nodes by the API, 6 by the servers\)/,
      'NODE_SETS_DIFFER',
    ),
    untold(firstNode({ CacheNodes: undefined }), /the endpoint of shop-0001-001/, 'NODE_ENDPOINTS_NOT_TOLD'),
    untold(
      everyServer((server) =>
        Object.assign(server, { clusterNodes: { kind: 'silence', reason: 'it was not reached' } }),
      ),
      /No server answered CLUSTER NODES/,
      'NODES_NOT_OBSERVED',
    ),
    untold(
      everyView((rows) => rows.map((row) => Object.assign(row, { hostname: '' }))),
      /6 nodes by address, the API as many by name/,
      'NODES_NOT_NAMED',
    ),
  ),
];

export const NETWORK_ROWS: readonly Row[] = [
  ...rowsOf(
    'port',
    drifts(
      'it is another',
      group({ ConfigurationEndpoint: { Port: 6380 } }),
      /6379 is declared, .* says 6379 and 6380/,
    ),
    drifts(
      'the servers announce another',
      ({ observation }) => observation.nodes.map(({ connection }) => Object.assign(connection.address, { port: 7000 })),
      /the servers say 6379 and 7000/,
    ),
    untold((draft) =>
      [group({ ConfigurationEndpoint: undefined }), everyNode({ CacheNodes: undefined })].map((it) => it(draft)),
    ),
  ),
  ...rowsOf(
    'network-type',
    drifts('it is dual stack', group({ NetworkType: 'dual_stack' }), /ipv4 is declared, the API says dual_stack/),
    untold(group({ NetworkType: undefined })),
  ),
  ...rowsOf(
    'ip-discovery',
    drifts('IPv6 is announced', group({ IpDiscovery: 'ipv6' }), /ipv4 is declared, the API says ipv6/),
    untold(group({ IpDiscovery: undefined })),
  ),
];

export const STATUS_ROWS: readonly Row[] = [
  ...rowsOf(
    'group-status',
    drifts('the group is being modified', group({ Status: 'modifying' }), /group is modifying/, 'GROUP_NOT_AVAILABLE'),
    drifts('a node group is', nodeGroup(1, { Status: 'modifying' }), /0002 is modifying/, 'GROUP_NOT_AVAILABLE'),
    passes('a snapshot is being made', group({ Status: 'snapshotting' }), /a snapshot is being made/),
    untold(group({ Status: undefined }), /does not say the status of the replication group/),
  ),
  ...rowsOf(
    'node-status',
    drifts(
      'one is being made',
      firstNode({ CacheClusterStatus: 'creating' }),
      /0001-001 is creating/,
      'NODE_NOT_AVAILABLE',
    ),
    drifts(
      'one is rebooted',
      firstNode({ CacheNodes: [{ CacheNodeId: '0001', CacheNodeStatus: 'rebooting' }] }),
      /node 0001 of shop-0001-001 is rebooting/,
      'NODE_NOT_AVAILABLE',
    ),
    untold(({ description }) => description.nodes.splice(0), /lists no node/),
    untold(firstNode({ CacheClusterStatus: undefined }), /does not say the status of shop-0001-001/),
  ),
];
