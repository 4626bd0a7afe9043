import type { AuditedRule } from './audited-rule.ts';

const COMPONENT = 'test/azure/managed-redis.test.ts';
const NETWORK = 'test/azure/network.test.ts';
const ONE_DATABASE = `${COMPONENT} › has one database named default on port 10000, encrypted, with access keys off`;

export const AZURE_AUDIT: readonly AuditedRule[] = [
  {
    id: 'Z1',
    rule: 'The clustering policy changes from NoCluster only.',
    planned: ['AD_POLICY_REPLACES', 'AD_POLICY_FROM_NO_CLUSTER'],
    impossible: 'The component stops a change that is not acknowledged by name.',
    shownBy: ['test/azure/policy-change.test.ts › is not there by default, and then the change is refused'],
  },
  {
    id: 'Z2',
    rule: 'One database, named `default`; replaced by deleting it first.',
    planned: ['AD_NAME_REPLACES'],
    impossible: 'The component names it.',
    shownBy: [
      ONE_DATABASE,
      `${COMPONENT} › protects cluster and database, and would delete the database before it makes another of the same name`,
    ],
  },
  { id: 'Z3', rule: 'The port is 10000, chosen at creation.', refused: ['AMR_PORT'], planned: ['AD_PORT_REPLACES'] },
  {
    id: 'Z4',
    rule: 'NoCluster: 25 GB at most, and not on Flash.',
    refused: ['AMR_NO_CLUSTER_TOO_LARGE', 'AMR_NO_CLUSTER_NOT_ON_FLASH', 'AMR_NO_CLUSTER_HAS_ONE_SHARD'],
  },
  {
    id: 'Z5',
    rule: 'Modules are chosen at creation; RediSearch needs the Enterprise policy, no eviction, no Flash.',
    refused: [
      'AMR_REDISEARCH_NEEDS_ENTERPRISE_POLICY',
      'AMR_REDISEARCH_NEEDS_NO_EVICTION',
      'AMR_MODULE_NOT_ON_FLASH',
      'AMR_MODULE_UNKNOWN',
      'AMR_MODULE_TWICE',
    ],
    planned: ['AD_MODULES_REPLACES'],
  },
  {
    id: 'Z6',
    rule: 'Geo-replication: high availability, 3 GB or more, not on Flash, 2 to 5 members, certain modules, no persistence.',
    refused: [
      'AMR_GEO_NEEDS_HIGH_AVAILABILITY',
      'AMR_GEO_SKU_TOO_SMALL',
      'AMR_GEO_MEMBER_COUNT',
      'AMR_GEO_MODULES',
      'AMR_GEO_NOT_ON_FLASH',
      'AMR_LINKS_NEED_A_GROUP',
    ],
    planned: ['AD_GEO_ADDED', 'AD_GEO_CHANGES', 'AD_GEO_REMOVED'],
  },
  {
    id: 'Z7',
    rule: 'AOF or RDB, at the frequencies there are; neither with geo-replication.',
    refused: ['AMR_GEO_EXCLUDES_PERSISTENCE'],
    planned: ['AD_PERSISTENCE', 'AD_PERSISTENCE_OFF'],
    impossible: 'A topology has one kind of persistence; stacks of others are judged by the policy pack.',
    shownBy: ['test/azure/policies.test.ts › find %s'],
  },
  {
    id: 'Z8',
    rule: 'High availability can be switched on later, and not off.',
    planned: ['AC_HA_OFF_REFUSED', 'AC_HA_ON', 'AC_SKU_WITHOUT_HA_LOSES'],
  },
  {
    id: 'Z9',
    rule: 'No scaling between Flash and other families; smaller only where the data fits.',
    planned: ['AC_SKU_FLASH_REFUSED', 'AC_SKU_SMALLER_UNKNOWN', 'AC_SKU_CHANGES'],
  },
  {
    id: 'Z10',
    rule: 'A capacity is for the legacy SKUs only.',
    refused: ['AMR_SKU_LEGACY', 'AMR_SKU_UNKNOWN'],
    planned: ['AC_SKU_LEGACY_REFUSED'],
  },
  { id: 'Z11', rule: 'Names: 1 to 60 letters, digits and single hyphens.', refused: ['AMR_NAME_FORM'] },
  { id: 'Z12', rule: 'Names of access assignments: letters and digits.', refused: ['AMR_ASSIGNMENT_NAME_FORM'] },
  {
    id: 'Z13',
    rule: 'The access policy is `default`, until API versions with access strings.',
    refused: [
      'AMR_ACCESS_STRINGS_NEED_A_NEWER_API',
      'AMR_ACCESS_STRING_FORM',
      'AMR_ACCESS_STRING_LOCKS_OUT',
      'AMR_ACCESS_STRING_CATEGORY',
    ],
    planned: ['AA_POLICY_REPLACES', 'AA_ACCESS_CHANGES'],
  },
  {
    id: 'Z14',
    rule: 'Entra needs TLS; the user name is the object id.',
    refused: [
      'AMR_PLAINTEXT_EXCLUDES_ENTRA',
      'AMR_PLAINTEXT_REFUSED',
      'AMR_ENTRA_OBJECT_ID_FORM',
      'AMR_USER_OBJECT_ID_FORM',
      'AMR_USER_TWICE',
    ],
  },
  {
    id: 'Z15',
    rule: 'Access keys are off by default; switching them drops every connection.',
    refused: ['AMR_NOBODY_MAY_CONNECT'],
    planned: ['AD_KEYS_ON', 'AD_KEYS_OFF'],
    impossible: 'They are off unless asked for.',
    shownBy: [
      'test/azure/authentication.test.ts › are off, and nobody asks the service for them, unless they are wanted',
    ],
  },
  {
    id: 'Z16',
    rule: 'A customer key: user-assigned identity, versioned address; a change of kind is an interruption.',
    refused: ['AMR_KEY_URL_VERSION', 'AMR_KEY_IDENTITY_USER_ASSIGNED'],
    planned: ['AC_KEY_KIND_CHANGES', 'AC_KEY_CHANGES'],
  },
  {
    id: 'Z17',
    rule: 'Public access is said; off without a private endpoint means no way in.',
    refused: ['AMR_UNREACHABLE', 'AMR_ZONE_LINKS_NOTHING'],
    planned: ['AC_PUBLIC_ACCESS_ON', 'AC_PUBLIC_ACCESS_OFF'],
  },
  { id: 'Z18', rule: 'TLS 1.2.', refused: ['AMR_TLS_VERSION'], planned: ['AC_TLS_VERSION_REFUSED', 'AC_TLS_VERSION'] },
  {
    id: 'Z19',
    rule: 'A database cannot be patched; it is read, changed and put back.',
    impossible: 'The control plane reads, changes and puts; it sends no PATCH to a database.',
    shownBy: [
      'test/control/azure/control-plane.lab.test.ts › does not implement PATCH of its database',
      'test/control/azure/operations.lab.test.ts › interrupted in the middle is healed: what runs is awaited, then the former setting is put back',
    ],
  },
  {
    id: 'Z20',
    rule: 'A put of a cluster once ignored changes.',
    impossible: 'The size is changed by PATCH of the cluster, and an operation is over only when the new size is read.',
    shownBy: [
      'test/control/azure/operations.lab.test.ts › interrupted on the way up is healed: it waits until it is up, then goes back',
    ],
  },
  {
    id: 'Z21',
    rule: 'Maintenance windows: two a week, 4 hours each, 18 together, newer API versions.',
    refused: [
      'AMR_WINDOWS_TOO_FEW',
      'AMR_WINDOW_DURATION',
      'AMR_WINDOW_START_HOUR',
      'AMR_WINDOWS_TOTAL_TOO_SHORT',
      'AMR_WINDOWS_NEED_A_NEWER_API',
    ],
    planned: ['AC_WINDOWS_CHANGE'],
  },
  {
    id: 'Z22',
    rule: 'Only database 0; under the Enterprise policy few commands cross slots.',
    impossible: 'The profile says which commands cross slots, and `verify` tries them.',
    shownBy: [
      'test/verify/deployments.lab.test.ts › fails where the profile lets other commands cross slots than the server does',
    ],
  },
  {
    id: 'Z23',
    rule: 'A creation that failed leaves a cluster that must be deleted first.',
    told: ['AZURE_CREATE_FAILED'],
    shownBy: [
      'test/control/azure/control-plane.lab.test.ts › of a creation that failed, whose rest must be deleted first; the database that it lacks is not asked for',
    ],
  },
  {
    id: 'Z24',
    rule: 'Zones are texts.',
    refused: ['AMR_ZONE_UNKNOWN', 'AMR_ZONE_TWICE'],
    planned: ['AC_ZONES_UNKNOWN'],
  },
  {
    id: 'Z25',
    rule: 'Private endpoint: group `redisEnterprise`, zone `privatelink.redis.azure.net`, ports 10000 and 85xx.',
    refused: ['AMR_SECURITY_RULE_PRIORITY'],
    planned: ['AP_CONNECTIONS_CHANGE'],
    impossible: 'The component writes them.',
    shownBy: [`${NETWORK} › leads to the cluster from the subnet`],
  },
];
