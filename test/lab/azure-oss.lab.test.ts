import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lab, LabNode } from '../../lib/lab/lab.ts';
import type { Reply } from '../../lib/lab/reply.ts';
import { readState } from '../../lib/lab/state.ts';
import { askAsApplication, doorOf, refusalOf } from './support/ask.ts';
import { AZURE_OSS, removeBaseDirectory, startTestLab } from './support/lab.ts';

let lab: Lab;
let first: LabNode;

beforeAll(async () => {
  lab = await startTestLab(AZURE_OSS);
  first = lab.nodes()[0] as LabNode;
});
afterAll(async () => {
  await lab?.stop();
  if (lab !== undefined) removeBaseDirectory(dirname(lab.runDirectory));
});

describe('a lab of Azure with the OSS policy', () => {
  test('has its shards on one address, each on a port of 8500-8599, and its endpoint on 10000', () => {
    expect(new Set(lab.nodes().map(({ host }) => host)).size).toBe(1);
    expect(lab.nodes().map(({ port }) => port)).toEqual([8_500, 8_501, 8_502, 8_503, 8_504, 8_505]);
    expect(lab.profile.endpoint.port).toBe(10_000);
    expect(lab.profile.extraPortRange).toEqual({ from: 8_500, to: 8_599 });
  });

  test('announces addresses, while its certificate carries the host name only', async () => {
    const slots = (await askAsApplication(lab, first, 'CLUSTER', 'SLOTS')) as Reply[][];
    const announced = slots.flatMap(([, , ...nodes]) => nodes.map((node) => (node as Reply[]).slice(0, 2).join(':')));
    expect(announced.sort()).toEqual(lab.nodes().map(({ host, port }) => `${host}:${port}`));
    expect(await certificateNames()).toBe(`DNS:${lab.profile.endpoint.host}`);
  });

  test('answers MOVED with an address and a port of the range', async () => {
    const refusals = await Promise.all(lab.nodes().map((node) => refusalOf(lab, node, 'GET', 'hello')));
    expect(refusals.filter((text) => /^MOVED 866 127\.[\d.]+:850[01]$/.test(text)).length).toBeGreaterThanOrEqual(4);
  });

  test('leads to the shards through its endpoint', async () => {
    const slots = (await askAsApplication(lab, readState(lab.runDirectory).endpoint, 'CLUSTER', 'SLOTS')) as Reply[][];
    expect(slots).toHaveLength(3);
  });

  test.each(['INFO', 'NODES', 'SLOTS', 'HELP'])('answers CLUSTER %s', async (subcommand) => {
    expect(await askAsApplication(lab, first, 'CLUSTER', subcommand)).toBeTruthy();
  });

  test('answers CLUSTER KEYSLOT', async () => {
    expect(await askAsApplication(lab, first, 'CLUSTER', 'KEYSLOT', 'hello')).toBe(866);
  });

  test.each([
    ['SHARDS'],
    ['MYID'],
    ['FAILOVER'],
    ['REPLICAS', 'x'],
    ['COUNTKEYSINSLOT', '1'],
    ['LINKS'],
    ['MEET', '127.0.0.1', '1'],
    ['FORGET', 'x'],
  ])('refuses CLUSTER %s', async (...words) => {
    expect(await refusalOf(lab, first, 'CLUSTER', ...words)).toMatch(/^NOPERM/);
  });

  test.each(['READONLY', 'READWRITE', 'ASKING', 'SWAPDB', 'FAILOVER', 'CONFIG', 'DEBUG', 'REPLICAOF', 'SHUTDOWN'])(
    'does not know %s',
    async (command) => {
      expect(await refusalOf(lab, first, command)).toMatch(/^ERR unknown command/);
    },
  );

  test.each([['ROLE'], ['DBSIZE'], ['INFO', 'commandstats']])('answers %s %s', async (...words) => {
    expect(await askAsApplication(lab, first, ...words)).toBeDefined();
  });

  test('has one database only', async () => {
    expect(await refusalOf(lab, first, 'SELECT', '1')).toMatch(/^ERR /);
  });

  test('says that it is a cluster', async () => {
    expect(await askAsApplication(lab, first, 'INFO', 'cluster')).toContain('cluster_enabled:1');
  });

  test('gives a replaced node a port that was never used, and keeps the old address as retired', async () => {
    const added = await lab.addReplica(0);
    await lab.promote(added.id);
    await lab.retire('node-1', 'closed');
    expect(added.port).toBe(8_506);
    expect(lab.retiredAddresses()).toEqual([{ host: first.host, port: 8_500, retiredAtEpochMs: expect.any(Number) }]);
    expect((await lab.addReplica(0)).port).toBe(8_507);
  });

  test('is reached through its endpoint also after every node was replaced', async () => {
    for (const shard of (await lab.serverView()).shards) {
      const added = await lab.addReplica(shard.shardIndex);
      await lab.promote(added.id);
      for (const old of [shard.primaryNodeId, ...shard.replicaNodeIds]) await lab.retire(old, 'silent');
    }
    const { endpoint } = readState(lab.runDirectory);
    const reachesNewNodes = async () => JSON.stringify(await askAsApplication(lab, endpoint, 'CLUSTER', 'SLOTS'));
    const ports = lab.nodes().map(({ port }) => String(port));
    await expect.poll(reachesNewNodes, { timeout: 10_000 }).toContain(ports[0]);
    for (const { port } of lab.retiredAddresses()) expect(await reachesNewNodes()).not.toContain(String(port));
    await lab.heal();
  });
});

function certificateNames(): Promise<string | undefined> {
  const { host, port, serverName } = doorOf(lab, first);
  const ca = readFileSync(lab.profile.tls.caFile as string);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, servername: serverName, ca }, () => {
      resolve(socket.getPeerCertificate().subjectaltname);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}
