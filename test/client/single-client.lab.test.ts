/** A single endpoint, over a path that can fall silent while the server lives, and a server that can be busy while the path works. */
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { sleep, waitUntil } from '../../lib/base/wait-until.ts';
import { type ConnectOptions, connect } from '../../lib/client/connect.ts';
import { redisInternals } from '../../lib/client/internals.ts';
import type { RedoubtRedis } from '../../lib/client/single-client.ts';
import type { Lab } from '../../lib/lab/lab.ts';
import type { ConnectionProfile } from '../../lib/profile/profile.ts';
import { AZURE_NO_CLUSTER, newBaseDirectory, removeBaseDirectory, startTestLab } from '../lab/support/lab.ts';
import type { Forwarder } from './support/forwarder.ts';
import { throughForwarder } from './support/through.ts';

const baseDirectory = newBaseDirectory();
let lab: Lab;
let forwarder: Forwarder;
let profile: ConnectionProfile;
let clients: RedoubtRedis[] = [];

beforeAll(async () => {
  lab = await startTestLab(AZURE_NO_CLUSTER, { baseDirectory });
});
afterAll(async () => {
  await lab?.stop();
  removeBaseDirectory(baseDirectory);
});
beforeEach(async () => {
  ({ profile, forwarder } = await throughForwarder(lab));
});
afterEach(async () => {
  for (const client of clients) client.disconnect();
  clients = [];
  await forwarder.close();
});

async function connected(options: ConnectOptions = {}): Promise<RedoubtRedis> {
  const client = (await connect(profile, options)) as RedoubtRedis;
  clients.push(client);
  // What the server still had to say of the login has come in: it would be a sign of life of a path that has fallen silent.
  await client.ping();
  return client;
}

const settled = (promise: Promise<unknown>) =>
  promise.then(
    (value) => value,
    (error: Error) => error.name,
  );
/** What is given now is written at once; what is given after the silence has been noticed is held back. */
const noticed = (client: RedoubtRedis) =>
  waitUntil({
    what: 'the silence to be noticed',
    timeoutMs: 5_000,
    everyMs: 10,
    probe: () => (client.statistics.connectionsReplaced > 0 ? true : undefined),
  });

/** What is given from now on is not written: how the client takes a silence that it has noticed and not yet judged. */
const holdingBack = (client: RedoubtRedis) =>
  waitUntil({
    what: 'what is given to be held back',
    timeoutMs: 5_000,
    everyMs: 10,
    probe: () => {
      const { commandQueue } = redisInternals(client);
      const written = commandQueue.length;
      void settled(client.ping());
      return commandQueue.length === written ? true : undefined;
    },
  });

test('it says once what it is connected to', async () => {
  const lines: string[] = [];
  await connected({ log: (line) => lines.push(line) });
  expect(lines).toEqual([`single, 1 endpoint: through.forwarder:${forwarder.port}`]);
});

test('a connection that is silent while a fresh one is answered is replaced: a SET is repeated, an INCR is unknown and applied once at most', async () => {
  const client = await connected();
  await client.set('warm', 'up');
  forwarder.stallExisting();
  const set = settled(client.set('a', '1'));
  const increments = [settled(client.incr('counter')), settled(client.incr('counter'))];
  await noticed(client);
  expect(await set).toBe('OK');
  expect(await Promise.all(increments)).toEqual(['OutcomeUnknownError', 'OutcomeUnknownError']);
  expect(await client.incr('counter')).toBe(1);
  expect(client.statistics).toMatchObject({ connectionsReplaced: 1, commandsRepeated: 1, outcomesUnknown: 2 });
});

test('what is given while the connection is silent is held back, and so is never unknown', async () => {
  const client = await connected({ secondOpinionAfterMs: 600 });
  forwarder.stallExisting();
  const written = settled(client.incr('held:first'));
  await holdingBack(client);
  const held = Array.from({ length: 50 }, (_, index) => settled(client.incr(`held:${index}`)));
  expect(await written).toBe('OutcomeUnknownError');
  expect(await Promise.all(held)).toEqual(Array.from({ length: 50 }, () => 1));
});

