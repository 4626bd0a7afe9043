/** Words of the commands that are printed: a name may have what a shell would read as its own. */
import type { OldCache } from './old-cache.ts';
import type { Target } from './target.ts';

/** The group of the cache, as a word of a command. */
export function groupOf({ resourceGroup = 'RESOURCE_GROUP' }: Pick<OldCache, 'resourceGroup'>): string {
  return word(resourceGroup);
}

/** Resource id of the new database's cluster. */
export function newIdOf(cache: OldCache, target: Target): string {
  const [, subscription = 'SUBSCRIPTION_ID'] = /\/subscriptions\/([^/]+)/i.exec(cache.id ?? '') ?? [];
  return `/subscriptions/${subscription}/resourceGroups/${cache.resourceGroup ?? 'RESOURCE_GROUP'}/providers/Microsoft.Cache/redisEnterprise/${target.name}`;
}

/** As a POSIX shell reads it back. */
export function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
