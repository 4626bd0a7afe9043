import { describe, expect, test } from 'vitest';
import { waitUntil } from '../../../lib/base/wait-until.ts';
import { encodeCommand } from '../../../lib/lab/proxy/resp.ts';
import {
  answers,
  bare,
  currentEndpoint,
  ioredis,
  KEYS,
  nodeRedis,
  useEnterpriseEndpoint,
} from './enterprise-endpoint.ts';
import { type BareClient, plain } from './fixture.ts';

useEnterpriseEndpoint();
const [ONE, OTHER] = KEYS;
describe('commands about the whole database', () => {
  async function fill(client: BareClient, count = 300): Promise<string[]> {
    const names = Array.from({ length: count }, (_, index) => `key:${index}`);
    await client.call('MSET', ...names.flatMap((name) => [name, 'x']));
    return names;
  }

  test('DBSIZE, KEYS and INFO count the keys of all shards', async () => {
    const client = await bare();
    const names = await fill(client);
    expect(plain(await client.call('DBSIZE'))).toBe(names.length);
    expect((plain(await client.call('KEYS', 'key:*')) as string[]).sort()).toEqual([...names].sort());
    expect(plain(await client.call('INFO', 'keyspace'))).toContain(`db0:keys=${names.length},`);
  });

  test('SCAN goes through all shards and finds every key', async () => {
    const names = await fill(await bare());
    const found = new Set<string>();
    const stream = ioredis().scanStream({ match: 'key:*', count: 20 });
    for await (const keys of stream) for (const key of keys as string[]) found.add(key);
    expect([...found].sort()).toEqual([...names].sort());
    expect(plain(await (await bare()).call('SCAN', 'x'))).toBe('-ERR invalid cursor');
  });

  test('RANDOMKEY finds the only key wherever it is, and nothing in an empty database', async () => {
    const client = await bare();
    expect(plain(await client.call('RANDOMKEY'))).toBeNull();
    await client.call('SET', OTHER, '1');
    for (let turn = 0; turn < 6; turn += 1) expect(plain(await client.call('RANDOMKEY'))).toBe(OTHER);
  });

  test.each(['FLUSHALL', 'FLUSHDB'])(
    '%s empties every shard, in its place among the client’s commands',
    async (name) => {
      const client = await bare();
      const commands = [
        ...KEYS.map((key) => ['SET', key, '1']),
        [name],
        ['DBSIZE'],
        ['SET', ONE, '2'],
        ['MGET', ...KEYS],
      ];
      expect((await answers(client, ...commands)).slice(3)).toEqual(['OK', 0, 'OK', ['2', null, null]]);
    },
  );

  test('a script is loaded at every shard', async () => {
    const client = await bare();
    const sha = String(plain(await client.call('SCRIPT', 'LOAD', 'return redis.call("GET", KEYS[1])')));
    for (const key of KEYS) {
      await client.call('SET', key, `of ${key}`);
      expect(plain(await client.call('EVALSHA', sha, '1', key))).toBe(`of ${key}`);
    }
    expect(plain(await client.call('SCRIPT', 'EXISTS', sha, 'f'.repeat(40)))).toEqual([1, 0]);
    expect(plain(await client.call('SCRIPT', 'FLUSH'))).toBe('OK');
    expect(plain(await client.call('EVALSHA', sha, '1', ONE))).toMatch(/^-NOSCRIPT/);
    expect(plain(await client.call('EVAL', 'return {KEYS[1], ARGV[1]}', '1', ONE, 'x'))).toEqual([ONE, 'x']);
    expect(plain(await client.call('SCRIPT', 'KILL'))).toMatch(/^-NOTBUSY/);
  });

  test('a function is loaded at every shard', async () => {
    const client = await bare();
    const code = "#!lua name=library\nredis.register_function('echo', function(keys) return keys[1] end)";
    expect(plain(await client.call('FUNCTION', 'LOAD', 'REPLACE', code))).toBe('library');
    for (const key of KEYS) expect(plain(await client.call('FCALL', 'echo', '1', key))).toBe(key);
    expect(plain(await client.call('FUNCTION', 'DELETE', 'library'))).toBe('OK');
  });

  test('WAIT counts the replicas of the shard that has fewest', async () => {
    expect(await answers(await bare(), ['SET', ONE, '1'], ['WAIT', '1', '1000'])).toEqual(['OK', 1]);
  });

  test('CLIENT and COMMAND answer for the proxy', async () => {
    const client = await bare();
    const [id, , name, line] = await answers(
      client,
      ['CLIENT', 'ID'],
      ['CLIENT', 'SETNAME', 'me'],
      ['CLIENT', 'GETNAME'],
      ['CLIENT', 'INFO'],
    );
    expect(name).toBe('me');
    expect(line).toContain(`id=${id} addr=`);
    expect(
      await answers(
        client,
        ['CLIENT', 'SETINFO', 'LIB-NAME', 'x'],
        ['CLIENT', 'NO-EVICT', 'on'],
        ['CLIENT', 'TRACKING', 'on'],
        ['CLIENT', 'KILL', 'ID', '1'],
      ),
    ).toEqual([
      expect.stringMatching(/^OK|^-ERR unknown subcommand/),
      'OK',
      '-ERR command is not allowed',
      '-ERR command is not allowed',
    ]);
    expect(plain(await client.call('CLIENT', 'SETNAME', 'a b'))).toMatch(/^-ERR Client names cannot/);
    expect(plain(await client.call('COMMAND', 'GETKEYS', 'MSET', 'a', '1', 'b', '2'))).toEqual(['a', 'b']);
    expect(plain(await client.call('COMMAND', 'COUNT'))).toBeGreaterThan(200);
    expect(plain(await client.call('ACL', 'WHOAMI'))).toBe('default');
    expect(plain(await client.call('ACL', 'SETUSER', 'x'))).toBe('-ERR command is not allowed');
  });
});

