/** ElastiCache without cluster mode: real standalone servers, and two names that a failover leads elsewhere. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { connect } from '../../lib/client/connect.ts';
import { addressesIn } from '../../lib/client/lookup.ts';
import type { Lab } from '../../lib/lab/lab.ts';
import { readState } from '../../lib/lab/state.ts';
import { askAsApplication, refusalOf } from './support/ask.ts';
import { ELASTICACHE, removeBaseDirectory, startTestLab } from './support/lab.ts';

let lab: Lab | undefined;

afterEach(async () => {
  await lab?.stop();
  if (lab !== undefined) removeBaseDirectory(dirname(lab.runDirectory));
  lab = undefined;
});

async function start(changes: object = {}): Promise<Lab> {
  lab = await startTestLab({
    ...ELASTICACHE,
    clusterMode: 'disabled',
    shardCount: 1,
    ...changes,
  } as typeof ELASTICACHE);
  return lab;
}

const hostsOf = ({ runDirectory }: Lab, name = '') =>
  addressesIn(readFileSync(join(runDirectory, 'hosts'), 'utf8'), name).map(({ address }) => address);
const primaryHosts = (lab: Lab) => hostsOf(lab, lab.profile.endpoint.host);
const readerHosts = (lab: Lab) => hostsOf(lab, lab.profile.readerEndpoint?.host).sort();
const hostOf = (lab: Lab, id: string) => lab.nodes().find((node) => node.id === id)?.host;

describe('a lab of ElastiCache without cluster mode', () => {
  test('is a standalone primary with its replicas, each on an address of its own and on the same port', async () => {
    const lab = await start({ replicasPerShard: 2 });
    const [primary, ...replicas] = lab.nodes();
    expect(new Set(lab.nodes().map(({ host }) => host)).size).toBe(3);
    expect(new Set(lab.nodes().map(({ port }) => port)).size).toBe(1);
    expect(primary?.announcedName).toMatch(/^orders-001\.orders\./);
    expect(lab.profile).toMatchObject({ clientMode: 'single', crossSlotCommands: 'all' });
    expect(lab.profile.endpoint.host).toMatch(/^master\.orders\./);
    expect(primaryHosts(lab)).toEqual([primary?.host]);
    expect(readerHosts(lab)).toEqual(replicas.map(({ host }) => host).sort());
    expect(await askAsApplication(lab, primary as never, 'INFO', 'cluster')).toContain('cluster_enabled:0');
    expect(await refusalOf(lab, primary as never, 'CLUSTER', 'SLOTS')).toContain('cluster support disabled');
    expect(await refusalOf(lab, replicas[0] as never, 'SET', 'key', 'value')).toContain('READONLY');
    for (const words of [['REPLICAOF', 'NO', 'ONE'], ['FAILOVER'], ['CONFIG', 'GET', 'maxmemory']])
      expect(await refusalOf(lab, primary as never, ...words)).toContain('unknown command');
  });

  test('leads both names elsewhere with a planned promotion, and loses nothing that was acknowledged', async () => {
    const lab = await start();
    const client = await connect(lab.profile);
    for (let number = 0; number < 20; number += 1) await client.incr('counter');
    await lab.promote('node-2');
    expect(primaryHosts(lab)).toEqual([hostOf(lab, 'node-2')]);
    await expect.poll(() => readerHosts(lab), { timeout: 5_000 }).toEqual([hostOf(lab, 'node-1')]);
    expect(await client.incr('counter')).toBe(21);
    client.disconnect();
  });

  test('promotes a replica after a crash, leads the names there, and takes the old primary back as a replica', async () => {
    const lab = await start();
    const [old, heir] = lab.nodes().map(({ host }) => host);
    const client = await connect(lab.profile);
    await client.set('before', 'written');
    await expect
      .poll(async () => (await lab.serverView()).shards[0]?.replicaNodeIds, { timeout: 5_000 })
      .toEqual(['node-2']);
    await lab.crash('node-1');
    expect(await client.set('after', 'written')).toBe('OK');
    expect(await client.get('before')).toBe('written');
    expect(primaryHosts(lab)).toEqual([heir]);
    // Nobody else is left to read from.
    expect(readerHosts(lab)).toEqual([heir]);
    await lab.heal();
    await expect.poll(() => readerHosts(lab), { timeout: 5_000 }).toEqual([old]);
    expect((await lab.serverView()).shards[0]).toMatchObject({ primaryNodeId: 'node-2', replicaNodeIds: ['node-1'] });
    client.disconnect();
  });

  test('is left by a client whose primary is silent as soon as the name leads elsewhere', async () => {
    const lab = await start();
    const client = await connect(lab.profile);
    await client.set('key', 'before');
    await lab.freeze('node-1');
    expect(await client.set('key', 'after')).toBe('OK');
    expect(primaryHosts(lab)).toEqual([hostOf(lab, 'node-2')]);
    expect(await client.get('key')).toBe('after');
    client.disconnect();
    await lab.heal();
  });

  test('replaces its nodes by new ones, which both names lead to', async () => {
    const lab = await start();
    const added = await Promise.all([lab.addReplica(0), lab.addReplica(0)]);
    const [successor, other] = added;
    await lab.promote(successor.id);
    for (const id of ['node-1', 'node-2']) await lab.retire(id, 'closed');
    expect(primaryHosts(lab)).toEqual([successor.host]);
    await expect.poll(() => readerHosts(lab), { timeout: 5_000 }).toEqual([other.host]);
    expect(added.map(({ announcedName }) => announcedName?.split('.')[0]).sort()).toEqual(['orders-003', 'orders-004']);
  });

  test('of one node alone has no reader endpoint and nobody who fails over', async () => {
    const lab = await start({ replicasPerShard: 0, automaticFailover: false, multiAz: false });
    expect(lab.profile).not.toHaveProperty('readerEndpoint');
    expect(readState(lab.runDirectory).services).toEqual([]);
    await lab.crash('node-1');
    await lab.heal();
    expect(await askAsApplication(lab, lab.nodes()[0] as never, 'PING')).toBe('PONG');
  });

  test('without automatic failover keeps what was written when its primary is healed before anybody took over', async () => {
    const lab = await start({ automaticFailover: false, multiAz: false });
    const client = await connect(lab.profile);
    await client.set('key', 'written');
    await client.wait(1, 5_000);
    await lab.crash('node-1');
    await lab.heal();
    expect(await client.get('key')).toBe('written');
    expect(primaryHosts(lab)).toEqual([hostOf(lab, 'node-2')]);
    client.disconnect();
  });

  test('without automatic failover reads are led to the replicas that work', async () => {
    const lab = await start({ replicasPerShard: 2, automaticFailover: false, multiAz: false });
    await lab.crash('node-2');
    expect(readerHosts(lab)).toEqual([hostOf(lab, 'node-3')]);
    await lab.freeze('node-3');
    // Nobody else is left to read from.
    expect(readerHosts(lab)).toEqual([hostOf(lab, 'node-1')]);
    await lab.heal();
    expect(readerHosts(lab)).toEqual([hostOf(lab, 'node-2'), hostOf(lab, 'node-3')].sort());
  });

  test('without automatic failover leaves a crashed primary away, until a replica is promoted by hand', async () => {
    const lab = await start({ automaticFailover: false, multiAz: false });
    expect(readState(lab.runDirectory).services).toEqual([]);
    await lab.crash('node-1');
    await lab.promote('node-2');
    expect(primaryHosts(lab)).toEqual([hostOf(lab, 'node-2')]);
  });
});
