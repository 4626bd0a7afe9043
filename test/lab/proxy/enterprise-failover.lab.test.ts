import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import azureEnterprise from '../../../deployments/azure-enterprise.ts';
import { sleep, waitUntil } from '../../../lib/base/wait-until.ts';
import type { OldNodeMode } from '../../../lib/lab/lab.ts';
import { encodeCommand } from '../../../lib/lab/proxy/resp.ts';
import { BareClient, ioredisFor, nodeRedisFor, type ProxyLab, plain, startProxyLab } from './fixture.ts';

/** Slots 12182, 5061 and 866: one key on each shard, the last shard first. */
const KEYS = ['foo', 'bar', 'hello'] as const;

let endpoint: ProxyLab;
let clients: { end(): void }[] = [];

beforeEach(async () => {
  endpoint = await startProxyLab(azureEnterprise);
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

async function shardPrimary(shardIndex: number): Promise<string> {
  const view = await endpoint.lab.serverView();
  const shard = view.shards.find((each) => each.shardIndex === shardIndex);
  if (shard === undefined) throw new Error(`There is no shard ${shardIndex}.`);
  return shard.primaryNodeId;
}

/** A new node takes over, the old one leaves. */
async function replacePrimary(shardIndex: number, mode: OldNodeMode): Promise<void> {
  const { lab } = endpoint;
  const old = await shardPrimary(shardIndex);
  const fresh = await lab.addReplica(shardIndex);
  await lab.promote(fresh.id);
  await lab.retire(old, mode);
}

/** Writes to every shard at a steady rate until stopped; every SET and INCR is remembered. */
function load(client: ReturnType<typeof ioredisFor>) {
  const seen = {
    sent: 0,
    failures: [] as string[],
    slowestMs: 0,
    increments: 0,
    lastValues: new Map<string, number>(),
  };
  let isRunning = true;
  const pending: Promise<unknown>[] = [];
  const issue = (index: number) => {
    const key = KEYS[index % KEYS.length] as string;
    const startedAt = performance.now();
    seen.sent += 1;
    seen.lastValues.set(key, index);
    const operation = Promise.all([client.set(key, index), client.incr(`{${key}}:count`)]);
    pending.push(
      operation.then(
        () => {
          seen.increments += 1;
          seen.slowestMs = Math.max(seen.slowestMs, performance.now() - startedAt);
        },
        (error: Error) => seen.failures.push(error.message),
      ),
    );
  };
  const running = (async () => {
    for (let index = 0; isRunning; index += 1) {
      issue(index);
      await sleep(2);
    }
    await Promise.all(pending);
  })();
  return {
    seen,
    stop: async () => {
      isRunning = false;
      await running;
    },
  };
}

describe('a planned failover behind the Enterprise endpoint', () => {
  test.each(['closed', 'silent'] as const)(
    'old nodes %s: no connection is dropped, no command fails, nothing is applied twice or lost, in order',
    async (mode) => {
      const client = ioredisFor(endpoint);
      clients.push({ end: () => client.disconnect() });
      let closeCount = 0;
      client.on('close', () => {
        closeCount += 1;
      });
      const work = load(client);
      await waitUntil({
        what: 'load',
        timeoutMs: 5_000,
        everyMs: 10,
        probe: () => (work.seen.increments > 50 ? true : undefined),
      });
      for (const shardIndex of [0, 1, 2]) await replacePrimary(shardIndex, mode);
      const before = work.seen.increments;
      await waitUntil({
        what: 'load to go on',
        timeoutMs: 5_000,
        everyMs: 10,
        probe: () => (work.seen.increments > before + 50 ? true : undefined),
      });
      await work.stop();
      expect(work.seen.failures).toEqual([]);
      expect(closeCount).toBe(0);
      const counts = await Promise.all(KEYS.map((key) => client.get(`{${key}}:count`)));
      expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(work.seen.sent);
      for (const [key, value] of work.seen.lastValues) expect(Number(await client.get(key))).toBe(value);
      expect(endpoint.lab.retiredAddresses()).toHaveLength(3);
    },
  );

  test('every node replaced at once, nothing of the old is left: the same connection goes on', async () => {
    const { lab } = endpoint;
    const client = await bare();
    for (const key of KEYS) await client.call('SET', key, `of ${key}`);
    const old = lab.nodes().map(({ id }) => id);
    const fresh = await Promise.all([0, 1, 2].map((shardIndex) => lab.addReplica(shardIndex)));
    await Promise.all(fresh.map(({ id }) => lab.promote(id)));
    for (const id of old) await lab.retire(id, 'silent');
    expect(
      lab
        .nodes()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(fresh.map(({ id }) => id).sort());
    expect(plain(await client.call('MGET', ...KEYS))).toEqual(KEYS.map((key) => `of ${key}`));
    for (const key of KEYS) expect(plain(await client.call('INCR', `{${key}}:count`))).toBe(1);
    expect(client.isClosed).toBe(false);
  });

  test('subscriptions, a blocked client and a watch live through it as the rules say', async () => {
    const subscriber = await nodeRedisFor(endpoint, 3);
    clients.push({ end: () => subscriber.destroy() });
    const got: string[] = [];
    await subscriber.subscribe('news', (message) => got.push(message));
    await subscriber.sSubscribe('foo', (message) => got.push(`sharded ${message}`));
    const blocked = await bare();
    blocked.write(encodeCommand(['BLPOP', '{foo}list', '0']));
    const watching = await bare();
    await watching.call('WATCH', 'foo');
    for (const shardIndex of [0, 1, 2]) await replacePrimary(shardIndex, 'closed');
    const other = await bare();
    // A watch that has moved with its shard has to call the transaction off.
    await watching.call('MULTI');
    await watching.call('SET', 'foo', '1');
    expect(plain(await watching.call('EXEC'))).toBeNull();
    await other.call('LPUSH', '{foo}list', 'element');
    expect(plain(await blocked.next())).toEqual(['{foo}list', 'element']);
    await waitUntil({
      what: 'messages on both kinds of channel',
      timeoutMs: 5_000,
      everyMs: 50,
      probe: async () => {
        await other.call('PUBLISH', 'news', 'hello');
        await other.call('SPUBLISH', 'foo', 'hello');
        return got.includes('hello') && got.includes('sharded hello') ? true : undefined;
      },
    });
    expect([blocked, watching, other].map((client) => client.isClosed)).toEqual([false, false, false]);
  });

  test('transactions sent during it are executed exactly once', async () => {
    const client = await nodeRedisFor(endpoint, 2);
    clients.push({ end: () => client.destroy() });
    let isRunning = true;
    let executed = 0;
    const work = (async () => {
      while (isRunning) {
        await client.multi().incr('{foo}one').incr('{foo}two').exec();
        executed += 1;
      }
    })();
    await replacePrimary(2, 'closed');
    isRunning = false;
    await work;
    expect(executed).toBeGreaterThan(0);
    expect([await client.get('{foo}one'), await client.get('{foo}two')]).toEqual([String(executed), String(executed)]);
  });
});

describe('a primary that goes down without notice', () => {
  test.each(['crash', 'freeze'] as const)(
    '%s: reads and plain SETs in flight are repeated, an INCR in flight costs its client the connection, others wait',
    async (fault) => {
      const { lab } = endpoint;
      const bystander = await bare();
      const reader = await bare();
      const counter = await bare();
      await reader.call('SET', 'foo', 'before');
      const primary = await shardPrimary(2);
      await lab.freeze(primary);
      // In flight now: the process does not answer, the kernel has taken the bytes.
      reader.write(Buffer.concat([encodeCommand(['GET', 'foo']), encodeCommand(['SET', 'foo', 'after'])]));
      counter.write(encodeCommand(['INCR', '{foo}count']));
      await sleep(50);
      if (fault === 'crash') await lab.crash(primary);
      expect(plain(await bystander.call('SET', 'bar', '1'))).toBe('OK');
      await counter.closed();
      // After a crash nobody has been promoted yet: this one has not been sent, so it waits.
      const waiting = bystander.call('INCR', '{foo}other');
      expect([plain(await reader.next()), plain(await reader.next())]).toEqual(['before', 'OK']);
      expect(plain(await waiting)).toBe(1);
      expect(reader.isClosed).toBe(false);
      await lab.heal();
    },
  );

  test('a shard that does not come back: commands are answered with an error after the bound, and surely not executed', async () => {
    const { lab } = endpoint;
    const { shards } = await lab.serverView();
    const shard = shards.find(({ shardIndex }) => shardIndex === 2);
    for (const id of [...(shard?.replicaNodeIds ?? []), shard?.primaryNodeId ?? '']) await lab.crash(id);
    const client = await bare();
    expect(plain(await client.call('SET', 'foo', '1'))).toMatch(/^-ERR the shard of this key could not be reached/);
    expect(plain(await client.call('SET', 'bar', '1'))).toBe('OK');
  });
});
