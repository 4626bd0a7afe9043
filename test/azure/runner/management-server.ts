/**
 * Stands where Azure Resource Manager stands, for one container group: it has ended, is started, and ends again. A request
 * without the token, without an API version or to another place is refused, and kept.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface ScriptedRun {
  readonly exitCode: number;
  readonly log: string;
}

export interface ManagementServer {
  readonly endpoint: string;
  readonly requests: readonly string[];
}

const EARLIER = { state: 'Terminated', startTime: '2026-11-26T01:00:00Z', exitCode: 0, detailStatus: 'Completed' };

/** @param run undefined: the group never ends; it waits for its image */
export async function startManagementServer(token: string, run: ScriptedRun | undefined): Promise<ManagementServer> {
  const requests: string[] = [];
  let started = false;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://127.0.0.1');
    requests.push(`${request.method} ${url.pathname}`);
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.headers.authorization !== `Bearer ${token}`) {
      return answer(401, { error: { code: 'InvalidAuthenticationToken', message: 'The access token is invalid.' } });
    }
    if (!url.searchParams.has('api-version')) return answer(400, { error: { code: 'MissingApiVersionParameter' } });
    if (request.method === 'POST' && url.pathname.endsWith('/start')) {
      started = true;
      return response.writeHead(204).end();
    }
    if (url.pathname.endsWith('/containers/redoubt/logs')) return answer(200, { content: run?.log ?? '' });
    if (request.method === 'GET' && url.pathname.endsWith('-verify')) return answer(200, groupOf(started, run));
    return answer(404, { error: { code: 'ResourceNotFound', message: `${url.pathname} was not found.` } });
  });
  await listening(server);
  onTestFinished(() => void server.close());
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

function groupOf(started: boolean, run: ScriptedRun | undefined) {
  const again = {
    state: 'Terminated',
    startTime: '2026-11-26T02:00:00Z',
    exitCode: run?.exitCode,
    detailStatus: 'Error',
  };
  const waiting = { state: 'Waiting', detailStatus: 'ImagePullBackOff' };
  const currentState = run === undefined ? waiting : started ? again : EARLIER;
  const events = run === undefined ? [{ message: 'Failed to pull image "redoubt"' }] : [];
  const container = { name: 'redoubt', properties: { instanceView: { currentState, events } } };
  return { properties: { provisioningState: 'Succeeded', containers: [container] } };
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve) => void server.listen(0, '127.0.0.1', resolve));
}
