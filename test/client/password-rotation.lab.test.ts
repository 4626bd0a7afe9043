/** The application's password is replaced at the servers and in the secret's file while a client runs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { waitUntil } from '../../lib/base/wait-until.ts';
import type { RedoubtCluster } from '../../lib/client/cluster-client.ts';
import { connect } from '../../lib/client/connect.ts';
import { Login } from '../../lib/client/login.ts';
import { lookupOf } from '../../lib/client/lookup.ts';
import { settingsFrom } from '../../lib/client/options.ts';
import { RedoubtRedis } from '../../lib/client/single-client.ts';
import { tlsOf } from '../../lib/client/tls.ts';
import { type Administrator, administratorOf } from '../../lib/lab/administrator.ts';
import type { Lab } from '../../lib/lab/lab.ts';
import type { ConnectionProfile } from '../../lib/profile/profile.ts';
import { credentialReader } from '../../lib/profile/secret.ts';
import { ELASTICACHE, newBaseDirectory, removeBaseDirectory, startTestLab } from '../lab/support/lab.ts';

const baseDirectory = newBaseDirectory();
const secretPath = join(baseDirectory, 'secret');
let lab: Lab;
let administrator: Administrator;
let profile: ConnectionProfile;
let client: RedoubtCluster | RedoubtRedis | undefined;
let lines: string[] = [];
let rotations = 0;

beforeAll(async () => {
  lab = await startTestLab({ ...ELASTICACHE, shardCount: 1 }, { baseDirectory });
  administrator = administratorOf(lab.runDirectory, lab.profile.tls.serverName);
  const { secret } = lab.profile.authentication;
  if (secret.kind !== 'file') throw new Error('The lab keeps its secret elsewhere now.');
  writeSecret(readFileSync(secret.path, 'utf8'));
  profile = {
    ...lab.profile,
    authentication: { ...lab.profile.authentication, secret: { kind: 'file', path: secretPath } },
  };
}, 60_000);
afterEach(() => {
  client?.disconnect();
  lines = [];
});
afterAll(async () => {
  administrator?.close();
  await lab?.stop();
  removeBaseDirectory(baseDirectory);
});

const writeSecret = (password: string) => writeFileSync(secretPath, password, { mode: 0o600 });
const user = () => profile.authentication.userName ?? 'default';

/** At every node: another password, and no connection that came in with the old one. */
async function rotateAtServers(): Promise<string> {
  rotations += 1;
  const password = `rotated-${rotations}-abcdefghijklmnop`;
  for (const node of lab.nodes()) {
    const replies = await administrator.ask(node, [
      ['ACL', 'SETUSER', user(), 'resetpass', `>${password}`],
      ['CLIENT', 'KILL', 'USER', user()],
    ]);
    expect(replies.filter((reply) => reply instanceof Error)).toEqual([]);
  }
  return password;
}

async function connectionsMade(): Promise<number> {
  const counts = await Promise.all(
    lab.nodes().map(async (node) => {
      const [info] = await administrator.ask(node, [['INFO', 'stats']]);
      return Number(/total_connections_received:(\d+)/.exec(String(info))?.[1]);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

async function single(): Promise<RedoubtRedis> {
  const [primary] = (await lab.serverView()).shards;
  const node = lab.nodes().find(({ id }) => id === primary?.primaryNodeId);
  if (node === undefined) throw new Error('The lab has no primary.');
  const read = credentialReader(profile.authentication.secret);
  const log = (line: string) => lines.push(line);
  const { userName } = profile.authentication;
  const redis = new RedoubtRedis({
    endpoint: { host: node.host, port: node.port },
    defaults: {
      ...(userName === undefined ? {} : { username: userName }),
      login: new Login({ credential: await read(), read, log }),
      tls: tlsOf(profile.tls, lookupOf(profile.nameResolution)),
      connectionName: 'rotation',
    },
    settings: settingsFrom({}),
    autoPipelining: false,
    log,
  });
  await redis.connect();
  return redis;
}

async function cluster(): Promise<RedoubtCluster> {
  return (await connect(profile, { log: (line) => lines.push(line) })) as RedoubtCluster;
}

test.each([
  ['a cluster client', cluster],
  ['a single client', single],
] as const)('%s goes on with the new password as soon as it is in the file, and no command fails', async (_, open) => {
  const current = await open();
  client = current;
  expect(await current.set('key', 'before')).toBe('OK');

  const password = await rotateAtServers();
  const written = current.set('key', 'after');
  await waitUntil({
    what: 'the refusal to be noticed',
    timeoutMs: 5_000,
    everyMs: 10,
    probe: () => (lines.some((line) => line.includes('the login was refused')) ? true : undefined),
  });
  // With the old password a few attempts a second, so that it is noticed when the servers take it again.
  const before = await connectionsMade();
  const furtherAttempts = (count: number) =>
    waitUntil({
      what: `${count} further attempts`,
      timeoutMs: 10_000,
      everyMs: 20,
      probe: async () => ((await connectionsMade()) >= before + count ? true : undefined),
    });
  // Those that were under way when the first was refused are not held back.
  await furtherAttempts(4);
  const since = performance.now();
  await furtherAttempts(7);
  const seconds = (performance.now() - since) / 1_000;
  expect(3 / seconds).toBeLessThan(6);

  writeSecret(password);
  expect(await written).toBe('OK');
  expect(await current.get('key')).toBe('after');
  expect(lines.join('\n')).not.toContain(password);
});

test('the error of a command that could not log in says why, and has no password in it', async () => {
  const old = readFileSync(secretPath, 'utf8').trim();
  const limited = (await connect(profile, { retryForMs: 2_000 })) as RedoubtCluster;
  try {
    const password = await rotateAtServers();
    const error: Error = await limited.set('key', 'value').then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    writeSecret(password);
    const told = inspect(error, { depth: 10, showHidden: true });
    expect(told).toContain('WRONGPASS');
    expect(told).not.toContain(old);
  } finally {
    limited.disconnect();
  }
});

test('the secret is there before the connections are cut: nothing fails', async () => {
  const current = await cluster();
  client = current;
  const next = `rotated-${rotations + 1}-abcdefghijklmnop`;
  writeSecret(next);
  expect(await rotateAtServers()).toBe(next);
  const results = await Promise.all(Array.from({ length: 20 }, (_, index) => current.set(`key:${index}`, 'value')));
  expect(new Set(results)).toEqual(new Set(['OK']));
});
