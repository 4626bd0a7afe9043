import { describe, expect, it } from 'vitest';
import { NETWORK_ID, PRIVATE_OSS, SUBNET_ID, withTopology } from './arguments.ts';
import { deployed } from './mocks.ts';

const CLUSTER_ID = '/subscriptions/s/azure-native:redisenterprise:RedisEnterprise/redis';
const ZONE_ID = '/subscriptions/s/azure-native:privatedns:PrivateZone/redis-zone';

describe('a private endpoint', () => {
  it('leads to the cluster from the subnet', async () => {
    const { one } = await deployed(PRIVATE_OSS);
    expect(one('PrivateEndpoint').inputs).toMatchObject({
      privateEndpointName: 'redis-endpoint',
      resourceGroupName: 'shop',
      location: 'westeurope',
      tags: {},
      subnet: { id: SUBNET_ID },
      privateLinkServiceConnections: [
        { name: 'redisEnterprise', groupIds: ['redisEnterprise'], privateLinkServiceId: CLUSTER_ID },
      ],
    });
  });

  it("is found by name: the service's own private zone, linked to the networks of the clients", async () => {
    const { one } = await deployed(PRIVATE_OSS);
    expect(one('PrivateZone').inputs).toMatchObject({
      privateZoneName: 'privatelink.redis.azure.net',
      location: 'Global',
    });
    expect(one('VirtualNetworkLink').inputs).toMatchObject({
      privateZoneName: 'privatelink.redis.azure.net',
      registrationEnabled: false,
      virtualNetwork: { id: NETWORK_ID },
    });
    expect(one('PrivateDnsZoneGroup').inputs).toMatchObject({
      privateEndpointName: 'redis-endpoint',
      privateDnsZoneConfigs: [{ name: 'redis', privateDnsZoneId: ZONE_ID }],
    });
  });

  it('takes a zone that is there already', async () => {
    const privateEndpoint = { subnetId: SUBNET_ID, dns: { kind: 'existing-zone', zoneId: '/zone' } } as const;
    const { one, all } = await deployed({ ...PRIVATE_OSS, privateEndpoint });
    expect(one('PrivateDnsZoneGroup').inputs).toMatchObject({ privateDnsZoneConfigs: [{ privateDnsZoneId: '/zone' }] });
    expect([...all('PrivateZone'), ...all('VirtualNetworkLink')]).toEqual([]);
  });

  it('is not made for a database that is public', async () => {
    const { privateEndpoint: _, ...others } = PRIVATE_OSS;
    const { all } = await deployed({ ...others, publicNetworkAccess: true });
    expect([...all('PrivateEndpoint'), ...all('PrivateDnsZoneGroup'), ...all('PrivateZone')]).toEqual([]);
  });
});

describe('the rule of the network security group', () => {
  const securityRule = { networkSecurityGroupName: 'data' };

  it.each([
    ['OSSCluster', 3, ['10000', '8500-8599']],
    ['EnterpriseCluster', 3, ['10000']],
    ['NoCluster', 1, ['10000']],
  ] as const)('lets clients of %s reach every port that they need', async (clusteringPolicy, shardCount, ports) => {
    const { one } = await deployed({ ...withTopology({ clusteringPolicy, shardCount }), securityRule });
    expect(one('SecurityRule').inputs).toMatchObject({
      networkSecurityGroupName: 'data',
      resourceGroupName: 'shop',
      access: 'Allow',
      direction: 'Inbound',
      protocol: 'Tcp',
      priority: 200,
      sourceAddressPrefix: 'VirtualNetwork',
      destinationPortRanges: ports,
    });
  });

  it('is made only where the group is named', async () => {
    expect((await deployed(PRIVATE_OSS)).all('SecurityRule')).toEqual([]);
  });
});
