/** The few questions that are asked of ARM about one Azure Managed Redis, every answer whole (all pages), and the changes that are asked for. */

import type { AzureResourceId } from '../../topology/azure-resource-id.ts';
import type { Arm } from './arm.ts';
import type {
  AccessPolicyAssignment,
  AzureDescription,
  Cluster,
  Database,
  DatabaseProperties,
  HealthEvent,
  PrivateEndpointConnection,
  SkuOffer,
} from './description.ts';
import { createFailed, hasCode } from './faults.ts';
import { type Accepted, accepted, type LongRunningOptions } from './long-running.ts';

export const API_VERSION = '2025-07-01';
/**
 * The newest that is no preview. It knows maintenance windows, keyspace events and access strings, so it is needed to compare those, and for
 * a read that is written back: a PUT is the whole database, and what the read does not show it would take away.
 */
export const WHOLE_RESOURCE_API_VERSION = '2026-09-01';
/** https://learn.microsoft.com/rest/api/monitor/activity-logs/list */
const ACTIVITY_LOG_API_VERSION = '2015-04-01';
/** https://learn.microsoft.com/rest/api/monitor/metrics/list */
const METRICS_API_VERSION = '2023-10-01';

/** How far back health events are looked for. */
const HEALTH_DAYS = 7;
/** Metrics arrive minutes late. */
const METRIC_MINUTES = 30;

export interface Api {
  readonly arm: Arm;
  readonly id: AzureResourceId;
  readonly longRunning: LongRunningOptions;
}

export function getCluster({ arm, id }: Api, signal?: AbortSignal, apiVersion = API_VERSION): Promise<Cluster> {
  return read(arm, id.clusterId, 'GET redisEnterprise', apiVersion, signal);
}

export function getDatabase(
  { arm, id }: Api,
  signal?: AbortSignal,
  apiVersion = API_VERSION,
  databaseId = id.databaseId,
): Promise<Database> {
  return read(arm, databaseId, 'GET databases/default', apiVersion, signal);
}

/** Everything that a comparison needs. @throws ProblemError `AZURE_CREATE_FAILED` for what a creation that failed has left, and what statusFault says */
export async function describe(
  api: Api,
  { apiVersion, now }: { readonly apiVersion: string; readonly now: Date },
  signal?: AbortSignal,
): Promise<AzureDescription> {
  // The cluster first: without it nothing else needs to be asked.
  const cluster = await getCluster(api, signal, apiVersion);
  if (cluster.properties?.resourceState === 'CreateFailed') throw createFailed(api.arm.subject, api.id.clusterId);
  const database = await getDatabase(api, signal, apiVersion);
  const accessPolicyAssignments = await listAssignments(api, signal, apiVersion);
  const privateEndpointConnections = await list<PrivateEndpointConnection>(
    api,
    `${api.id.clusterId}/privateEndpointConnections`,
    signal,
  );
  // The role Reader may not ask this.
  const skuOffers = await unlessForbidden(() => listSkusForScaling(api, signal));
  const healthEvents = await unlessForbidden(() => listHealthEvents(api, now, signal));
  return {
    cluster,
    database,
    accessPolicyAssignments,
    privateEndpointConnections,
    ...(skuOffers === undefined ? {} : { skuOffers }),
    ...(healthEvents === undefined ? {} : { healthEvents }),
  };
}

async function unlessForbidden<Value>(ask: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (hasCode(error, 'AZURE_FORBIDDEN')) return undefined;
    throw error;
  }
}

/** A POST that changes nothing. */
export async function listSkusForScaling({ arm, id }: Api, signal?: AbortSignal): Promise<SkuOffer[] | undefined> {
  const { body } = await arm.send({
    method: 'POST',
    path: `${id.clusterId}/listSkusForScaling`,
    apiVersion: API_VERSION,
    action: 'POST listSkusForScaling',
    ...given(signal),
  });
  return (body as { skus?: SkuOffer[] } | undefined)?.skus;
}

export function listAssignments(
  api: Api,
  signal?: AbortSignal,
  apiVersion = API_VERSION,
): Promise<AccessPolicyAssignment[]> {
  return list(api, `${api.id.databaseId}/accessPolicyAssignments`, signal, apiVersion);
}

/** Newest first. */
async function listHealthEvents({ arm, id }: Api, now: Date, signal?: AbortSignal): Promise<HealthEvent[]> {
  const from = new Date(now.getTime() - HEALTH_DAYS * 86_400_000);
  const filter = `eventTimestamp ge '${from.toISOString()}' and eventTimestamp le '${now.toISOString()}' and resourceUri eq '${id.clusterId}'`;
  const events = await pages<HealthEvent>(arm, {
    path: `/subscriptions/${id.subscriptionId}/providers/Microsoft.Insights/eventtypes/management/values`,
    apiVersion: ACTIVITY_LOG_API_VERSION,
    query: { $filter: filter },
    action: 'GET the activity log',
    ...given(signal),
  });
  return events
    .filter(({ category }) => category?.value === 'ResourceHealth')
    .toSorted((one, other) => (other.eventTimestamp ?? '').localeCompare(one.eventTimestamp ?? ''));
}

