import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import azureOss from '../../../deployments/azure-oss.ts';
import oneShard from '../../../deployments/azure-oss-one-shard.ts';
import { encodeCommand } from '../../../lib/lab/proxy/resp.ts';
import { itemsOf, textOf } from '../../../lib/lab/proxy/resp-value.ts';
import { BareClient, type ProxyLab, plain, startProxyLab } from './fixture.ts';

let endpoint: ProxyLab;
let clients: BareClient[] = [];

async function bare(authenticate = true): Promise<BareClient> {
  const client = await BareClient.connect(endpoint, authenticate);
  clients.push(client);
  return client;
}

afterEach(() => {
  for (const client of clients) client.end();
  clients = [];
});

describe('the gateway of a database with three shards', () => {
  beforeAll(async () => {
    endpoint = await startProxyLab(azureOss);
  });
  afterAll(() => endpoint?.stop());

  test('passes authentication on to the node', async () => {
    const client = await bare(false);
    expect(plain(await client.call('PING'))).toMatch(/^-NOAUTH/);
    expect(plain(await client.call('AUTH', 'wrong'))).toMatch(/^-WRONGPASS/);
    expect(plain(await client.call('HELLO', '3', 'AUTH', 'default', endpoint.password))).toMatchObject({
      proto: 3,
      mode: 'cluster',
    });
  });

  test('shows the cluster: CLUSTER SLOTS with the nodes’ own addresses, MOVED for what is elsewhere', async () => {
    const client = await bare();
    const shards = itemsOf(await client.call('CLUSTER', 'SLOTS'));
    const announced = shards.map((shard) => itemsOf(itemsOf(shard)[2]).slice(0, 2).map(textOf).join(':'));
    expect(endpoint.lab.nodes().map(({ host, port }) => `${host}:${port}`)).toEqual(expect.arrayContaining(announced));
    const replies = await Promise.all(['foo', 'bar', 'hello'].map((key) => client.call('SET', key, '1')));
    expect(replies.map(plain).filter((reply) => String(reply).startsWith('-MOVED'))).toHaveLength(2);
    expect(plain(await client.call('INFO', 'cluster'))).toContain('cluster_enabled:1');
  });

  test('different connections go to different primaries, each stays with its own', async () => {
    const seen = new Set<string>();
    for (let count = 0; count < 6; count += 1) {
      const client = await bare();
      const first = await nodeOf(client);
      expect(await nodeOf(client)).toBe(first);
      seen.add(first);
    }
    expect(seen.size).toBe(3);
  });

  test('bytes pass as they are, in both directions', async () => {
    const client = await bare();
    const value = Buffer.alloc(2_000_000, 1);
    const key = await ownKey(client);
    expect(plain(await client.call('SET', key, value))).toBe('OK');
    expect(await client.call('GET', key)).toEqual({ type: 'bulk', bytes: value });
    client.write('*1\r\n:nonsense\r\n');
    expect(plain(await client.next())).toMatch(/^-ERR Protocol error/);
    await client.closed();
  });

  test('when its node stops being a primary, the connection is closed after what was asked is answered; a new one works', async () => {
    const { lab } = endpoint;
    const client = await bare();
    const view = await lab.serverView();
    const node = await nodeOf(client);
    const shard = view.shards.find(({ primaryNodeId }) => addressOf(primaryNodeId) === node);
    const replica = shard?.replicaNodeIds[0];
    if (replica === undefined) throw new Error('The shard has no replica.');
    await lab.promote(replica);
    await client.closed();
    expect(plain(await (await bare()).call('PING'))).toBe('PONG');
  });

  test('when its node falls silent and another takes over, the connection is closed', async () => {
    const { lab } = endpoint;
    const client = await bare();
    const node = await nodeOf(client);
    const frozen = lab.nodes().find(({ id }) => addressOf(id) === node);
    await lab.freeze(frozen?.id ?? '');
    await client.closed();
    expect(plain(await (await bare()).call('PING'))).toBe('PONG');
    await lab.heal();
  });

  function addressOf(nodeId: string): string {
    const node = endpoint.lab.nodes().find(({ id }) => id === nodeId);
    return `${node?.host}:${node?.port}`;
  }

  async function nodeOf(client: BareClient): Promise<string> {
    const nodes = textOf(await client.call('CLUSTER', 'NODES'));
    return /(\S+)@\S+ myself/.exec(nodes)?.[1] ?? '';
  }

  async function ownKey(client: BareClient): Promise<string> {
    for (const key of ['foo', 'bar', 'hello']) {
      if (plain(await client.call('GET', key)) === null) return key;
    }
    throw new Error('The node owns none of the keys.');
  }
});

