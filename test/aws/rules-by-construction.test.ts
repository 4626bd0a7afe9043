/** What no topology can make the construct break: docs/rules.md refers to these by their numbers. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ElastiCacheTopologyInput } from '../../lib/aws/judge-topology.ts';
import { parameterGroupFamily } from '../../lib/aws/parameter-group.ts';
import { elastiCacheSchema } from '../../lib/topology/elasticache.ts';
import { validElastiCache } from '../topology/fixture.ts';
import { clusterWith, GROUP } from './fixture.ts';

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}
type Template = ReadonlyMap<string, Resource>;

const drawn: readonly Partial<ElastiCacheTopologyInput>[] = [
  ...fc.sample(validElastiCache, { numRuns: 12, seed: 33 }),
  // Whatever was drawn, these are among them.
  { authentication: { kind: 'rbac', userName: 'checkout', credential: 'iam' } } as const,
  { authentication: { kind: 'auth-token' } } as const,
  { nodeGroups: [{}, {}, {}] },
  { clusterMode: 'disabled', shardCount: 1 },
  { clusterMode: 'compatible', shardCount: 1 },
];
const templates = drawn.map((topology): Template => {
  const { template } = clusterWith(topology, { alarms: false, dashboard: false });
  return new Map(Object.entries(template().toJSON().Resources as Record<string, Resource>));
});

const of = (template: Template, type: string) => [...template.values()].filter(({ Type }) => Type === type);
const groups = templates.map((template) => of(template, GROUP)[0]?.Properties ?? {});
const users = (template: Template) => of(template, 'AWS::ElastiCache::User').map(({ Properties }) => Properties);
const parameters = templates.flatMap((template) =>
  of(template, 'AWS::ElastiCache::ParameterGroup').map(({ Properties }) => Properties),
);
const usersOfAll = templates.flatMap(users);

describe('in every template', () => {
  it('A1 and A3: the group fails over, or is without cluster mode', () => {
    expect(new Set(groups.map(({ ClusterMode }) => ClusterMode))).toEqual(
      new Set(['enabled', 'compatible', 'disabled']),
    );
    for (const { ClusterMode, AutomaticFailoverEnabled, NumCacheClusters } of groups) {
      if (ClusterMode !== 'disabled') expect(AutomaticFailoverEnabled).toBe(true);
      if (NumCacheClusters === 1) expect(AutomaticFailoverEnabled).toBe(false);
    }
  });

  it('A6: there is NumCacheClusters, or NumNodeGroups with what belongs to it, and never both', () => {
    expect(groups.some(({ NumCacheClusters }) => NumCacheClusters !== undefined)).toBe(true);
    for (const group of groups) {
      const ofNodeGroups = ['NumNodeGroups', 'ReplicasPerNodeGroup', 'NodeGroupConfiguration'].filter(
        (name) => group[name] !== undefined,
      );
      expect(ofNodeGroups.length === 0).toBe(group.NumCacheClusters !== undefined);
    }
  });

  it('A7: there is no PreferredCacheClusterAZs, and no common replica count beside a layout', () => {
    const explicit = groups.filter((group) => group.NodeGroupConfiguration !== undefined);
    expect(explicit.length).toBeGreaterThan(0);
    for (const group of explicit) expect(group).not.toHaveProperty('ReplicasPerNodeGroup');
    for (const group of groups) expect(group).not.toHaveProperty('PreferredCacheClusterAZs');
  });

  it('A10: a token has 64 letters and digits, and TLS beside it', () => {
    const withToken = templates.filter((_, index) => groups[index]?.AuthToken !== undefined);
    expect(withToken.length).toBeGreaterThan(0);
    for (const template of withToken) {
      expect(of(template, GROUP)[0]?.Properties).toMatchObject({ TransitEncryptionEnabled: true });
      const [secret] = of(template, 'AWS::SecretsManager::Secret');
      expect(secret?.Properties.GenerateSecretString).toMatchObject({ PasswordLength: 64, ExcludePunctuation: true });
    }
  });

  it('A11: there is a token or a user group, and never both', () => {
    expect(groups.some(({ UserGroupIds }) => UserGroupIds !== undefined)).toBe(true);
    for (const group of groups) {
      expect(['AuthToken', 'UserGroupIds'].filter((name) => group[name] !== undefined).length).toBeLessThan(2);
    }
  });

  it('A12: TransitEncryptionEnabled is written', () => {
    for (const group of groups) expect(group.TransitEncryptionEnabled).toBe(true);
  });

  it('A14: encryption at rest is on, with a key', () => {
    for (const { AtRestEncryptionEnabled, KmsKeyId } of groups) {
      expect(AtRestEncryptionEnabled).toBe(true);
      expect(KmsKeyId).toBeDefined();
    }
  });

  it('A16: a user group has the user default, and every name once', () => {
    const withUsers = templates.filter((template) => users(template).length > 0);
    expect(withUsers.length).toBeGreaterThan(0);
    for (const template of withUsers) {
      const [group] = of(template, 'AWS::ElastiCache::UserGroup');
      const ids = ((group?.Properties.UserIds ?? []) as { Ref: string }[]).map(({ Ref }) => Ref);
      const names = ids.map((id) => template.get(id)?.Properties.UserName);
      expect(names).toContain('default');
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('A17: users, user group and cluster have one engine, and there is one user group', () => {
    for (const template of templates) {
      const userGroups = of(template, 'AWS::ElastiCache::UserGroup').map(({ Properties }) => Properties);
      const [group] = of(template, GROUP);
      const engines = [...users(template), ...userGroups].map(({ Engine }) => Engine);
      expect(engines.every((engine) => engine === group?.Properties.Engine)).toBe(true);
      expect(userGroups.length).toBeLessThan(2);
    }
  });

  it('A18: a user with IAM has one id and name', () => {
    const iam = usersOfAll.filter(({ AuthenticationMode: mode }) => (mode as { Type: string }).Type === 'iam');
    expect(iam.length).toBeGreaterThan(0);
    for (const { UserId, UserName } of iam) expect(UserId).toBe(UserName);
  });

  it('A20: a user with passwords has one or two', () => {
    const modes = usersOfAll.map(({ AuthenticationMode: mode }) => mode as { Type: string; Passwords?: unknown[] });
    const counts = modes.filter(({ Type }) => Type === 'password').map(({ Passwords = [] }) => Passwords.length);
    expect(counts.length).toBeGreaterThan(0);
    for (const count of counts) expect([1, 2]).toContain(count);
  });

  it("A21: the parameter group's family fits the engine's version", () => {
    groups.forEach(({ Engine: engine, EngineVersion: engineVersion }, index) => {
      const subject = elastiCacheSchema.pick({ engine: true, engineVersion: true }).parse({ engine, engineVersion });
      expect(parameters[index]?.CacheParameterGroupFamily).toBe(parameterGroupFamily(subject));
    });
    expect(parameterGroupFamily({ engine: 'redis', engineVersion: '6.2' })).toBe('redis6.x');
    expect(parameterGroupFamily({ engine: 'redis', engineVersion: '7.1' })).toBe('redis7');
    expect(parameterGroupFamily({ engine: 'valkey', engineVersion: '8.2' })).toBe('valkey8');
  });

  it('A22: parameters are texts, and cluster-enabled is no without cluster mode and yes otherwise', () => {
    parameters.forEach(({ Properties: values }, index) => {
      const enabled = groups[index]?.ClusterMode === 'disabled' ? 'no' : 'yes';
      expect(values).toMatchObject({ 'cluster-enabled': enabled });
      for (const value of Object.values(values as object)) expect(value).toBeTypeOf('string');
    });
  });

  it('A27: there is no GlobalReplicationGroupId', () => {
    for (const group of groups) expect(group).not.toHaveProperty('GlobalReplicationGroupId');
  });

  it('A28: there is one slow log, and at most one engine log', () => {
    for (const { LogDeliveryConfigurations: logs } of groups) {
      const kinds = (logs as { LogType: string }[]).map(({ LogType }) => LogType).toSorted();
      expect([['slow-log'], ['engine-log', 'slow-log']]).toContainEqual(kinds);
    }
  });

  it('A29: there is no SnapshottingClusterId', () => {
    for (const group of groups) expect(group).not.toHaveProperty('SnapshottingClusterId');
  });

  it('A32: only the endpoints are asked for that a group has in its mode', () => {
    templates.forEach((template, index) => {
      const asked = JSON.stringify([...template.values()]).match(/"[A-Za-z]*EndPoint\.[A-Za-z]+"/g) ?? [];
      const isSingle = groups[index]?.ClusterMode === 'disabled';
      const there = isSingle ? /^"(Primary|Reader)EndPoint\./ : /^"ConfigurationEndPoint\./;
      expect(asked.filter((name) => !there.test(name))).toEqual([]);
    });
  });
});
