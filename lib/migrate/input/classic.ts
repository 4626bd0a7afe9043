/** `Microsoft.Cache/redis`, from its document to an old cache. */
import type { Problem } from '../../base/problem.ts';
import type { JsonRecord } from '../../plan/json.ts';
import { describeGiven, listed } from '../../topology/input/describe.ts';
import type { ClassicCache, OldPersistence } from '../old-cache.ts';
import { CLASSIC_GIGABYTES } from '../old-sizes.ts';
import { identityOf, surroundingsOf } from './common.ts';
import { type Fields, fieldsOf } from './fields.ts';

/** What is in documents of its own. */
export type ClassicChildren = Pick<ClassicCache, 'patchSchedule' | 'firewallRuleNames' | 'access'>;

/** Undefined when there are problems. */
export function classicCache(
  cache: JsonRecord,
  children: ClassicChildren,
  problems: Problem[],
): ClassicCache | undefined {
  const fields = fieldsOf(cache, '', problems);
  const settings = fields.part('redisConfiguration');
  const size = sizeOf(fields.part('sku'), problems);
  const identity = identityOf(cache, fields, problems);
  const shardCount = fields.count('shardCount') ?? 0;
  const read: Omit<ClassicCache, 'tier' | 'size' | 'gigabytes'> = {
    kind: 'classic',
    ...identity,
    ...surroundingsOf(cache, fields),
    ...children,
    hostName: fields.text('hostName') || `${identity.name}.redis.cache.windows.net`,
    shardCount,
    // The older name of the same setting.
    replicasPerPrimary: fields.count('replicasPerPrimary') ?? fields.count('replicasPerMaster') ?? 1,
    plaintext: fields.flag('enableNonSslPort') ?? false,
    accessKeys: !(fields.flag('disableAccessKeyAuthentication') ?? false),
    entra: settings.flag('aad-enabled') ?? false,
    evictionPolicy: settings.text('maxmemory-policy'),
    persistence: persistenceOf(settings),
    databases: settings.count('databases'),
    maxClients: settings.count('maxclients'),
    reservedMegabytes: settings.count('maxmemory-reserved'),
    keyspaceEvents: settings.text('notify-keyspace-events'),
    subnetId: fields.text('subnetId'),
    staticIp: fields.text('staticIP'),
    linkedServerNames: fields.list('linkedServers').map(linkedName),
    updateChannel: fields.text('updateChannel'),
  };
  if (size === undefined || problems.length > 0) return undefined;
  return { ...read, ...size, gigabytes: size.gigabytes * Math.max(1, shardCount) };
}

function sizeOf(sku: Fields, problems: Problem[]): Pick<ClassicCache, 'tier' | 'size' | 'gigabytes'> | undefined {
  const [name, family, capacity] = [sku.text('name'), sku.text('family'), sku.count('capacity')];
  const tier = (['Basic', 'Standard', 'Premium'] as const).find((known) => known.toLowerCase() === name.toLowerCase());
  const sizes = tier === undefined ? {} : CLASSIC_GIGABYTES[tier];
  const size = `${family.toUpperCase()}${capacity ?? ''}`;
  const gigabytes = Object.hasOwn(sizes, size) ? sizes[size] : undefined;
  if (tier !== undefined && gigabytes !== undefined) return { tier, size, gigabytes };
  const allowed =
    tier === undefined
      ? `the tiers are ${listed(Object.keys(CLASSIC_GIGABYTES))}`
      : `${tier} has ${Object.keys(sizes).join(', ')}`;
  const given = `${describeGiven(name === '' ? undefined : name)} of size ${describeGiven(size === '' ? undefined : size)}`;
  const message = `\`sku\` is ${given}, which Azure Cache for Redis does not have: ${allowed}. Give the whole document, as \`az redis show\` prints it.`;
  problems.push({ code: 'MIGRATE_SKU_UNKNOWN', message, path: 'sku' });
  return undefined;
}

/** The service has one kind at a time; where a document names both, the log of every write is the one that must not get lost. */
function persistenceOf(settings: Fields): OldPersistence {
  if (settings.flag('aof-backup-enabled') === true) return { kind: 'aof', frequency: '1s' };
  if (settings.flag('rdb-backup-enabled') !== true) return { kind: 'none' };
  return { kind: 'rdb', frequency: settings.text('rdb-backup-frequency') };
}

/** `…/linkedServers/NAME`. */
function linkedName(link: unknown): string {
  const id = typeof link === 'string' ? link : fieldsOf(link, '', []).text('id');
  return id.split('/').at(-1) ?? '';
}