test('a pipeline and a transaction that are held back go out as a whole, and every command gets its own answer', async () => {
  const client = await connected({ secondOpinionAfterMs: 600 });
  forwarder.stallExisting();
  void settled(client.incr('held:whole'));
  await holdingBack(client);
  const numbers = Array.from({ length: 20 }, (_, index) => index + 1);
  const transaction = numbers.reduce((multi) => multi.incr('held:transaction'), client.multi()).exec();
  const pipeline = numbers.reduce((sent, number) => sent.echo(`${number}`), client.pipeline()).exec();
  const after = client.echo('after');
  expect(await transaction).toEqual(numbers.map((number) => [null, number]));
  expect(await pipeline).toEqual(numbers.map((number) => [null, `${number}`]));
  expect(await after).toBe('after');
  expect(client.statistics.connectionsReplaced).toBe(1);
});

test('a server that is busy with one slow script keeps its connection, and nothing fails', async () => {
  const client = await connected();
  const before = forwarder.accepted();
  const primary = (await lab.serverView()).shards[0]?.primaryNodeId ?? '';
  await lab.occupy(primary, 2_000);
  const answers = Promise.all(Array.from({ length: 20 }, (_, index) => client.incr(`busy:${index}`)));
  expect(await answers).toEqual(Array.from({ length: 20 }, () => 1));
  expect(client.statistics).toMatchObject({ connectionsReplaced: 0, outcomesUnknown: 0 });
  // Second opinions were sought meanwhile, over connections of their own.
  expect(forwarder.accepted()).toBeGreaterThan(before);
});

test('a path on which nothing gets through keeps its connection, which goes on when the path does', async () => {
  const client = await connected({ connectTimeoutMs: 400 });
  const before = forwarder.accepted();
  forwarder.stallAll();
  const increment = client.incr('late');
  await waitUntil({
    what: 'a third second opinion, after two that were no opinion',
    timeoutMs: 20_000,
    everyMs: 20,
    probe: () => (forwarder.accepted() >= before + 3 ? true : undefined),
  });
  expect(client.statistics.connectionsReplaced).toBe(0);
  forwarder.resume();
  expect(await increment).toBe(1);
});

test('a blocking command may wait as long as it likes', async () => {
  const client = await connected();
  expect(await client.blpop('nothing', 1)).toBeNull();
  expect(client.statistics.connectionsReplaced).toBe(0);
});

test('after retryForMs a command fails with a sentence: what was written is unknown, what was held back was not applied', async () => {
  const client = await connected({ retryForMs: 1_000 });
  forwarder.stallAll();
  const written = client.set('a', '1');
  const writtenFailure = expect(written).rejects.toMatchObject({
    code: 'CLIENT_OUTCOME_UNKNOWN',
    message: expect.stringContaining('retryForMs is 1,000'),
  });
  await holdingBack(client);
  const held = client.set('held:back', '1');
  await expect(held).rejects.toMatchObject({ code: 'CLIENT_NOT_APPLIED' });
  await writtenFailure;
  forwarder.resume();
  await client.ping();
  expect(await client.get('held:back')).toBeNull();
});

test('with retryUnknown never, a SET that was written is unknown as well', async () => {
  const client = await connected({ retryUnknown: 'never' });
  forwarder.stallExisting();
  expect(await settled(client.set('a', '1'))).toBe('OutcomeUnknownError');
});

test('with retryUnknown always, an INCR is sent again', async () => {
  const client = await connected({ retryUnknown: 'always' });
  forwarder.stallExisting();
  expect(await settled(client.incr('always'))).toBe(1);
});