describe('the gateway of a database with one shard', () => {
  beforeAll(async () => {
    endpoint = await startProxyLab(oneShard);
  });
  afterAll(() => endpoint?.stop());

  async function outcomeOf(...words: string[]): Promise<unknown[]> {
    const outcomes = [];
    for (let count = 0; count < 20; count += 1) {
      const client = await bare();
      const [first, second] = [plain(await client.call(...words)), plain(await client.call(...words))];
      expect(String(first).startsWith('-MOVED')).toBe(String(second).startsWith('-MOVED'));
      outcomes.push(first);
      client.end();
    }
    return outcomes;
  }

  test.each([
    ['GET', 'foo'],
    ['SET', 'foo', '1'],
    ['DEL', 'foo'],
    ['EXISTS', 'foo'],
  ])('%s of one key passes on every connection', async (...words) => {
    const outcomes = await outcomeOf(...words);
    expect(outcomes.filter((reply) => String(reply).startsWith('-'))).toEqual([]);
  });

  test.each(['DEL', 'UNLINK', 'EXISTS', 'TOUCH'])(
    '%s of two keys of one slot is MOVED to the node itself on half of the connections, for their whole life',
    async (name) => {
      const outcomes = await outcomeOf(name, '{foo}a', '{foo}b');
      const moved = outcomes.filter((reply) => String(reply).startsWith('-'));
      expect(moved).toHaveLength(10);
      const addresses = endpoint.lab.nodes().map(({ host, port }) => `-MOVED 12182 ${host}:${port}`);
      for (const reply of moved) expect(addresses).toContain(reply);
    },
  );

  test('replies keep their order around it, it spoils a transaction, and it is not answered before authentication', async () => {
    for (let count = 0; count < 2; count += 1) {
      const client = await bare(false);
      client.write(
        Buffer.concat(
          [
            ['DEL', '{foo}a', '{foo}b'],
            ['AUTH', endpoint.password],
            ['SET', 'foo', '1'],
            ['DEL', '{foo}a', '{foo}b'],
            ['GET', 'foo'],
            ['MULTI'],
            ['TOUCH', '{foo}a', '{foo}b'],
            ['EXEC'],
          ].map(encodeCommand),
        ),
      );
      const replies: unknown[] = [];
      for (let index = 0; index < 8; index += 1) replies.push(plain(await client.next()));
      const isQuirky = String(replies[3]).startsWith('-MOVED 12182 ');
      expect(replies[0]).toBe('-NOAUTH Authentication required.');
      expect([replies[1], replies[2], replies[4], replies[5]]).toEqual(['OK', 'OK', '1', 'OK']);
      if (isQuirky) expect(replies[7]).toMatch(/^-EXECABORT/);
      else expect([replies[3], replies[6], replies[7]]).toEqual([0, 'QUEUED', [0]]);
    }
  });

  test.each([2, 3])('logins on a live connection are answered in their place, RESP %i', async (version) => {
    for (let count = 0; count < 2; count += 1) {
      const client = await bare();
      await client.call('HELLO', String(version));
      const login = ['AUTH', endpoint.password];
      const commands = [
        ['SET', 'foo', '1'],
        login,
        ['DEL', '{foo}a', '{foo}b'],
        ['AUTH', 'wrong'],
        login,
        ['GET', 'foo'],
      ];
      client.write(Buffer.concat(commands.map(encodeCommand)));
      const replies: unknown[] = [];
      for (const _ of commands) replies.push(plain(await client.next()));
      const [set, first, , refused, second, got] = replies;
      expect([set, first, second, got]).toEqual(['OK', 'OK', 'OK', '1']);
      expect(refused).toMatch(/^-WRONGPASS/);
    }
  });

  test('pub/sub, protocol errors and large values pass on quirky connections too', async () => {
    for (let count = 0; count < 2; count += 1) {
      const client = await bare();
      const value = Buffer.alloc(1_000_000, 2);
      await client.call('SET', 'foo', value);
      expect(await client.call('GET', 'foo')).toEqual({ type: 'bulk', bytes: value });
      expect(plain(await client.call('SUBSCRIBE', 'news'))).toEqual(['subscribe', 'news', 1]);
      const publisher = await bare();
      await publisher.call('PUBLISH', 'news', 'x');
      expect(plain(await client.next())).toEqual(['message', 'news', 'x']);
      publisher.write('*1\r\n:1\r\n');
      expect(plain(await publisher.next())).toMatch(/^-ERR Protocol error/);
      await publisher.closed();
    }
  });
});
