/** What both resource types say in the same way. */
import type { Problem } from '../../base/problem.ts';
import { isRecord, type JsonRecord } from '../../plan/json.ts';
import { type Fields, lookUp } from './fields.ts';
import { nameOf } from './resources.ts';

/** Names and places go into commands and file names: nothing else than this may be in them. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/;
const GROUP = /^[\p{L}\p{N}_.()-]{1,90}$/u;
const LOCATION = /^[A-Za-z0-9 ()]{1,40}$/;
const ID = /^(?:\/[\p{L}\p{N}_.()-]+)+$/u;

export function identityOf(cache: JsonRecord, fields: Fields, problems: Problem[]) {
  const name = nameOf(cache);
  if (!NAME.test(name)) fields.malformed('name', 'the name of a cache: letters, digits and hyphens');
  const id = fields.text('id');
  if (id !== '' && !ID.test(id)) fields.malformed('id', 'the id of a resource, /subscriptions/…');
  const [, byId = ''] = /\/resourceGroups\/([^/]+)/i.exec(id) ?? [];
  const resourceGroup = fields.text('resourceGroup') || byId;
  if (resourceGroup !== '' && !GROUP.test(resourceGroup))
    fields.malformed('resourceGroup', 'the name of a resource group');
  // `West Europe` and `westeurope` are the same region.
  const location = fields.text('location');
  if (location === '' && problems.every(({ path }) => path !== 'location')) problems.push(missing('location'));
  else if (!LOCATION.test(location)) fields.malformed('location', 'the name of a region, such as westeurope');
  return {
    name,
    id: id === '' ? undefined : id,
    resourceGroup: resourceGroup === '' ? undefined : resourceGroup,
    location: location.toLowerCase().replace(/[^a-z0-9]/g, ''),
  };
}

export function missing(path: string): Problem {
  const message = `\`${path}\` is not there: every cache has one. Give the whole document, as \`az redis show\` or \`az redisenterprise show\` prints it.`;
  return { code: 'MIGRATE_FIELD_MISSING', message, path };
}

export function surroundingsOf(cache: JsonRecord, fields: Fields) {
  const privateEndpointCount = fields.list('privateEndpointConnections').length;
  return {
    state: fields.text('provisioningState'),
    redisVersion: fields.text('redisVersion'),
    minimumTlsVersion: fields.text('minimumTlsVersion'),
    // The Enterprise tiers have no such flag in older API versions: who has a private endpoint is not opened to the world.
    publicNetworkAccess: fields.flag('publicNetworkAccess') ?? privateEndpointCount === 0,
    privateEndpointCount,
    zones: fields.list('zones').map(String),
    tagNames: fields.names('tags'),
    hasIdentity: isRecord(lookUp(cache, 'identity')) && fields.part('identity').text('type').toLowerCase() !== 'none',
  };
}
