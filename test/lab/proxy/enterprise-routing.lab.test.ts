import { describe, expect, test } from 'vitest';
import { BackendConnection } from '../../../lib/lab/proxy/backend-connection.ts';
import { commandOf } from '../../../lib/lab/proxy/command-parser.ts';
import { keysOf, lookUp, readCommandTable } from '../../../lib/lab/proxy/command-table.ts';
import { decodeValue, itemsOf, textOf } from '../../../lib/lab/proxy/resp-value.ts';
import { answers, bare, bare3, currentEndpoint, ioredis, KEYS, useEnterpriseEndpoint } from './enterprise-endpoint.ts';
import { plain } from './fixture.ts';

useEnterpriseEndpoint();
const [ONE, OTHER, THIRD] = KEYS;
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
    expect(plain(await client.call('AUTH', currentEndpoint().password))).toBe('OK');
    expect(plain(await (await bare(false)).call('AUTH', 'default', currentEndpoint().password))).toBe('OK');
    const greeting = plain(
      await (await bare(false)).call('HELLO', '3', 'AUTH', 'default', currentEndpoint().password, 'SETNAME', 'me'),
    );
    expect(greeting).toMatchObject({
      server: 'redis',
      proto: 3,
      mode: 'standalone',
      role: 'master',
      version: currentEndpoint().lab.serverVersion,
    });
  });

  test('a wrong password and a wrong user are refused, and leave an authenticated client authenticated', async () => {
    const wrong = '-WRONGPASS invalid username-password pair or user is disabled.';
    const client = await bare();
    const attempts = [
      ['AUTH', 'wrong'],
      ['AUTH', 'nobody', currentEndpoint().password],
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
    expect(info).toContain(`tcp_port:${currentEndpoint().port}`);
    for (const node of currentEndpoint().lab.nodes()) expect(info).not.toContain(node.host);
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
    const [first] = currentEndpoint().lab.nodes();
    if (first === undefined) throw new Error('The lab has no node.');
    const { readFileSync } = await import('node:fs');
    const { administratorPasswordPath } = await import('../../../lib/lab/secrets.ts');
    const { ADMINISTRATOR } = await import('../../../lib/lab/acl.ts');
    const credentials = {
      authority: currentEndpoint().authority,
      serverName: currentEndpoint().serverName,
      userName: ADMINISTRATOR,
      password: readFileSync(administratorPasswordPath(currentEndpoint().lab.runDirectory), 'utf8').trim(),
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
