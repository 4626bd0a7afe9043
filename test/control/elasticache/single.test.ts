/** A group without cluster mode: what is compared, and every way in which it differs from a group in cluster mode. */
import { describe, expect, test } from 'vitest';
import { compareGroup } from '../../../lib/control/elasticache/compare.ts';
import { elastiCacheSchema } from '../../../lib/topology/elasticache.ts';
import { healthySecondary, healthySingle } from '../../verify/healthy.ts';
import { type ComparisonDraft, comparison, topology } from './healthy.ts';
import { all, type Damage, everyInfo, group } from './rows/row.ts';

/** The first shard of the healthy group, without its slots. */
function single(): ComparisonDraft {
  const draft = comparison();
  const { nodeGroups: _layout, ...declared } = topology();
  draft.topology = elastiCacheSchema.parse({ ...declared, clusterMode: 'disabled', shardCount: 1 });
  const { description } = draft;
  description.nodes.splice(2);
  const [first] = description.group.NodeGroups ?? [];
  const { Slots: _slots, ...withoutSlots } = first ?? {};
  const endpoints = {
    PrimaryEndpoint: { Address: 'master.shop.cache.test', Port: 6379 },
    ReaderEndpoint: { Address: 'replica.shop.cache.test', Port: 6379 },
  };
  Object.assign(description.group, {
    MemberClusters: description.group.MemberClusters?.slice(0, 2),
    NodeGroups: [{ ...withoutSlots, ...endpoints }],
    ClusterEnabled: false,
    ClusterMode: 'disabled',
  });
  delete description.group.ConfigurationEndpoint;
  Object.assign(description.parameters[0] ?? {}, { ParameterValue: 'no' });
  draft.observation = healthySingle();
  for (const server of [draft.observation.endpoint, draft.observation.reader])
    if (server?.info.kind === 'value') server.info.value.maxmemory_policy = 'volatile-lru';
  return draft;
}

function compared(...damages: readonly Damage[]) {
  const draft = single();
  all(...damages)(draft);
  const results = compareGroup(draft);
  return {
    results,
    of: (check: string) => results.find(({ name }) => name === check),
    notPassed: results.filter(({ verdict }) => verdict !== 'pass').map(({ name }) => name),
  };
}

describe('a group without cluster mode that is as declared', () => {
  test('passes, with the words of its primary, and has no slots to compare', () => {
    const { notPassed, of } = compared();
    expect(notPassed).toEqual([]);
    expect(of('slots')).toBeUndefined();
    expect(of('node-set')?.message).toBe('The API lists 2 nodes, and the primary counts as many.');
    expect(of('replicas-per-shard')?.message).toContain('the servers say 1');
    expect(of('cluster-mode')?.message).toBe(
      'Cluster mode: disabled is declared, the API says disabled, the servers say disabled.',
    );
    expect(of('parameter-cluster-enabled')?.message).toContain('no is declared, the API says no');
  });

  test('passes where only the older field is sent', () => {
    expect(compared(group({ ClusterMode: undefined })).of('cluster-mode')?.message).toContain('the API says disabled');
  });
});

/** Roles as the API and the profile say them; the servers of a secondary follow another region. */
const globalRoles =
  (api: 'PRIMARY' | 'SECONDARY', profile?: 'primary' | 'secondary', servers = api): Damage =>
  (draft) => {
    draft.description.group.GlobalReplicationGroupInfo = {
      GlobalReplicationGroupId: 'abcde-shop',
      GlobalReplicationGroupMemberRole: api,
    };
    if (profile !== undefined) draft.globalRole = profile;
    if (servers === 'PRIMARY') return;
    draft.observation = healthySecondary();
    everyInfo({ maxmemory_policy: 'volatile-lru' })(draft);
  };
const counted = (connected_slaves: string) => everyInfo({ connected_slaves });

