/**
 * Stands in for Azure Resource Manager in front of a lab: its HTTP, a bearer token required, long-running operations, its error
 * bodies; and clusters that are the lab's real processes. Give `endpoint`, `resourceId` and `token` to azureControlPlane.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  AccessPolicyAssignment,
  Cluster,
  Database,
  HealthEvent,
  PrivateEndpointConnection,
} from '../../../../lib/control/azure/description.ts';
import type { Lab } from '../../../../lib/lab/lab.ts';
import { applicationPasswordPath } from '../../../../lib/lab/secrets.ts';
import { parseResourceId } from '../../../../lib/topology/azure-resource-id.ts';
import type { Account, Fate } from './account.ts';
import { clusterOf, databaseFor, topologyOf } from './description.ts';
import { ArmFault, badRequest, forbidden, notFound, unauthenticated, wrongApiVersion } from './fault.ts';
import { type Asked, ROUTES, type Answer as RouteAnswer } from './operations.ts';

export { DESCRIBED_ONLY } from './description.ts';
export * as faults from './fault.ts';

export interface AzureApiOptions {
  readonly lab: Lab;
  readonly tags?: Readonly<Record<string, string>>;
  /** Names of the other members, where the topology is geo-replicated. They exist for the API only. */
  readonly peers?: readonly string[];
  readonly healthEvents?: readonly HealthEvent[];
  /** Operations that the token may not do, by their names in the specification: `Databases_Create`. */
  readonly denied?: readonly string[];
  /** Most items in one page. Default 100. */
  readonly pageSize?: number;
  /** What every answer that is not the last word says in `Retry-After`. Default 0. */
  readonly retryAfterSeconds?: number;
  /** The token that is accepted, made from the endpoint once that is known. Default: a random one. */
  readonly tokenFor?: (endpoint: string) => string;
}

export interface AzureApiStandIn {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly resourceId: string;
  readonly token: () => Promise<string>;
  /** Operations that were asked for, in order, the refused ones too. */
  readonly calls: readonly string[];
  /** Bodies of requests, as sent. */
  readonly bodies: readonly { readonly name: string; readonly body: unknown }[];
  /** What somebody else may do to the resources behind everybody's back. */
  readonly cluster: Cluster & { properties?: object };
  readonly database: Database & { properties?: object };
  /** The next request for this operation meets the fault, once for each call of this. `lost`: it is done, and the answer never comes. */
  failNext(name: string, fault: ArmFault | 'lost'): void;
  /** What becomes of the next change that is accepted, once for each call of this. */
  nextChange(fate: Fate): void;
  /** Resolves when nothing is being changed any more; rejects with what went wrong in a change. */
  idle(): Promise<void>;
  /** Ends what is being changed and the server. The lab stays: heal or stop it. */
  close(): Promise<void>;
}

const SUBSCRIPTION = '11111111-2222-3333-4444-555555555555';
const KNOWN_VERSIONS = ['2025-07-01', '2026-09-01'];
const OTHER_PROVIDERS: Readonly<Record<string, string>> = {
  Metrics_List: '2023-10-01',
  ActivityLogs_List: '2015-04-01',
};

