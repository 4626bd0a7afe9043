/** One entry for each operation of the API that the stand-in knows, by its name in the service's specification. */
import { randomBytes } from 'node:crypto';
import type { AccessPolicyAssignment, Cluster, Database } from '../../../../lib/control/azure/description.ts';
import { isSameId } from '../../../../lib/topology/azure-resource-id.ts';
import { AZURE_SKU_GIGABYTES, isFlashSku } from '../../../../lib/topology/limits.ts';
import type { Draft } from '../../../verify/healthy.ts';
import { type Account, begin, databaseOf, type Operation } from './account.ts';
import { skuOffers } from './description.ts';
import { badRequest, notFound, notImplemented } from './fault.ts';
import { acceptKeys, discardData, dropConnections, replaceEveryNode, usedBytes } from './lab-changes.ts';

export interface Asked {
  readonly account: Account;
  /** Of the path; the database's is the whole resource id. */
  readonly databaseId: string;
  readonly operationId: string;
  readonly query: URLSearchParams;
  readonly apiVersion: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  /** What goes on after the answer. */
  readonly operation?: Operation;
}

export interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
  readonly answer: (asked: Asked) => Promise<Answer> | Answer;
}

const CLUSTER = String.raw`/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Cache/redisEnterprise/[^/]+`;
const DATABASE = `${CLUSTER}/databases/default`;
const route = (name: string, method: string, path: string, answer: Route['answer']): Route => ({
  name,
  method,
  path: new RegExp(`^${path}$`, 'i'),
  answer,
});

export const ROUTES: readonly Route[] = [
  route('RedisEnterprise_Get', 'GET', CLUSTER, ({ account, apiVersion }) => ({
    status: 200,
    body: shownCluster(account.cluster, apiVersion),
  })),
  route('RedisEnterprise_Create', 'PUT', CLUSTER, scale(200)),
  route('RedisEnterprise_Update', 'PATCH', CLUSTER, scale(202)),
  route('RedisEnterprise_ListSkusForScaling', 'POST', `${CLUSTER}/listSkusForScaling`, ({ account }) => ({
    status: 200,
    body: { skus: skuOffers(account.cluster.sku?.name) },
  })),
  route('PrivateEndpointConnections_List', 'GET', `${CLUSTER}/privateEndpointConnections`, ({ account }) => ({
    status: 200,
    body: { value: account.endpoints },
  })),
  route('Databases_ListByCluster', 'GET', `${CLUSTER}/databases`, ({ account, apiVersion }) => ({
    status: 200,
    body: { value: [shownDatabase(account.database, apiVersion)] },
  })),
  route('Databases_Get', 'GET', DATABASE, (asked) => ({
    status: 200,
    body: shownDatabase(expectDatabase(asked), asked.apiVersion),
  })),
  route('Databases_Create', 'PUT', DATABASE, putDatabase),
  // https://github.com/Azure/azure-powershell/issues/30045
  route('Databases_Update', 'PATCH', DATABASE, () => {
    throw notImplemented();
  }),
  route('Databases_ListKeys', 'POST', `${DATABASE}/listKeys`, ({ account }) => ({ status: 200, body: account.keys })),
  route('Databases_RegenerateKey', 'POST', `${DATABASE}/regenerateKey`, regenerateKey),
  route('Databases_ForceUnlink', 'POST', `${DATABASE}/forceUnlink`, forceUnlink),
  route('Databases_ForceLink', 'POST', `${DATABASE}/forceLinkToReplicationGroup`, forceLink),
  route('Databases_UpgradeDBRedisVersion', 'POST', `${DATABASE}/upgradeDBRedisVersion`, ({ account }) => ({
    status: 202,
    operation: begin(account, {
      resource: account.database,
      during: 'Updating',
      make: () => replaceEveryNode(account.lab, account.closing),
    }),
  })),
  route('AccessPolicyAssignment_List', 'GET', `${DATABASE}/accessPolicyAssignments`, ({ account, apiVersion }) => ({
    status: 200,
    body: { value: account.assignments.map((assignment) => shownAssignment(assignment, apiVersion)) },
  })),
  route('Metrics_List', 'GET', `${CLUSTER}/providers/Microsoft\\.Insights/metrics`, metrics),
  route(
    'OperationsStatus_Get',
    'GET',
    '/subscriptions/[^/]+/providers/Microsoft\\.Cache/locations/[^/]+/operationsStatus/[^/]+',
    (asked) => ({ status: 200, body: expectOperation(asked) }),
  ),
  route(
    'OperationsResult_Get',
    'GET',
    '/subscriptions/[^/]+/providers/Microsoft\\.Cache/locations/[^/]+/operationsResult/[^/]+',
    (asked) => ({ status: expectOperation(asked).status === 'InProgress' ? 202 : 200 }),
  ),
  route(
    'ActivityLogs_List',
    'GET',
    '/subscriptions/[^/]+/providers/Microsoft\\.Insights/eventtypes/management/values',
    activityLog,
  ),
];

