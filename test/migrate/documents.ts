/** Documents as `az` and Resource Manager print them, small and changed where a test says. */

import type { MigrationDocuments } from '../../lib/migrate/input/read.ts';
import { readOldCache } from '../../lib/migrate/input/read.ts';
import { type Migration, type MigrationOptions, migrationOf } from '../../lib/migrate/migration.ts';

export const SECRET = 'zqAccessKeyThatNobodyMaySee';
const GROUP = '/subscriptions/11111111-0000-4000-8000-000000000000/resourceGroups/shop/providers';

type Changes = Record<string, unknown>;

export function skuOf(size: string, tier = size.startsWith('P') ? 'Premium' : 'Standard') {
  return { name: tier, family: size.slice(0, 1), capacity: Number(size.slice(1)) };
}

/** As `az redis show` prints it: flat, camel case, with nulls and an access key. */
export function classic(changes: Changes = {}, configuration: Changes = {}): Changes {
  return {
    accessKeys: { primaryKey: SECRET, secondaryKey: SECRET },
    disableAccessKeyAuthentication: false,
    enableNonSslPort: false,
    hostName: 'sessions.redis.cache.windows.net',
    id: `${GROUP}/Microsoft.Cache/Redis/sessions`,
    identity: null,
    linkedServers: [],
    location: 'West Europe',
    minimumTlsVersion: '1.2',
    name: 'sessions',
    privateEndpointConnections: null,
    provisioningState: 'Succeeded',
    publicNetworkAccess: 'Enabled',
    redisConfiguration: {
      maxclients: '7500',
      maxmemoryPolicy: null,
      maxmemoryReserved: '642',
      rdbStorageConnectionString: `DefaultEndpointsProtocol=https;AccountKey=${SECRET}`,
      ...configuration,
    },
    redisVersion: '6.0',
    replicasPerMaster: null,
    replicasPerPrimary: null,
    resourceGroup: 'shop',
    shardCount: null,
    sku: skuOf('P1'),
    staticIp: null,
    subnetId: null,
    tags: {},
    type: 'Microsoft.Cache/Redis',
    updateChannel: 'Stable',
    zones: null,
    ...changes,
  };
}

export function database(changes: Changes = {}): Changes {
  return {
    id: `${GROUP}/Microsoft.Cache/redisEnterprise/search/databases/default`,
    name: 'default',
    type: 'Microsoft.Cache/redisEnterprise/databases',
    clientProtocol: 'Encrypted',
    clusteringPolicy: 'EnterpriseCluster',
    evictionPolicy: 'NoEviction',
    modules: [],
    persistence: null,
    port: 10_000,
    ...changes,
  };
}

/** As `az redisenterprise show` prints it, its database inside. */
export function enterprise(changes: Changes = {}, databaseChanges: Changes = {}): Changes {
  return {
    databases: [database(databaseChanges)],
    hostName: 'search.westeurope.redisenterprise.cache.azure.net',
    id: `${GROUP}/Microsoft.Cache/redisEnterprise/search`,
    location: 'West Europe',
    minimumTlsVersion: '1.2',
    name: 'search',
    provisioningState: 'Succeeded',
    resourceGroup: 'shop',
    sku: { name: 'Enterprise_E10', capacity: 2 },
    type: 'Microsoft.Cache/redisEnterprise',
    zones: ['1', '2', '3'],
    ...changes,
  };
}

export const ENTERPRISE_ID = `${GROUP}/Microsoft.Cache/redisEnterprise/search`;

/** What az prints of the rest, when there is nothing. */
export const NOTHING_ELSE = { patchSchedule: { value: [] }, firewallRules: [], accessPolicies: [] };

export function migrated(
  cache: unknown,
  others: Omit<MigrationDocuments, 'cache'> = NOTHING_ELSE,
  options: MigrationOptions = {},
): Migration {
  return migrationOf(readOldCache({ cache, ...others }), options);
}
