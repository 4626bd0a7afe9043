import {
  all,
  type Damage,
  declared,
  drifts,
  everyInfo,
  everyView,
  group,
  nodeGroup,
  passes,
  type Row,
  rowsOf,
  untold,
} from './row.ts';

const scaledTo = (min: number, max: number): Damage =>
  declared({ scaling: { shards: { min, max, targetPercent: 60, metric: 'memory' } } });
const replicasScaled: Damage = declared({ scaling: { replicas: { min: 1, max: 3, targetPercent: 60 } } });
const withoutLayout: Damage = ({ topology }) => void delete topology.nodeGroups;

export const LAYOUT_ROWS: readonly Row[] = [
  ...rowsOf(
    'shard-count',
    drifts(
      'a node group is gone',
      ({ description }) => description.group.NodeGroups?.pop(),
      /3 is declared, the API says 2, the servers say 3/,
    ),
    drifts(
      'a shard of the servers is gone',
      everyView((rows) => rows.splice(2, 1)),
      /API says 3, the servers say 2/,
    ),
    passes('it was scaled within its range', scaledTo(1, 4), /1 to 4 is declared, the API says 3/),
    drifts('it was scaled beyond its range', scaledTo(4, 8), /4 to 8 is declared, the API says 3/),
    untold(group({ NodeGroups: undefined })),
  ),
  ...rowsOf(
    'replicas-per-shard',
    drifts(
      'one shard has one more',
      ({ description }) =>
        description.group.NodeGroups?.[0]?.NodeGroupMembers?.push({ CacheClusterId: 'shop-0001-003' }),
      /1 is declared, the API says 1 and 2, the servers say 1/,
    ),
    drifts(
      'the servers miss one',
      everyView((rows) => rows.splice(3, 1)),
      /the servers say 0 and 1/,
    ),
    passes('they are within their range', replicasScaled, /1 to 3 is declared, the API says 1/),
    drifts(
      'they differ within their range',
      all(replicasScaled, ({ description }) =>
        description.group.NodeGroups?.[0]?.NodeGroupMembers?.push({ CacheClusterId: 'shop-0001-003' }),
      ),
      /1 to 3 is declared, the API says 1 and 2/,
    ),
    drifts(
      'there are fewer',
      declared({ replicasPerShard: 2 }),
      /declare what there is, .*templateCounts\.replicasPerShard/,
    ),
    untold(nodeGroup(0, { NodeGroupMembers: undefined })),
  ),
  ...rowsOf(
    'slots',
    drifts(
      'the API has another layout',
      nodeGroup(0, { Slots: '0-99' }),
      /node group 0001 \(declared 0-5460, the API says 0-99, the servers say 0-5460\)/,
    ),
    drifts(
      'the servers have another layout',
      everyView(([first]) => Object.assign(first ?? {}, { slots: [[0, 99]] })),
      /the API says 0-5460, the servers say 0-99/,
    ),
    drifts(
      'nothing is declared and the two differ',
      all(withoutLayout, nodeGroup(1, { Slots: '5461-5470' })),
      /node group 0002 \(the API says 5461-5470, the servers say 5461-10922\)/,
    ),
    passes('nothing is declared and the two agree', withoutLayout, /the same for the API and the servers/),
    untold(nodeGroup(0, { Slots: undefined }), /does not say the slots of node group 0001/),
  ),
  ...rowsOf(
    'cluster-mode',
    drifts('it is compatible', group({ ClusterMode: 'compatible' }), /enabled is declared, the API says compatible/),
    drifts('the servers are no cluster', everyInfo({ cluster_enabled: '0' }), /the servers say disabled/),
    passes('only the older field is sent', group({ ClusterMode: undefined }), /the API says enabled/),
    untold(group({ ClusterMode: undefined, ClusterEnabled: undefined })),
  ),
];
