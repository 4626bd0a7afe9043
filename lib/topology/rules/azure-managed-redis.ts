/**
 * What Azure Managed Redis accepts. A new rule is a new row, and test/topology/rules/azure-managed-redis.test.ts refuses
 * a row without an example that keeps it and one that breaks it.
 */
import type { AzureManagedRedisTopology } from '../azure-managed-redis.ts';
import { closestTo } from '../input/closest.ts';
import { describeGiven, listed } from '../input/describe.ts';
import {
  AZURE_FLASH_MODULES,
  AZURE_LEGACY_SKU,
  AZURE_LIMITS,
  AZURE_MODULES,
  AZURE_SKU_GIGABYTES,
  isFlashSku,
} from '../limits.ts';
import { AZURE_GEO_REPLICATION_RULES } from './azure-geo-replication.ts';
import { AZURE_UPKEEP_RULES } from './azure-upkeep.ts';
import { type Rule, ruleMaker } from './rule.ts';

const rule = ruleMaker<AzureManagedRedisTopology>();

const ARCHITECTURE = 'https://learn.microsoft.com/azure/redis/architecture';
const MODULES = 'https://learn.microsoft.com/azure/redis/redis-modules';
const RESOURCE = 'https://learn.microsoft.com/azure/templates/microsoft.cache/2025-07-01/redisenterprise';
const { noClusterMaxGigabytes, severalShardsFromGigabytes, shardCount: shardLimits } = AZURE_LIMITS;

