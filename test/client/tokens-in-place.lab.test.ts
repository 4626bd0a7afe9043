/** A connection is logged in again between two commands; here it is doing something that this could disturb. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { waitUntil } from '../../lib/base/wait-until.ts';
import { type ConnectOptions, connect } from '../../lib/client/connect.ts';
import type { RedoubtRedis } from '../../lib/client/single-client.ts';
import type { Lab } from '../../lib/lab/lab.ts';
import type { TopologyInput } from '../../lib/topology/topology.ts';
import {
  AZURE_NO_CLUSTER,
  ELASTICACHE,
  newBaseDirectory,
  removeBaseDirectory,
  startTestLab,
} from '../lab/support/lab.ts';
import { startTokenService, type TokenService, type TokenServiceOptions } from './support/token-service.ts';

const NO_CLUSTER = {
  ...AZURE_NO_CLUSTER,
  authentication: { kind: 'entra', objectId: '11111111-2222-3333-4444-555555555555' },
} satisfies TopologyInput;

let lab: Lab;
let service: TokenService | undefined;
let clients: { disconnect(): void }[] = [];

function labOf(topology: TopologyInput): void {
  const baseDirectory = newBaseDirectory();
  beforeAll(async () => {
    lab = await startTestLab(topology, { baseDirectory });
  }, 60_000);
  afterAll(async () => {
    await lab?.stop();
    removeBaseDirectory(baseDirectory);
  });
}
beforeEach(() => {
  clients = [];
});
afterEach(async () => {
  for (const client of clients) client.disconnect();
  await service?.close();
});

async function open(options: Partial<TokenServiceOptions> = {}, connectOptions: ConnectOptions = {}) {
  const started = await startTokenService(lab, { lifetimeMs: 1_500, closesExpired: false, ...options });
  service = started;
  const make = async () => {
    const client = await connect(started.profile, { credentials: started.issue, log: 'silent', ...connectOptions });
    clients.push(client);
    return client;
  };
  return { service: started, client: (await make()) as RedoubtRedis, make };
}

const tokensEnded = (from: TokenService, count: number) => {
  const target = from.ended() + count;
  return waitUntil({
    what: `${count} tokens to end`,
    timeoutMs: 30_000,
    everyMs: 20,
    probe: () => (from.ended() >= target ? true : undefined),
  });
};

describe('a single client', () => {
  labOf(NO_CLUSTER);

  test('does not log in again, nor ping, inside an open MULTI, and does as soon as it is over', async () => {
    const { service: tokens, client } = await open();
    await client.multi({ pipeline: false });
    const { renewed } = tokens.counts();
    expect(await client.set('key', 'value')).toBe('QUEUED');
    await tokensEnded(tokens, 2);
    expect(tokens.counts().renewed).toBe(renewed);
    expect(await client.get('key')).toBe('QUEUED');
    expect(await client.exec()).toEqual([
      [null, 'OK'],
      [null, 'value'],
    ]);
    await waitUntil({
      what: 'the login',
      timeoutMs: 5_000,
      everyMs: 10,
      probe: () => (tokens.counts().renewed > renewed ? true : undefined),
    });
    expect(client.statistics.connectionsReplaced).toBe(0);
  });

  test('that waits in a blocking command gets its answer, and logs in again afterwards', async () => {
    const { service: tokens, client, make } = await open();
    const other = await make();
    const taken = client.blpop('queue', 0);
    await tokensEnded(tokens, 4);
    await other.rpush('queue', 'job');
    expect(await taken).toEqual(['queue', 'job']);
    expect(await client.set('key', 'value')).toBe('OK');
    expect(client.statistics).toMatchObject({ outcomesUnknown: 0, connectionsReplaced: 0 });
    expect(tokens.counts().refused).toBe(0);
  });

  test('that subscribes with RESP2 may not log in again; when it is ended with its token it subscribes again', async () => {
    const { service: tokens, client: subscriber, make } = await open({ closesExpired: true, speaksResp2Only: true });
    const publisher = await make();
    const heard: string[] = [];
    subscriber.on('message', (_, message: string) => heard.push(message));
    await subscriber.subscribe('news');
    await tokensEnded(tokens, 4);
    expect(tokens.counts().expired).toBeGreaterThan(0);
    expect(tokens.counts().refused).toBe(0);
    let sent = 0;
    await waitUntil({
      what: 'news',
      timeoutMs: 10_000,
      everyMs: 20,
      probe: async () => {
        sent += 1;
        await publisher.publish('news', `after ${sent}`);
        return heard.length > 0 ? true : undefined;
      },
    });
  });
});

describe('a cluster client', () => {
  labOf({ ...ELASTICACHE, shardCount: 1 });

  test('that subscribes hears every message across the ends of its tokens, on one connection', async () => {
    const { service: tokens, client: subscriber, make } = await open({ closesExpired: true });
    const publisher = await make();
    const heard: string[] = [];
    const sent: string[] = [];
    subscriber.on('message', (_, message: string) => heard.push(message));
    await subscriber.subscribe('news');
    const timer = setInterval(() => {
      sent.push(String(sent.length));
      publisher.publish('news', sent.at(-1) ?? '').catch(() => undefined);
    }, 10);
    await tokensEnded(tokens, 10);
    clearInterval(timer);
    await waitUntil({
      what: 'the last message',
      timeoutMs: 5_000,
      everyMs: 10,
      probe: () => (heard.length >= sent.length ? true : undefined),
    });
    expect(heard).toEqual(sent);
    expect(tokens.counts().expired).toBe(0);
  }, 60_000);
});
