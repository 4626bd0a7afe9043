/** `Microsoft.Cache/redisEnterprise` of the retired tiers, with its one database, from their documents to an old cache. */
import type { Problem } from '../../base/problem.ts';
import type { JsonRecord } from '../../plan/json.ts';
import { CLUSTERING_POLICIES, type ClusteringPolicy } from '../../topology/azure-managed-redis.ts';
import { describeGiven } from '../../topology/input/describe.ts';
import { groupOf } from '../commands.ts';
import type { EnterpriseCache, OldPersistence, Tier } from '../old-cache.ts';
import { ENTERPRISE_GIGABYTES, smallestCapacityOf } from '../old-sizes.ts';
import { identityOf, surroundingsOf } from './common.ts';
import { type Fields, fieldsOf, lookUp } from './fields.ts';

/**
 * @param database undefined when it was not given, which is a problem: almost everything is in it
 * @returns undefined when there are problems
 */
export function enterpriseCache(
  cluster: JsonRecord,
  database: unknown,
  problems: Problem[],
): EnterpriseCache | undefined {
  const fields = fieldsOf(cluster, '', problems);
  const identity = identityOf(cluster, fields, problems);
  const size = sizeOf(fields.part('sku'), problems);
  if (database === undefined) problems.push(noDatabase(identity));
  const settings = fieldsOf(database, 'database', problems);
  const read: Omit<EnterpriseCache, 'tier' | 'size' | 'gigabytes' | 'capacity'> = {
    kind: 'enterprise',
    ...identity,
    ...surroundingsOf(cluster, fields),
    redisVersion: settings.text('redisVersion') || fields.text('redisVersion'),
    hostName: fields.text('hostName') || `${identity.name}.${identity.location}.redisenterprise.cache.azure.net`,
    customerManagedKey: fields.part('encryption').has('customerManagedKeyEncryption'),
    clusteringPolicy: policyOf(settings),
    port: settings.count('port') ?? 10_000,
    plaintext: settings.text('clientProtocol').toLowerCase() === 'plaintext',
    // On unless somebody turned it off: the tiers are older than the other default (API version 2025-07-01).
    accessKeys: settings.flag('accessKeysAuthentication') ?? true,
    evictionPolicy: settings.text('evictionPolicy'),
    persistence: persistenceOf(settings.part('persistence')),
    modules: settings.list('modules').map((_, index) => moduleOf(settings, index, problems)),
    geoReplication: geoReplicationOf(settings.part('geoReplication')),
    deferUpgrade: settings.text('deferUpgrade').toLowerCase() === 'deferred',
  };
  return size === undefined || problems.length > 0 ? undefined : { ...read, ...size };
}

function sizeOf(sku: Fields, problems: Problem[]) {
  const [name, capacity] = [sku.text('name'), sku.count('capacity')];
  const size = Object.keys(ENTERPRISE_GIGABYTES).find((known) => known.toLowerCase() === name.toLowerCase());
  if (size === undefined) {
    const message = `\`sku.name\` is ${describeGiven(name === '' ? undefined : name)}, which the Enterprise tiers of Azure Cache for Redis do not have. There are: ${Object.keys(ENTERPRISE_GIGABYTES).join(', ')}. Give the whole document, as \`az redisenterprise show\` prints it.`;
    problems.push({ code: 'MIGRATE_SKU_UNKNOWN', message, path: 'sku.name' });
    return undefined;
  }
  const tier: Tier = size.startsWith('EnterpriseFlash') ? 'EnterpriseFlash' : 'Enterprise';
  const smallest = smallestCapacityOf(tier);
  const nodes = capacity ?? smallest;
  // 2, 4, 6, … and 3, 9, 15, …: https://learn.microsoft.com/javascript/api/@azure/arm-redisenterprisecache/sku
  if (nodes % smallest !== 0 || nodes === 0) {
    const message = `\`sku.capacity\` is ${nodes}: ${size} has ${tier === 'Enterprise' ? '2, 4, 6, 8 or 10' : '3, 9 or 15'}. Give the whole document, as \`az redisenterprise show\` prints it.`;
    problems.push({ code: 'MIGRATE_SKU_UNKNOWN', message, path: 'sku.capacity' });
    return undefined;
  }
  return { tier, size, capacity: nodes, gigabytes: ((ENTERPRISE_GIGABYTES[size] ?? 0) * nodes) / smallest };
}

function policyOf(settings: Fields): ClusteringPolicy {
  const given = settings.text('clusteringPolicy');
  const policy = CLUSTERING_POLICIES.find((known) => known.toLowerCase() === given.toLowerCase());
  if (policy === undefined && given !== '') settings.malformed('clusteringPolicy', CLUSTERING_POLICIES.join(' or '));
  // The resource's default: https://learn.microsoft.com/azure/templates/microsoft.cache/redisenterprise/databases
  return policy ?? 'OSSCluster';
}

function persistenceOf(persistence: Fields): OldPersistence {
  if (persistence.flag('aofEnabled') === true) {
    return { kind: 'aof', frequency: persistence.text('aofFrequency') || '1s' };
  }
  if (persistence.flag('rdbEnabled') !== true) return { kind: 'none' };
  return { kind: 'rdb', frequency: persistence.text('rdbFrequency') };
}

function moduleOf(settings: Fields, index: number, problems: Problem[]) {
  const module = fieldsOf(settings.list('modules')[index], `database.modules.${index}`, problems);
  return { name: module.text('name'), hasArguments: module.text('args') !== '' };
}

function geoReplicationOf(geoReplication: Fields): EnterpriseCache['geoReplication'] {
  const members = geoReplication.list('linkedDatabases');
  if (members.length === 0) return undefined;
  return {
    groupNickname: geoReplication.text('groupNickname'),
    memberIds: members.map((member) => String(lookUp(member, 'id') ?? '')),
  };
}

function noDatabase(cluster: Pick<EnterpriseCache, 'name' | 'resourceGroup'>): Problem {
  const { name } = cluster;
  const message = `The database of ${describeGiven(name)} is not in the document, and almost every setting is in it. Give it with --database, as \`az redisenterprise database show --cluster-name ${name} --resource-group ${groupOf(cluster)}\` prints it.`;
  return { code: 'MIGRATE_DATABASE_MISSING', message };
}
