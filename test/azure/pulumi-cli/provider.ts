/**
 * Stands where Azure's provider stands. It knows the inputs of the real one (from its SDK), refuses others, plans the
 * clustering policy as an update in place, as the real one does, and deploys nothing. What it is asked is written to PROVIDER_LOG.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  answered,
  empty,
  pluginMessages,
  providerMessages,
  providerServices,
  structOf,
  UNKNOWN_VALUE,
} from '../pulumi-host/protocol.ts';
import { servePlugin } from './plugin.ts';

type Fields = Record<string, unknown>;
type Struct = { toJavaScript(): object } | undefined;

const SDK = dirname(createRequire(import.meta.url).resolve('@pulumi/azure-native/package.json'));

/** Inputs without which a resource is another one; the real provider has them from the paths of the service's API. */
const IDENTIFIERS = new Set([
  'clusterName',
  'databaseName',
  'resourceGroupName',
  'location',
  'resourceName',
  'resourceType',
  'parentResourcePath',
  'resourceProviderNamespace',
]);
/** The service takes them when a database is made, and not later. */
const CREATE_ONLY = new Set(['modules', 'port', 'geoReplication']);

/** What is there before any program runs: ids to inputs, in the file that PROVIDER_EXISTING names. */
function existing(): Readonly<Record<string, Fields>> {
  const path = process.env.PROVIDER_EXISTING;
  return path !== undefined && existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, Fields>)
    : {};
}

const fieldsOf = (struct: Struct): Fields => (struct?.toJavaScript() ?? {}) as Fields;

function log(entry: Fields): void {
  const path = process.env.PROVIDER_LOG;
  if (path !== undefined) appendFileSync(path, `${JSON.stringify(entry)}\n`);
}

/** `azure-native:redisenterprise:Database` to the inputs that its class in the SDK takes. */
function inputsOf(type: string): Set<string> {
  const [, module = '', name = ''] = type.split(':');
  const file = join(SDK, module, `${name.charAt(0).toLowerCase()}${name.slice(1)}.js`);
  const text = readFileSync(file, 'utf8');
  return new Set([...text.matchAll(/resourceInputs\["(\w+)"\] = (?!undefined)/g)].map(([, input = '']) => input));
}

function check(type: string, news: Fields): Fields {
  const known = inputsOf(type);
  const unknown = Object.keys(news).filter((name) => !known.has(name) && !name.startsWith('__'));
  if (unknown.length > 0) throw new Error(`${type} has no input ${unknown.join(', ')}`);
  return news;
}

/** What the service adds once the resource exists. */
function outputsOf(type: string, { clusterName, resourceName }: Fields, preview: boolean): Fields {
  const later = (value: unknown) => (preview ? UNKNOWN_VALUE : value);
  const name = String(clusterName ?? resourceName ?? 'made');
  return {
    name: later(name),
    provisioningState: later('Succeeded'),
    ...(type.endsWith(':RedisEnterprise') ? { hostName: later(`${name}.westeurope.redis.azure.net`) } : {}),
    ...(type.endsWith(':UserAssignedIdentity')
      ? {
          principalId: later('11111111-2222-4333-8444-555555555555'),
          clientId: later('22222222-2222-4333-8444-555555555555'),
        }
      : {}),
  };
}

function diff(olds: Fields, news: Fields, ignored: readonly string[]) {
  const response = new providerMessages.DiffResponse();
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter((name) => !name.startsWith('__'));
  const changed = names.filter(
    (name) => JSON.stringify(olds[name]) !== JSON.stringify(news[name]) && !ignored.includes(name),
  );
  const replacing = changed.filter((name) => IDENTIFIERS.has(name) || CREATE_ONLY.has(name));
  response.setChanges(providerMessages.DiffResponse.DiffChanges[changed.length === 0 ? 'DIFF_NONE' : 'DIFF_SOME']);
  response.setDiffsList(changed);
  response.setReplacesList(replacing);
  response.setHasdetaileddiff(true);
  for (const name of changed) {
    const entry = new providerMessages.PropertyDiff();
    const { UPDATE, UPDATE_REPLACE } = providerMessages.PropertyDiff.Kind;
    entry.setKind(replacing.includes(name) ? UPDATE_REPLACE : UPDATE);
    entry.setInputdiff(true);
    response.getDetaileddiffMap().set(name, entry);
  }
  return response;
}

/** A cluster's as Azure forms it, because somebody takes it apart. */
function idOf(type: string, { resourceGroupName, clusterName }: Fields, urn: string): string {
  return type === 'azure-native:redisenterprise:RedisEnterprise'
    ? `/subscriptions/s/resourceGroups/${resourceGroupName}/providers/Microsoft.Cache/redisEnterprise/${clusterName}`
    : `/subscriptions/s/${type}/${urn.split('::').at(-1)}`;
}

