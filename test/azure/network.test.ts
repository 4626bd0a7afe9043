import { describe, expect, it } from 'vitest';
import type { LinkedNetworks } from '../../lib/azure/arguments.ts';
import { problemsOf } from '../../lib/azure/intent.ts';
import { NETWORK_ID, PRIVATE_OSS, SUBNET_ID, withTopology } from './arguments.ts';
import { deployed, type MockedResource, type MockOptions, unknownYet } from './mocks.ts';

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

  describe('links its zone to each network by the name of the network', () => {
    const HUB_ID = '/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub';
    const linksOf = async (virtualNetworkIds: LinkedNetworks, options: MockOptions = {}) => {
      const privateEndpoint = { subnetId: SUBNET_ID, dns: { kind: 'new-zone', virtualNetworkIds } } as const;
      const { all } = await deployed({ ...PRIVATE_OSS, privateEndpoint }, options);
      return all('VirtualNetworkLink');
    };
    const namesOf = async (...given: Parameters<typeof linksOf>) => (await linksOf(...given)).map(({ name }) => name);

    /** Name, and names that it had. Azure's SDK adds types that it had. */
    const formerOf = ({ name, options }: MockedResource) => [
      name,
      ((options.aliases ?? []) as { name?: string }[]).flatMap((alias) => alias.name ?? []),
    ];

    it('so that one that goes, comes or moves changes no other', async () => {
      const both = await namesOf([HUB_ID, NETWORK_ID]);
      expect(both).toEqual([
        expect.stringMatching(/^redis-zone-link-hub-[0-9a-f]{8}$/),
        expect.stringMatching(/^redis-zone-link-v-[0-9a-f]{8}$/),
      ]);
      expect(await namesOf([NETWORK_ID])).toEqual(both.slice(1));
      expect(await namesOf([NETWORK_ID, HUB_ID])).toEqual(both.toReversed());
    });

    it('and tells apart those of one name, but not one id in another case', async () => {
      const elsewhere = HUB_ID.replace('/net/', '/other/');
      expect(new Set(await namesOf([HUB_ID, elsewhere])).size).toBe(2);
      expect(await namesOf([HUB_ID.replace('resourceGroups', 'resourcegroups')])).toEqual(await namesOf([HUB_ID]));
    });

    it('and is found under the name of its place, which links had before', async () => {
      const links = await linksOf([HUB_ID, NETWORK_ID]);
      expect(links.map(formerOf)).toEqual([
        [expect.stringContaining('-hub-'), ['redis-zone-link-0']],
        [expect.stringContaining('-v-'), ['redis-zone-link-1']],
      ]);
    });

    it('or by a name that the program gives', async () => {
      const links = await linksOf({ hub: unknownYet(), shop: NETWORK_ID }, { preview: true });
      expect(links.map(formerOf).sort()).toEqual([
        ['redis-zone-link-hub', ['redis-zone-link-0']],
        ['redis-zone-link-shop', ['redis-zone-link-1']],
      ]);
    });

    it('or, for an output in a list, by its place as before', async () => {
      const links = await linksOf([NETWORK_ID, unknownYet()], { preview: true });
      expect(links.map(formerOf)).toContainEqual(['redis-zone-link-1', []]);
    });

    it('and refuses the same network twice, and a name that no link can have', () => {
      const codesOf = (virtualNetworkIds: LinkedNetworks) =>
        problemsOf({
          ...PRIVATE_OSS,
          privateEndpoint: { subnetId: SUBNET_ID, dns: { kind: 'new-zone', virtualNetworkIds } },
        }).map(({ code }) => code);
      expect(codesOf([HUB_ID, HUB_ID.toLowerCase()])).toEqual(['AMR_ZONE_LINKS_TWICE']);
      expect(codesOf({ 'the hub': HUB_ID, other: HUB_ID })).toEqual([
        'AMR_ZONE_LINKS_TWICE',
        'AMR_ZONE_LINK_NAME_FORM',
      ]);
      expect(codesOf({})).toEqual(['AMR_ZONE_LINKS_NOTHING']);
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