describe('transactions', () => {
  test.each([2, 3] as const)('are executed as one, RESP %i', async (version) => {
    const client = await nodeRedis(version);
    expect(await client.multi().set('{t}a', '1').incr('{t}a').get('{t}a').exec()).toEqual(['OK', 2, '2']);
  });

  test('a watched key that somebody else has changed calls them off; one that nobody has changed does not', async () => {
    const client = await bare();
    const other = await bare();
    await client.call('SET', ONE, '1');
    await client.call('WATCH', ONE);
    await other.call('SET', ONE, '2');
    expect(await answers(client, ['MULTI'], ['SET', ONE, '3'], ['EXEC'])).toEqual(['OK', 'QUEUED', null]);
    expect(await answers(client, ['WATCH', ONE], ['WATCH', '{foo}b'], ['MULTI'], ['SET', ONE, '3'], ['EXEC'])).toEqual([
      'OK',
      'OK',
      'OK',
      'QUEUED',
      ['OK'],
    ]);
    await client.call('WATCH', ONE);
    await other.call('SET', ONE, '4');
    expect(await answers(client, ['UNWATCH'], ['MULTI'], ['SET', ONE, '5'], ['EXEC'])).toEqual([
      'OK',
      'OK',
      'QUEUED',
      ['OK'],
    ]);
  });

  test('DISCARD drops what was queued and the watch', async () => {
    const client = await bare();
    const other = await bare();
    expect(await answers(client, ['WATCH', ONE], ['MULTI'], ['SET', ONE, '1'], ['DISCARD'], ['GET', ONE])).toEqual([
      'OK',
      'OK',
      'QUEUED',
      'OK',
      null,
    ]);
    await other.call('SET', ONE, '2');
    expect(await answers(client, ['MULTI'], ['GET', ONE], ['EXEC'])).toEqual(['OK', 'QUEUED', ['2']]);
  });

  test('mistakes are answered as by the server', async () => {
    const client = await bare();
    expect(
      await answers(client, ['EXEC'], ['DISCARD'], ['MULTI'], ['MULTI'], ['WATCH', ONE], ['NOSUCH'], ['GET'], ['EXEC']),
    ).toEqual([
      '-ERR EXEC without MULTI',
      '-ERR DISCARD without MULTI',
      'OK',
      '-ERR MULTI calls can not be nested',
      '-ERR WATCH inside MULTI is not allowed',
      "-ERR unknown command 'NOSUCH', with args beginning with: ",
      "-ERR wrong number of arguments for 'get' command",
      '-EXECABORT Transaction discarded because of previous errors.',
    ]);
    expect(await answers(client, ['WATCH', ONE, OTHER], ['MULTI'], ['DBSIZE'], ['SELECT', '1'], ['EXEC'])).toEqual([
      "-CROSSSLOT Keys in request don't hash to the same slot",
      'OK',
      '-ERR Command not allowed inside a transaction',
      '-ERR DB index is out of range',
      '-EXECABORT Transaction discarded because of previous errors.',
    ]);
    expect(await answers(client, ['MULTI'], ['EXEC'], ['MULTI'], ['PING'], ['EXEC'])).toEqual([
      'OK',
      [],
      'OK',
      'QUEUED',
      ['PONG'],
    ]);
  });

  test('two clients’ read-modify-write under WATCH lose no update', async () => {
    const increment = async (client: BareClient) => {
      for (;;) {
        await client.call('WATCH', ONE);
        const value = Number(plain(await client.call('GET', ONE)));
        const [, , result] = await answers(client, ['MULTI'], ['SET', ONE, String(value + 1)], ['EXEC']);
        if (result !== null) return;
      }
    };
    const workers = await Promise.all([bare(), bare(), bare()]);
    await Promise.all(
      workers.map(async (client) => {
        for (let turn = 0; turn < 20; turn += 1) await increment(client);
      }),
    );
    expect(plain(await (await bare()).call('GET', ONE))).toBe('60');
  });
});