function existingBelow({ resourceGroupName, clusterName }: Fields, below: string): Fields {
  const end = `/resourceGroups/${resourceGroupName}/providers/Microsoft.Cache/redisEnterprise/${clusterName}${below}`;
  return Object.entries(existing()).find(([id]) => id.endsWith(end))?.[1] ?? {};
}

const ANSWERS: Readonly<Record<string, (inputs: Fields) => Fields>> = {
  'azure-native:authorization:getClientToken': () => ({ token: 'aTokenThatNobodyMaySee' }),
  'azure-native:redisenterprise:getRedisEnterprise': (inputs) => ({
    ...existingBelow(inputs, ''),
    hostName: `${inputs.clusterName}.westeurope.redis.azure.net`,
  }),
  'azure-native:redisenterprise:getDatabase': (inputs) => existingBelow(inputs, `/databases/${inputs.databaseName}`),
  'azure-native:redisenterprise:listDatabaseKeys': () => ({
    primaryKey: 'aPrimaryKeyThatNobodyMaySee',
    secondaryKey: 'aSecondaryKeyThatNobodyMaySee',
  }),
};

await servePlugin(providerServices.ResourceProviderService, {
  getPluginInfo: answered(() => {
    const info = new pluginMessages.PluginInfo();
    info.setVersion('3.28.0');
    return info;
  }),
  getSchema: answered(() => {
    const response = new providerMessages.GetSchemaResponse();
    response.setSchema(JSON.stringify({ name: 'azure-native', version: '3.28.0' }));
    return response;
  }),
  checkConfig: answered((request: InstanceType<typeof providerMessages.CheckRequest>) => checked(request.getNews())),
  diffConfig: answered(() => diff({}, {}, [])),
  configure: answered(() => {
    const response = new providerMessages.ConfigureResponse();
    response.setSupportspreview(true);
    return response;
  }),
  check: answered((request: InstanceType<typeof providerMessages.CheckRequest>) => {
    check(request.getType() || typeIn(request.getUrn()), fieldsOf(request.getNews()));
    return checked(request.getNews());
  }),
  diff: answered((request: InstanceType<typeof providerMessages.DiffRequest>) =>
    diff(fieldsOf(request.getOldInputs()), fieldsOf(request.getNews()), request.getIgnorechangesList()),
  ),
  create: answered((request: InstanceType<typeof providerMessages.CreateRequest>) => {
    const type = typeIn(request.getUrn());
    const inputs = fieldsOf(request.getProperties());
    log({ operation: 'create', type, preview: request.getPreview() });
    const response = new providerMessages.CreateResponse();
    if (!request.getPreview()) response.setId(idOf(type, inputs, request.getUrn()));
    response.setProperties(structOf({ ...inputs, ...outputsOf(type, inputs, request.getPreview()) }));
    return response;
  }),
  /** By the id that the engine gives, to the letter: the real one has paths in which case counts. */
  read: answered((request: InstanceType<typeof providerMessages.ReadRequest>) => {
    const type = typeIn(request.getUrn());
    const id = request.getId();
    log({ operation: 'read', type, preview: false, id });
    const response = new providerMessages.ReadResponse();
    const inputs = existing()[id];
    if (inputs === undefined) return response;
    response.setId(id);
    response.setInputs(structOf(inputs));
    response.setProperties(structOf({ ...inputs, ...outputsOf(type, inputs, false) }));
    return response;
  }),
  update: answered((request: InstanceType<typeof providerMessages.UpdateRequest>) => {
    const type = typeIn(request.getUrn());
    const inputs = fieldsOf(request.getNews());
    log({ operation: 'update', type, preview: request.getPreview() });
    const response = new providerMessages.UpdateResponse();
    response.setProperties(structOf({ ...inputs, ...outputsOf(type, inputs, request.getPreview()) }));
    return response;
  }),
  delete: answered((request: InstanceType<typeof providerMessages.DeleteRequest>) => {
    log({ operation: 'delete', type: typeIn(request.getUrn()), preview: false });
    return new empty.Empty();
  }),
  invoke: answered((request: InstanceType<typeof providerMessages.InvokeRequest>) => {
    const answer = ANSWERS[request.getTok()];
    if (answer === undefined) throw new Error(`nobody expected ${request.getTok()}`);
    log({ operation: 'invoke', type: request.getTok(), preview: request.getPreview() });
    const response = new providerMessages.InvokeResponse();
    response.setReturn(structOf(answer(fieldsOf(request.getArgs()))));
    return response;
  }),
  cancel: answered(() => new empty.Empty()),
});

function checked(news: ReturnType<InstanceType<typeof providerMessages.CheckRequest>['getNews']>) {
  const response = new providerMessages.CheckResponse();
  response.setInputs(news);
  return response;
}

function typeIn(urn: string): string {
  return (urn.split('::')[2] ?? '').split('$').at(-1) ?? '';
}
