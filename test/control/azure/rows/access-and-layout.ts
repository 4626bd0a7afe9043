import type { ClusterNode } from '../../../../lib/client/cluster-view.ts';
import type { Draft } from '../../../verify/healthy.ts';
import {
  all,
  cluster,
  clusterProperties,
  type Damage,
  database,
  declared,
  drifts,
  passes,
  type Row,
  rowsOf,
  untold,
} from './row.ts';

const expected =
  (change: object): Damage =>
  (draft) =>
    Object.assign(draft.expected, change);

const described =
  (change: object): Damage =>
  ({ description }) =>
    Object.assign(description, change);

const everyView =
  (change: (rows: Draft<ClusterNode>[]) => unknown): Damage =>
  ({ observation }) => {
    for (const { clusterNodes } of [observation.endpoint, ...observation.nodes]) {
      if (clusterNodes.kind === 'value') change(clusterNodes.value as Draft<ClusterNode>[]);
    }
  };

const noViews: Damage = ({ observation }) => {
  for (const server of [observation.endpoint, ...observation.nodes]) {
    server.clusterNodes = { kind: 'error', message: 'ERR unknown command' };
  }
};

export const ACCESS_AND_LAYOUT_ROWS: readonly Row[] = [
  ...rowsOf(
    'minimum-tls-version',
    drifts('it is lower', clusterProperties({ minimumTlsVersion: '1.0' }), /1\.2 is declared, the API says 1\.0/),
    untold(clusterProperties({ minimumTlsVersion: undefined })),
  ),
  ...rowsOf(
    'access-keys',
    drifts(
      'somebody turned them on',
      database({ accessKeysAuthentication: 'Enabled' }),
      /off is declared, the API says on/,
    ),
    drifts(
      'clients use them and they are off',
      all((draft) => delete draft.expected.accessKeys, declared({ authentication: { kind: 'access-key' } })),
      /on is declared, the API says off/,
    ),
    drifts(
      'they were given beside users, and somebody turned them off',
      expected({ accessKeys: true }),
      /on is declared, the API says off/,
    ),
    passes(
      'they were given beside users, whom the topology names',
      all(expected({ accessKeys: true }), database({ accessKeysAuthentication: 'Enabled' })),
      /on is declared, the API says on/,
    ),
    untold(database({ accessKeysAuthentication: undefined })),
  ),
  ...rowsOf(
    'access-policy-assignments',
    drifts('one is missing', described({ accessPolicyAssignments: [] }), /Missing: 6497c918.*; not declared: none/),
    passes(
      'the object id was given in capitals',
      ({ expected }) =>
        Object.assign(expected, { users: [{ objectId: `${expected.users?.[0]?.objectId}`.toUpperCase() }] }),
      /6497c918.* is declared, the API says 6497c918/,
    ),
    drifts('there is a stranger', expected({ users: [] }), /not declared: 6497c918/),
    drifts(
      'one failed',
      ({ description }) =>
        Object.assign(description.accessPolicyAssignments[0]?.properties ?? {}, { provisioningState: 'Failed' }),
      /shopapp is Failed/,
    ),
    passes(
      'only the topology names a user, and there are others',
      all(
        (draft) => delete draft.expected.users,
        ({ description }) =>
          description.accessPolicyAssignments.push({ name: 'other', properties: { user: { objectId: 'other' } } }),
      ),
      /6497c918.* is declared, the API says .*other/,
    ),
    untold(({ description }) => delete description.accessPolicyAssignments[0]?.properties),
  ),
  ...rowsOf(
    'public-network-access',
    drifts('it is open', clusterProperties({ publicNetworkAccess: 'Enabled' }), /off is declared, the API says on/),
    untold(clusterProperties({ publicNetworkAccess: null })),
  ),
  ...rowsOf(
    'private-endpoints',
    drifts(
      'one waits for approval',
      described({
        privateEndpointConnections: [
          { name: 'new', properties: { privateLinkServiceConnectionState: { status: 'Pending' } } },
        ],
      }),
      /new is Pending/,
      'PRIVATE_ENDPOINT_NOT_APPROVED',
    ),
    drifts('nothing can connect', described({ privateEndpointConnections: [] }), /nothing can connect/, 'UNREACHABLE'),
    passes(
      'it is public',
      all(described({ privateEndpointConnections: [] }), clusterProperties({ publicNetworkAccess: 'Enabled' })),
      /public network access is on/,
    ),
    untold(described({ privateEndpointConnections: [{ name: 'new' }] })),
  ),
  ...rowsOf(
    'customer-managed-key',
    drifts(
      'it is the key of Microsoft',
      clusterProperties({ encryption: undefined }),
      /keys\/shop\/562a4bb7 is declared, the API says the key of Microsoft/,
    ),
    drifts(
      'it is a key, and none was wanted',
      expected({ encryptionKeyUrl: null }),
      /the key of Microsoft is declared/,
    ),
    untold(cluster({ properties: undefined })),
  ),
  ...rowsOf(
    'shard-count',
    drifts('the service made fewer', declared({ shardCount: 4 }), /4 expected, the servers say 3/),
    untold(noViews, /the servers do not say/),
  ),
  ...rowsOf(
    'replicas-per-shard',
    drifts(
      'one shard has none',
      everyView((rows) => rows.splice(3, 1)),
      /1 expected, the servers say 0 and 1/,
    ),
    {
      ...untold(
        everyView((rows) => rows.splice(3)),
        /the servers show none/,
      ),
      when: 'no view shows any, as Azure may',
    },
    untold(noViews, /the servers do not say/),
  ),
];
