/** Hand-written answers of ARM for a database in which everything is as declared, with the servers' own view of it, for tests to damage. */
import type { AzureDescription } from '../../../lib/control/azure/description.ts';
import type { AzureExpectations, Comparison } from '../../../lib/control/azure/field.ts';
import { type AzureManagedRedisTopology, azureManagedRedisSchema } from '../../../lib/topology/azure-managed-redis.ts';
import type { Observation } from '../../../lib/verify/observation.ts';
import { type Draft, healthyCluster } from '../../verify/healthy.ts';

export const SHOP = '/subscriptions/1111/resourceGroups/shop-rg/providers/Microsoft.Cache/redisEnterprise/shop';
export const PEER = '/subscriptions/1111/resourceGroups/shop-us-rg/providers/Microsoft.Cache/redisEnterprise/shop-us';
const USER = '6497c918-11ad-41e7-8b0f-7c518a87d0b0';
const KEY_URL = 'https://shop.vault.azure.net/keys/shop/562a4bb7';

export function topology(): AzureManagedRedisTopology {
  return azureManagedRedisSchema.parse({
    platform: 'azure-managed-redis',
    name: 'shop',
    clusteringPolicy: 'OSSCluster',
    sku: 'Balanced_B10',
    shardCount: 3,
    zones: ['1', '2'],
    authentication: { kind: 'entra', objectId: USER },
    modules: ['RedisJSON'],
    geoReplication: { kind: 'active', groupNickname: 'shops', memberCount: 2 },
    keyspaceEvents: 'KEA',
    maintenanceWindows: [
      { dayOfWeek: 'Sunday', startHourUtc: 22, durationHours: 10 },
      { dayOfWeek: 'Saturday', startHourUtc: 22, durationHours: 8 },
    ],
  });
}

export function description(): Draft<AzureDescription> {
  return {
    cluster: {
      id: SHOP,
      name: 'shop',
      zones: ['2', '1'],
      sku: { name: 'Balanced_B10' },
      properties: {
        highAvailability: 'Enabled',
        minimumTlsVersion: '1.2',
        publicNetworkAccess: 'Disabled',
        encryption: { customerManagedKeyEncryption: { keyEncryptionKeyUrl: KEY_URL } },
        maintenanceConfiguration: {
          maintenanceWindows: [
            { type: 'Weekly', duration: 'PT8H', startHourUtc: 22, schedule: { dayOfWeek: 'Saturday' } },
            { type: 'Weekly', duration: 'PT10H', startHourUtc: 22, schedule: { dayOfWeek: 'Sunday' } },
          ],
        },
        provisioningState: 'Succeeded',
        resourceState: 'Running',
        redisVersion: '7.0',
      },
    },
    database: {
      id: `${SHOP}/databases/default`,
      name: 'default',
      properties: {
        clientProtocol: 'Encrypted',
        port: 10_000,
        provisioningState: 'Succeeded',
        resourceState: 'Running',
        clusteringPolicy: 'OSSCluster',
        evictionPolicy: 'VolatileLRU',
        persistence: { aofEnabled: false, rdbEnabled: false },
        modules: [{ name: 'RedisJSON', version: '2.8' }],
        geoReplication: {
          groupNickname: 'shops',
          linkedDatabases: [
            { id: `${SHOP}/databases/default`, state: 'Linked' },
            { id: `${PEER}/databases/default`, state: 'Linked' },
          ],
        },
        redisVersion: '7.0',
        deferUpgrade: 'NotDeferred',
        accessKeysAuthentication: 'Disabled',
        notifyKeyspaceEvents: 'AKE',
      },
    },
    accessPolicyAssignments: [
      {
        name: 'shopapp',
        properties: {
          provisioningState: 'Succeeded',
          accessPolicyName: 'default',
          accessString: '+@read ~shop:*',
          user: { objectId: USER },
        },
      },
    ],
    privateEndpointConnections: [
      { name: 'shop-endpoint', properties: { privateLinkServiceConnectionState: { status: 'Approved' } } },
    ],
    skuOffers: [
      { name: 'Balanced_B5', sizeInGB: 6 },
      { name: 'Balanced_B20', sizeInGB: 24 },
    ],
    healthEvents: [],
  };
}

export interface ComparisonDraft {
  topology: Draft<AzureManagedRedisTopology>;
  expected: Draft<AzureExpectations>;
  description: Draft<AzureDescription>;
  observation: Draft<Observation>;
}

/** Everything agrees, the servers included. */
export function comparison(): ComparisonDraft & Comparison {
  return structuredClone({
    topology: topology(),
    expected: {
      publicNetworkAccess: false,
      encryptionKeyUrl: KEY_URL,
      accessKeys: false,
      users: [{ objectId: USER, accessString: '+@read ~shop:*' }],
    },
    description: description(),
    observation: healthyCluster(),
  }) as ComparisonDraft & Comparison;
}
