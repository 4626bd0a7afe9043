/** One Enterprise endpoint for a test file, and clients of it that end with their test. Database and endpoint are emptied between tests. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import azureEnterprise from '../../../deployments/azure-enterprise.ts';
import { encodeCommand } from '../../../lib/lab/proxy/resp.ts';
import { BareClient, ioredisFor, nodeRedisFor, type ProxyLab, plain, startProxyLab } from './fixture.ts';

/** Three keys on three shards: slots 12182, 5061 and 866. */
export const KEYS = ['foo', 'bar', 'hello'] as const;

let endpoint: ProxyLab;
let clients: { end(): void }[] = [];

/** Call once at the top of a test file. */
export function useEnterpriseEndpoint(): void {
  beforeAll(async () => {
    endpoint = await startProxyLab(azureEnterprise);
  });
  afterAll(() => endpoint?.stop());
  afterEach(async () => {
    for (const client of clients) client.end();
    clients = [];
    const client = await bare();
    await client.call('FLUSHALL');
    client.end();
  });
}

export function currentEndpoint(): ProxyLab {
  return endpoint;
}

export async function bare(authenticate = true): Promise<BareClient> {
  const client = await BareClient.connect(endpoint, authenticate);
  clients.push(client);
  return client;
}

export async function bare3(): Promise<BareClient> {
  const client = await bare();
  await client.call('HELLO', '3');
  return client;
}

export function ioredis() {
  const client = ioredisFor(endpoint);
  clients.push({ end: () => client.disconnect() });
  return client;
}

export async function nodeRedis(version: 2 | 3) {
  const client = await nodeRedisFor(endpoint, version);
  clients.push({ end: () => client.destroy() });
  return client;
}

/** The client is asked in turn; what it answers, as plain values. */
export async function answers(client: BareClient, ...commands: string[][]): Promise<unknown[]> {
  client.write(Buffer.concat(commands.map(encodeCommand)));
  const replies = [];
  for (const _ of commands) replies.push(plain(await client.next()));
  return replies;
}
