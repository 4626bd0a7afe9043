import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import azureEnterprise from '../../../deployments/azure-enterprise.ts';
import { waitUntil } from '../../../lib/base/wait-until.ts';
import { BackendConnection } from '../../../lib/lab/proxy/backend-connection.ts';
import { commandOf } from '../../../lib/lab/proxy/command-parser.ts';
import { keysOf, lookUp, readCommandTable } from '../../../lib/lab/proxy/command-table.ts';
import { encodeCommand } from '../../../lib/lab/proxy/resp.ts';
import { decodeValue, itemsOf, textOf } from '../../../lib/lab/proxy/resp-value.ts';
import { BareClient, ioredisFor, nodeRedisFor, type ProxyLab, plain, startProxyLab } from './fixture.ts';

/** Three keys on three shards: slots 12182, 5061 and 866. */
const KEYS = ['foo', 'bar', 'hello'] as const;
const [ONE, OTHER, THIRD] = KEYS;

let endpoint: ProxyLab;
let clients: { end(): void }[] = [];

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

async function bare(authenticate = true): Promise<BareClient> {
  const client = await BareClient.connect(endpoint, authenticate);
  clients.push(client);
  return client;
}

async function bare3(): Promise<BareClient> {
  const client = await bare();
  await client.call('HELLO', '3');
  return client;
}

function ioredis() {
  const client = ioredisFor(endpoint);
  clients.push({ end: () => client.disconnect() });
  return client;
}

async function nodeRedis(version: 2 | 3) {
  const client = await nodeRedisFor(endpoint, version);
  clients.push({ end: () => client.destroy() });
  return client;
}

/** The client is asked in turn; what it answers, as plain values. */
async function answers(client: BareClient, ...commands: string[][]): Promise<unknown[]> {
  client.write(Buffer.concat(commands.map(encodeCommand)));
  const replies = [];
  for (const _ of commands) replies.push(plain(await client.next()));
  return replies;
}

describe('authentication', () => {
  test('nothing but AUTH, HELLO, QUIT and RESET is answered before it', async () => {
    const client = await bare(false);
    const noAuth = '-NOAUTH Authentication required.';
    expect(await answers(client, ['PING'], ['GET', 'a'], ['CLUSTER', 'SLOTS'], ['MULTI'])).toEqual([
      noAuth,
      noAuth,
      noAuth,
      noAuth,
    ]);
    expect(plain(await client.call('HELLO', '3'))).toMatch(/^-NOAUTH HELLO must be called/);
  });

  test('a password alone, with the user, or in HELLO is accepted', async () => {
    const client = await bare(false);
    expect(plain(await client.call('AUTH', endpoint.password))).toBe('OK');
    expect(plain(await (await bare(false)).call('AUTH', 'default', endpoint.password))).toBe('OK');
    const greeting = plain(
      await (await bare(false)).call('HELLO', '3', 'AUTH', 'default', endpoint.password, 'SETNAME', 'me'),
    );
    expect(greeting).toMatchObject({
      server: 'redis',
      proto: 3,
      mode: 'standalone',
      role: 'master',
      version: endpoint.lab.serverVersion,
    });
  });

  test('a wrong password and a wrong user are refused, and leave an authenticated client authenticated', async () => {
    const wrong = '-WRONGPASS invalid username-password pair or user is disabled.';
    const client = await bare();
    const attempts = [
      ['AUTH', 'wrong'],
      ['AUTH', 'nobody', endpoint.password],
      ['HELLO', '3', 'AUTH', 'default', 'wrong'],
      ['PING'],
    ];
    expect(await answers(client, ...attempts)).toEqual([wrong, wrong, wrong, 'PONG']);
  });

  test('HELLO refuses versions that do not exist and options it does not know', async () => {
    const client = await bare();
    expect(await answers(client, ['HELLO', '4'], ['HELLO', 'x'], ['HELLO', '2', 'FOO'])).toEqual([
      '-NOPROTO unsupported protocol version',
      '-ERR Protocol version is not an integer or out of range',
      "-ERR Syntax error in HELLO option 'FOO'",
    ]);
  });

  test('RESET takes back authentication, protocol version and transaction', async () => {
    const client = await bare3();
    expect(await answers(client, ['MULTI'], ['RESET'], ['PING'])).toEqual([
      'OK',
      'RESET',
      '-NOAUTH Authentication required.',
    ]);
  });

  test('QUIT is answered, and then the connection ends', async () => {
    const client = await bare();
    expect(plain(await client.call('QUIT'))).toBe('OK');
    await client.closed();
  });

  test('malformed input is answered with the protocol error after all that was right before it, and ends the connection', async () => {
    const client = await bare();
    client.write('PING\r\nGET foo\r\n*1\r\n:1\r\n');
    const replies = [plain(await client.next()), plain(await client.next()), plain(await client.next())];
    expect(replies).toEqual(['PONG', null, "-ERR Protocol error: expected '$', got ':'"]);
    await client.closed();
  });
});

