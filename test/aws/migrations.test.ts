/** Migrations of a group that exists, step by step, as `redoubt plan` reads the templates of the steps. */
import { Template } from 'aws-cdk-lib/assertions';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { ApplicationUsers, type ApplicationUsersProps } from '../../lib/aws/application-users.ts';
import type { ElastiCacheTopologyInput } from '../../lib/aws/judge-topology.ts';
import { planCloudFormation } from '../../lib/plan/cloudformation/compare.ts';
import { clusterWith, GROUP, only, problemsOf } from './fixture.ts';

function changesOfGroup(before: Partial<ElastiCacheTopologyInput>, after: Partial<ElastiCacheTopologyInput>) {
  const [one, other] = [before, after].map((topology) => clusterWith(topology).template().toJSON());
  return planCloudFormation(one, other).changes.filter(({ type }) => type === GROUP);
}

const PREFERRED = { transitEncryption: 'preferred', authentication: { kind: 'none' } } as const;

describe('TLS for a group that has none', () => {
  it('is switched on as preferred first, which a group without TLS takes in place', () => {
    const { template } = clusterWith(PREFERRED);
    const after = template().toJSON();
    const before = structuredClone(after);
    const group = Object.values(
      before.Resources as Record<string, { Type: string; Properties: Record<string, unknown> }>,
    ).find(({ Type }) => Type === GROUP);
    if (group === undefined) throw new Error('There is no group.');
    group.Properties.TransitEncryptionEnabled = false;
    delete group.Properties.TransitEncryptionMode;
    const changes = planCloudFormation(before, after).changes.filter(({ type }) => type === GROUP);
    expect(changes.map(({ code }) => code)).toContain('EC_TLS_ON');
    expect(changes.map(({ effect }) => effect)).not.toContain('data-loss');
    expect(changes.map(({ effect }) => effect)).not.toContain('refused');
  });

  it('is required in the next deployment, together with users, in place', () => {
    const changes = changesOfGroup(PREFERRED, {});
    expect(changes.map(({ code }) => code)).toEqual(expect.arrayContaining(['EC_TLS_REQUIRED']));
    for (const { effect, action } of changes) {
      expect(['in-place', 'interruption']).toContain(effect);
      expect(action).toBe('update');
    }
  });

  it('is not made required at once on a group that has none: the plan says so', () => {
    const after = clusterWith().template().toJSON();
    const text = JSON.stringify(after).replaceAll(
      '"TransitEncryptionEnabled":true',
      '"TransitEncryptionEnabled":false',
    );
    const codes = planCloudFormation(JSON.parse(text), after).changes.map(({ code }) => code);
    expect(codes).toContain('EC_TLS_ON_REFUSED');
  });
});

describe('cluster mode for a group that has none', () => {
  const modes = (extra: Partial<ElastiCacheTopologyInput> = {}) =>
    (['disabled', 'compatible', 'enabled'] as const).map((clusterMode) => ({ clusterMode, shardCount: 1, ...extra }));
  const codes = (changes: readonly { readonly code: string }[]) => changes.map(({ code }) => code).toSorted();

  it('goes from disabled to compatible in place, with another parameter group and no other change', () => {
    const [disabled = {}, compatible = {}] = modes();
    const changes = changesOfGroup(disabled, compatible);
    expect(codes(changes)).toEqual(['EC_CLUSTER_MODE_COMPATIBLE', 'EC_PARAMETER_GROUP_CHANGES']);
    for (const { action, effect } of changes) expect([action, effect]).toEqual(['update', 'in-place']);
  });

  it('goes on to enabled in place where the nodes are said in a layout', () => {
    const [, compatible = {}, enabled = {}] = modes({ nodeGroups: [{}] });
    const changes = changesOfGroup(compatible, enabled);
    expect(codes(changes)).toEqual(['EC_CLUSTER_MODE_ENABLED']);
    expect(changes[0]).toMatchObject({ action: 'update', effect: 'interruption' });
  });

  it('would replace the group at enabled where they are counted together: the plan says so, and what to do', () => {
    const [, compatible = {}, enabled = {}] = modes();
    const worst = changesOfGroup(compatible, enabled).find(({ effect }) => effect === 'data-loss');
    expect(worst).toMatchObject({ code: 'EC_REPLICAS_FROM_CACHE_CLUSTERS_REPLACES' });
    expect(worst?.alternative).toContain('nodeGroups: [{}]');
  });

  it('is not reached in one step, and does not go back', () => {
    const [disabled = {}, compatible = {}, enabled = {}] = modes({ nodeGroups: [{}] });
    expect(codes(changesOfGroup(disabled, enabled))).toContain('EC_CLUSTER_MODE_STEP_REFUSED');
    expect(codes(changesOfGroup(enabled, disabled))).toContain('EC_CLUSTER_MODE_BACK_REFUSED');
    expect(codes(changesOfGroup(compatible, disabled))).toContain('EC_CLUSTER_MODE_BACK_REFUSED');
  });

  it('adds and removes replicas in place without it, down to the last one', () => {
    const [disabled = {}] = modes();
    const [more] = changesOfGroup(disabled, { ...disabled, replicasPerShard: 2 });
    expect(more).toMatchObject({ code: 'EC_CACHE_CLUSTERS_CHANGE', action: 'update' });
    const alone = { ...disabled, replicasPerShard: 0, multiAz: false, automaticFailover: false };
    expect(changesOfGroup(disabled, alone).map(({ effect }) => effect)).not.toContain('data-loss');
  });
});

const TOKEN = { authentication: { kind: 'auth-token' } } as const;

