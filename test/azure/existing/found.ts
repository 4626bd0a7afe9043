/** What the service says of a database that is there, as the provider's functions answer. */
import { OBJECT_ID } from '../arguments.ts';

export const EXISTING_ID =
  '/subscriptions/5b1f7f5e-0000-4000-8000-000000000001/resourceGroups/Sessions-RG/providers/Microsoft.Cache/redisEnterprise/sessions';
export const EXISTING_HOST = 'sessions.westeurope.redis.azure.net';

type Fields = Readonly<Record<string, unknown>>;

/** Another team's: OSS policy, Entra only, private. */
export const FOUND_CLUSTER: Fields = {
  id: EXISTING_ID,
  name: 'sessions',
  location: 'West Europe',
  hostName: EXISTING_HOST,
  sku: { name: 'Balanced_B10' },
  highAvailability: 'Enabled',
  minimumTlsVersion: '1.2',
  publicNetworkAccess: 'Disabled',
  privateEndpointConnections: [{ name: 'theirs' }],
  tags: { team: 'sessions' },
};

export const FOUND_DATABASE: Fields = {
  id: `${EXISTING_ID}/databases/default`,
  name: 'default',
  port: 10_000,
  clientProtocol: 'Encrypted',
  clusteringPolicy: 'OSSCluster',
  evictionPolicy: 'AllKeysLRU',
  accessKeysAuthentication: 'Disabled',
  deferUpgrade: 'NotDeferred',
};

/** Answers of the provider. */
export function foundAs({ cluster = {}, database = {} }: { cluster?: Fields; database?: Fields } = {}) {
  return {
    'azure-native:redisenterprise:getRedisEnterprise': () => ({ ...FOUND_CLUSTER, ...cluster }),
    'azure-native:redisenterprise:getDatabase': () => ({ ...FOUND_DATABASE, ...database }),
  };
}

export const EXPECTED_TOPOLOGY = {
  platform: 'azure-managed-redis',
  name: 'sessions',
  clusteringPolicy: 'OSSCluster',
  sku: 'Balanced_B10',
  shardCount: 3,
} as const;

export const USER = { name: 'shop', objectId: OBJECT_ID };
