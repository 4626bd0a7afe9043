import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../lib/base/wait-until.ts';
import { findRedisServer } from '../../lib/lab/redis-binary.ts';
import { applicationAccess, DEFAULT_USER_ACCESS } from '../../lib/topology/application-access.ts';
import { CATEGORIES, COMMANDS, categoriesIn7 } from '../../lib/topology/redis-commands.ts';
import { ADMIN_COMMANDS } from '../../lib/verify/observe/admin-commands.ts';

/** What applications and cluster clients send, and what `redoubt verify` asks. */
const NEEDED: readonly string[][] = [
  ['GET', 'k'],
  ['SET', 'k', 'v'],
  ['EVAL', 'return 1', '0'],
  ['MULTI'],
  ['SUBSCRIBE', 'news'],
  ['SCAN', '0'],
  ['INFO'],
  ['ROLE'],
  ['DBSIZE'],
  ['READONLY'],
  ['ASKING'],
  ['COMMAND'],
  ['CLIENT', 'SETNAME', 'me'],
  ['CLUSTER', 'INFO'],
  ['CLUSTER', 'NODES'],
  ['CLUSTER', 'SLOTS'],
  ['CLUSTER', 'SHARDS'],
  ['CLUSTER', 'KEYSLOT', 'k'],
];

async function freePort(): Promise<number> {
  const probe = createServer();
  await once(probe.listen(0, '127.0.0.1'), 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

let directory: string;
let server: ChildProcess;
let redis: Redis;

beforeAll(async () => {
  const { path: program } = await findRedisServer(process.env);
  directory = await mkdtemp(join(tmpdir(), 'redoubt-acl-'));
  const socket = join(directory, 'socket');
  // Nobody but this user can reach a socket in this folder, and no port is opened.
  const settings = [
    '--port',
    '0',
    '--unixsocket',
    socket,
    '--cluster-enabled',
    'yes',
    // Nobody talks to it there, but it is opened: 10000 is an endpoint of other labs.
    '--cluster-port',
    String(await freePort()),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--dir',
    directory,
  ];
  server = spawn(program, settings, { stdio: 'ignore' });
  await waitUntil({
    what: 'the server makes its socket',
    timeoutMs: 10_000,
    everyMs: 20,
    probe: () => (existsSync(socket) ? true : undefined),
  });
  // The socket is there before the server listens on it; the hook's own time bounds the wait.
  redis = new Redis({ path: socket, maxRetriesPerRequest: null });
  const access = applicationAccess({ engine: 'valkey', engineVersion: '8.0' });
  await redis.call('ACL', 'SETUSER', 'application', '>a-password-for-this-test', ...access.split(' '));
  await redis.call('ACL', 'SETUSER', 'nobody', '>a-password-for-this-test', ...DEFAULT_USER_ACCESS.split(' '));
});

afterAll(async () => {
  redis?.disconnect();
  if (server?.exitCode === null && server.signalCode === null) {
    const ended = once(server, 'exit');
    server.kill();
    await ended;
  }
  await rm(directory, { recursive: true, force: true });
});

const dryRun = (user: string, words: readonly string[]) => redis.call('ACL', 'DRYRUN', user, ...words);

describe("a real server gives the application's access string", () => {
  it.each(NEEDED.map((words) => [words.join(' '), words] as const))('the right to %s', async (_, words) => {
    expect(await dryRun('application', words)).toBe('OK');
  });

  it.each([
    ...ADMIN_COMMANDS.map(({ words }) => [words.join(' '), words] as const),
    ['FLUSHALL', ['FLUSHALL']] as const,
    ['KEYS *', ['KEYS', '*']] as const,
    ['ACL SETUSER x', ['ACL', 'SETUSER', 'x']] as const,
  ])('no right to %s', async (_, words) => {
    expect(String(await dryRun('application', words))).toMatch(/no permissions to run/);
  });
});

it('a real server lets nobody sign in as a user that is switched off', async () => {
  await expect(
    redis.duplicate({ lazyConnect: true }).call('AUTH', 'nobody', 'a-password-for-this-test'),
  ).rejects.toThrow(/WRONGPASS/);
});

describe('a command that reads and writes a key, on a real server,', () => {
  it.each([
    ['%R~* %W~a', /no permissions to access the 'a' key/],
    ['%R~* ~a', /^OK$/],
  ])('under %j is answered by one pattern that gives both, or refused', async (keys, answer) => {
    await redis.call('ACL', 'SETUSER', 'halves', 'reset', '+@all', ...keys.split(' '));
    expect(String(await dryRun('halves', ['GETSET', 'a', '1']))).toMatch(answer);
    await redis.call('ACL', 'DELUSER', 'halves');
  });
});

/** Name, arity, flags, three places of keys, categories with `@`, tips, key specifications, subcommands. */
type CommandReply = [string, unknown, unknown, unknown, unknown, unknown, string[], unknown, unknown, CommandReply[]];

/** What later servers have moved, and where they have it. */
const MOVED_SINCE_7_0: Readonly<Record<string, readonly string[]>> = { wait: ['blocking', 'connection', 'slow'] };

describe('the table of commands', () => {
  it('has the categories that a real server has', async () => {
    const { version } = await findRedisServer(process.env);
    const isOfTable = version.major === 7 && version.minor === 0;
    const inTable = new Set(COMMANDS);
    const differing = flat((await redis.call('COMMAND')) as CommandReply[]).filter(({ name, categories }) => {
      // Later servers have more.
      if (!isOfTable && !inTable.has(name)) return false;
      const known = (!isOfTable && MOVED_SINCE_7_0[name]) || categoriesIn7(name);
      return categories.join(' ') !== known.toSorted().join(' ');
    });
    expect(differing).toEqual([]);
  });

  it('has no command or category that a real server does not have', async () => {
    const known = new Set(flat((await redis.call('COMMAND')) as CommandReply[]).map(({ name }) => name));
    expect(COMMANDS.filter((command) => !known.has(command))).toEqual([]);
    const categories = (await redis.call('ACL', 'CAT')) as string[];
    expect([...CATEGORIES].filter((category) => !categories.includes(category))).toEqual([]);
  });
});

function flat(replies: readonly CommandReply[]): { name: string; categories: string[] }[] {
  return replies.flatMap(([name, , , , , , categories, , , subcommands]) => [
    { name, categories: categories.map((category) => category.slice(1)).toSorted() },
    ...flat(subcommands),
  ]);
}
