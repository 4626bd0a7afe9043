import type { Control } from '../control.ts';
import {
  ASKED_FOR_LOGS,
  ASKED_FOR_OWN_KEY,
  ASKED_FOR_ZONES,
  type Asked,
  type AzureCondition,
  type AzureStandard,
  CONNECTIONS_LOGGED,
  type DeployedResources,
  every,
  KEYS_OFF,
  NOT_PUBLIC,
  OWN_KEY,
  PRIVATE_LINK,
  SPREAD_BY_ITSELF,
  THREE_ZONES,
  TLS_ONLY,
  withInputs,
  without,
} from './resources.ts';

const ANOTHER_TYPE =
  'The definition looks at `Microsoft.Cache/Redis` only; Azure Managed Redis is `Microsoft.Cache/redisEnterprise`.';

const FOLDER = 'https://github.com/Azure/azure-policy/blob/master/built-in-policies/policyDefinitions';

interface Definition {
  readonly id: string;
  readonly title: string;
  readonly file: string;
  readonly met: string;
  readonly condition: AzureCondition;
  readonly asked?: Asked;
  readonly blind?: string;
}

function definition({ id, title, file, ...answer }: Definition): Control<DeployedResources, Asked> {
  return { id, title, source: `${FOLDER}/${file}`, answer };
}

const PRIVATE = '`ManagedRedis`: `privateEndpoint`.';

/** That the name leads to the private address is a matter of the zone, which has another name than that of Redis Enterprise. */
const PRIVATE_NAME: AzureCondition = {
  holds: (resources) =>
    every('PrivateDnsZoneGroup', ({ privateDnsZoneConfigs }) => privateDnsZoneConfigs?.length > 0)(resources) &&
    every('PrivateZone', ({ privateZoneName }) => privateZoneName === 'privatelink.redis.azure.net')(resources),
  brokenBy: {
    'no zone group': without('PrivateDnsZoneGroup'),
    'the zone of Redis Enterprise': withInputs('PrivateZone', {
      privateZoneName: 'privatelink.redisenterprise.cache.azure.net',
    }),
  },
};

export const AZURE_POLICY: AzureStandard = {
  name: 'Azure Policy, built-in definitions',
  source: `${FOLDER}/Cache`,
  controls: [
    definition({
      id: '960e650e-9ce3-4316-9590-8ee2c016ca2f',
      title: 'Azure Cache for Redis Enterprise should use private link',
      file: 'Cache/RedisCacheEnterprise_PrivateEndpoint_AINE.json',
      met: PRIVATE,
      condition: PRIVATE_LINK,
    }),
    definition({
      id: '1b1df1e6-d60f-4430-9390-2b0c83aae4a7',
      title: 'Configure Azure Cache for Redis Enterprise with private endpoints',
      file: 'Cache/RedisCacheEnterprise_PrivateEndpoint_DINE.json',
      met: PRIVATE,
      condition: PRIVATE_LINK,
    }),
    definition({
      id: '7473e756-98d9-4d10-9a22-8101ef32cd74',
      title: 'Configure Azure Cache for Redis Enterprise to use private DNS zones',
      file: 'Cache/RedisCacheEnterprise_PrivateDNSZone_DINE.json',
      met: '`ManagedRedis`: `privateEndpoint.dns`.',
      blind:
        'It deploys whatever zone it is assigned with, into every private endpoint of the group `redisEnterprise`; the zone of Azure Managed Redis is `privatelink.redis.azure.net`, not that of Redis Enterprise.',
      condition: PRIVATE_NAME,
    }),
    definition({
      id: '09aa11bb-87ec-409f-bf0b-49b7c1561a87',
      title: 'Azure Cache for Redis Enterprise should use customer-managed keys for encrypting disk data',
      file: 'Cache/RedisCacheEnterprise_CMKEnabled_Audit.json',
      met: '`ManagedRedis`: `encryptionKey`.',
      asked: ASKED_FOR_OWN_KEY,
      condition: OWN_KEY,
    }),
    definition({
      id: '408934a8-941a-4c1e-ba88-dd035d9688f4',
      title: '[Preview]: Azure Cache for Redis Enterprise & Flash should be Zone Redundant',
      file: 'Resilience/Cache_redisEnterprise_ZoneRedundant_Audit.json',
      met: "`ManagedRedis`: `zones: ['1', '2', '3']`.",
      asked: ASKED_FOR_ZONES,
      blind: SPREAD_BY_ITSELF,
      condition: THREE_ZONES,
    }),
    definition({
      id: 'fa570aa1-acca-4eea-8e5a-233cf2c5e4c2',
      title: 'Enable logging by category group for Caches (microsoft.cache/redisenterprise/databases) to Log Analytics',
      file: 'Monitoring/DS_LA_cache-redisenterprise-databases_DINE.json',
      met: '`ManagedRedis`: `workspaceId`.',
      asked: ASKED_FOR_LOGS,
      blind:
        'It asks for category groups, where the component names the one category that the database has; so it would add a second setting beside it.',
      condition: CONNECTIONS_LOGGED,
    }),
    definition({
      id: '3827af20-8f80-4b15-8300-6db0873ec901',
      title: 'Azure Cache for Redis should not use access keys for authentication',
      file: 'Cache/RedisCache_DisableAccessKeysAuth_Audit.json',
      met: '`ManagedRedis`: keys are off unless `accessKeys` is given.',
      blind: ANOTHER_TYPE,
      condition: KEYS_OFF,
    }),
    definition({
      id: '470baccb-7e51-4549-8b1a-3e5be069f663',
      title: 'Azure Cache for Redis should disable public network access',
      file: 'Cache/RedisCache_PublicNetworkAccess_AuditDeny.json',
      met: '`ManagedRedis`: off unless `publicNetworkAccess` is true.',
      blind: ANOTHER_TYPE,
      condition: NOT_PUBLIC,
    }),
    definition({
      id: '22bee202-a82f-4305-9a2a-6d7f44d4dedb',
      title: 'Only secure connections to your Azure Cache for Redis should be enabled',
      file: 'Cache/RedisCache_AuditSSLPort_Audit.json',
      met: '`ManagedRedis`: always; `clientProtocol: Plaintext` is refused.',
      blind: ANOTHER_TYPE,
      condition: TLS_ONLY,
    }),
    definition({
      id: '7803067c-7d34-46e3-8c79-0ca68fc4036d',
      title: 'Azure Cache for Redis should use private link',
      file: 'Cache/RedisCache_PrivateEndpoint_AINE.json',
      met: PRIVATE,
      blind: ANOTHER_TYPE,
      condition: PRIVATE_LINK,
    }),
  ],
};
