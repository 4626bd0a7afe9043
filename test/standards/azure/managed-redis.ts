import {
  ASKED_FOR_LOGS,
  ASKED_FOR_OWN_KEY,
  type AzureStandard,
  all,
  CONNECTIONS_LOGGED,
  ENTRA_USERS,
  every,
  HIGHLY_AVAILABLE,
  KEYS_OFF,
  NOT_PUBLIC,
  OWN_KEY,
  PERSISTED,
  PRIVATE_LINK,
  TLS_1_2,
  TLS_ONLY,
  withInputs,
  without,
} from './resources.ts';

/** It has no ids: a recommendation is known by its first words. */
export const SECURE_MANAGED_REDIS: AzureStandard = {
  name: "Microsoft's security recommendations for Azure Managed Redis",
  source: 'https://learn.microsoft.com/azure/redis/secure-azure-managed-redis',
  controls: [
    {
      id: 'Keep non-TLS access disabled',
      answer: {
        met: '`ManagedRedis`: always; `clientProtocol: Plaintext` is refused.',
        condition: all(TLS_ONLY, TLS_1_2),
      },
    },
    {
      id: 'Use customer-managed keys for disk encryption',
      answer: { met: '`ManagedRedis`: `encryptionKey`.', asked: ASKED_FOR_OWN_KEY, condition: OWN_KEY },
    },
    {
      id: 'Enable data persistence for recovery',
      answer: {
        met: '`ManagedRedis`: `persistence`.',
        asked: { topology: { persistence: { kind: 'aof' } } },
        condition: PERSISTED,
      },
    },
    {
      id: 'Use export for data backups',
      answer: { yours: 'Export on a schedule of your own, to a storage account of yours.' },
    },
    { id: 'Use private endpoints', answer: { met: '`ManagedRedis`: `privateEndpoint`.', condition: PRIVATE_LINK } },
    {
      id: 'Disable public network access',
      answer: { met: '`ManagedRedis`: off unless `publicNetworkAccess` is true.', condition: NOT_PUBLIC },
    },
    {
      id: 'Use Microsoft Entra ID authentication',
      answer: { met: '`ManagedRedis`: `users`.', condition: ENTRA_USERS },
    },
    {
      id: 'Disable access key authentication',
      answer: { met: '`ManagedRedis`: off unless `accessKeys` is given.', condition: KEYS_OFF },
    },
    {
      id: 'Regenerate access keys regularly',
      answer: {
        yours:
          'With keys on, make an `AccessKeyRotation`: it regenerates them on a schedule without downtime. As shipped there are none.',
      },
    },
    {
      id: 'Enable connection logs',
      answer: { met: '`ManagedRedis`: `workspaceId`.', asked: ASKED_FOR_LOGS, condition: CONNECTIONS_LOGGED },
    },
    {
      id: 'Create security alerts',
      answer: {
        met: '`ManagedRedis`: `alerts`, on connections among others, to people.',
        condition: {
          holds: every('MetricAlert', ({ enabled, actions }) => enabled === true && actions?.length > 0),
          brokenBy: {
            'no alert': without('MetricAlert'),
            'alerts that nobody is told of': withInputs('MetricAlert', { actions: [] }),
          },
        },
      },
    },
    {
      id: 'Monitor the Activity log',
      answer: {
        yours:
          'Read it. `alerts` tell of what it says on the health of the resource; other operations are for you to watch.',
      },
    },
    {
      id: 'Enable resource locks',
      answer: {
        met: '`ManagedRedis`: `deletionLock`. `protect`, on by default, holds Pulumi back only.',
        asked: { args: { deletionLock: true } },
        condition: {
          holds: every('ManagementLockByScope', ({ level }) => level === 'CanNotDelete' || level === 'ReadOnly'),
          brokenBy: { 'no lock': without('ManagementLockByScope') },
        },
      },
    },
    {
      id: 'Use tags for resource organization',
      answer: {
        met: '`ManagedRedis`: `tags`.',
        asked: { args: { tags: { team: 'shop' } } },
        condition: {
          holds: every('RedisEnterprise', ({ tags }) => Object.keys(tags ?? {}).length > 0),
          brokenBy: { 'no tags': withInputs('RedisEnterprise', { tags: {} }) },
        },
      },
    },
    {
      id: 'Use active geo-replication for disaster recovery',
      answer: { yours: 'Make a `GeoReplicatedRedis` for what must outlive a region. It excludes persistence.' },
    },
    {
      id: 'Select the appropriate tier for security requirements',
      answer: {
        met: '`ManagedRedis`: every SKU has the same security; high availability is on by default.',
        condition: HIGHLY_AVAILABLE,
      },
    },
  ],
};
