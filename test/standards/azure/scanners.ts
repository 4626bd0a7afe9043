/** What reads resources before or after they are deployed, besides Azure Policy. */
import {
  ASKED_FOR_ZONES,
  type AzureStandard,
  every,
  HIGHLY_AVAILABLE,
  NOT_PUBLIC,
  PRIVATE_LINK,
  SPREAD_BY_ITSELF,
  THREE_ZONES,
  TLS_1_2,
  TLS_ONLY,
  withInputs,
} from './resources.ts';

const RULES = 'https://github.com/Azure/PSRule.Rules.Azure/blob/main';

export const PSRULE: AzureStandard = {
  name: 'PSRule for Azure',
  source: `${RULES}/src/PSRule.Rules.Azure/rules`,
  controls: [
    {
      id: 'Azure.RedisEnterprise.MinTLS',
      title: 'Redis Cache should reject TLS versions older than 1.2.',
      source: `${RULES}/docs/en/rules/Azure.RedisEnterprise.MinTLS.md`,
      answer: { met: '`ManagedRedis`: always; older versions are refused.', condition: TLS_1_2 },
    },
    {
      id: 'Azure.RedisEnterprise.Zones',
      title: 'Enterprise Redis cache should be zone-redundant for high availability.',
      source: `${RULES}/src/PSRule.Rules.Azure/rules/Azure.Redis.Rule.ps1`,
      answer: {
        met: "`ManagedRedis`: `zones: ['1', '2', '3']`.",
        asked: ASKED_FOR_ZONES,
        blind: `The rule judges the retired \`Enterprise_\` and \`EnterpriseFlash_\` SKUs only. ${SPREAD_BY_ITSELF}`,
        condition: THREE_ZONES,
      },
    },
    {
      id: 'Azure.RedisEnterprise.MigrateAMR',
      title: 'Azure Cache for Redis Enterprise and Enterprise Flash are being retired. Migrate to Azure Managed Redis.',
      source: `${RULES}/src/PSRule.Rules.Azure/rules/Azure.RedisEnterprise.Rule.ps1`,
      answer: {
        met: '`ManagedRedis`: the retired SKUs are refused.',
        condition: {
          holds: every('RedisEnterprise', ({ sku }) => !/^Enterprise(Flash)?_/.test(sku?.name ?? 'Enterprise_')),
          brokenBy: {
            'a retired SKU': withInputs('RedisEnterprise', { sku: { name: 'Enterprise_E10' } }),
            'a retired flash SKU': withInputs('RedisEnterprise', { sku: { name: 'EnterpriseFlash_F300' } }),
          },
        },
      },
    },
    {
      id: 'Azure.RedisEnterprise.Naming',
      title:
        'Azure Managed Redis instances without a standard naming convention may be difficult to identify and manage.',
      source: `${RULES}/src/PSRule.Rules.Azure/rules/Azure.RedisEnterprise.Rule.ps1`,
      answer: { yours: "The convention is a setting of the rule. The topology's `name` is the name, unchanged." },
    },
  ],
};

const OTHER_RESOURCE =
  'The check knows `azurerm_redis_cache` and `Microsoft.Cache/redis` only, so that Azure Managed Redis is never judged.';

export const CHECKOV_AZURE: AzureStandard = {
  name: 'Checkov',
  source: 'https://github.com/bridgecrewio/checkov/tree/main/checkov/terraform/checks/resource/azure',
  controls: [
    {
      id: 'CKV_AZURE_89',
      title: 'Ensure that Azure Cache for Redis disables public network access',
      answer: {
        met: '`ManagedRedis`: off unless `publicNetworkAccess` is true.',
        blind: OTHER_RESOURCE,
        condition: NOT_PUBLIC,
      },
    },
    {
      id: 'CKV_AZURE_91',
      title: 'Ensure that only SSL are enabled for Cache for Redis',
      answer: { met: '`ManagedRedis`: always.', blind: OTHER_RESOURCE, condition: TLS_ONLY },
    },
    {
      id: 'CKV_AZURE_148',
      title: 'Ensure Redis Cache is using the latest version of TLS encryption',
      answer: { met: '`ManagedRedis`: always, TLS 1.2 at least.', blind: OTHER_RESOURCE, condition: TLS_1_2 },
    },
    {
      id: 'CKV_AZURE_230',
      title: 'Standard Replication should be enabled',
      answer: {
        met: '`ManagedRedis`: `highAvailability`, on by default.',
        blind: OTHER_RESOURCE,
        condition: HIGHLY_AVAILABLE,
      },
    },
  ],
};

const CLASSIC_ONLY =
  'It is a recommendation for `Microsoft.Cache/Redis`; the library has none for `Microsoft.Cache/redisEnterprise`.';

const WINDOWS = [
  { dayOfWeek: 'Tuesday', startHourUtc: 1, durationHours: 9 },
  { dayOfWeek: 'Saturday', startHourUtc: 1, durationHours: 9 },
] as const;

export const RESILIENCY_LIBRARY: AzureStandard = {
  name: 'Azure Proactive Resiliency Library v2 (Well-Architected Reliability)',
  source:
    'https://github.com/Azure/Azure-Proactive-Resiliency-Library-v2/blob/main/azure-resources/Cache/Redis/recommendations.yaml',
  controls: [
    {
      id: '5a44bd30-ae6a-4b81-9b68-dc3a8ffca4d8',
      title: 'Enable zone redundancy for Azure Cache for Redis',
      answer: {
        met: "`ManagedRedis`: `zones: ['1', '2', '3']`, or what the service does by itself.",
        asked: ASKED_FOR_ZONES,
        blind: CLASSIC_ONLY,
        condition: THREE_ZONES,
      },
    },
    {
      id: 'cabc1f98-c8a7-44f7-ab24-977982ef3f70',
      title: 'Schedule updates by setting a maintenance window',
      answer: {
        met: '`ManagedRedis`: `maintenanceWindows`, with `apiVersion` 2026-09-01.',
        asked: { topology: { maintenanceWindows: [...WINDOWS] }, args: { apiVersion: '2026-09-01' } },
        blind: CLASSIC_ONLY,
        condition: {
          holds: (resources) =>
            resources.some(({ inputs }) => inputs.properties?.maintenanceConfiguration?.maintenanceWindows?.length > 0),
          brokenBy: {
            'no window': (copy) => {
              for (const { inputs } of copy) delete inputs.properties?.maintenanceConfiguration;
            },
          },
        },
      },
    },
    {
      id: 'c474fc96-4e6a-4fb0-95d0-a26b3f35933c',
      title: 'Configure Private Endpoints',
      answer: { met: '`ManagedRedis`: `privateEndpoint`.', blind: CLASSIC_ONLY, condition: PRIVATE_LINK },
    },
  ],
};
