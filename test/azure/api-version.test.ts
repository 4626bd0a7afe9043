import { describe, expect, it } from 'vitest';
import { API_VERSIONS, NEWEST_API_VERSION } from '../../lib/azure/api-version.ts';
import type { ManagedRedisArgs } from '../../lib/azure/arguments.ts';
import { problemsOf } from '../../lib/azure/intent.ts';
import { OBJECT_ID, PRIVATE_OSS, withTopology } from './arguments.ts';
import { deployed } from './mocks.ts';

const NIGHTS = [
  { dayOfWeek: 'Saturday', startHourUtc: 22, durationHours: 10 },
  { dayOfWeek: 'Sunday', startHourUtc: 1, durationHours: 8 },
] as const;
const geoReplication = { kind: 'active', groupNickname: 'sessions', memberCount: 2 } as const;

const newer = (changes: Parameters<typeof withTopology>[0] = {}): ManagedRedisArgs => ({
  ...withTopology(changes),
  apiVersion: NEWEST_API_VERSION,
});

/** Generic resources by the last part of their type. */
async function generic(args: Parameters<typeof deployed>[0], options: Parameters<typeof deployed>[1] = {}) {
  const program = await deployed(args, options);
  const of = (resourceType: string) => {
    const found = program.all('Resource').filter(({ inputs }) => inputs.resourceType === resourceType);
    expect(found).toHaveLength(1);
    return found[0] as (typeof found)[number];
  };
  return { ...program, cluster: of('redisEnterprise'), database: of('databases'), of };
}

describe('without an API version', () => {
  it('everything goes through the typed module', async () => {
    const { all } = await deployed(PRIVATE_OSS);
    expect(all('Resource')).toEqual([]);
  });
});

