import * as enums from '@pulumi/azure-native/types/enums/redisenterprise/index.js';
import { describe, expect, it } from 'vitest';
import azureEnterprise from '../../deployments/azure-enterprise.ts';
import azureNocluster from '../../deployments/azure-nocluster.ts';
import azureOss from '../../deployments/azure-oss.ts';
import azureOssOneShard from '../../deployments/azure-oss-one-shard.ts';
import type { ManagedRedisArgs } from '../../lib/azure/arguments.ts';
import { AZURE_EVICTION_POLICIES, CLUSTERING_POLICIES } from '../../lib/topology/azure-managed-redis.ts';
import { AZURE_LEGACY_SKU, AZURE_SKU_GIGABYTES } from '../../lib/topology/limits.ts';
import { PRIVATE_OSS, withTopology } from './arguments.ts';
import { deployed } from './mocks.ts';

describe('a ManagedRedis with nothing special asked for', () => {
  it('is the cluster, its database, a user, a private endpoint with its zone, and alerts', async () => {
    const { resources } = await deployed(PRIVATE_OSS);
    expect(
      resources.map(({ type, name }) => `${type.replace('azure-native:', '')} ${name}`).sort(),
    ).toMatchInlineSnapshot(`
      [
        "applicationinsights:Workbook redis-workbook",
        "monitor:ActionGroup redis-receivers",
        "monitor:ActivityLogAlert redis-health",
        "monitor:MetricAlert redis-connections",
        "monitor:MetricAlert redis-cpu",
        "monitor:MetricAlert redis-evictions",
        "monitor:MetricAlert redis-memory-75",
        "monitor:MetricAlert redis-memory-90",
        "monitor:MetricAlert redis-server-load",
        "network:PrivateDnsZoneGroup redis-zone-group",
        "network:PrivateEndpoint redis-endpoint",
        "privatedns:PrivateZone redis-zone",
        "privatedns:VirtualNetworkLink redis-zone-link-v-5ca41b56",
        "redisenterprise:AccessPolicyAssignment redis-user-shop",
        "redisenterprise:Database redis-database",
        "redisenterprise:RedisEnterprise redis",
        "redoubt:azure:ManagedRedis redis",
      ]
    `);
  });

  it('has TLS 1.2, high availability and no public access', async () => {
    const { one } = await deployed(PRIVATE_OSS);
    expect(one('RedisEnterprise').inputs).toEqual({
      clusterName: 'sessions',
      resourceGroupName: 'shop',
      location: 'westeurope',
      sku: { name: 'Balanced_B10' },
      highAvailability: 'Enabled',
      minimumTlsVersion: '1.2',
      publicNetworkAccess: 'Disabled',
    });
  });

  it('has one database named default on port 10000, encrypted, with access keys off', async () => {
    const { one } = await deployed(PRIVATE_OSS);
    expect(one('Database').inputs).toEqual({
      databaseName: 'default',
      clusterName: 'sessions',
      resourceGroupName: 'shop',
      port: 10_000,
      clientProtocol: 'Encrypted',
      clusteringPolicy: 'OSSCluster',
      evictionPolicy: 'VolatileLRU',
      accessKeysAuthentication: 'Disabled',
      deferUpgrade: 'NotDeferred',
    });
  });

  it('protects cluster and database, and would delete the database before it makes another of the same name', async () => {
    const { one } = await deployed(PRIVATE_OSS);
    expect(one('RedisEnterprise').options).toMatchObject({ protect: true });
    expect(one('Database').options).toMatchObject({ protect: true, deleteBeforeReplace: true });
  });

  it('asks for the same in a preview, when nothing is known yet', async () => {
    const { one, all } = await deployed(PRIVATE_OSS, { preview: true });
    expect(one('Database').inputs.clusteringPolicy).toBe('OSSCluster');
    expect(all('MetricAlert')).toHaveLength(6);
  });
});

describe('a shipped deployment', () => {
  it.each([
    [azureOss, 'OSSCluster', 'Balanced_B10'],
    [azureOssOneShard, 'OSSCluster', 'Balanced_B0'],
    [azureEnterprise, 'EnterpriseCluster', 'Balanced_B10'],
    [azureNocluster, 'NoCluster', 'Balanced_B5'],
  ] as const)('is provisioned as it is declared: %o', async ({ topology }, policy, sku) => {
    const { one } = await deployed({ ...PRIVATE_OSS, topology });
    expect(one('RedisEnterprise').inputs).toMatchObject({ clusterName: topology.name, sku: { name: sku } });
    expect(one('Database').inputs).toMatchObject({ clusterName: topology.name, clusteringPolicy: policy });
  });
});