export const AZURE_MANAGED_REDIS_RULES: readonly Rule<AzureManagedRedisTopology>[] = [
  rule({
    code: 'AMR_NAME_FORM',
    source: RESOURCE,
    fields: ['name'],
    when: ({ name }) => !/^(?=.{1,60}$)[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/.test(name),
    message: ({ name }) =>
      `The name is ${describeGiven(name)}: it must have 1 to ${AZURE_LIMITS.nameLength.max} letters, digits and single hyphens between them. Rename it.`,
  }),
  rule({
    code: 'AMR_SKU_LEGACY',
    source: `${RESOURCE} (sku.capacity)`,
    fields: ['sku'],
    when: ({ sku }) => AZURE_LEGACY_SKU.test(sku),
    message: ({ sku }) =>
      `\`sku\` is ${describeGiven(sku)}, of the retired Enterprise tiers: Azure Managed Redis has Balanced_, MemoryOptimized_, ComputeOptimized_ and FlashOptimized_ SKUs, for example "Balanced_B10". Choose one.`,
  }),
  rule({
    code: 'AMR_SKU_UNKNOWN',
    source: RESOURCE,
    fields: ['sku'],
    when: ({ sku }) => !isKnownSku(sku) && !AZURE_LEGACY_SKU.test(sku),
    message: ({ sku }) =>
      `\`sku\` is ${describeGiven(sku)}, which Azure Managed Redis does not have${suggestion(sku, Object.keys(AZURE_SKU_GIGABYTES))} Allowed: ${Object.keys(AZURE_SKU_GIGABYTES).join(', ')}.`,
  }),
  rule({
    code: 'AMR_SHARD_COUNT_RANGE',
    source: `${ARCHITECTURE}#sharding-configuration`,
    fields: ['shardCount'],
    when: ({ shardCount }) => shardCount < shardLimits.min || shardCount > shardLimits.max,
    message: ({ shardCount }) =>
      `\`shardCount\` is ${shardCount}: SKUs have ${shardLimits.min} to ${shardLimits.max} primary shards. State what you expect to find.`,
  }),
  rule({
    code: 'AMR_SMALL_SKU_HAS_ONE_SHARD',
    source: `${ARCHITECTURE}#sharding-configuration`,
    fields: ['shardCount', 'sku'],
    when: ({ shardCount, sku }) => isKnownSku(sku) && gigabytesOf(sku) < severalShardsFromGigabytes && shardCount > 1,
    message: ({ shardCount, sku }) =>
      `\`shardCount\` is ${shardCount}, but ${sku} (${gigabytesOf(sku)} GB) has one primary shard, as all SKUs below ${severalShardsFromGigabytes} GB. Expect 1, or choose a larger SKU.`,
  }),
  rule({
    code: 'AMR_SKU_HAS_SEVERAL_SHARDS',
    source: `${ARCHITECTURE}#sharding-configuration`,
    fields: ['shardCount', 'sku', 'clusteringPolicy'],
    when: ({ shardCount, sku, clusteringPolicy }) =>
      isKnownSku(sku) &&
      gigabytesOf(sku) >= severalShardsFromGigabytes &&
      clusteringPolicy !== 'NoCluster' &&
      shardCount === 1,
    message: ({ sku, clusteringPolicy }) =>
      `\`shardCount\` is 1, but ${sku} (${gigabytesOf(sku)} GB) has two or more primary shards under ${clusteringPolicy}. Expect at least 2, choose a SKU below ${severalShardsFromGigabytes} GB, or the policy NoCluster.`,
  }),
  rule({
    code: 'AMR_NO_CLUSTER_HAS_ONE_SHARD',
    source: `${ARCHITECTURE}#cluster-policies`,
    fields: ['shardCount', 'clusteringPolicy'],
    when: ({ shardCount, clusteringPolicy }) => clusteringPolicy === 'NoCluster' && shardCount > 1,
    message: ({ shardCount }) =>
      `\`shardCount\` is ${shardCount}, but the policy NoCluster keeps all data in one shard. Expect 1, or choose OSSCluster or EnterpriseCluster.`,
  }),
  rule({
    code: 'AMR_NO_CLUSTER_TOO_LARGE',
    source: `${ARCHITECTURE}#cluster-policies and https://github.com/onyx-dot-app/onyx/pull/14200`,
    fields: ['sku', 'clusteringPolicy'],
    when: ({ sku, clusteringPolicy }) =>
      clusteringPolicy === 'NoCluster' &&
      isKnownSku(sku) &&
      !isFlashSku(sku) &&
      gigabytesOf(sku) > noClusterMaxGigabytes,
    message: ({ sku }) =>
      `\`sku\` ${sku} holds ${gigabytesOf(sku)} GB, but the policy NoCluster goes up to ${noClusterMaxGigabytes} GB. Choose a SKU of at most 24 GB (such as Balanced_B20), or another policy; from NoCluster it can be changed later, before scaling.`,
  }),
  rule({
    code: 'AMR_NO_CLUSTER_NOT_ON_FLASH',
    source: `${ARCHITECTURE}#cluster-policies`,
    fields: ['sku', 'clusteringPolicy'],
    when: ({ sku, clusteringPolicy }) => clusteringPolicy === 'NoCluster' && isFlashSku(sku),
    message: ({ sku }) =>
      `\`sku\` is ${describeGiven(sku)}, but Flash Optimized SKUs cannot have the policy NoCluster. Choose OSSCluster or EnterpriseCluster, or an in-memory SKU of at most 24 GB.`,
  }),
  rule({
    code: 'AMR_PORT',
    source: RESOURCE,
    fields: ['port'],
    when: ({ port }) => port !== AZURE_LIMITS.port,
    message: ({ port }) =>
      `\`port\` is ${port}: a database of Azure Managed Redis listens on ${AZURE_LIMITS.port}, and the port cannot be changed later. Leave it out.`,
  }),
  rule({
    code: 'AMR_TLS_VERSION',
    source: `${RESOURCE} (minimumTlsVersion)`,
    fields: ['minimumTlsVersion'],
    when: ({ minimumTlsVersion }) => minimumTlsVersion !== '1.2',
    message: ({ minimumTlsVersion }) =>
      `\`minimumTlsVersion\` is "${minimumTlsVersion}", which is obsolete: "1.2" is the only usable one. Leave it out.`,
  }),
  rule({
    code: 'AMR_PLAINTEXT_REFUSED',
    source: 'Redoubt: a connection profile has no form without TLS, so nothing could verify or drill it.',
    fields: ['clientProtocol'],
    when: ({ clientProtocol }) => clientProtocol === 'Plaintext',
    message: () =>
      '`clientProtocol` is "Plaintext": credentials and data would cross the network in the clear, and the choice cannot be changed later. Use "Encrypted", or leave it out.',
  }),
  rule({
    code: 'AMR_PLAINTEXT_EXCLUDES_ENTRA',
    source: 'https://learn.microsoft.com/azure/redis/entra-for-authentication',
    fields: ['authentication', 'clientProtocol'],
    when: ({ authentication, clientProtocol }) => clientProtocol === 'Plaintext' && authentication.kind === 'entra',
    message: () =>
      '`authentication.kind` is "entra" with `clientProtocol` "Plaintext": Microsoft Entra authentication works over TLS only. Use "Encrypted".',
  }),
  rule({
    code: 'AMR_AUTHENTICATION_REQUIRED',
    source: 'Redoubt: with access keys off and no Entra user, nobody can connect.',
    fields: ['authentication'],
    when: ({ authentication }) => authentication.kind === 'none',
    message: () =>
      '`authentication.kind` is "none": the service always asks for a credential, so nobody could connect. Choose "entra" or "access-key" (access keys are off unless asked for, since API version 2025-07-01).',
  }),
  rule({
    code: 'AMR_ENTRA_OBJECT_ID_FORM',
    source: 'https://learn.microsoft.com/azure/redis/entra-for-authentication',
    fields: ['authentication'],
    when: ({ authentication }) => authentication.kind === 'entra' && !GUID.test(authentication.objectId),
    message: () =>
      '`authentication.objectId` must be the object id of the user or identity, a GUID like "00000000-0000-0000-0000-000000000000": it is the user name of the connection. `az ad signed-in-user show --query id` prints yours.',
  }),
  rule({
    code: 'AMR_MODULE_UNKNOWN',
    source: MODULES,
    fields: ['modules'],
    when: ({ modules }) => unknownModules(modules).length > 0,
    message: ({ modules }) =>
      `\`modules\` names ${listed(unknownModules(modules))}, which Azure Managed Redis does not have${suggestion(unknownModules(modules)[0], AZURE_MODULES)} Allowed: ${AZURE_MODULES.join(', ')}.`,
  }),
  rule({
    code: 'AMR_MODULE_TWICE',
    source: 'Redoubt: a list with the same module twice is a slip of the pen.',
    fields: ['modules'],
    when: ({ modules }) => new Set(modules).size < modules.length,
    message: ({ modules }) =>
      `\`modules\` names ${listed(modules.filter((module, index) => modules.indexOf(module) !== index))} more than once. Name each module once.`,
  }),
  rule({
    code: 'AMR_MODULE_NOT_ON_FLASH',
    source: MODULES,
    fields: ['modules', 'sku'],
    when: ({ modules, sku }) => isFlashSku(sku) && modulesNotOnFlash(modules).length > 0,
    message: ({ modules, sku }) =>
      `\`modules\` names ${listed(modulesNotOnFlash(modules))}, but ${describeGiven(sku)} is Flash Optimized, where only ${AZURE_FLASH_MODULES.join(', ')} is available. Remove it, or choose an in-memory SKU.`,
  }),
  rule({
    code: 'AMR_REDISEARCH_NEEDS_ENTERPRISE_POLICY',
    source: `${MODULES}#redisearch`,
    fields: ['clusteringPolicy', 'modules'],
    when: ({ modules, clusteringPolicy }) => modules.includes('RediSearch') && clusteringPolicy !== 'EnterpriseCluster',
    message: ({ clusteringPolicy }) =>
      `\`clusteringPolicy\` is "${clusteringPolicy}", but RediSearch works under "EnterpriseCluster" only. Decide before creation: modules are fixed from then on.`,
  }),
  rule({
    code: 'AMR_REDISEARCH_NEEDS_NO_EVICTION',
    source: `${MODULES}#redisearch`,
    fields: ['evictionPolicy', 'modules'],
    when: ({ modules, evictionPolicy }) => modules.includes('RediSearch') && evictionPolicy !== 'NoEviction',
    message: ({ evictionPolicy }) =>
      `\`evictionPolicy\` is "${evictionPolicy}", but RediSearch needs "NoEviction": evicted keys would leave its indexes wrong. Set it.`,
  }),
  ...AZURE_GEO_REPLICATION_RULES,
  ...AZURE_UPKEEP_RULES,
];

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function isKnownSku(sku: string): boolean {
  return Object.hasOwn(AZURE_SKU_GIGABYTES, sku);
}

function gigabytesOf(sku: string): number {
  return AZURE_SKU_GIGABYTES[sku] ?? Number.NaN;
}

function unknownModules(modules: readonly string[]): string[] {
  return modules.filter((module) => !AZURE_MODULES.some((known) => known === module));
}

function modulesNotOnFlash(modules: readonly string[]): string[] {
  return modules.filter((module) => !AZURE_FLASH_MODULES.includes(module));
}

function suggestion(given: string | undefined, allowed: readonly string[]): string {
  const closest = given === undefined ? undefined : closestTo(given, allowed);
  return closest === undefined ? '.' : `; did you mean "${closest}"?`;
}