function expectDatabase({ account, databaseId }: Asked): Draft<Database> {
  const database = databaseOf(account, databaseId);
  if (database === undefined) throw notFound(`Microsoft.Cache/redisEnterprise${databaseId}`);
  return database;
}

function expectOperation({ account, operationId }: Asked): Operation {
  const operation = account.operations.get(operationId);
  if (operation === undefined) throw notFound(`operationsStatus/${operationId}`);
  return operation;
}

/** Older versions do not show what they do not know. */
function shownCluster(cluster: Draft<Cluster>, apiVersion: string): Cluster {
  const { maintenanceConfiguration: _windows, ...properties } = cluster.properties ?? {};
  return isNew(apiVersion) ? cluster : { ...cluster, properties };
}

function shownDatabase(database: Draft<Database>, apiVersion: string): Database {
  const { notifyKeyspaceEvents: _events, ...properties } = database.properties ?? {};
  return isNew(apiVersion) ? database : { ...database, properties };
}

function shownAssignment(assignment: AccessPolicyAssignment, apiVersion: string): AccessPolicyAssignment {
  const { accessString: _string, ...properties } = assignment.properties ?? {};
  return isNew(apiVersion) ? assignment : { ...assignment, properties };
}

function isNew(apiVersion: string): boolean {
  return apiVersion.slice(0, 10) >= '2026-05-01';
}

function scale(status: number): Route['answer'] {
  return ({ account, apiVersion, body }) => {
    const { lab, cluster, closing } = account;
    const sku = (body as Cluster).sku?.name ?? cluster.sku?.name ?? '';
    if (AZURE_SKU_GIGABYTES[sku] === undefined) throw badRequest(`The SKU ${sku} is not supported.`);
    if (isFlashSku(sku) !== isFlashSku(cluster.sku?.name ?? ''))
      throw badRequest('Scaling between Flash and other SKUs is not supported.');
    if (sku === cluster.sku?.name) return { status: 200, body: shownCluster(cluster, apiVersion) };
    const operation = begin(account, {
      resource: cluster,
      during: 'Scaling',
      make: async () => {
        await replaceEveryNode(lab, closing);
        cluster.sku = { name: sku };
      },
    });
    return { status, operation, ...(status === 200 ? { body: shownCluster(cluster, apiVersion) } : {}) };
  };
}

/** What is not in the request is not kept: a PUT is the whole database. */
function putDatabase({ account, apiVersion, body }: Asked): Answer {
  const { lab, database, keys } = account;
  const before = database.properties ?? {};
  const wanted = (body as Database).properties ?? {};
  const created = ['port', 'modules', 'clusteringPolicy', 'geoReplication'] as const;
  const changed = created.filter(
    (name) => JSON.stringify(withoutTold(wanted[name])) !== JSON.stringify(withoutTold(before[name])),
  );
  if (changed.length > 0) throw badRequest(`Properties ${changed.join(', ')} cannot be changed after creation.`);
  const isToggled = (wanted.accessKeysAuthentication ?? 'Disabled') !== before.accessKeysAuthentication;
  const operation = begin(account, {
    resource: database,
    during: 'Updating',
    make: async () => {
      const isOn = wanted.accessKeysAuthentication === 'Enabled';
      if (isToggled) await acceptKeys(lab, isOn ? [keys.primaryKey, keys.secondaryKey] : []);
      const { provisioningState, resourceState, redisVersion, geoReplication, modules } = before;
      database.properties = structuredClone({
        notifyKeyspaceEvents: '',
        accessKeysAuthentication: 'Disabled',
        ...wanted,
        ...{ provisioningState, resourceState, redisVersion, geoReplication, modules },
      }) as NonNullable<Draft<Database>['properties']>;
    },
  });
  return { status: 200, body: shownDatabase(database, apiVersion), operation };
}

/** Read-only parts of what is written back may be there or not. */
function withoutTold(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTold);
  if (typeof value !== 'object' || value === null) return value ?? [];
  const { state: _state, version: _version, ...rest } = value as Record<string, unknown>;
  return Object.fromEntries(Object.entries(rest).map(([name, inner]) => [name, withoutTold(inner)]));
}

