/** The cluster client against real nodes that move, fall silent, freeze and are busy. Each test leaves the lab whole. */
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { waitUntil } from '../../lib/base/wait-until.ts';
import type { RedoubtCluster } from '../../lib/client/cluster-client.ts';
import { type ConnectOptions, connect } from '../../lib/client/connect.ts';
import type { Lab } from '../../lib/lab/lab.ts';
import { slotOf, tagsInRange } from '../../lib/topology/slot.ts';
import { AZURE_OSS, newBaseDirectory, removeBaseDirectory, startTestLab } from '../lab/support/lab.ts';

const baseDirectory = newBaseDirectory();
let lab: Lab;
let clients: RedoubtCluster[] = [];

beforeAll(async () => {
  lab = await startTestLab(AZURE_OSS, { baseDirectory });
});
afterAll(async () => {
  await lab?.stop();
  removeBaseDirectory(baseDirectory);
});
afterEach(async () => {
  for (const client of clients) client.disconnect();
  clients = [];
  await lab.heal();
});

async function connected(options: ConnectOptions = {}): Promise<RedoubtCluster> {
  const client = (await connect(lab.profile, options)) as RedoubtCluster;
  clients.push(client);
  return client;
}

const settled = (promise: Promise<unknown>) =>
  promise.then(
    (value) => value,
    (error: Error) => error.name,
  );
const later = (durationMs: number) => new Promise((resolve) => setTimeout(resolve, durationMs));
let keys = 0;
/** A key that no other test uses, of the given shard. */
async function keyOf(shardIndex: number): Promise<string> {
  const { shards } = await lab.serverView();
  const [tag] = tagsInRange(shards[shardIndex]?.slots ?? [], 1);
  keys += 1;
  return `{${tag}}:${keys}`;
}
const primaryOf = async (shardIndex: number) => (await lab.serverView()).shards[shardIndex]?.primaryNodeId ?? '';

/** A node is replaced: its successor takes the role, and it is silent from then on. */
async function replaceSilently(shardIndex: number): Promise<void> {
  const old = await primaryOf(shardIndex);
  const successor = await lab.addReplica(shardIndex);
  await lab.promote(successor.id);
  await lab.retire(old, 'silent');
}

/** SET and INCR now and then until `stop`; what became of each. */
function load(client: RedoubtCluster, prefix: string) {
  const results: Promise<unknown>[] = [];
  const increments: string[] = [];
  let running = true;
  const writing = (async () => {
    for (let index = 0; running; index += 1) {
      results.push(settled(client.set(`${prefix}:set:${index}`, String(index))));
      increments.push(`${prefix}:n:${index}`);
      client.incr(`${prefix}:n:${index}`).catch(() => {});
      await later(3);
    }
  })();
  return {
    stop: async () => {
      running = false;
      await writing;
      const sets = await Promise.all(results);
      const values = await Promise.all(sets.map((_, index) => client.get(`${prefix}:set:${index}`)));
      const counters = await Promise.all(increments.map((key) => client.get(key)));
      return { sets, values, counters };
    },
  };
}

test('it says once what it is connected to: mode, shards, nodes and a preview', async () => {
  const lines: string[] = [];
  await connected({ log: (line) => lines.push(line) });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^cluster, 3 shards, 6 nodes: 0-5460 [\d.]+:\d+ \(1 replica\), 5461-10922 /);
});

test('commands of every kind work: single, pipeline, transaction, script, and grouped by the event loop', async () => {
  const client = await connected();
  const key = await keyOf(1);
  expect(await client.set(key, '1')).toBe('OK');
  expect(await client.pipeline().get(key).incr(key).exec()).toEqual([
    [null, '1'],
    [null, 2],
  ]);
  expect(await client.multi().incr(key).incr(key).exec()).toEqual([
    [null, 3],
    [null, 4],
  ]);
  expect(await client.eval("return {KEYS[1], redis.call('GET', KEYS[1])}", 1, key)).toEqual([key, '4']);
  const grouped = await connected({ autoPipelining: true });
  expect(await Promise.all([grouped.incr(key), grouped.incr(key), grouped.get(key)])).toEqual([5, 6, '6']);
});

test('a key is sent to its owner at once, also the one that ioredis 6.0.0 counts into another slot', async () => {
  const client = await connected();
  expect(slotOf('foo{}{bar}')).toBe(8363);
  await client.set('foo{}{bar}', '1');
  expect(client.statistics.redirectsMoved).toBe(0);
});

test('primaries that are replaced and fall silent: no SET fails, none is lost, nothing is applied twice', async () => {
  const client = await connected();
  const work = load(client, 'replaced');
  for (const shardIndex of [0, 1, 2]) await replaceSilently(shardIndex);
  await later(300);
  const { sets, values, counters } = await work.stop();
  expect(sets.length).toBeGreaterThan(50);
  expect(new Set(sets)).toEqual(new Set(['OK']));
  expect(values).toEqual(sets.map((_, index) => String(index)));
  expect(counters.filter((counter) => Number(counter) > 1)).toEqual([]);
  expect(client.statistics.topologyChanges).toBeGreaterThan(0);
});