describe('a member of a Global Datastore', () => {
  test('passes as a secondary, whose node behind the primary endpoint counts its replicas', () => {
    const { notPassed, of } = compared(globalRoles('SECONDARY', 'secondary'));
    expect(notPassed).toEqual([]);
    expect(of('replicas-per-shard')?.message).toContain('the servers say 1');
    expect(of('global-role')?.message).toBe(
      'Place in a Global Datastore: the profile says secondary, the API says secondary, its primary endpoint leads to a replica.',
    );
  });

  test('passes as a primary that counts the other regions too', () => {
    const { notPassed, of } = compared(globalRoles('PRIMARY', 'primary'), counted('3'));
    expect(notPassed).toEqual([]);
    expect(of('node-set')?.message).toBe('The API lists 2 nodes, and the primary counts as many.');
    expect(compared(globalRoles('PRIMARY')).notPassed).toEqual([]);
  });

  test('does not pass with more links than there can be regions, or fewer than replicas', () => {
    const names = ['node-set', 'replicas-per-shard'];
    expect(compared(globalRoles('PRIMARY', 'primary'), counted('4')).notPassed).toEqual(names);
    expect(compared(globalRoles('PRIMARY', 'primary'), counted('0')).notPassed).toEqual(names);
    expect(compared(globalRoles('SECONDARY', 'secondary'), counted('0')).notPassed).toEqual(names);
    expect(compared(globalRoles('SECONDARY', 'secondary'), counted('2')).notPassed).toEqual(names);
  });

  test.each<[string, Damage, RegExp]>([
    [
      'the API names another role than the profile',
      globalRoles('PRIMARY', 'secondary'),
      /profile says secondary, the API says primary/,
    ],
    ['the profile knows nothing of a secondary', globalRoles('SECONDARY'), /profile says none, the API says secondary/],
    [
      'a secondary takes writes',
      globalRoles('SECONDARY', 'secondary', 'PRIMARY'),
      /its primary endpoint leads to a primary\. Only one/,
    ],
    [
      'a primary takes none',
      (draft) => all(globalRoles('SECONDARY'), globalRoles('PRIMARY', 'primary', 'PRIMARY'))(draft),
      /its primary endpoint leads to a replica\. Only one/,
    ],
    [
      'a member has left',
      (draft) => Object.assign(draft, { globalRole: 'primary' }),
      /profile says primary, the API says none/,
    ],
  ])('is a drift where %s', (_when, damage, says) => {
    expect(compared(damage).of('global-role')).toMatchObject({
      code: 'DRIFT_GLOBAL_ROLE',
      verdict: 'fail',
      message: expect.stringMatching(says),
    });
  });

  test('whose servers do not tell their role is unknown', () => {
    const untold: Damage = ({ observation }) => {
      if (observation.endpoint.info.kind === 'value') delete observation.endpoint.info.value.role;
    };
    expect(compared(globalRoles('SECONDARY', 'secondary'), untold).of('global-role')).toMatchObject({
      code: 'GLOBAL_ROLE_NOT_TOLD',
      verdict: 'unknown',
    });
  });

  test('is compared only where servers were observed, and where there is one', () => {
    expect(compared().of('global-role')).toBeUndefined();
    const blind: Damage = (draft) => void Reflect.deleteProperty(draft, 'observation');
    expect(compared(globalRoles('SECONDARY'), blind).of('global-role')).toBeUndefined();
  });
});

describe('a drift is named', () => {
  test.each<[string, string, Damage, RegExp]>([
    ['of the cluster mode, by the API', 'cluster-mode', group({ ClusterMode: 'compatible' }), /says compatible/],
    [
      'of the cluster mode, by the older field',
      'cluster-mode',
      group({ ClusterMode: undefined, ClusterEnabled: true }),
      /the API says enabled, .* cannot be gone back/,
    ],
    [
      'of the cluster mode, by the servers',
      'cluster-mode',
      everyInfo({ cluster_enabled: '1' }),
      /the API says disabled, the servers say .*enabled/,
    ],
    [
      'of the replicas, by the primary',
      'replicas-per-shard',
      everyInfo({ connected_slaves: '2' }),
      /1 is declared, the API says 1, the servers say 2/,
    ],
    [
      'of the nodes, by the primary',
      'node-set',
      everyInfo({ connected_slaves: '0' }),
      /lists 2 nodes, the primary counts itself and 0 replicas/,
    ],
    [
      'of the primary endpoint’s port',
      'port',
      ({ description }) => Object.assign(description.group.NodeGroups?.[0]?.PrimaryEndpoint ?? {}, { Port: 6380 }),
      /6379 is declared, the API says 6379 and 6380/,
    ],
    [
      'of the parameter cluster-enabled',
      'parameter-cluster-enabled',
      ({ description }) => Object.assign(description.parameters[0] ?? {}, { ParameterValue: 'yes' }),
      /no is declared, the API says yes/,
    ],
  ])('%s', (_what, check, damage, says) => {
    expect(compared(damage).of(check)).toMatchObject({ verdict: 'fail', message: expect.stringMatching(says) });
  });

  test('of the nodes is unknown where the primary does not count', () => {
    const damage: Damage = ({ observation }) => {
      if (observation.endpoint.info.kind === 'value') delete observation.endpoint.info.value.connected_slaves;
    };
    expect(compared(damage).of('node-set')).toMatchObject({ verdict: 'unknown', code: 'NODES_NOT_OBSERVED' });
  });
});
