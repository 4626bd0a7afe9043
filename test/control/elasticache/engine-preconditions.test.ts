import { describe, expect, test } from 'vitest';
import { type EngineFacts, enginePreconditions } from '../../../lib/control/elasticache/engine-preconditions.ts';
import { clusterProfile, healthyCluster } from '../../verify/healthy.ts';
import { description } from './healthy.ts';

type Facts = { -readonly [Key in keyof EngineFacts]: EngineFacts[Key] };

/** A healthy Redis OSS group with a parameter group of its own, and one of Valkey with the same values. */
function facts(): Facts {
  const { group, nodes, users, parameters } = description();
  const chosen = parameters.map((parameter) => ({ ...parameter, Source: 'user', ChangeType: 'immediate' as const }));
  return {
    subject: 'replication group "shop" in eu-west-1',
    group,
    nodes,
    tags: [],
    parameters: chosen,
    engineVersion: '8.0',
    wanted: {
      group: { CacheParameterGroupName: 'shop-valkey', CacheParameterGroupFamily: 'valkey8' },
      parameters: structuredClone(chosen),
    },
    userGroups: [{ UserGroupId: 'shop-redis-users', Engine: 'redis', Status: 'active' }],
    users,
    servers: { profile: clusterProfile(), observation: healthyCluster() },
  };
}

const withoutWanted = (it: Facts) => {
  delete it.wanted;
};

const withParameter = (it: Facts, change: object) => {
  it.wanted = { group: it.wanted?.group, parameters: it.parameters.map((one) => ({ ...one, ...change })) };
};

describe('a healthy Redis OSS group may become Valkey', () => {
  test('with a parameter group of the new family', () => {
    expect(enginePreconditions(facts())).toEqual([]);
  });

  test.each<[string, (it: Facts) => unknown]>([
    [
      'with the service’s own parameter group, where it has the service’s own now',
      (it) => {
        withoutWanted(it);
        it.nodes = it.nodes.map((node) => ({
          ...node,
          CacheParameterGroup: { CacheParameterGroupName: 'default.redis7.cluster.on' },
        }));
      },
    ],
    [
      'with a user group that is of engine valkey already',
      (it) => {
        it.userGroups = [{ UserGroupId: 'shop-redis-users', Engine: 'valkey', Status: 'active' }];
      },
    ],
    [
      'with an AUTH token instead of users',
      (it) => {
        it.group.UserGroupIds = [];
        it.userGroups = [];
        it.users = [];
      },
    ],
    [
      'when the servers cannot be asked',
      (it) => {
        delete it.servers;
      },
    ],
    [
      'from the first version whose change is seamless',
      (it) => {
        it.nodes = it.nodes.map((node) => ({ ...node, EngineVersion: '5.0.6' }));
      },
    ],
    [
      'when parameters differ that nobody has chosen',
      (it) => {
        it.parameters = it.parameters.map((one) => ({ ...one, Source: 'system' }));
        withParameter(it, { ParameterValue: 'another', Source: 'system' });
      },
    ],
  ])('%s', (_how, change) => {
    const changed = facts();
    change(changed);
    expect(enginePreconditions(changed)).toEqual([]);
  });
});

interface Row {
  readonly when: string;
  readonly change: (it: Facts) => unknown;
  readonly code: string;
  readonly says: RegExp;
  readonly overridable?: true;
}

