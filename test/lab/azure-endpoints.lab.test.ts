import { dirname } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Lab, LabNode } from '../../lib/lab/lab.ts';
import { readState } from '../../lib/lab/state.ts';
import { askAsApplication, refusalOf } from './support/ask.ts';
import { AZURE_OSS, removeBaseDirectory, startTestLab } from './support/lab.ts';

let lab: Lab | undefined;

afterEach(async () => {
  await lab?.stop();
  if (lab !== undefined) removeBaseDirectory(dirname(lab.runDirectory));
  lab = undefined;
});

async function start(
  clusteringPolicy: string,
  shardCount: number,
): Promise<{ lab: Lab; endpoint: { host: string; port: number } }> {
  lab = await startTestLab({ ...AZURE_OSS, clusteringPolicy, shardCount } as typeof AZURE_OSS);
  return { lab, endpoint: readState(lab.runDirectory).endpoint };
}

describe('a lab of Azure with the Enterprise policy', () => {
  test('is one endpoint over real shards, which know no application user', async () => {
    const { lab, endpoint } = await start('EnterpriseCluster', 3);
    expect(endpoint.port).toBe(10_000);
    expect(await askAsApplication(lab, endpoint, 'INFO', 'cluster')).toContain('cluster_enabled:0');
    expect(await refusalOf(lab, endpoint, 'CLUSTER', 'SLOTS')).not.toContain('not refused');
    expect(await askAsApplication(lab, endpoint, 'MSET', 'a', '1', 'b', '2', 'c', '3')).toBe('OK');
    expect(await askAsApplication(lab, endpoint, 'MGET', 'a', 'b', 'c')).toEqual(['1', '2', '3']);
    for (const node of lab.nodes()) {
      expect(node.host).not.toBe(endpoint.host);
      expect(await refusalOf(lab, node, 'GET', 'a')).toContain('WRONGPASS');
    }
  });
});

describe('a lab of Azure with the NoCluster policy', () => {
  test('is one endpoint over a standalone pair, with one database and every multi-key command', async () => {
    const { lab, endpoint } = await start('NoCluster', 1);
    expect(lab.nodes()).toHaveLength(2);
    expect(lab.nodes()[0]).not.toHaveProperty('clusterNodeId');
    expect(await askAsApplication(lab, endpoint, 'MSET', 'a', '1', 'b', '2')).toBe('OK');
    expect(await askAsApplication(lab, endpoint, 'RENAME', 'a', 'c')).toBe('OK');
    expect(await refusalOf(lab, endpoint, 'SELECT', '1')).toBe('ERR DB index is out of range');
  });

  test('gets its endpoint and its failover agent back by healing when they have died', async () => {
    const { lab, endpoint } = await start('NoCluster', 1);
    const services = readState(lab.runDirectory).services;
    expect(services.map(({ name }) => name)).toEqual(['endpoint', 'failover-agent']);
    for (const { process: identity } of services) process.kill(identity?.pid as number, 'SIGKILL');
    await expect.poll(() => refusalOf(lab, endpoint, 'PING'), { timeout: 5_000 }).toContain('ECONNREFUSED');
    await lab.heal();
    expect(await askAsApplication(lab, endpoint, 'PING')).toBe('PONG');
  });

  test('keeps what was acknowledged through a planned promotion and a replacement', async () => {
    const { lab, endpoint } = await start('NoCluster', 1);
    const added = await lab.addReplica(0);
    for (let number = 0; number < 20; number += 1) await askAsApplication(lab, endpoint, 'INCR', 'counter');
    await lab.promote(added.id);
    await lab.retire('node-1', 'closed');
    await expect.poll(() => askAsApplication(lab, endpoint, 'GET', 'counter'), { timeout: 5_000 }).toBe('20');
    expect((await lab.serverView()).shards[0]).toMatchObject({ primaryNodeId: added.id, replicaNodeIds: ['node-2'] });
  });

  test('promotes its replica after a crash, and the old primary comes back as a replica', async () => {
    const { lab, endpoint } = await start('NoCluster', 1);
    await lab.crash('node-1');
    await expect
      .poll(async () => (await lab.serverView()).shards[0]?.primaryNodeId, { timeout: 10_000 })
      .toBe('node-2');
    await expect.poll(() => askAsApplication(lab, endpoint, 'SET', 'key', 'value'), { timeout: 5_000 }).toBe('OK');
    await lab.heal();
    expect((await lab.serverView()).shards[0]).toMatchObject({ primaryNodeId: 'node-2', replicaNodeIds: ['node-1'] });
  });

  test('demotes a frozen primary that was replaced meanwhile as soon as it thaws', async () => {
    const { lab } = await start('NoCluster', 1);
    await lab.freeze('node-1');
    const primary = async () => (await lab.serverView()).shards[0]?.primaryNodeId;
    await expect.poll(primary, { timeout: 10_000 }).toBe('node-2');
    await lab.thaw('node-1');
    await expect
      .poll(async () => (await lab.serverView()).shards[0]?.replicaNodeIds, { timeout: 5_000 })
      .toEqual(['node-1']);
    expect(await primary()).toBe('node-2');
  });
});

describe('a lab with too few shards for a vote', () => {
  test.each([1, 2])('promotes a replica after a crash also with %i shard(s)', async (shardCount) => {
    const { lab } = await start('OSSCluster', shardCount);
    const crashed = lab.nodes()[0] as LabNode;
    await lab.crash(crashed.id);
    const primary = async () => (await lab.serverView()).shards[0]?.primaryNodeId;
    await expect.poll(primary, { timeout: 10_000 }).toBe('node-2');
    await lab.heal();
    expect((await lab.serverView()).shards[0]?.replicaNodeIds).toEqual([crashed.id]);
  });

  test('does not promote anybody while a primary is merely busy for less than the node timeout', async () => {
    const { lab } = await start('OSSCluster', 1);
    await lab.occupy('node-1', 1_000);
    await expect.poll(async () => (await lab.serverView()).shards[0]?.primaryNodeId, { timeout: 5_000 }).toBe('node-1');
    expect((await lab.serverView()).shards[0]?.epoch).toBe(1);
  });
});
