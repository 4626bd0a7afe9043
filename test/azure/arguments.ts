import type { ManagedRedisArgs } from '../../lib/azure/arguments.ts';

export const OBJECT_ID = 'b0a1c2d3-0000-4000-8000-00000000000f';
export const SUBNET_ID =
  '/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v/subnets/data';
export const NETWORK_ID = '/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v';

/** Private, Entra-only, alerting: what docs/azure.md shows. */
export const PRIVATE_OSS: ManagedRedisArgs = {
  topology: {
    platform: 'azure-managed-redis',
    name: 'sessions',
    clusteringPolicy: 'OSSCluster',
    sku: 'Balanced_B10',
    shardCount: 3,
  },
  resourceGroupName: 'shop',
  location: 'westeurope',
  users: [{ name: 'shop', objectId: OBJECT_ID }],
  privateEndpoint: { subnetId: SUBNET_ID, dns: { kind: 'new-zone', virtualNetworkIds: [NETWORK_ID] } },
  alerts: { emails: ['oncall@example.com'] },
};

/** The base with another topology. */
export function withTopology(changes: Partial<ManagedRedisArgs['topology']>): ManagedRedisArgs {
  return { ...PRIVATE_OSS, topology: { ...PRIVATE_OSS.topology, ...changes } };
}
