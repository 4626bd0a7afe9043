import {
  ASKED_FOR_LOGS,
  ASKED_FOR_OWN_KEY,
  type AzureStandard,
  all,
  CONNECTIONS_LOGGED,
  ENTRA_USERS,
  KEYS_OFF,
  NOT_PUBLIC,
  OWN_KEY,
  PRIVATE_LINK,
  TLS_1_2,
  TLS_ONLY,
} from './resources.ts';

const BENCHMARK = 'https://learn.microsoft.com/security/benchmark/azure';
const BASELINE = `${BENCHMARK}/baselines/azure-cache-for-redis-security-baseline`;

export const CLOUD_SECURITY_BENCHMARK: AzureStandard = {
  name: 'Microsoft cloud security benchmark v1',
  source: BASELINE,
  note: 'There is a baseline of Azure Cache for Redis and none of Azure Managed Redis: it is read here for the controls of a database that both have.',
  controls: [
    {
      id: 'NS-2',
      title: 'Secure cloud services with network controls',
      source: `${BASELINE}#ns-2-secure-cloud-services-with-network-controls`,
      answer: {
        met: '`ManagedRedis`: no public network access, and `privateEndpoint`.',
        condition: all(NOT_PUBLIC, PRIVATE_LINK),
      },
    },
    {
      id: 'IM-1',
      title: 'Use centralized identity and authentication system',
      source: `${BASELINE}#im-1-use-centralized-identity-and-authentication-system`,
      answer: {
        met: '`ManagedRedis`: `users` of Microsoft Entra; keys are off unless `accessKeys` is given.',
        condition: all(ENTRA_USERS, KEYS_OFF),
      },
    },
    {
      id: 'DP-3',
      title: 'Encrypt sensitive data in transit',
      source: `${BASELINE}#dp-3-encrypt-sensitive-data-in-transit`,
      answer: { met: '`ManagedRedis`: always, TLS 1.2 at least.', condition: all(TLS_ONLY, TLS_1_2) },
    },
    {
      id: 'DP-4',
      title: 'Enable data at rest encryption by default',
      source: `${BENCHMARK}/mcsb-data-protection#dp-4-enable-data-at-rest-encryption-by-default`,
      answer: { notApplicable: 'The service encrypts its disks by itself; there is nothing to ask for.' },
    },
    {
      id: 'DP-5',
      title: 'Use customer-managed key option in data at rest encryption when required',
      source: `${BENCHMARK}/mcsb-data-protection`,
      answer: { met: '`ManagedRedis`: `encryptionKey`.', asked: ASKED_FOR_OWN_KEY, condition: OWN_KEY },
    },
    {
      id: 'LT-3',
      title: 'Enable logging for security investigation',
      source: `${BENCHMARK}/mcsb-logging-threat-detection#lt-3-enable-logging-for-security-investigation`,
      answer: { met: '`ManagedRedis`: `workspaceId`.', asked: ASKED_FOR_LOGS, condition: CONNECTIONS_LOGGED },
    },
    {
      id: 'BR-1',
      title: 'Ensure regular automated backups',
      source: `${BENCHMARK}/mcsb-backup-recovery`,
      answer: {
        yours:
          'The service makes no backups by itself: export the data on a schedule. `persistence` brings a database back after a failure and is no backup.',
      },
    },
  ],
};
