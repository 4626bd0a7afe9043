/** What the stand-in answers to whoever asks it without the control plane: as ARM does. */
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../../../lib/base/wait-until.ts';
import type { Lab } from '../../../lib/lab/lab.ts';
import { removeBaseDirectory } from '../../lab/support/lab.ts';
import { startAzureLab } from './stand-in/lab.ts';
import { type AzureApiStandIn, startAzureApi } from './stand-in/start.ts';

let lab: Lab;
let standIn: AzureApiStandIn;
beforeAll(async () => {
  lab = await startAzureLab();
  standIn = await startAzureApi({ lab });
});
afterAll(async () => {
  await standIn?.close();
  await lab?.stop();
  if (lab !== undefined) removeBaseDirectory(dirname(lab.runDirectory));
});

const VERSION = '?api-version=2025-07-01';

async function send(method: string, path: string, body?: object, token?: string): Promise<Response> {
  const authorization = `Bearer ${token ?? (await standIn.token())}`;
  const url = path.startsWith('http') ? path : `${standIn.endpoint}${standIn.resourceId}${path}`;
  return fetch(url, {
    method,
    headers: { authorization },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

test('a PUT of the cluster with another SKU replaces every node, and says how it goes in two ways', async () => {
  const before = lab.nodes().map(({ port }) => port);
  const response = await send('PUT', VERSION, { sku: { name: 'Balanced_B10' } });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    properties: { provisioningState: 'Updating', resourceState: 'Scaling' },
  });
  const operation = response.headers.get('azure-asyncoperation') ?? '';
  const location = response.headers.get('location') ?? '';
  expect(await (await send('GET', operation)).json()).toMatchObject({ status: 'InProgress' });
  expect((await send('GET', location)).status).toBe(202);
  await waitUntil({
    what: 'the scaling to be over',
    timeoutMs: 30_000,
    everyMs: 50,
    probe: async () => ((await send('GET', location)).status === 200 ? true : undefined),
  });
  expect(await (await send('GET', operation)).json()).toMatchObject({ status: 'Succeeded' });
  expect(lab.nodes().filter(({ port }) => before.includes(port))).toEqual([]);
});

describe('refused, with ARM’s body,', () => {
  test.each([
    ['a SKU that there is not', 'PUT', VERSION, { sku: { name: 'Balanced_B11' } }, 400, 'BadRequest'],
    ['a way to Flash', 'PATCH', VERSION, { sku: { name: 'FlashOptimized_A250' } }, 400, 'BadRequest'],
    [
      'another clustering policy',
      'PUT',
      `/databases/default${VERSION}`,
      { properties: { clusteringPolicy: 'EnterpriseCluster' } },
      400,
      'BadRequest',
    ],
    [
      'a link to a group that there is not',
      'POST',
      `/databases/default/forceLinkToReplicationGroup${VERSION}`,
      {},
      400,
      'BadRequest',
    ],
    ['another database', 'GET', `/databases/other${VERSION}`, undefined, 404, 'ResourceNotFound'],
    ['an API version that there is not', 'GET', '?api-version=2019-01-01', undefined, 400, 'InvalidResourceType'],
  ] as const)('is %s', async (_title, method, path, body, status, code) => {
    const response = await send(method, path, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code, message: expect.any(String) } });
  });

  test('is whoever has no token or another', async () => {
    const missing = await fetch(`${standIn.endpoint}${standIn.resourceId}${VERSION}`);
    expect([missing.status, await missing.json()]).toMatchObject([401, { error: { code: 'AuthenticationFailed' } }]);
    const wrong = await send('GET', VERSION, undefined, 'wrong');
    expect([wrong.status, await wrong.json()]).toMatchObject([401, { error: { code: 'InvalidAuthenticationToken' } }]);
  });
});

test('the list of databases has the one', async () => {
  const { value } = (await (await send('GET', `/databases${VERSION}`)).json()) as { value: { name: string }[] };
  expect(value.map(({ name }) => name)).toEqual(['default']);
});
