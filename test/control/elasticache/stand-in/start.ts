/**
 * Stands in for the ElastiCache API in front of a lab: the query protocol over HTTP, signatures checked, and clusters that are
 * the lab's real processes. Point a real SDK at `endpoint` with STAND_IN_ENVIRONMENT as its credentials.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Event, Tag } from '../../../../lib/control/elasticache/description.ts';
import type { Lab } from '../../../../lib/lab/lab.ts';
import { readState } from '../../../../lib/lab/state.ts';
import type { Account } from './account.ts';
import { ACTIONS } from './actions.ts';
import type { Datastore } from './datastore.ts';
import { type Engine, HOME_REGION } from './description.ts';
import { ApiFault, accessDenied, internalFailure } from './fault.ts';
import type { StandInParameterGroup } from './parameter-groups.ts';
import { regionsOf } from './regions.ts';
import { checkSignature } from './signature.ts';
import { answerXml, faultXml } from './xml.ts';

export { DESCRIBED_ONLY } from './description.ts';
export * as faults from './fault.ts';
export { STAND_IN_ENVIRONMENT } from './signature.ts';

export const DATASTORE_ID = 'abcde-orders';

export interface StandInOptions {
  readonly lab: Lab;
  readonly tags?: readonly Tag[];
  /** What happened before it was started, oldest first. */
  readonly events?: readonly Event[];
  /** What the nodes are described as. Default: what the lab's program is. */
  readonly engine?: Engine;
  /** Parameter groups of the account beside the lab's own. */
  readonly parameterGroups?: readonly StandInParameterGroup[];
  /** Makes the lab the primary of a Global Datastore (`DATASTORE_ID`), and this other one its secondary. Both take writes again at the end. */
  readonly secondary?: {
    readonly lab: Lab;
    readonly region: string;
    /** Keys that are not copied in time, in cluster mode; without it `cutLink` keeps all from being copied. Default: none. */
    readonly isLate?: (key: string) => boolean;
  };
  /** Actions that the credentials may not call. */
  readonly denied?: readonly string[];
  /** Most records on one page, whatever is asked for: to show that all pages are read. Default: 100. */
  readonly pageSize?: number;
  /** Changes an answer before it is sent: what somebody else has done to the group. What it throws is the answer, to something that was done. */
  readonly change?: (action: string, result: object) => object;
}

export interface ElastiCacheApiStandIn {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  /** Actions that were asked for, in order, the refused ones too. */
  readonly calls: readonly string[];
  /** The next request for this action meets the fault, once for each call of this. */
  failNext(action: string, fault: ApiFault): void;
  /** Resolves when nothing is being changed any more; rejects with what went wrong in a change. */
  idle(): Promise<void>;
  /** Ends what is being changed and the server. The lab stays: heal or stop it. */
  close(): Promise<void>;
}

export async function startElastiCacheApi(options: StandInOptions): Promise<ElastiCacheApiStandIn> {
  const { lab, tags = [], events = [] } = options;
  const closing = new AbortController();
  const datastore = options.secondary === undefined ? undefined : datastoreOf(lab, options.secondary);
  const work: Account['work'] = new Set();
  const accountOf = (of: Lab, region: string): Account => ({
    lab: of,
    region,
    ...(datastore === undefined ? {} : { datastore }),
    tags,
    events: [...events],
    busyShards: new Set(),
    engine: options.engine ?? readState(of.runDirectory).server,
    parameterGroups: options.parameterGroups ?? [],
    busyUsers: new Set(),
    closing: closing.signal,
    work,
  });
  const home = accountOf(lab, HOME_REGION);
  const elsewhere = options.secondary && accountOf(options.secondary.lab, options.secondary.region);
  if (elsewhere !== undefined) await datastore?.regions.begin(lab, elsewhere.lab);
  const calls: string[] = [];
  const failing: { action: string; fault: ApiFault }[] = [];
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const requestId = crypto.randomUUID();
    const send = (status: number, text: string) =>
      void response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }).end(text);
    try {
      const body = await bodyOf(request);
      const { method = '', url: path = '', headers } = request;
      const region = checkSignature({ method, path, headers, body });
      const parameters = new URLSearchParams(body);
      const action = parameters.get('Action') ?? '';
      calls.push(action);
      const index = failing.findIndex((entry) => entry.action === action);
      if (index >= 0) throw failing.splice(index, 1)[0]?.fault;
      if (options.denied?.includes(action)) throw accessDenied(action);
      const known = ACTIONS[action];
      if (known === undefined) throw new ApiFault('InvalidAction', 400, `Could not find operation ${action}.`);
      const whole = await known(region === elsewhere?.region ? elsewhere : home, parameters);
      const result = paged(options.change?.(action, whole) ?? whole, parameters, options.pageSize ?? 100);
      send(200, answerXml(action, result, requestId));
    } catch (error) {
      const fault = error instanceof ApiFault ? error : internalFailure(String(error));
      send(fault.status, faultXml(fault, requestId));
    }
  };
  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    calls,
    failNext: (action, fault) => void failing.push({ action, fault }),
    idle: async () => void (await Promise.all(work)),
    close: async () => {
      closing.abort(new Error('the stand-in was closed'));
      await Promise.allSettled(work);
      if (elsewhere !== undefined) await datastore?.regions.end([lab, elsewhere.lab]);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function datastoreOf(lab: Lab, { lab: other, region, isLate }: NonNullable<StandInOptions['secondary']>): Datastore {
  return {
    id: DATASTORE_ID,
    status: 'available',
    members: [
      { lab, region: HOME_REGION, role: 'PRIMARY' },
      { lab: other, region, role: 'SECONDARY' },
    ],
    regions: regionsOf(lab, isLate ?? (() => false)),
  };
}

/** Lists of records come in pages; the marker is the place where the next one begins. */
function paged(result: object, parameters: URLSearchParams, pageSize: number): object {
  const [only] = Object.entries(result);
  if (only === undefined || !Array.isArray(only[1]) || only[0] === 'TagList') return result;
  const [name, records] = only;
  const first = Number(parameters.get('Marker') ?? 0);
  const last = first + Math.min(pageSize, Number(parameters.get('MaxRecords') ?? 100));
  return { [name]: records.slice(first, last), ...(last < records.length ? { Marker: String(last) } : {}) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
