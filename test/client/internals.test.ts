/** ioredis is pinned to 6.0.0 because this client stands on members that its types do not show. They are held here. */
import { createRequire } from 'node:module';
import { Cluster, Command, Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { clusterInternals, redisInternals } from '../../lib/client/internals.ts';

const version = (createRequire(import.meta.url)('ioredis/package.json') as { version: string }).version;
const quiet = { lazyConnect: true } as const;

test('the version is the one whose sources were read', () => expect(version).toBe('6.0.0'));

test('a connection has its queues, and they have what is used of them', () => {
  const redis = new Redis(quiet);
  const { commandQueue, offlineQueue, manuallyClosing } = redisInternals(redis);
  for (const queue of [commandQueue, offlineQueue]) {
    expect(queue.length).toBe(0);
    expect(queue.peekAt(0)).toBeUndefined();
    expect(queue.toArray()).toEqual([]);
    expect(typeof queue.remove).toBe('function');
  }
  expect(manuallyClosing).toBe(false);
  redis.disconnect();
});

test('a cluster has its slots, its pool and its subscriber, and the pool says when it is empty', () => {
  const cluster = new Cluster([{ host: '127.0.0.1', port: 1 }], quiet);
  const { slots, _groupsIds, _groupsBySlot, connectionPool, subscriber, setStatus } = clusterInternals(
    cluster as unknown as Cluster,
  );
  expect(slots).toEqual([]);
  expect(_groupsIds).toEqual({});
  expect(_groupsBySlot).toHaveLength(16_384);
  expect(connectionPool.listenerCount('drain')).toBe(1);
  for (const name of ['getNodes', 'getInstanceByKey', 'findOrCreate', 'recreate', 'reset'] as const)
    expect(typeof connectionPool[name]).toBe('function');
  for (const name of ['getInstance', 'selectSubscriber', 'isStarted'] as const)
    expect(typeof subscriber[name]).toBe('function');
  expect(typeof setStatus).toBe('function');
  cluster.disconnect();
});

test('the pool keeps a connection per address, and takes it out at once when a reset leaves it out', () => {
  const { connectionPool } = clusterInternals(
    new Cluster([{ host: '127.0.0.1', port: 1 }], quiet) as unknown as Cluster,
  );
  connectionPool.reset([
    { host: 'a', port: 1 },
    { host: 'b', port: 2, readOnly: true },
  ]);
  const first = connectionPool.getInstanceByKey('a:1');
  expect(first?.status).toBe('wait');
  expect(connectionPool.getNodes('slave')).toHaveLength(1);
  connectionPool.reset([{ host: 'b', port: 2, readOnly: true }]);
  expect(connectionPool.getInstanceByKey('a:1')).toBeUndefined();
  expect(Object.keys(connectionPool.nodes.all)).toEqual(['b:2']);
  connectionPool.reset([]);
});

test('a command is settled by its own resolve and reject, and turned into bytes by its own toWritable', async () => {
  const command = new Command('set', ['k', 'v']);
  expect(Object.hasOwn(command, 'resolve') && Object.hasOwn(command, 'reject')).toBe(true);
  expect(String(command.toWritable({}))).toBe('*3\r\n$3\r\nset\r\n$1\r\nk\r\n$1\r\nv\r\n');
  expect(command.getKeys()).toEqual(['k']);
  command.resolve(Buffer.from('OK'));
  await expect(command.promise).resolves.toEqual(Buffer.from('OK'));
});
