import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import azureNoCluster from '../../../deployments/azure-nocluster.ts';
import { waitUntil } from '../../../lib/base/wait-until.ts';
import { BareClient, ioredisFor, nodeRedisFor, type ProxyLab, plain, startProxyLab } from './fixture.ts';

let endpoint: ProxyLab;
let clients: { end(): void }[] = [];

beforeEach(async () => {
  endpoint = await startProxyLab(azureNoCluster);
});
afterEach(async () => {
  for (const client of clients) client.end();
  clients = [];
  await endpoint?.stop();
});

async function bare(): Promise<BareClient> {
  const client = await BareClient.connect(endpoint);
  clients.push(client);
  return client;
}

async function primaryAndReplica() {
  const [shard] = (await endpoint.lab.serverView()).shards;
  const replica = shard?.replicaNodeIds[0];
  if (shard === undefined || replica === undefined) throw new Error('The pair is not complete.');
  return { primary: shard.primaryNodeId, replica };
}

describe('the single endpoint of a primary and its replica', () => {
  test('every command may span slots, CLUSTER and other databases are refused', async () => {
    const client = await bare();
    const call = async (line: string) => plain(await client.call(...line.split(' ')));
    expect(await call('MSET foo 1 bar 2')).toBe('OK');
    expect(await call('RENAME foo hello')).toBe('OK');
    expect(await call('SUNION a b c')).toEqual([]);
    expect(await call('EVAL return{KEYS[1],KEYS[2]} 2 foo bar')).toEqual(['foo', 'bar']);
    expect(await call('DBSIZE')).toBe(2);
    expect((await call('KEYS *')) as string[]).toHaveLength(2);
    expect(await call('CLUSTER SLOTS')).toBe('-ERR command is not allowed');
    expect(await call('SELECT 1')).toBe('-ERR DB index is out of range');
    expect(await call('SELECT 0')).toBe('OK');
    expect(await call('INFO cluster')).toContain('cluster_enabled:0');
    const transaction = [];
    for (const line of ['MULTI', 'SET foo 1', 'SET bar 2', 'DBSIZE', 'EXEC']) transaction.push(await call(line));
    expect(transaction.at(-1)).toEqual(['OK', 'OK', 3]);
  });

  test('pub/sub and blocking commands work', async () => {
    const subscriber = await nodeRedisFor(endpoint, 2);
    clients.push({ end: () => subscriber.destroy() });
    const got: string[] = [];
    await subscriber.subscribe('news', (message) => got.push(message));
    const client = await bare();
    await client.call('PUBLISH', 'news', 'x');
    await waitUntil({
      what: 'the message',
      timeoutMs: 5_000,
      everyMs: 10,
      probe: () => (got.length > 0 ? true : undefined),
    });
    const waiting = client.call('BLPOP', 'foo', 'bar', '5');
    await (await bare()).call('LPUSH', 'bar', 'element');
    expect(plain(await waiting)).toEqual(['bar', 'element']);
  });

  test('a planned failover closes the connections once they are answered; a client that reconnects finds its data', async () => {
    const idle = await bare();
    const client = ioredisFor(endpoint);
    clients.push({ end: () => client.disconnect() });
    await client.set('foo', 'before');
    const { replica } = await primaryAndReplica();
    await endpoint.lab.promote(replica);
    await idle.closed();
    expect(await client.get('foo')).toBe('before');
    expect(await client.set('foo', 'after')).toBe('OK');
    expect((await primaryAndReplica()).primary).toBe(replica);
  });

  test('every node replaced: the endpoint stays, and leads to the new primary', async () => {
    const { lab } = endpoint;
    const client = ioredisFor(endpoint);
    clients.push({ end: () => client.disconnect() });
    await client.set('foo', '1');
    const { primary, replica } = await primaryAndReplica();
    const fresh = await lab.addReplica(0);
    await lab.promote(fresh.id);
    await lab.retire(primary, 'silent');
    await lab.retire(replica, 'closed');
    await waitUntil({
      what: 'the new primary to answer',
      timeoutMs: 10_000,
      everyMs: 50,
      probe: async () => ((await client.incr('foo')) >= 2 ? true : undefined),
    });
  });

  test('a frozen primary that has been replaced: its silence ends, and who was in flight learns that the outcome is unknown', async () => {
    const { lab } = endpoint;
    const reader = await bare();
    const counter = await bare();
    await reader.call('SET', 'foo', '1');
    const { primary } = await primaryAndReplica();
    await lab.freeze(primary);
    const answer = reader.call('GET', 'foo');
    const lost = counter.call('INCR', 'count').then(
      () => 'answered',
      () => 'closed',
    );
    expect(plain(await answer)).toBe('1');
    expect(await lost).toBe('closed');
    expect(plain(await (await bare()).call('SET', 'foo', '2'))).toBe('OK');
  });
});