/** The latest of the last half hour, in percent; undefined where there is none. */
export async function usedMemoryPercent(
  { arm, id }: Api,
  now: Date,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const from = new Date(now.getTime() - METRIC_MINUTES * 60_000);
  const { body } = await arm.send({
    method: 'GET',
    path: `${id.clusterId}/providers/Microsoft.Insights/metrics`,
    apiVersion: METRICS_API_VERSION,
    query: {
      metricnames: 'usedmemorypercentage',
      aggregation: 'Maximum',
      interval: 'PT1M',
      timespan: `${from.toISOString()}/${now.toISOString()}`,
    },
    action: 'GET the metric usedmemorypercentage',
    ...given(signal),
  });
  const { value = [] } = (body ?? {}) as {
    value?: { timeseries?: { data?: { maximum?: number }[] }[] }[];
  };
  const points = value.flatMap(({ timeseries = [] }) => timeseries.flatMap(({ data = [] }) => data));
  return points.findLast(({ maximum }) => maximum !== undefined)?.maximum;
}

/** The service does not implement PATCH of a database (501), so what is there is written back with the change. */
export async function changeDatabase(
  api: Api,
  change: Partial<DatabaseProperties>,
  signal?: AbortSignal,
): Promise<Accepted> {
  const { properties = {} } = await getDatabase(api, signal, WHOLE_RESOURCE_API_VERSION);
  return accepted(
    api.arm,
    {
      method: 'PUT',
      path: api.id.databaseId,
      apiVersion: WHOLE_RESOURCE_API_VERSION,
      body: { properties: { ...writable(properties), ...change } },
      action: 'PUT databases/default',
    },
    api.longRunning,
  );
}

/** A PATCH of the cluster carries nothing but the change. */
export function scaleTo({ arm, id, longRunning }: Api, sku: string): Promise<Accepted> {
  const request = {
    method: 'PATCH',
    path: id.clusterId,
    apiVersion: API_VERSION,
    body: { sku: { name: sku } },
    action: `PATCH redisEnterprise (sku ${sku})`,
  } as const;
  return accepted(arm, request, longRunning);
}

export function act(
  { arm, longRunning }: Api,
  databaseId: string,
  action: 'forceUnlink' | 'forceLinkToReplicationGroup' | 'upgradeDBRedisVersion',
  body?: unknown,
): Promise<Accepted> {
  const request = {
    method: 'POST',
    path: `${databaseId}/${action}`,
    apiVersion: API_VERSION,
    action: `POST ${action}`,
  };
  return accepted(arm, { ...request, method: 'POST', ...(body === undefined ? {} : { body }) }, longRunning);
}

/** Without what the service only tells. */
function writable({
  provisioningState: _provisioning,
  resourceState: _resource,
  redisVersion: _version,
  modules,
  geoReplication,
  ...rest
}: DatabaseProperties): DatabaseProperties {
  return {
    ...rest,
    ...(modules === undefined ? {} : { modules: modules.map(({ version: _moduleVersion, ...module }) => module) }),
    ...(geoReplication === undefined
      ? {}
      : {
          geoReplication: {
            ...geoReplication,
            ...(geoReplication.linkedDatabases === undefined
              ? {}
              : { linkedDatabases: geoReplication.linkedDatabases.map(({ state: _state, ...linked }) => linked) }),
          },
        }),
  };
}

async function read<Answer>(
  arm: Arm,
  path: string,
  action: string,
  apiVersion: string,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const { body } = await arm.send({ method: 'GET', path, apiVersion, action, ...given(signal) });
  return (body ?? {}) as Answer;
}

function list<Item>(
  { arm }: Api,
  path: string,
  signal: AbortSignal | undefined,
  apiVersion = API_VERSION,
): Promise<Item[]> {
  return pages(arm, { path, apiVersion, action: `GET ${path.split('/').at(-1)}`, ...given(signal) });
}

async function pages<Item>(arm: Arm, first: Omit<Parameters<Arm['send']>[0], 'method'>): Promise<Item[]> {
  const items: Item[] = [];
  const { apiVersion: _version, query: _query, ...rest } = first;
  for (let request: typeof first | undefined = first; request !== undefined; ) {
    const { body } = await arm.send({ ...request, method: 'GET' });
    const { value = [], nextLink } = (body ?? {}) as { value?: Item[]; nextLink?: string };
    items.push(...value);
    request = nextLink === undefined || nextLink === '' ? undefined : { ...rest, path: nextLink };
  }
  return items;
}

function given(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
