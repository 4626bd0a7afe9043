import { describe, expect, it } from 'vitest';
import {
  GeoReplicatedRedis,
  type GeoReplicatedRedisArgs,
  problemsOfGroup,
} from '../../lib/azure/geo-replicated-redis.ts';
import { NETWORK_ID, OBJECT_ID, SUBNET_ID } from './arguments.ts';
import { runMocked } from './mocks.ts';

const endpoint = { subnetId: SUBNET_ID, dns: { kind: 'new-zone', virtualNetworkIds: [NETWORK_ID] } } as const;
const GROUP: GeoReplicatedRedisArgs = {
  topology: {
    platform: 'azure-managed-redis',
    name: 'sessions',
    clusteringPolicy: 'OSSCluster',
    sku: 'Balanced_B10',
    shardCount: 2,
  },
  users: [{ name: 'shop', objectId: OBJECT_ID }],
  alerts: { emails: ['oncall@example.com'] },
  members: [
    { key: 'weu', resourceGroupName: 'shop-weu', location: 'westeurope', privateEndpoint: endpoint },
    { key: 'neu', resourceGroupName: 'shop-neu', location: 'northeurope', privateEndpoint: endpoint },
    { key: 'eus', resourceGroupName: 'shop-eus', location: 'eastus', privateEndpoint: endpoint },
  ],
};

async function deployedGroup(args: GeoReplicatedRedisArgs = GROUP) {
  const program = await runMocked((record) => new GeoReplicatedRedis('redis', args, { transformations: [record] }));
  return { ...program, all: (type: string) => program.resources.filter((one) => one.type.endsWith(`:${type}`)) };
}

describe('a database in several regions', () => {
  it('is a member in each, called after its key, in its own place', async () => {
    const { all, result } = await deployedGroup();
    expect(Object.keys(result.members)).toEqual(['weu', 'neu', 'eus']);
    const places = all('RedisEnterprise').map(({ name, inputs }) => [
      name,
      inputs.clusterName,
      inputs.resourceGroupName,
      inputs.location,
    ]);
    expect(places).toEqual([
      ['redis-weu', 'sessions-weu', 'shop-weu', 'westeurope'],
      ['redis-neu', 'sessions-neu', 'shop-neu', 'northeurope'],
      ['redis-eus', 'sessions-eus', 'shop-eus', 'eastus'],
    ]);
  });

  it('has members that are alike in everything that the service wants alike', async () => {
    const { all } = await deployedGroup();
    const alike = (inputs: Record<string, unknown>, own: readonly string[]) =>
      JSON.stringify(Object.entries(inputs).filter(([key]) => !own.includes(key)));
    const clusters = all('RedisEnterprise').map(({ inputs }) =>
      alike(inputs, ['clusterName', 'resourceGroupName', 'location']),
    );
    const databases = all('Database').map(({ inputs }) =>
      alike(inputs, ['clusterName', 'resourceGroupName', 'geoReplication']),
    );
    expect([new Set(clusters).size, new Set(databases).size]).toEqual([1, 1]);
  });

  it('links each member to those before it and to itself, and never to one that is not there yet', async () => {
    const { all } = await deployedGroup();
    const id = (key: string) => `/subscriptions/s/azure-native:redisenterprise:Database/redis-${key}-database`;
    const own = (key: string) =>
      `/subscriptions/s/azure-native:redisenterprise:RedisEnterprise/redis-${key}/databases/default`;
    const links = all('Database').map(({ inputs }) => inputs.geoReplication);
    const group = (ids: string[]) => ({ groupNickname: 'sessions', linkedDatabases: ids.map((one) => ({ id: one })) });
    expect(links).toEqual([
      group([own('weu')]),
      group([id('weu'), own('neu')]),
      group([id('weu'), id('neu'), own('eus')]),
    ]);
  });

  it('has a name of its own where one is given', async () => {
    const { all } = await deployedGroup({ ...GROUP, groupNickname: 'global' });
    for (const { inputs } of all('Database')) expect(inputs.geoReplication).toMatchObject({ groupNickname: 'global' });
  });

  it('has every problem of every member told, before anything is registered', async () => {
    const [first, second] = GROUP.members;
    if (first === undefined || second === undefined) throw new Error('the group has members');
    const { privateEndpoint: _, ...unreachable } = second;
    const broken = {
      ...GROUP,
      topology: { ...GROUP.topology, sku: 'Balanced_B1', shardCount: 1 },
      members: [first, unreachable],
    };
    expect(problemsOfGroup(broken).map(({ code, path }) => `${code} ${path}`)).toEqual([
      'AMR_GEO_SKU_TOO_SMALL members[0].topology.sku',
      'AMR_GEO_SKU_TOO_SMALL members[1].topology.sku',
      'AMR_UNREACHABLE members[1].privateEndpoint',
    ]);
    await expect(deployedGroup(broken)).rejects.toThrow(/AMR_GEO_SKU_TOO_SMALL/);
  });

  it('has two to five members, each with a key of its own', () => {
    const [first] = GROUP.members;
    const codes = (members: GeoReplicatedRedisArgs['members']) =>
      problemsOfGroup({ ...GROUP, members }).map(({ code }) => code);
    expect(codes(GROUP.members)).toEqual([]);
    expect(codes([])).toEqual(['AMR_GEO_MEMBERS_MISSING']);
    expect(codes(GROUP.members.slice(0, 1))).toEqual(['AMR_GEO_MEMBER_COUNT']);
    expect(codes(first === undefined ? [] : [first, first])).toEqual(['AMR_GEO_MEMBER_KEY_TWICE']);
  });
});