const ROWS: readonly Row[] = [
  {
    when: 'it is Valkey already',
    change: ({ group }) => Object.assign(group, { Engine: 'valkey' }),
    code: 'NOT_REDIS',
    says: /It is valkey: there is nothing to change/,
  },
  {
    when: 'nobody says which engine it is',
    change: (it) => {
      delete it.group.Engine;
      it.nodes = it.nodes.map(({ Engine: _engine, ...node }) => node);
    },
    code: 'NOT_REDIS',
    says: /The API does not say which engine/,
  },
  {
    when: 'it is a member of a Global Datastore',
    change: ({ group }) =>
      Object.assign(group, { GlobalReplicationGroupInfo: { GlobalReplicationGroupId: 'abcde-shop' } }),
    code: 'GLOBAL_MEMBER',
    says: /Global Datastore abcde-shop, whose members change together/,
  },
  {
    when: 'the version is not one of Valkey',
    change: (it) => {
      it.engineVersion = '8.0.1';
    },
    code: 'VERSION_UNKNOWN',
    says: /Valkey 8\.0\.1 is asked for; the service has 7\.2, 8\.0/,
  },
  {
    when: 'Redis OSS is so old that the change interrupts',
    change: (it) => {
      it.nodes = it.nodes.map((node) => ({ ...node, EngineVersion: '5.0.5' }));
    },
    code: 'OLD_VERSION',
    says: /Redis OSS 5\.0\.5 is older than 5\.0\.6.*30 to 60 seconds/,
    overridable: true,
  },
  {
    when: 'the group is being modified',
    change: ({ group }) => Object.assign(group, { Status: 'modifying' }),
    code: 'GROUP_BUSY',
    says: /is modifying: it must be available/,
  },
  {
    when: 'a node is not available',
    change: ({ nodes }) => Object.assign(nodes[1] ?? {}, { CacheClusterStatus: 'rebooting cluster nodes' }),
    code: 'NODE_BUSY',
    says: /shop-0001-002 \(rebooting cluster nodes\)/,
  },
  {
    when: 'a change is waiting for the window',
    change: ({ nodes }) =>
      Object.assign(nodes[0] ?? {}, { PendingModifiedValues: { CacheNodeType: 'cache.r7g.xlarge' } }),
    code: 'CHANGE_PENDING',
    says: /\(CacheNodeType\)/,
  },
  {
    when: 'a shard has no replica',
    change: ({ group }) => group.NodeGroups?.[2]?.NodeGroupMembers?.pop(),
    code: 'NO_REPLICA',
    says: /Node group 0003 has no replica/,
    overridable: true,
  },
  {
    when: 'automatic failover is off',
    change: ({ group }) => Object.assign(group, { AutomaticFailover: 'disabled' }),
    code: 'FAILOVER_OFF',
    says: /is disabled: without it writes stop/,
    overridable: true,
  },
  {
    when: 'a replica is behind, by the word of the servers',
    change: ({ servers }) => {
      const info = servers?.observation.nodes[3]?.info;
      if (info?.kind === 'value') Object.assign(info.value, { master_link_status: 'down' });
    },
    code: 'REPLICAS_BEHIND',
    says: /has no link to its primary/,
  },
  {
    when: 'the servers do not tell of their replicas',
    change: ({ servers }) => {
      for (const node of servers?.observation.nodes ?? [])
        Object.assign(node, { info: { kind: 'silence', reason: 'not reached' } });
    },
    code: 'REPLICAS_NOT_SEEN',
    says: /told of 0 of 3 replicas/,
    overridable: true,
  },
  {
    when: 'its own parameter group has no successor',
    change: withoutWanted,
    code: 'PARAMETER_GROUP_MISSING',
    says: /\(shop-parameters\), which Valkey cannot use. Create one of family valkey8/,
  },
  {
    when: 'the new parameter group is of another family',
    change: (it) => {
      it.engineVersion = '9.0';
    },
    code: 'PARAMETER_GROUP_FAMILY',
    says: /of family valkey9, and shop-valkey is of valkey8/,
  },
  {
    when: 'the new parameter group was not found',
    change: (it) => {
      it.wanted = { group: undefined, parameters: it.parameters };
    },
    code: 'PARAMETER_GROUP_FAMILY',
    says: /the one that was named is of a family that the API does not say/,
  },
  {
    when: 'the new parameter group changes what needs a restart',
    change: (it) => withParameter(it, { ParameterValue: 'no', ChangeType: 'requires-reboot' }),
    code: 'STATIC_PARAMETERS_DIFFER',
    says: /cluster-enabled is yes and would be no/,
  },
  {
    when: 'the new parameter group changes something else',
    change: (it) => withParameter(it, { ParameterValue: 'noeviction' }),
    code: 'PARAMETERS_DIFFER',
    says: /maxmemory-policy is volatile-lru and would be noeviction/,
    overridable: true,
  },
  {
    when: 'its user group is being changed',
    change: (it) => {
      it.userGroups = [{ UserGroupId: 'shop-redis-users', Engine: 'redis', Status: 'modifying' }];
    },
    code: 'USER_GROUP_UNFIT',
    says: /shop-redis-users \(engine redis, modifying\)/,
  },
  {
    when: 'its user group is of an engine that fits neither',
    change: (it) => {
      it.userGroups = [{ UserGroupId: 'shop-redis-users', Engine: 'memcached', Status: 'active' }];
    },
    code: 'USER_GROUP_UNFIT',
    says: /shop-redis-users \(engine memcached, active\)/,
  },
  {
    when: 'nobody tells of its user group',
    change: (it) => {
      it.userGroups = [];
    },
    code: 'USER_GROUP_UNFIT',
    says: /shop-redis-users \(not told\)/,
  },
  {
    when: 'a user needs no password',
    change: (it) => {
      it.users = [{ UserName: 'guest', Authentication: { Type: 'no-password' } }];
    },
    code: 'USER_WITHOUT_PASSWORD',
    says: /User "guest" needs no password/,
    overridable: true,
  },
  {
    when: 'there is no snapshot to go back to',
    change: ({ group }) => Object.assign(group, { SnapshotRetentionLimit: 0 }),
    code: 'NO_SNAPSHOTS',
    says: /the only way back to Redis OSS/,
    overridable: true,
  },
  {
    when: 'it is tagged as production',
    change: (it) => {
      it.tags = [{ Key: 'env', Value: 'prod' }];
    },
    code: 'PRODUCTION',
    says: /tagged env=prod/,
    overridable: true,
  },
];

describe('the change must not begin', () => {
  test.each(ROWS)('when $when ($code)', ({ change, code, says, overridable }) => {
    const changed = facts();
    change(changed);
    expect(enginePreconditions(changed)).toMatchObject([
      { code: `ENGINE_TO_VALKEY_${code}`, message: expect.stringMatching(says), overridable: overridable ?? false },
    ]);
  });

  test('for all its reasons at once', () => {
    const changed = facts();
    Object.assign(changed.group, { Status: 'snapshotting', SnapshotRetentionLimit: 0 });
    changed.tags = [{ Key: 'Stage', Value: 'production' }];
    expect(enginePreconditions(changed).map(({ code }) => code)).toEqual([
      'ENGINE_TO_VALKEY_GROUP_BUSY',
      'ENGINE_TO_VALKEY_NO_SNAPSHOTS',
      'ENGINE_TO_VALKEY_PRODUCTION',
    ]);
  });
});