test('a primary that freezes: SETs wait for the promotion, and hardly anything is unknown, because what came later was held back', async () => {
  const client = await connected();
  const key = await keyOf(0);
  const frozen = await primaryOf(0);
  await client.set(key, 'warm');
  await lab.freeze(frozen);
  const written = [
    settled(client.set(key, 'written')),
    settled(client.incr(`${key}:n`)),
    settled(client.multi().incr(`${key}:m`).exec()),
  ];
  await later(400);
  const held = Array.from({ length: 30 }, (_, index) => settled(client.incr(`${key}:held:${index}`)));
  expect(await Promise.all(held)).toEqual(Array.from({ length: 30 }, () => 1));
  expect(await Promise.all(written)).toEqual(['OK', 'OutcomeUnknownError', 'OutcomeUnknownError']);
  expect(await client.get(key)).toBe('written');
  expect(await client.get(`${key}:n`)).toBeNull();
});

test('a primary that crashes: commands wait for the promotion and none fails', async () => {
  const client = await connected();
  const key = await keyOf(1);
  await lab.crash(await primaryOf(1));
  const results = Array.from({ length: 30 }, (_, index) => settled(client.incr(`${key}:${index}`)));
  const given = await Promise.all(results);
  expect(given.filter((result) => result !== 1 && result !== 'OutcomeUnknownError')).toEqual([]);
  expect(await client.set(key, 'after')).toBe('OK');
});

test('a server that is busy for two seconds: nothing fails, and no connection is dropped', async () => {
  const client = await connected();
  const key = await keyOf(2);
  await client.set(key, '0');
  const connections = client.nodes('master');
  await lab.occupy(await primaryOf(2), 1_500);
  expect(await Promise.all(Array.from({ length: 20 }, () => client.incr(key)))).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
  expect(client.statistics).toMatchObject({ connectionsCut: 0, connectionsReplaced: 0, outcomesUnknown: 0 });
  expect(client.nodes('master')).toEqual(connections);
});

test('a role that moves between nodes that stay: nobody is cut and nothing is unknown', async () => {
  const client = await connected();
  const work = load(client, 'moved');
  const replica = (await lab.serverView()).shards[0]?.replicaNodeIds[0] ?? '';
  await lab.promote(replica);
  await later(200);
  const { sets, counters } = await work.stop();
  expect(new Set(sets)).toEqual(new Set(['OK']));
  expect(new Set(counters)).toEqual(new Set(['1']));
  expect(client.statistics).toMatchObject({ connectionsCut: 0, outcomesUnknown: 0 });
});

test('a subscriber moves when its node leaves, and takes its channels along', async () => {
  const client = await connected();
  const received: string[] = [];
  client.on('message', (_channel, message) => received.push(message));
  await client.subscribe('news');
  const port = (client as unknown as { subscriber: { getInstance(): Redis } }).subscriber.getInstance().options.port;
  const node = lab.nodes().find((each) => each.port === port);
  const shardIndex = node?.shardIndex ?? 0;
  const successor = await lab.addReplica(shardIndex);
  if (node?.id === (await primaryOf(shardIndex))) await lab.promote(successor.id);
  await lab.retire(node?.id ?? '', 'silent');
  const publisher = await connected();
  await waitUntil({
    what: 'a message at the new node',
    timeoutMs: 10_000,
    everyMs: 50,
    probe: async () => {
      await publisher.publish('news', 'hello');
      return received.length > 0 ? true : undefined;
    },
  });
});

test('with retryUnknown never, a SET that was written to a lost connection is unknown', async () => {
  const client = await connected({ retryUnknown: 'never' });
  const key = await keyOf(0);
  await client.set(key, '1');
  await lab.freeze(await primaryOf(0));
  expect(await settled(client.set(key, '2'))).toBe('OutcomeUnknownError');
});

test('when no node takes over in retryForMs, each command fails with the sentence that is true of it', async () => {
  const client = await connected({ retryForMs: 700 });
  const key = await keyOf(1);
  await client.set(key, '1');
  await lab.freeze(await primaryOf(1));
  const written = settled(client.set(key, '2'));
  await later(300);
  const held = client.set(`${key}:held`, '3').catch((error: Error) => error);
  expect(await written).toBe('OutcomeUnknownError');
  expect(await held).toMatchObject({
    code: 'CLIENT_NOT_APPLIED',
    message: expect.stringMatching(
      /^CLIENT_NOT_APPLIED: SET was not applied: Gave up after [\d,]+ ms \(retryForMs is 700\)/,
    ),
  });
});

test('watching a quiet cluster costs a few questions a second', async () => {
  const client = await connected({ watchEveryMs: 100 });
  const before = client.questionsAsked;
  await later(1_000);
  const perSecond = client.questionsAsked - before;
  expect(perSecond).toBeGreaterThanOrEqual(15);
  expect(perSecond).toBeLessThanOrEqual(40);
});

test('quit waits for what is due, and disconnect settles everything', async () => {
  const quitting = await connected();
  const key = await keyOf(2);
  const answer = quitting.set(key, '1');
  expect(await quitting.quit()).toBe('OK');
  expect(await answer).toBe('OK');
  await expect(quitting.get(key)).rejects.toMatchObject({ name: 'NotAppliedError' });

  const leaving = await connected();
  await lab.freeze(await primaryOf(2));
  const written = settled(leaving.incr(key));
  await later(300);
  const held = settled(leaving.incr(key));
  leaving.disconnect();
  expect(await Promise.all([written, held])).toEqual(['OutcomeUnknownError', 'NotAppliedError']);
});