function regenerateKey({ account, body }: Asked): Answer {
  const name = body.keyType === 'Primary' ? 'primaryKey' : body.keyType === 'Secondary' ? 'secondaryKey' : undefined;
  if (name === undefined) throw badRequest('keyType must be Primary or Secondary.');
  const { lab, keys, database } = account;
  const operation = begin(account, {
    resource: database,
    during: 'Updating',
    make: async () => {
      keys[name] = randomBytes(24).toString('base64url');
      const isOn = database.properties?.accessKeysAuthentication === 'Enabled';
      if (isOn) await acceptKeys(lab, [keys.primaryKey, keys.secondaryKey]);
    },
  });
  return { status: 202, operation };
}

function forceUnlink(asked: Asked): Answer {
  const { account, body } = asked;
  const asking = expectDatabase(asked);
  const ids = (body.ids ?? []) as string[];
  const linked = asking.properties?.geoReplication?.linkedDatabases ?? [];
  if (ids.length === 0 || ids.some((id) => !linked.some((link) => isSameId(link.id ?? '', id))))
    throw badRequest('The databases to be unlinked must be members of the replication group.');
  const operation = begin(account, {
    resource: asking,
    during: 'Updating',
    make: () => {
      for (const member of [account.database, ...account.peers]) {
        const group = member.properties?.geoReplication;
        if (ids.some((id) => isSameId(id, member.id ?? ''))) delete member.properties?.geoReplication;
        else if (group !== undefined)
          group.linkedDatabases = (group.linkedDatabases ?? []).filter(
            (link) => !ids.some((id) => isSameId(id, link.id ?? '')),
          );
      }
    },
  });
  return { status: 202, operation };
}

/** All data of this database is discarded; the other members exist for the API only, so nothing is copied from them. */
function forceLink({ account, body }: Asked): Answer {
  const { lab, database, peers } = account;
  const { groupNickname, linkedDatabases = [] } =
    (body.geoReplication as NonNullable<Database['properties']>['geoReplication']) ?? {};
  const ids = linkedDatabases.flatMap(({ id }) => id ?? []);
  const isGroup = peers.some(({ properties }) => properties?.geoReplication?.groupNickname === groupNickname);
  if (!isGroup || ids.length !== peers.length + 1)
    throw badRequest('The group and its members do not match an existing replication group.');
  if (database.properties?.geoReplication !== undefined) throw badRequest('The database is linked already.');
  const operation = begin(account, {
    resource: database,
    during: 'Updating',
    make: async () => {
      await discardData(lab);
      await dropConnections(lab);
      for (const member of [database, ...peers]) {
        const geoReplication = {
          groupNickname: `${groupNickname}`,
          linkedDatabases: ids.map((id) => ({ id, state: 'Linked' })),
        };
        member.properties = { ...member.properties, geoReplication };
      }
    },
  });
  return { status: 202, operation };
}

async function metrics({ account, query }: Asked): Promise<Answer> {
  const name = query.get('metricnames');
  if (name !== 'usedmemorypercentage') throw badRequest(`Failed to find metric configuration for metric: ${name}.`);
  const sizeBytes = (AZURE_SKU_GIGABYTES[account.cluster.sku?.name ?? ''] ?? 1) * 1024 ** 3;
  const maximum = Math.round((1_000 * (await usedBytes(account.lab))) / sizeBytes) / 10;
  const data = [{ timeStamp: new Date().toISOString(), maximum }, { timeStamp: new Date().toISOString() }];
  return { status: 200, body: { value: [{ name: { value: name }, timeseries: [{ data }] }] } };
}

function activityLog({ account, query }: Asked): Answer {
  const filter = query.get('$filter') ?? '';
  const [, since, until, uri = ''] =
    /^eventTimestamp ge '([^']+)' and eventTimestamp le '([^']+)' and resourceUri eq '([^']+)'$/.exec(filter) ?? [];
  if (since === undefined || until === undefined) throw badRequest('The $filter must say the start and the resource.');
  if (!isSameId(uri, account.id.clusterId)) return { status: 200, body: { value: [] } };
  const value = account.healthEvents.filter(
    ({ eventTimestamp = '' }) =>
      Date.parse(eventTimestamp) >= Date.parse(since) && Date.parse(eventTimestamp) <= Date.parse(until),
  );
  return { status: 200, body: { value } };
}
