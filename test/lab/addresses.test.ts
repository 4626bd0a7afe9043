import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newAddressPlan, takeAddresses, takeEndpoint } from '../../lib/lab/addresses.ts';
import { throwIfNameCannotMove } from '../../lib/lab/boot/plan-state.ts';
import { type Topology, type TopologyInput, topologySchema } from '../../lib/topology/topology.ts';

/** Outside of what labs claim (127.64-127.127), so that no lab is in the way. */
const SUBNET = '127.200.7';
const ELASTICACHE = topologySchema.parse({
  platform: 'elasticache',
  name: 'orders',
  shardCount: 3,
  replicasPerShard: 1,
});
const azure = (clusteringPolicy: string) =>
  topologySchema.parse({
    platform: 'azure-managed-redis',
    name: 'orders',
    sku: 'Balanced_B5',
    shardCount: 3,
    clusteringPolicy,
  } as TopologyInput);

const listeners: Server[] = [];
afterEach(async () => {
  await Promise.all(listeners.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

function take(host: string, port: number): Promise<void> {
  const server = createServer();
  listeners.push(server);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
}

describe('addresses of a lab', () => {
  beforeEach(({ skip }) => {
    if (process.platform !== 'linux') skip('only Linux answers on all of 127.0.0.0/8');
  });

  test('an ElastiCache node has an address of its own, with the same port for all', async () => {
    const { addresses } = await takeAddresses(newAddressPlan(ELASTICACHE, SUBNET, false), 3);
    expect(addresses).toEqual(
      [1, 2, 3].map((number) => ({ host: `${SUBNET}.${number}`, port: 6_379, busPort: 16_379 })),
    );
  });

  test('the shards of Azure OSS share the address of the endpoint and differ by port', async () => {
    const endpoint = await takeEndpoint(newAddressPlan(azure('OSSCluster'), SUBNET, false), 10_000);
    const { addresses } = await takeAddresses(endpoint.plan, 2);
    expect(endpoint).toMatchObject({ host: `${SUBNET}.1`, port: 10_000 });
    expect(addresses.map(({ host, port }) => `${host}:${port}`)).toEqual([`${SUBNET}.1:8500`, `${SUBNET}.1:8501`]);
  });

  test('each shard of Azure OSS has its own address where packets are to be dropped', async () => {
    const endpoint = await takeEndpoint(newAddressPlan(azure('OSSCluster'), SUBNET, true), 10_000);
    const { addresses } = await takeAddresses(endpoint.plan, 2);
    expect(addresses.map(({ host, port }) => `${host}:${port}`)).toEqual([`${SUBNET}.2:8500`, `${SUBNET}.3:8500`]);
  });

  test('there, a port that is taken is replaced by another one of the service, which the profile already names', async () => {
    await take(`${SUBNET}.2`, 8_500);
    const endpoint = await takeEndpoint(newAddressPlan(azure('OSSCluster'), SUBNET, true), 10_000);
    const { addresses } = await takeAddresses(endpoint.plan, 1);
    expect(addresses.map(({ host, port }) => `${host}:${port}`)).toEqual([`${SUBNET}.2:8501`]);
  });

  test.each(['EnterpriseCluster', 'NoCluster'])(
    'the shards behind %s are not where its endpoint is',
    async (policy) => {
      const endpoint = await takeEndpoint(newAddressPlan(azure(policy), SUBNET, false), 10_000);
      const { addresses } = await takeAddresses(endpoint.plan, 1);
      expect(addresses[0]?.host).not.toBe(endpoint.host);
      expect(addresses[0]?.port).toBeGreaterThanOrEqual(20_000);
    },
  );

  test('a port is passed over when it, or the bus port that belongs to it, is taken', async () => {
    await take(`${SUBNET}.1`, 8_500);
    await take(`${SUBNET}.1`, 18_501);
    const { addresses } = await takeAddresses(newAddressPlan(azure('OSSCluster'), SUBNET, false), 2);
    expect(addresses.map(({ port }) => port)).toEqual([8_502, 8_503]);
  });

  test('another port is found for all ElastiCache nodes when one of them cannot have the usual one', async () => {
    await take(`${SUBNET}.2`, 6_379);
    const { addresses } = await takeAddresses(newAddressPlan(ELASTICACHE, SUBNET, false), 2);
    expect(new Set(addresses.map(({ port }) => port)).size).toBe(1);
    expect(addresses[0]?.port).toBeGreaterThanOrEqual(20_000);
  });

  test('what was given out is not given out again', async () => {
    const first = await takeAddresses(newAddressPlan(azure('OSSCluster'), SUBNET, false), 3);
    const second = await takeAddresses(first.plan, 3);
    const third = await takeAddresses(newAddressPlan(ELASTICACHE, SUBNET, false), 3);
    const fourth = await takeAddresses(third.plan, 3);
    for (const pair of [
      [...first.addresses, ...second.addresses],
      [...third.addresses, ...fourth.addresses],
    ]) {
      expect(new Set(pair.map(({ host, port }) => `${host}:${port}`)).size).toBe(6);
    }
  });

  test('a lab that has used up its addresses says so', async () => {
    const plan = { ...newAddressPlan(ELASTICACHE, SUBNET, false), lastHostNumber: 253 };
    await expect(takeAddresses(plan, 2)).rejects.toThrow(/LAB_PORTS_EXHAUSTED/);
  });

  test('where only 127.0.0.1 can be used, nodes differ by port', async () => {
    const { addresses } = await takeAddresses(newAddressPlan(ELASTICACHE, undefined, false), 2);
    expect(new Set(addresses.map(({ host }) => host))).toEqual(new Set(['127.0.0.1']));
    expect(new Set(addresses.map(({ port }) => port)).size).toBe(2);
  });
});

describe('a name that a failover leads to another node', () => {
  const single = (replicasPerShard: number) =>
    topologySchema.parse({
      platform: 'elasticache',
      name: 'orders',
      clusterMode: 'disabled',
      shardCount: 1,
      replicasPerShard,
    });
  const judged = (topology: Topology, subnet: string | undefined) => () =>
    throwIfNameCannotMove(topology, newAddressPlan(topology, subnet, false));

  test('needs an address for each node, which a machine with one loopback address has not', () => {
    expect(judged(single(1), undefined)).toThrow(/LAB_NEEDS_ADDRESSES: .* only 127\.0\.0\.1 to give/);
    expect(judged(single(1), '127.84.3')).not.toThrow();
  });

  test('does not move where there is nobody to move to, and in cluster mode there is none', () => {
    expect(judged(single(0), undefined)).not.toThrow();
    const clustered = topologySchema.parse({
      platform: 'elasticache',
      name: 'orders',
      shardCount: 1,
      replicasPerShard: 1,
    });
    expect(judged(clustered, undefined)).not.toThrow();
  });
});