describe('the topology is hidden', () => {
  test('CLUSTER is refused, INFO tells of one server that is no cluster', async () => {
    const client = await bare();
    for (const word of ['SLOTS', 'NODES', 'INFO', 'HELP', 'KEYSLOT', 'SHARDS']) {
      expect(plain(await client.call('CLUSTER', word))).toBe('-ERR command is not allowed');
    }
    const info = String(plain(await client.call('INFO')));
    expect(info).toContain('redis_mode:standalone');
    expect(info).toContain('cluster_enabled:0');
    expect(info).toContain(`tcp_port:${endpoint.port}`);
    for (const node of endpoint.lab.nodes()) expect(info).not.toContain(node.host);
    expect(plain(await client.call('ROLE'))).toEqual(['master', 0, []]);
  });

  test('only database 0 exists', async () => {
    const client = await bare();
    expect(await answers(client, ['SELECT', '0'], ['SELECT', '1'], ['SELECT', 'x'])).toEqual([
      'OK',
      '-ERR DB index is out of range',
      '-ERR value is not an integer or out of range',
    ]);
  });

  test.each([
    'SWAPDB 0 1',
    'FAILOVER',
    'REPLICAOF a 1',
    'DEBUG SLEEP 0',
    'SHUTDOWN',
    'READONLY',
    'ASKING',
    'MONITOR',
    'NOSUCH a',
  ])('%s is an unknown command', async (line) => {
    const words = line.split(' ');
    const expected = `-ERR unknown command '${words[0]}', with args beginning with: ${words
      .slice(1)
      .map((word) => `'${word}' `)
      .join('')}`;
    expect(plain(await (await bare()).call(...words))).toBe(expected);
  });

  test('CONFIG accepts and ignores one parameter, shows nothing, and refuses the rest', async () => {
    const client = await bare();
    const commands = [
      ['CONFIG', 'SET', 'notify-keyspace-events', 'KEA'],
      ['CONFIG', 'GET', 'maxmemory'],
      ['CONFIG', 'SET', 'maxmemory', '1'],
    ];
    expect(await answers(client, ...commands)).toEqual(['OK', [], '-ERR Unsupported CONFIG parameter']);
    expect(plain(await (await bare3()).call('CONFIG', 'GET', '*'))).toEqual({});
  });

  test('wrong arity and unknown subcommands are refused as by the server', async () => {
    const client = await bare();
    expect(await answers(client, ['GET'], ['OBJECT', 'NOSUCH'], ['OBJECT', 'ENCODING'])).toEqual([
      "-ERR wrong number of arguments for 'get' command",
      "-ERR unknown subcommand 'NOSUCH'. Try OBJECT HELP.",
      "-ERR wrong number of arguments for 'object|encoding' command",
    ]);
  });

  test('ioredis in cluster mode is refused, as on the service', async () => {
    const client = ioredis();
    await expect(client.cluster('SLOTS')).rejects.toThrow('ERR command is not allowed');
  });
});

/** The 31 of the measurement (a third party's, on a live database): the first seven pass, all others are refused. */
const CROSS_SLOT_TABLE: [string, 'passes' | 'crosses'][] = [
  ['SET foo 1', 'passes'],
  ['DEL foo bar', 'passes'],
  ['MSET foo 1 bar 2', 'passes'],
  ['MGET foo bar', 'passes'],
  ['EXISTS foo bar', 'passes'],
  ['UNLINK foo bar', 'passes'],
  ['TOUCH foo bar', 'passes'],
  ['SUNION foo bar', 'crosses'],
  ['SINTER foo bar', 'crosses'],
  ['SDIFF foo bar', 'crosses'],
  ['SUNIONSTORE foo bar', 'crosses'],
  ['SMOVE foo bar a', 'crosses'],
  ['ZUNIONSTORE foo 1 bar', 'crosses'],
  ['ZINTERSTORE foo 1 bar', 'crosses'],
  ['ZDIFF 2 foo bar', 'crosses'],
  ['RENAME foo bar', 'crosses'],
  ['COPY foo bar', 'crosses'],
  ['RPOPLPUSH foo bar', 'crosses'],
  ['LMOVE foo bar LEFT LEFT', 'crosses'],
  ['BLPOP foo bar 1', 'crosses'],
  ['LMPOP 2 foo bar LEFT', 'crosses'],
  ['BITOP AND foo bar', 'crosses'],
  ['PFMERGE foo bar', 'crosses'],
  ['PFCOUNT foo bar', 'crosses'],
  ['MSETNX foo 1 bar 2', 'crosses'],
  ['SORT foo STORE bar', 'crosses'],
  ['GEOSEARCHSTORE foo bar FROMLONLAT 0 0 BYRADIUS 1 m', 'crosses'],
  ['LCS foo bar', 'crosses'],
  ['XREAD STREAMS foo bar 0 0', 'crosses'],
  ['EVAL return{KEYS[1]} 2 foo bar', 'crosses'],
];