describe('with a newer API version', () => {
  it('cluster, database and assignments are registered through the generic resource, and nothing of them twice', async () => {
    const { all, cluster, database, of } = await generic(newer());
    expect([...all('RedisEnterprise'), ...all('Database'), ...all('AccessPolicyAssignment')]).toEqual([]);
    expect(cluster.inputs).toEqual({
      apiVersion: '2026-09-01',
      resourceProviderNamespace: 'Microsoft.Cache',
      parentResourcePath: '',
      resourceType: 'redisEnterprise',
      resourceName: 'sessions',
      resourceGroupName: 'shop',
      location: 'westeurope',
      sku: { name: 'Balanced_B10' },
      properties: {
        highAvailability: 'Enabled',
        minimumTlsVersion: '1.2',
        publicNetworkAccess: 'Disabled',
        maintenanceConfiguration: { maintenanceWindows: [] },
      },
    });
    expect(database.inputs).toEqual({
      apiVersion: '2026-09-01',
      resourceProviderNamespace: 'Microsoft.Cache',
      parentResourcePath: 'redisEnterprise/sessions',
      resourceType: 'databases',
      resourceName: 'default',
      resourceGroupName: 'shop',
      properties: {
        port: 10_000,
        clientProtocol: 'Encrypted',
        clusteringPolicy: 'OSSCluster',
        evictionPolicy: 'VolatileLRU',
        accessKeysAuthentication: 'Disabled',
        deferUpgrade: 'NotDeferred',
        notifyKeyspaceEvents: '',
      },
    });
    expect(of('accessPolicyAssignments').inputs).toMatchObject({
      parentResourcePath: 'redisEnterprise/sessions/databases/default',
      resourceName: 'shop',
      properties: { accessPolicyName: 'default', accessString: '+@all ~*', user: { objectId: OBJECT_ID } },
    });
  });

  it('maintenance happens in the windows that the topology names', async () => {
    const { cluster } = await generic(newer({ maintenanceWindows: [...NIGHTS] }));
    expect(cluster.inputs.properties).toMatchObject({
      maintenanceConfiguration: {
        maintenanceWindows: [
          { type: 'Weekly', duration: 'PT10H', startHourUtc: 22, schedule: { dayOfWeek: 'Saturday' } },
          { type: 'Weekly', duration: 'PT8H', startHourUtc: 1, schedule: { dayOfWeek: 'Sunday' } },
        ],
      },
    });
  });

  it('changes of keys are announced', async () => {
    const { database } = await generic(newer({ keyspaceEvents: 'KEA' }));
    expect(database.inputs.properties).toMatchObject({ notifyKeyspaceEvents: 'KEA' });
  });

  it('a user may do what the access string says', async () => {
    const users = [{ name: 'reader', objectId: OBJECT_ID, accessString: '+@read +cluster|slots ~cache:*' }];
    const { of } = await generic({ ...newer(), users });
    expect(of('accessPolicyAssignments').inputs.properties).toMatchObject({
      accessString: '+@read +cluster|slots ~cache:*',
    });
  });

  it('a version that lacks a feature is sent nothing of it', async () => {
    const { cluster, database, of } = await generic({ ...PRIVATE_OSS, apiVersion: '2026-02-01-preview' });
    expect(cluster.inputs.properties).not.toHaveProperty('maintenanceConfiguration');
    expect(of('accessPolicyAssignments').inputs.properties).not.toHaveProperty('accessString');
    expect(database.inputs.properties).toHaveProperty('notifyKeyspaceEvents', '');
  });

  it('the customer managed key, its identity and the geo-replication group go along', async () => {
    const identityId = '/subscriptions/s/providers/Microsoft.ManagedIdentity/userAssignedIdentities/redis';
    const encryptionKey = { keyUrl: 'https://v.vault.azure.net/keys/redis/0123', identityId };
    const { cluster, database } = await generic({
      ...newer({ geoReplication }),
      encryptionKey,
      linkedDatabases: ['/first'],
    });
    expect(cluster.inputs).toMatchObject({
      identity: { type: 'UserAssigned', userAssignedIdentities: [identityId] },
      properties: { encryption: { customerManagedKeyEncryption: { keyEncryptionKeyUrl: encryptionKey.keyUrl } } },
    });
    expect(database.inputs.properties).toMatchObject({
      geoReplication: { groupNickname: 'sessions', linkedDatabases: [{ id: '/first' }, { id: expect.anything() }] },
    });
    expect(database.options.ignoreChanges).toEqual(['properties.geoReplication.linkedDatabases']);
  });

  it('protection, replacement and the refused change of the policy are wired as ever', async () => {
    const { cluster, database } = await generic(newer());
    expect(cluster.options).toMatchObject({
      protect: true,
      deleteBeforeReplace: true,
      aliases: expect.arrayContaining([{ type: 'azure-native:redisenterprise:RedisEnterprise' }]),
    });
    expect(database.options).toMatchObject({
      protect: true,
      deleteBeforeReplace: true,
      aliases: expect.arrayContaining([{ type: 'azure-native:redisenterprise:Database' }]),
      hooks: { beforeUpdate: [expect.anything()] },
    });
    const acknowledged = await generic({ ...newer(), policyChange: { from: 'NoCluster', allDataIsLost: true } });
    expect(acknowledged.database.options.replaceOnChanges).toBeUndefined();
    const recreated = await generic({ ...newer(), policyChange: { from: 'EnterpriseCluster', allDataIsLost: true } });
    expect(recreated.database.options.replaceOnChanges).toEqual(['properties.clusteringPolicy']);
  });

  it('the host name is asked of the service once the cluster exists, and is not known in a preview', async () => {
    const { result, calls } = await generic(newer());
    expect(await (result.hostName as unknown as { promise(): Promise<string> }).promise()).toBe(
      'sessions.westeurope.redis.azure.net',
    );
    expect(calls.map(({ token }) => token)).toEqual(['azure-native:redisenterprise:getRedisEnterprise']);
    expect((await generic(newer(), { preview: true })).calls).toEqual([]);
  });

  it('endpoint, alerts and lock are those of the generic cluster', async () => {
    const { one, all } = await deployed({ ...newer(), deletionLock: true });
    const id = '/subscriptions/s/azure-native:resources:Resource/redis';
    expect(one('ManagementLockByScope').inputs.scope).toBe(id);
    expect(one('PrivateEndpoint').inputs).toMatchObject({
      privateLinkServiceConnections: [{ privateLinkServiceId: id }],
    });
    for (const { inputs } of all('MetricAlert')) expect(inputs.scopes).toEqual([id]);
  });
});

describe('an API version', () => {
  it.each(Object.keys(API_VERSIONS))('%s is one that deploys', async (apiVersion) => {
    const args = { ...PRIVATE_OSS, apiVersion: apiVersion as keyof typeof API_VERSIONS };
    expect(problemsOf(args)).toEqual([]);
    const { all } = await deployed(args);
    expect([...all('RedisEnterprise'), ...all('Resource')].length).toBeGreaterThan(0);
  });

  it('that cannot do what is asked for is refused before anything is registered', async () => {
    const args = withTopology({ maintenanceWindows: [...NIGHTS], keyspaceEvents: 'KEA' });
    await expect(deployed(args, { expected: [] })).rejects.toThrow(
      /AMR_WINDOWS_NEED_A_NEWER_API[\s\S]*AMR_KEYSPACE_EVENTS_NEED_A_NEWER_API/,
    );
  });
});