test('a transaction that was written is unknown as a whole; the commands of a pipeline are judged one by one', async () => {
  const client = await connected();
  forwarder.stallExisting();
  const transaction = client.multi().set('t', '1').incr('t').exec();
  const pipeline = client.pipeline().set('p', '1').incr('q').exec();
  await expect(transaction).rejects.toMatchObject({ name: 'OutcomeUnknownError' });
  const [set, increment] = (await pipeline) ?? [];
  expect(set).toEqual([null, 'OK']);
  expect(increment?.[0]).toMatchObject({ name: 'OutcomeUnknownError' });
  expect(await client.get('t')).toBeNull();
});

test('a connection that is closed in the orderly way follows the same rule', async () => {
  const client = await connected();
  forwarder.stallExisting();
  const results = [settled(client.set('o', '1')), settled(client.incr('o:n'))];
  await waitUntil({
    what: 'both commands to be written',
    timeoutMs: 5_000,
    everyMs: 5,
    probe: () => (redisInternals(client).commandQueue.length === 2 ? true : undefined),
  });
  forwarder.hangUp();
  expect(await Promise.all(results)).toEqual(['OK', 'OutcomeUnknownError']);
});

test('a connection that is made and never logged in is given up, and another is made', async () => {
  const client = await connected({ connectTimeoutMs: 300 });
  const before = forwarder.accepted();
  forwarder.stallAtLogin();
  forwarder.hangUp();
  const set = settled(client.set('login', '1'));
  await waitUntil({
    what: 'a second attempt',
    timeoutMs: 5_000,
    everyMs: 20,
    probe: () => (forwarder.accepted() >= before + 2 ? true : undefined),
  });
  forwarder.resume();
  expect(await set).toBe('OK');
});

test('a subscriber notices that its connection is dead, although it only listens', async () => {
  const subscriber = await connected({ watchEveryMs: 200 });
  const received: string[] = [];
  subscriber.on('message', (_channel, message) => received.push(message));
  await subscriber.subscribe('news');
  forwarder.stallExisting();
  const publisher = (await connected()) as Redis;
  await waitUntil({
    what: 'a message over the new connection',
    timeoutMs: 10_000,
    everyMs: 50,
    probe: async () => {
      await publisher.publish('news', 'hello');
      return received.length > 0 ? true : undefined;
    },
  });
  expect(subscriber.statistics.connectionsReplaced).toBe(1);
});

test('closing settles everything', async () => {
  const client = await connected();
  forwarder.stallAll();
  const results = [settled(client.set('a', '1')), settled(client.incr('n'))];
  await holdingBack(client);
  const held = settled(client.incr('m'));
  client.disconnect();
  expect(await Promise.all([...results, held])).toEqual([
    'OutcomeUnknownError',
    'OutcomeUnknownError',
    'NotAppliedError',
  ]);
  await expect(client.get('a')).rejects.toThrow();
});

test('a duplicate says what goes wrong with its connection, as the client does', async () => {
  const lines: string[] = [];
  const client = await connected({ log: (line) => lines.push(line) });
  const duplicate = client.duplicate() as RedoubtRedis;
  clients.push(duplicate);
  await duplicate.connect();
  client.disconnect();
  lines.length = 0;
  await forwarder.close();
  await waitUntil({
    what: 'a line about the refused connection',
    timeoutMs: 5_000,
    everyMs: 20,
    probe: () => lines.find((line) => /^connection: .*ECONNREFUSED/.test(line)),
    lastSeen: () => lines.join('; '),
  });
});

test('the role may move behind the endpoint: writes go on, and none is lost', async () => {
  const client = await connected();
  const replica = (await lab.serverView()).shards[0]?.replicaNodeIds[0] ?? '';
  let running = true;
  const written: Promise<unknown>[] = [];
  const load = (async () => {
    for (let index = 0; running; index += 1) {
      written.push(client.set(`move:${index}`, String(index)));
      await sleep(2);
    }
  })();
  await lab.promote(replica);
  running = false;
  await load;
  expect(new Set(await Promise.all(written))).toEqual(new Set(['OK']));
  const values = await client.mget(written.map((_, index) => `move:${index}`));
  expect(values).toEqual(written.map((_, index) => String(index)));
});