describe('commands that span slots', () => {
  test.each(CROSS_SLOT_TABLE)('%s: %s', async (line, outcome) => {
    const reply = plain(await (await bare()).call(...line.split(' ')));
    if (outcome === 'passes') expect(String(reply)).not.toMatch(/^-/);
    else expect(reply).toBe("-CROSSSLOT Keys in request don't hash to the same slot");
  });

  test('MULTI over two slots: CROSSSLOT, and EXEC discards everything', async () => {
    const client = await bare();
    expect(await answers(client, ['MULTI'], ['SET', ONE, '1'], ['MGET', ONE, OTHER], ['EXEC'], ['GET', ONE])).toEqual([
      'OK',
      'QUEUED',
      "-CROSSSLOT Keys in request don't hash to the same slot",
      '-EXECABORT Transaction discarded because of previous errors.',
      null,
    ]);
  });

  test.each(CROSS_SLOT_TABLE.slice(7))('with one hash tag %s is not refused', async (line) => {
    const tagged = line.replace(/\b(foo|bar)\b/g, '{t}$1');
    expect(String(plain(await (await bare()).call(...tagged.split(' '))))).not.toMatch(/^-CROSSSLOT/);
  });

  test.each([2, 3] as const)('answers are put together in the order of the keys, RESP %i', async (version) => {
    const client = version === 3 ? await bare3() : await bare();
    expect(
      await answers(
        client,
        ['MSET', ONE, '1', OTHER, '2', THIRD, '3', '{foo}b', '4'],
        ['MGET', OTHER, 'missing', THIRD, '{foo}b', ONE, OTHER],
        ['EXISTS', ONE, OTHER, ONE, 'missing'],
        ['TOUCH', ONE, OTHER],
        ['DEL', ONE, 'missing', OTHER],
        ['UNLINK', THIRD, '{foo}b'],
        ['DBSIZE'],
        ['MSET', ONE, '1', OTHER],
      ),
    ).toEqual([
      'OK',
      ['2', null, '3', '4', '1', '2'],
      3,
      2,
      2,
      2,
      0,
      "-ERR wrong number of arguments for 'mset' command",
    ]);
  });

  test('a value of another type is nothing to MGET, and binary values come through', async () => {
    const client = await bare();
    await client.call('LPUSH', ONE, 'x');
    const binary = Buffer.from([0, 13, 10, 255]);
    await client.call('MSET', OTHER, binary, THIRD, '');
    const reply = await client.call('MGET', ONE, OTHER, THIRD);
    expect(itemsOf(reply)).toEqual([
      { type: 'null', spelling: 'bulk' },
      { type: 'bulk', bytes: binary },
      { type: 'bulk', bytes: Buffer.alloc(0) },
    ]);
  });
});

describe('keys are found where the server finds them', () => {
  test.each([
    'GET a',
    'MSET a 1 b 2',
    'EVAL x 2 a b c',
    'EVALSHA x 0',
    'FCALL f 1 a b',
    'XREAD COUNT 1 STREAMS a b 0 0',
    'XREADGROUP GROUP g c COUNT 1 STREAMS a b > >',
    'ZUNIONSTORE d 2 a b WEIGHTS 1 2',
    'ZINTER 2 a b',
    'SORT a BY nosort STORE d',
    'GEORADIUS a 0 0 1 m STORE d',
    'BLPOP a b 0',
    'BLMPOP 0 2 a b LEFT',
    'BZMPOP 0 1 a MIN',
    'LMOVE a b LEFT LEFT',
    'OBJECT ENCODING a',
    'MEMORY USAGE a',
    'XGROUP CREATE a g $',
    'BITOP AND d a b',
    'SINTERCARD 2 a b',
    'SET a 1 GET',
    'PFCOUNT a b c',
    'COPY a b',
    'LCS a b',
  ])('%s', async (line) => {
    const node = await administrator();
    const table = readCommandTable(decodeValue((await node.ask(['COMMAND'])).bytes));
    const expected = decodeValue((await node.ask(['COMMAND', 'GETKEYS', ...line.split(' ')])).bytes);
    const command = commandOf(...line.split(' '));
    const info = lookUp(table, command);
    if (info === undefined) throw new Error(`${line} is not in the table`);
    const keys = keysOf(info, command).map(String).sort();
    expect(keys).toEqual(itemsOf(expected).map(textOf).sort());
    node.destroy();
  });

  async function administrator(): Promise<BackendConnection> {
    const [first] = endpoint.lab.nodes();
    if (first === undefined) throw new Error('The lab has no node.');
    const { readFileSync } = await import('node:fs');
    const { administratorPasswordPath } = await import('../../../lib/lab/secrets.ts');
    const { ADMINISTRATOR } = await import('../../../lib/lab/acl.ts');
    const credentials = {
      authority: endpoint.authority,
      serverName: endpoint.serverName,
      userName: ADMINISTRATOR,
      password: readFileSync(administratorPasswordPath(endpoint.lab.runDirectory), 'utf8').trim(),
    };
    const connection = new BackendConnection({
      address: { host: first.host, port: first.port },
      credentials,
      version: 3,
    });
    await connection.ready;
    return connection;
  }
});

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
    const view = await endpoint.lab.serverView();
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