describe('blocking commands', () => {
  test('wait for an element without making anybody else wait, and hold back what the same client sends after', async () => {
    const waiting = await bare();
    const other = await bare();
    waiting.write(Buffer.concat([encodeCommand(['BLPOP', ONE, '0']), encodeCommand(['PING'])]));
    expect(await answers(other, ['SET', '{foo}x', '1'], ['GET', '{foo}x'], ['LPUSH', ONE, 'element'])).toEqual([
      'OK',
      '1',
      1,
    ]);
    expect([plain(await waiting.next()), plain(await waiting.next())]).toEqual([[ONE, 'element'], 'PONG']);
  });

  test.each([
    ['BLMOVE {t}a {t}b LEFT LEFT 0', 'LPUSH {t}a x', 'x'],
    ['BLMPOP 0 1 {t}a LEFT', 'LPUSH {t}a x', ['{t}a', ['x']]],
    ['BZPOPMIN {t}z 0', 'ZADD {t}z 1 m', ['{t}z', 'm', '1']],
    ['BZMPOP 0 1 {t}z MAX', 'ZADD {t}z 1 m', ['{t}z', [['m', '1']]]],
    ['XREAD BLOCK 0 STREAMS {t}s 0', 'XADD {t}s 1-1 f v', [['{t}s', [['1-1', ['f', 'v']]]]]],
  ])('%s', async (blocking, releasing, expected) => {
    const waiting = await bare();
    const reply = waiting.call(...blocking.split(' '));
    await waitUntilBlocked(1);
    await (await bare()).call(...releasing.split(' '));
    expect(plain(await reply)).toEqual(expected);
  });

  test('give up when their time is over; XREAD without BLOCK does not wait', async () => {
    const client = await bare();
    expect(await answers(client, ['BLPOP', ONE, '0.05'], ['XREAD', 'STREAMS', ONE, '0'])).toEqual([null, null]);
  });

  test.each([
    ['resets its connection', (client: BareClient) => client.end()],
    ['closes its half of the connection', (client: BareClient) => client.socket.end()],
  ])('a client that %s stops waiting: the element stays for others', async (_, leave) => {
    const waiting = await bare();
    waiting.write(encodeCommand(['BLPOP', ONE, '0']));
    await waitUntilBlocked(1);
    leave(waiting);
    await waitUntilBlocked(0);
    const client = await bare();
    await client.call('LPUSH', ONE, 'element');
    expect(plain(await client.call('LLEN', ONE))).toBe(1);
  });

  async function waitUntilBlocked(count: number): Promise<void> {
    const view = await currentEndpoint().lab.serverView();
    expect(view.shards).toHaveLength(3);
    const client = await bare();
    await waitUntil({
      what: `${count} blocked clients`,
      timeoutMs: 5_000,
      everyMs: 20,
      probe: async () => ((await blockedClients(client)) === count ? true : undefined),
    });
    client.end();
  }

  /** {t}, foo and {foo} are all on the third shard; any shard is asked through a script that runs there. */
  async function blockedClients(client: BareClient): Promise<number> {
    const info = plain(await client.call('EVAL', 'return redis.call("INFO", "clients")', '1', ONE));
    return Number(/blocked_clients:(\d+)/.exec(String(info))?.[1]);
  }
});
