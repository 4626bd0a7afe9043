import { describe, expect, test } from 'vitest';
import { waitUntil } from '../../../lib/base/wait-until.ts';
import { encodeCommand } from '../../../lib/lab/proxy/resp.ts';
import { answers, bare, bare3, ioredis, KEYS, nodeRedis, useEnterpriseEndpoint } from './enterprise-endpoint.ts';
import { plain } from './fixture.ts';

useEnterpriseEndpoint();
const [ONE, OTHER, THIRD] = KEYS;
describe('pub/sub', () => {
  test.each([2, 3] as const)(
    'a message reaches subscribers whichever shard they and the publisher use, RESP %i',
    async (version) => {
      const subscribers = await Promise.all([
        nodeRedis(version),
        nodeRedis(version),
        nodeRedis(version),
        nodeRedis(version),
      ]);
      const got: string[] = [];
      for (const [index, client] of subscribers.entries()) {
        await client.subscribe('news', (message) => got.push(`${index} ${message}`));
        await client.pSubscribe('n*', (message, channel) => got.push(`${index} ${channel}=${message}`));
      }
      await (await bare()).call('PUBLISH', 'news', 'hello');
      await waitUntil({
        what: 'all messages',
        timeoutMs: 5_000,
        everyMs: 10,
        probe: () => (got.length === 8 ? true : undefined),
      });
      expect(got.sort()).toEqual([0, 1, 2, 3].flatMap((index) => [`${index} hello`, `${index} news=hello`]));
    },
  );

  test('ioredis subscribes, unsubscribes, and uses the connection again', async () => {
    const client = ioredis();
    expect(await client.subscribe('a', 'b')).toBe(2);
    expect(await client.unsubscribe()).toBe(0);
    expect(await client.set(ONE, '1')).toBe('OK');
  });

  test('RESP 2: confirmations count, and only subscriber commands are allowed until the last is given up', async () => {
    const client = await bare();
    client.write(encodeCommand(['SUBSCRIBE', 'a', 'b']));
    expect([plain(await client.next()), plain(await client.next())]).toEqual([
      ['subscribe', 'a', 1],
      ['subscribe', 'b', 2],
    ]);
    expect(plain(await client.call('PSUBSCRIBE', 'c*'))).toEqual(['psubscribe', 'c*', 3]);
    expect(plain(await client.call('PING'))).toEqual(['pong', '']);
    expect(plain(await client.call('GET', ONE))).toMatch(/^-ERR Can't execute 'get'/);
    client.write(encodeCommand(['UNSUBSCRIBE']));
    expect([plain(await client.next()), plain(await client.next())]).toEqual([
      ['unsubscribe', 'a', 2],
      ['unsubscribe', 'b', 1],
    ]);
    expect(plain(await client.call('PUNSUBSCRIBE', 'c*'))).toEqual(['punsubscribe', 'c*', 0]);
    expect(plain(await client.call('UNSUBSCRIBE'))).toEqual(['unsubscribe', null, 0]);
    expect(plain(await client.call('GET', ONE))).toBeNull();
  });

  test('RESP 3: messages are pushes, and other commands go on working', async () => {
    const client = await bare3();
    expect(await client.call('SUBSCRIBE', 'news')).toMatchObject({ type: 'push' });
    expect(await answers(client, ['SET', ONE, '1'], ['PING'])).toEqual(['OK', 'PONG']);
    const message = client.next();
    expect(plain(await (await bare()).call('PUBLISH', 'news', 'x'))).toBeTypeOf('number');
    expect(await message).toMatchObject({ type: 'push' });
    expect(plain(await message)).toEqual(['message', 'news', 'x']);
  });

  test('sharded channels live at their slot’s shard, and one command takes one slot', async () => {
    const client = await bare();
    for (const [index, channel] of KEYS.entries()) {
      expect(plain(await client.call('SSUBSCRIBE', channel))).toEqual(['ssubscribe', channel, index + 1]);
    }
    const publisher = await bare();
    for (const channel of KEYS) {
      expect(plain(await publisher.call('SPUBLISH', channel, 'x'))).toBe(1);
      expect(plain(await client.next())).toEqual(['smessage', channel, 'x']);
    }
    expect(plain(await client.call('SSUBSCRIBE', 'foo', 'bar'))).toMatch(/^-CROSSSLOT/);
    expect(plain(await publisher.call('PUBSUB', 'SHARDCHANNELS'))).toEqual(expect.arrayContaining([...KEYS]));
  });

  test('PUBSUB counts over all shards', async () => {
    const [one, other] = [await bare(), await bare()];
    await one.call('SUBSCRIBE', 'news');
    await other.call('SUBSCRIBE', 'news');
    await other.call('PSUBSCRIBE', 'x*');
    const client = await bare();
    expect(
      await answers(client, ['PUBSUB', 'NUMSUB', 'news', 'none'], ['PUBSUB', 'CHANNELS'], ['PUBSUB', 'NUMPAT']),
    ).toEqual([['news', 2, 'none', 0], ['news'], 1]);
  });

  test('a subscriber that goes away is forgotten by the server', async () => {
    const client = await bare();
    await client.call('SUBSCRIBE', 'gone');
    client.end();
    const other = await bare();
    await waitUntil({
      what: 'the subscription to end',
      timeoutMs: 5_000,
      everyMs: 20,
      probe: async () => (String(plain(await other.call('PUBSUB', 'NUMSUB', 'gone'))) === 'gone,0' ? true : undefined),
    });
  });
});

describe('many commands at once', () => {
  test('answers come in the order of the requests although shards work in parallel', async () => {
    const client = ioredis();
    const pipeline = client.pipeline();
    for (let index = 0; index < 3_000; index += 1) pipeline.set(`key:${index}`, index).get(`key:${index}`);
    const results = (await pipeline.exec()) ?? [];
    expect(results.every(([error]) => error === null)).toBe(true);
    expect(results.filter((_, index) => index % 2 === 1).map(([, value]) => Number(value))).toEqual(
      Array.from({ length: 3_000 }, (_, index) => index),
    );
  });

  test('one client’s commands for one key are executed in the order in which they were sent', async () => {
    const client = await bare();
    const commands = Array.from({ length: 500 }, (_, index) => ['RPUSH', ONE, String(index)]);
    await answers(client, ...commands);
    expect(plain(await client.call('LRANGE', ONE, '0', '-1'))).toEqual(
      Array.from({ length: 500 }, (_, index) => String(index)),
    );
  });

  test('a client that does not read is not read from any more, and gets everything when it reads again', async () => {
    const client = await bare();
    await client.call('SET', ONE, Buffer.alloc(100_000, 'x'));
    client.socket.pause();
    const count = 600;
    client.write(Buffer.concat(Array.from({ length: count }, () => encodeCommand(['GET', ONE]))));
    expect(await (await bare()).call('PING')).toMatchObject({ text: 'PONG' });
    client.socket.resume();
    for (let index = 0; index < count; index += 1) expect((await client.next()).type).toBe('bulk');
  });

  test('values of a megabyte pass both ways', async () => {
    const client = ioredis();
    const value = Buffer.alloc(1_048_576, 7);
    await client.set(ONE, value);
    expect((await client.getBuffer(ONE))?.equals(value)).toBe(true);
  });
});

describe('RESP 3 types come through as they are', () => {
  test('maps, sets, doubles and nothing', async () => {
    const client = await bare3();
    await answers(client, ['HSET', ONE, 'f', 'v'], ['SADD', OTHER, 'm'], ['ZADD', THIRD, '1.5', 'm']);
    expect(await client.call('HGETALL', ONE)).toMatchObject({ type: 'map' });
    expect(await client.call('SMEMBERS', OTHER)).toMatchObject({ type: 'set' });
    expect(await client.call('ZSCORE', THIRD, 'm')).toEqual({ type: 'double', text: '1.5' });
    expect(await client.call('GET', 'none')).toEqual({ type: 'null', spelling: 'null' });
    expect(await client.call('INFO', 'server')).toMatchObject({ type: 'verbatim', format: 'txt' });
  });
});