export async function startAzureApi(options: AzureApiOptions): Promise<AzureApiStandIn> {
  const closing = new AbortController();
  const account = accountOf(options, closing.signal);
  const calls: string[] = [];
  const bodies: { name: string; body: unknown }[] = [];
  const failing: { name: string; fault: ArmFault | 'lost' }[] = [];
  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const secret = options.tokenFor?.(endpoint) ?? randomBytes(24).toString('base64url');

  async function respond(request: IncomingMessage, response: import('node:http').ServerResponse): Promise<void> {
    try {
      const text = await textIn(request);
      expectToken(request, secret);
      const url = new URL(request.url ?? '', endpoint);
      const route = ROUTES.find(({ method, path }) => method === request.method && path.test(url.pathname));
      if (route === undefined) throw notFound(url.pathname);
      calls.push(route.name);
      const body = parsed(text);
      bodies.push({ name: route.name, body });
      const index = failing.findIndex(({ name }) => name === route.name);
      const fault = index < 0 ? undefined : failing.splice(index, 1)[0]?.fault;
      if (fault instanceof ArmFault) throw fault;
      if (options.denied?.includes(route.name)) throw forbidden(route.name, url.pathname);
      const answer = await route.answer(askedOf(account, route.name, url, body));
      if (fault === 'lost') return void request.socket.destroy();
      send(answer, url);
    } catch (error) {
      const { status, code, message } =
        error instanceof ArmFault ? error : new ArmFault(500, 'InternalServerError', String(error));
      const retry = status === 429 ? { 'retry-after': String(options.retryAfterSeconds ?? 0) } : {};
      response.writeHead(status, { 'content-type': 'application/json', ...retry });
      response.end(JSON.stringify({ error: { code, message } }));
    }

    function send({ status, body, operation }: RouteAnswer, url: URL): void {
      const place = `${endpoint}/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Cache/locations/westeurope`;
      const follow =
        operation === undefined
          ? {}
          : {
              'azure-asyncoperation': `${place}/operationsStatus/${operation.id}?api-version=2025-07-01`,
              location: `${place}/operationsResult/${operation.id}?api-version=2025-07-01`,
            };
      const retry = { 'retry-after': String(options.retryAfterSeconds ?? 0) };
      response.writeHead(status, { 'content-type': 'application/json', ...follow, ...retry });
      response.end(body === undefined ? '' : JSON.stringify(paged(body, url, options.pageSize ?? 100)));
    }
  }

  return {
    endpoint,
    resourceId: account.id.clusterId,
    token: async () => secret,
    calls,
    bodies,
    cluster: account.cluster as AzureApiStandIn['cluster'],
    database: account.database as AzureApiStandIn['database'],
    failNext: (name, fault) => void failing.push({ name, fault }),
    nextChange: (fate) => void account.fates.push(fate),
    idle: async () => void (await Promise.all(account.work)),
    close: async () => {
      closing.abort(new Error('the stand-in was closed'));
      await Promise.allSettled(account.work);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function accountOf({ lab, tags = {}, peers = [], healthEvents = [] }: AzureApiOptions, closing: AbortSignal): Account {
  const topology = topologyOf(lab);
  const idOf = (name: string) =>
    parseResourceId(
      `/subscriptions/${SUBSCRIPTION}/resourceGroups/lab-rg/providers/Microsoft.Cache/redisEnterprise/${name}`,
    );
  const id = idOf(topology.name);
  const peerIds = peers.map((name) => idOf(name).databaseId);
  const database = databaseFor(lab, id.databaseId, peerIds);
  const { authentication } = topology;
  const key = () => randomBytes(24).toString('base64url');
  const primaryKey =
    authentication.kind === 'access-key'
      ? readFileSync(applicationPasswordPath(lab.runDirectory), 'utf8').trim()
      : key();
  const assignments: AccessPolicyAssignment[] =
    authentication.kind === 'entra'
      ? [
          {
            name: 'application',
            properties: {
              provisioningState: 'Succeeded',
              accessPolicyName: 'default',
              accessString: '+@all ~*',
              user: { objectId: authentication.objectId },
            },
          },
        ]
      : [];
  const endpoints: PrivateEndpointConnection[] = [
    { name: 'lab-endpoint', properties: { privateLinkServiceConnectionState: { status: 'Approved' } } },
  ];
  return {
    lab,
    id,
    cluster: clusterOf(lab, id, tags),
    database,
    peers: peerIds.map((peerId) => structuredClone({ ...database, id: peerId })),
    keys: { primaryKey, secondaryKey: key() },
    assignments,
    endpoints,
    healthEvents,
    operations: new Map(),
    fates: [],
    closing,
    work: new Set(),
  };
}

function expectToken({ headers: { authorization } }: IncomingMessage, secret: string): void {
  if (authorization !== `Bearer ${secret}`) throw unauthenticated(authorization === undefined);
}

function askedOf(account: Account, name: string, url: URL, body: Asked['body']): Asked {
  const apiVersion = url.searchParams.get('api-version') ?? '';
  const isKnown =
    OTHER_PROVIDERS[name] === undefined ? KNOWN_VERSIONS.includes(apiVersion) : OTHER_PROVIDERS[name] === apiVersion;
  if (!isKnown) throw wrongApiVersion(apiVersion);
  const [clusterId] = /^.*\/redisEnterprise\/[^/]+/i.exec(url.pathname) ?? [];
  const ids = [account.database, ...account.peers].map(({ id = '' }) => id.toLowerCase());
  const databaseId = `${clusterId}/databases/default`;
  if (clusterId !== undefined && !ids.includes(databaseId.toLowerCase())) throw notFound(clusterId);
  return {
    account,
    databaseId,
    operationId: url.pathname.split('/').at(-1) ?? '',
    query: url.searchParams,
    apiVersion,
    body,
  };
}

/** Lists come in pages; the address of the next one is in the answer. */
function paged(body: unknown, url: URL, pageSize: number): unknown {
  const { value } = body as { value?: unknown[] };
  const first = Number(url.searchParams.get('$skipToken') ?? 0);
  if (!Array.isArray(value) || value.length <= pageSize) return body;
  const next = new URL(url);
  next.searchParams.set('$skipToken', String(first + pageSize));
  const isLast = first + pageSize >= value.length;
  return { value: value.slice(first, first + pageSize), ...(isLast ? {} : { nextLink: next.href }) };
}

function parsed(text: string): Asked['body'] {
  if (text === '') return {};
  try {
    return JSON.parse(text) as Asked['body'];
  } catch {
    throw badRequest('The request content was invalid and could not be deserialized.');
  }
}

async function textIn(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