function usersOf(authentication: ApplicationUsersProps['authentication'], topology: Partial<ElastiCacheTopologyInput>) {
  const { cluster, stack } = clusterWith(topology);
  const users = new ApplicationUsers(stack, 'Users', { cluster, authentication });
  return { users, stack, template: () => Template.fromStack(stack) };
}

describe('users for a group with an AUTH token', () => {
  it('would replace it when they are asked for in its topology', () => {
    const changes = changesOfGroup(TOKEN, {});
    const worst = changes.find(({ code }) => code === 'EC_AUTH_TOKEN_TO_USER_GROUP_REPLACES');
    expect(worst?.effect).toBe('data-loss');
    expect(worst?.alternative).toContain('--auth-token-update-strategy DELETE');
  });

  it('are made beside it, which changes nothing of it, and attached by a command that the stack says', () => {
    const before = clusterWith(TOKEN).template().toJSON();
    const { template } = usersOf({ kind: 'rbac', userName: 'checkout' }, TOKEN);
    const plan = planCloudFormation(before, template().toJSON());
    expect(plan.changes.filter(({ action }) => action !== 'create')).toEqual([]);
    const { Value } =
      Object.entries(template().findOutputs('*')).find(([key]) => key.includes('SwitchCommand'))?.[1] ?? {};
    expect(JSON.stringify(Value)).toMatch(/modify-replication-group.*DELETE --user-group-ids-to-add/);
    expect(JSON.stringify(Value)).not.toContain('resolve:');
  });

  it('have a secret of their own, and a profile with the user and the endpoint of the cluster', () => {
    const { users, stack, template } = usersOf({ kind: 'rbac', userName: 'checkout' }, TOKEN);
    const role = new Role(stack, 'Task', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
    users.grantConnect(role);
    users.grantRead(role);
    expect(users.secret).toBeDefined();
    const profiles = Object.values(template().findResources('AWS::SSM::Parameter')).map(({ Properties }) =>
      JSON.stringify(Properties.Value),
    );
    expect(profiles.filter((text) => text.includes('checkout') && text.includes('shop-users'))).toHaveLength(1);
    expect(JSON.stringify(only(template(), 'AWS::IAM::Policy').Properties)).toContain('secretsmanager:GetSecretValue');
  });

  it('may sign in with IAM, and are refused beside users and with a wrong name', () => {
    expect(usersOf({ kind: 'rbac', userName: 'checkout', credential: 'iam' }, TOKEN).users.secret).toBeUndefined();
    const rbac = { kind: 'rbac', userName: 'two words' } as const;
    expect(problemsOf(() => usersOf(rbac, TOKEN))).toContain('EC_USER_NAME_FORM ');
    const iam = { kind: 'rbac', userName: 'checkout', credential: 'iam' } as const;
    const { cluster, stack } = clusterWith(TOKEN);
    const rotation = { vpc: stack.node.findChild('Vpc') as unknown as IVpc };
    const make = () => new ApplicationUsers(stack, 'Users', { cluster, authentication: iam, rotation });
    expect(problemsOf(make)).toContain('AWS_ROTATION_NOT_USED rotation: ');
    expect(problemsOf(() => usersOf({ kind: 'rbac' }, {}))).toContain('AWS_USERS_NEED_AUTH_TOKEN cluster: ');
  });
});

describe('another number of shards', () => {
  const slots = (...ranges: string[]) => ({
    shardCount: ranges.length,
    nodeGroups: ranges.map((range) => ({ slots: range })),
  });
  const codes = (before: Partial<ElastiCacheTopologyInput>, after: Partial<ElastiCacheTopologyInput>) =>
    changesOfGroup(before, after).map(({ code }) => code);

  it('is the only change of the group, as AWS recommends', () => {
    expect(codes({ shardCount: 3 }, { shardCount: 4 })).toEqual(['EC_SHARDS_ONLINE']);
  });

  it('is told to be safer alone where something else of the group changes too', () => {
    const found = codes({ shardCount: 3 }, { shardCount: 4, snapshotRetentionDays: 7 });
    expect(found.toSorted()).toEqual(['EC_SHARDS_ONLINE_AMONG_OTHERS', 'EC_SNAPSHOT_RETENTION']);
  });

  it('of a layout with slots spreads them evenly, which its slots no longer tell; without them afterwards nothing changes', () => {
    const [two, three] = [slots('0-8191', '8192-16383'), slots('0-5000', '5001-10000', '10001-16383')];
    const without = { shardCount: 3, nodeGroups: [{}, {}, {}] };
    expect(codes(two, three).toSorted()).toEqual(['EC_NODE_GROUPS_ONLINE_SLOTS_EVEN', 'EC_SHARDS_ONLINE']);
    expect(codes(two, without).toSorted()).toEqual(['EC_NODE_GROUPS_ONLINE', 'EC_SHARDS_ONLINE']);
    expect(codes(three, without)).toEqual(['EC_NODE_GROUP_SLOTS_LEFT_OUT']);
  });

  it('does not hide that slots or zones of the shards that stay are written anew', () => {
    expect(codes(slots('0-8191', '8192-16383'), slots('0-4000', '4001-16383'))).toEqual(['EC_NODE_GROUP_SLOTS']);
    const zoned = (zone: string) => ({
      shardCount: 2,
      nodeGroups: [{ primaryZone: zone, replicaZones: ['eu-west-1b'] }, {}],
    });
    expect(codes(zoned('eu-west-1a'), zoned('eu-west-1c'))).toEqual(['EC_NODE_GROUP_ZONES']);
    expect(codes({ shardCount: 2 }, slots('0-8191', '8192-16383'))).toContain('EC_NODE_GROUP_LAYOUT_COMES_LATER');
  });
});
