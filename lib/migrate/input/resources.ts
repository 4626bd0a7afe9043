/** Which resources a document holds, whatever it is wrapped in, and which of them is the cache that is meant. */
import { type Problem, ProblemError } from '../../base/problem.ts';
import { isRecord, type JsonRecord } from '../../plan/json.ts';
import { closestTo } from '../../topology/input/closest.ts';
import { describeGiven } from '../../topology/input/describe.ts';
import { lookUp } from './fields.ts';

export const CLASSIC = 'microsoft.cache/redis';
export const ENTERPRISE = 'microsoft.cache/redisenterprise';

/** What `az … show` and `az … list`, a REST list and an exported template have in them. */
export function resourcesIn(document: unknown): JsonRecord[] {
  if (Array.isArray(document)) return document.filter(isRecord);
  if (!isRecord(document)) return [];
  const wrapped = typeOf(document) === '' ? [lookUp(document, 'resources'), lookUp(document, 'value')] : [];
  const list = wrapped.find((candidate) => Array.isArray(candidate));
  return list === undefined ? [document] : resourcesIn(list);
}

/** In small letters: `microsoft.cache/redis`; empty when the resource does not say. */
export function typeOf(resource: JsonRecord): string {
  const type = lookUp(resource, 'type');
  if (typeof type === 'string') return type.toLowerCase();
  const id = lookUp(resource, 'id');
  const [, provider = ''] = /\/providers\/(.+)$/i.exec(typeof id === 'string' ? id : '') ?? [];
  const [namespace = '', ...segments] = provider.toLowerCase().split('/');
  return [namespace, ...segments.filter((_, index) => index % 2 === 0)].join('/');
}

export function nameOf(resource: JsonRecord): string {
  const name = lookUp(resource, 'name');
  return typeof name === 'string' ? name : '';
}

/**
 * @param wanted the name of the cache; undefined takes the only one there is
 * @throws ProblemError `MIGRATE_NOT_A_CACHE`, `MIGRATE_SEVERAL_CACHES`, `MIGRATE_NAME_UNKNOWN`, `MIGRATE_ALREADY_MANAGED_REDIS`
 */
export function cacheAmong(resources: readonly JsonRecord[], wanted: string | undefined): JsonRecord {
  const caches = resources.filter((resource) => [CLASSIC, ENTERPRISE].includes(typeOf(resource)));
  if (caches.length === 0) throw new ProblemError(notACache(resources));
  const named = caches.filter((cache) => wanted === undefined || sameName(nameOf(cache), wanted));
  if (named.length === 0) throw new ProblemError(unknownName(wanted ?? '', caches));
  const old = named.filter((cache) => !isManagedRedis(cache));
  const [only, another] = old;
  if (only === undefined) throw new ProblemError(alreadyManaged(named));
  if (another !== undefined) throw new ProblemError(several(old));
  return only;
}

/** Resources below the cache: `microsoft.cache/redis/firewallrules` and the like, which stand beside it in a template. */
export function childrenOf(cache: JsonRecord, kind: string, resources: readonly JsonRecord[]): JsonRecord[] {
  const type = `${typeOf(cache)}/${kind.toLowerCase()}`;
  const parent = nameOf(cache).toLowerCase();
  return resources.filter(
    (resource) => typeOf(resource) === type && parentNameOf(resource, parent).toLowerCase() === parent,
  );
}

/** Name of the cache that a child belongs to, by its id or by its own name in a template; the fallback when it does not say. */
export function parentNameOf(child: JsonRecord, fallback: string): string {
  const id = lookUp(child, 'id');
  const [, byId] = /\/providers\/microsoft\.cache\/redis(?:enterprise)?\/([^/]+)\//i.exec(String(id ?? '')) ?? [];
  if (byId !== undefined) return byId;
  const [byName = '', ...rest] = nameOf(child).split('/');
  return rest.length > 0 ? byName : fallback;
}

/** The same resource type has the old Enterprise tiers and Azure Managed Redis; the SKU tells them apart. */
function isManagedRedis(cache: JsonRecord): boolean {
  const sku = lookUp(lookUp(cache, 'sku'), 'name');
  return (
    typeOf(cache) === ENTERPRISE && /^(Balanced|MemoryOptimized|ComputeOptimized|FlashOptimized)_/i.test(String(sku))
  );
}

/** The service takes names in any case. */
export function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

const WANTED =
  'Give what `az redis show --output json` or `az redisenterprise show --output json` prints of the old cache.';

function notACache(resources: readonly JsonRecord[]): Problem {
  const types = [...new Set(resources.map(typeOf).filter((type) => type !== ''))];
  const found = types.length === 0 ? 'no resource of Azure' : `only ${types.slice(0, 5).map(describeGiven).join(', ')}`;
  const message = `The document holds ${found}: neither Microsoft.Cache/redis nor Microsoft.Cache/redisEnterprise. ${WANTED}`;
  return { code: 'MIGRATE_NOT_A_CACHE', message };
}

function several(caches: readonly JsonRecord[]): Problem {
  const shown = caches.slice(0, 10).map((cache) => describeGiven(nameOf(cache)));
  const more = caches.length > shown.length ? ` and ${caches.length - shown.length} more` : '';
  const names = new Set(caches.map((cache) => nameOf(cache).toLowerCase()));
  const advice = names.size < caches.length ? WANTED : 'Say which with --name.';
  const message = `The document holds ${caches.length} old caches: ${shown.join(', ')}${more}. One is migrated at a time. ${advice}`;
  return { code: 'MIGRATE_SEVERAL_CACHES', message };
}

function unknownName(wanted: string, caches: readonly JsonRecord[]): Problem {
  const names = caches.map(nameOf);
  const closest = closestTo(wanted, names);
  const meant = closest === undefined ? '' : ` Did you mean ${describeGiven(closest)}?`;
  const message = `No cache in the document is named ${describeGiven(wanted)}.${meant} There are: ${names.slice(0, 10).map(describeGiven).join(', ')}.`;
  return { code: 'MIGRATE_NAME_UNKNOWN', message };
}

function alreadyManaged(caches: readonly JsonRecord[]): Problem {
  const sku = lookUp(lookUp(caches[0], 'sku'), 'name');
  const message = `${describeGiven(nameOf(caches[0] ?? {}))} has the SKU ${describeGiven(sku)}: it is Azure Managed Redis already, and there is nothing to migrate. \`redoubt drift\` compares it with a deployment.`;
  return { code: 'MIGRATE_ALREADY_MANAGED_REDIS', message };
}