describe('an option', () => {
  it.each<[string, ManagedRedisArgs, string, Record<string, unknown>]>([
    [
      'high availability off',
      withTopology({ highAvailability: false }),
      'RedisEnterprise',
      { highAvailability: 'Disabled' },
    ],
    ['zones, as text', withTopology({ zones: ['1', '2'] }), 'RedisEnterprise', { zones: ['1', '2'] }],
    [
      'public access',
      { ...PRIVATE_OSS, publicNetworkAccess: true },
      'RedisEnterprise',
      { publicNetworkAccess: 'Enabled' },
    ],
    ['tags', { ...PRIVATE_OSS, tags: { team: 'shop' } }, 'RedisEnterprise', { tags: { team: 'shop' } }],
    ['no eviction', withTopology({ evictionPolicy: 'NoEviction' }), 'Database', { evictionPolicy: 'NoEviction' }],
    ['deferred upgrades', withTopology({ deferUpgrade: true }), 'Database', { deferUpgrade: 'Deferred' }],
    ['modules', withTopology({ modules: ['RedisJSON'] }), 'Database', { modules: [{ name: 'RedisJSON' }] }],
    [
      'a log of every write',
      withTopology({ persistence: { kind: 'aof' } }),
      'Database',
      { persistence: { aofEnabled: true, aofFrequency: '1s', rdbEnabled: false } },
    ],
    [
      'snapshots',
      withTopology({ persistence: { kind: 'rdb', frequency: '12h' } }),
      'Database',
      { persistence: { rdbEnabled: true, rdbFrequency: '12h', aofEnabled: false } },
    ],
  ])('reaches the service: %s', async (_what, args, type, inputs) => {
    expect((await deployed(args)).one(type).inputs).toMatchObject(inputs);
  });

  it('encrypts with a key of the customer, unwrapped by a user-assigned identity', async () => {
    const keyUrl = 'https://shop.vault.azure.net/keys/redis/0123456789abcdef';
    const identityId =
      '/subscriptions/s/resourceGroups/shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/redis';
    const { one } = await deployed({ ...PRIVATE_OSS, encryptionKey: { keyUrl, identityId } });
    expect(one('RedisEnterprise').inputs).toMatchObject({
      identity: { type: 'UserAssigned', userAssignedIdentities: [identityId] },
      encryption: {
        customerManagedKeyEncryption: {
          keyEncryptionKeyUrl: keyUrl,
          keyEncryptionKeyIdentity: {
            identityType: 'userAssignedIdentity',
            userAssignedIdentityResourceId: identityId,
          },
        },
      },
    });
  });

  it('locks the cluster against deletion', async () => {
    const { one } = await deployed({ ...PRIVATE_OSS, deletionLock: true });
    expect(one('ManagementLockByScope').inputs).toMatchObject({
      level: 'CanNotDelete',
      scope: '/subscriptions/s/azure-native:redisenterprise:RedisEnterprise/redis',
    });
  });

  it('lifts the protection', async () => {
    const { one } = await deployed({ ...PRIVATE_OSS, protect: false });
    expect([one('RedisEnterprise').options.protect, one('Database').options.protect]).toEqual([false, false]);
  });
});

describe('a member of a geo-replication group', () => {
  const geoReplication = { kind: 'active', groupNickname: 'sessions', memberCount: 2 } as const;
  const own = '/subscriptions/s/azure-native:redisenterprise:RedisEnterprise/redis/databases/default';

  it('begins the group with itself', async () => {
    const { one } = await deployed(withTopology({ geoReplication }));
    expect(one('Database').inputs.geoReplication).toEqual({
      groupNickname: 'sessions',
      linkedDatabases: [{ id: own }],
    });
  });

  it('joins those that are there, and is not recreated when another joins it', async () => {
    const { one } = await deployed({ ...withTopology({ geoReplication }), linkedDatabases: ['/first'] });
    expect(one('Database').inputs.geoReplication).toMatchObject({ linkedDatabases: [{ id: '/first' }, { id: own }] });
    expect(one('Database').options.ignoreChanges).toEqual(['geoReplication.linkedDatabases']);
  });
});

describe('what is sent to the service', () => {
  it('is spelled as its enumerations spell it', async () => {
    const { one } = await deployed(
      withTopology({ persistence: { kind: 'rdb', frequency: '1h' }, evictionPolicy: 'AllKeysLFU' }),
    );
    const cluster = one('RedisEnterprise').inputs;
    const database = one('Database').inputs;
    const { rdbFrequency } = database.persistence as { rdbFrequency: string };
    const sent: [unknown, Record<string, string>][] = [
      [cluster.highAvailability, enums.HighAvailability],
      [cluster.publicNetworkAccess, enums.PublicNetworkAccess],
      [cluster.minimumTlsVersion, enums.TlsVersion],
      [(cluster.sku as { name: string }).name, enums.SkuName],
      [database.clientProtocol, enums.Protocol],
      [database.clusteringPolicy, enums.ClusteringPolicy],
      [database.evictionPolicy, enums.EvictionPolicy],
      [database.accessKeysAuthentication, enums.AccessKeysAuthentication],
      [database.deferUpgrade, enums.DeferUpgradeSetting],
      [rdbFrequency, enums.RdbFrequency],
    ];
    for (const [value, allowed] of sent) expect(Object.values(allowed)).toContain(value);
  });
});

describe("the topology's lists", () => {
  const newer = (name: string) => !AZURE_LEGACY_SKU.test(name);

  it.each([
    ['SKUs', Object.keys(AZURE_SKU_GIGABYTES), Object.values(enums.SkuName).filter(newer)],
    ['clustering policies', CLUSTERING_POLICIES, Object.values(enums.ClusteringPolicy)],
    ['eviction policies', AZURE_EVICTION_POLICIES, Object.values(enums.EvictionPolicy)],
  ])('of %s are those of the service', (_what, ours, theirs) => {
    expect([...ours].sort()).toEqual([...theirs].sort());
  });
});
