import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../../lib/base/wait-until.ts';
import type { Lab, LabNode } from '../../lib/lab/lab.ts';
import { openLab } from '../../lib/lab/open.ts';
import { identityOf } from '../../lib/lab/process-identity.ts';
import { readState, updateNode, updateState } from '../../lib/lab/state.ts';
import { ask, askAsApplication, doorOf } from './support/ask.ts';
import { ELASTICACHE, removeBaseDirectory, startTestLab } from './support/lab.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await startTestLab(ELASTICACHE);
});
afterAll(async () => {
  await lab?.stop();
  if (lab !== undefined) removeBaseDirectory(dirname(lab.runDirectory));
});

const node = (id: string) => lab.nodes().find((candidate) => candidate.id === id) as LabNode;
const shard = async (shardIndex: number) => {
  const found = (await lab.serverView()).shards.find((candidate) => candidate.shardIndex === shardIndex);
  if (found === undefined) throw new Error(`no shard ${shardIndex}`);
  return found;
};

describe('the controls of a lab', () => {
  test('a replacement takes over the shard with the data, and its epoch rises', async () => {
    const before = await shard(0);
    await askAsApplication(lab, node(before.primaryNodeId), 'SET', 'hello', 'world');
    const added = await lab.addReplica(0);
    await lab.promote(added.id);
    const after = await shard(0);
    expect(after.primaryNodeId).toBe(added.id);
    expect(after.epoch).toBeGreaterThan(before.epoch);
    expect(await askAsApplication(lab, added, 'GET', 'hello')).toBe('world');
  });

  test('promoting the primary changes nothing', async () => {
    const before = await shard(0);
    await lab.promote(before.primaryNodeId);
    expect(await shard(0)).toEqual(before);
  });

  test('a retired node that is closed refuses connections and is forgotten by every node', async () => {
    const old = node('node-1');
    await lab.retire('node-1', 'closed');
    await expect(dial(old)).resolves.toBe('ECONNREFUSED');
    for (const member of lab.nodes()) {
      expect(await askAsApplication(lab, member, 'CLUSTER', 'NODES')).not.toContain(old.clusterNodeId);
    }
    expect(lab.retiredAddresses()).toMatchObject([{ host: old.host, port: old.port }]);
    expect(identityOf(old.pid)).toBeUndefined();
  });

  test('the next node of the shard gets the retired name at a new address, in the hosts file as well', async () => {
    const added = await lab.addReplica(0);
    expect(added.announcedName).toMatch(/^orders-0001-001\./);
    expect(lab.retiredAddresses().map(({ host }) => host)).not.toContain(added.host);
    const hosts = readFileSync(join(lab.runDirectory, 'hosts'), 'utf8').split('\n');
    expect(hosts.filter((line) => line.endsWith(` ${added.announcedName}`))).toEqual([
      `${added.host} ${added.announcedName}`,
    ]);
    await lab.retire(added.id, 'closed');
  });

  test('a retired node that is silent accepts and never answers, on old connections and new ones', async () => {
    const added = await lab.addReplica(1);
    const old = node('node-3');
    await lab.promote(added.id);
    await lab.retire('node-3', 'silent');
    await expect(dial(old)).resolves.toBe('connected');
    await expect(ask(doorOf(lab, old), [['PING']], 300)).rejects.toThrow('no answer within 300 ms');
    await lab.heal();
    await expect(dial(old)).resolves.toBe('ECONNREFUSED');
  });

  test('a primary is not retired', async () => {
    const { primaryNodeId } = await shard(2);
    await expect(lab.retire(primaryNodeId, 'closed')).rejects.toThrow(/LAB_NODE_OWNS_SLOTS.*node-6/);
    expect(identityOf(node(primaryNodeId).pid)).toBeDefined();
  });

  test('packets are not dropped outside a network namespace, and the refusal says so', async () => {
    expect(lab.canDropPackets).toBe(false);
    await expect(lab.retire('node-6', 'dropped')).rejects.toThrow(/LAB_CANNOT_DROP_PACKETS/);
    expect(node('node-6')).toBeDefined();
  });

  test('a node whose joining is given up half way is in nobody’s view afterwards', async () => {
    const members = lab.nodes();
    const views = () => Promise.all(members.map((member) => askAsApplication(lab, member, 'CLUSTER', 'NODES')));
    const known = new Set(members.map(({ clusterNodeId }) => clusterNodeId));
    const strangersIn = (view: unknown) =>
      String(view)
        .split('\n')
        .filter((line) => line !== '' && !line.includes('handshake') && !known.has(line.split(' ')[0]));
    const giveUp = new AbortController();
    const adding = lab.addReplica(0, giveUp.signal);
    adding.catch(() => undefined);
    await waitUntil({
      what: 'a member to have met the new node',
      timeoutMs: 10_000,
      everyMs: 1,
      probe: async () => (await views()).some((view) => strangersIn(view).length > 0) || undefined,
    });
    giveUp.abort(new Error('given up'));
    await expect(adding).rejects.toThrow('given up');
    expect((await views()).flatMap(strangersIn)).toEqual([]);
    expect(lab.nodes()).toEqual(members);
  });

  test('all shards can be replaced at once', async () => {
    const before = await lab.serverView();
    const added = await Promise.all(before.shards.map(({ shardIndex }) => lab.addReplica(shardIndex)));
    await Promise.all(added.map(({ id }) => lab.promote(id)));
    const olds = before.shards.flatMap(({ primaryNodeId, replicaNodeIds }) => [primaryNodeId, ...replicaNodeIds]);
    await Promise.all(olds.map((id) => lab.retire(id, 'closed')));
    const { shards } = await lab.serverView();
    expect(shards.map(({ primaryNodeId }) => primaryNodeId)).toEqual(added.map(({ id }) => id));
    expect(lab.nodes()).toHaveLength(3);
    await Promise.all(shards.map(({ shardIndex }) => lab.addReplica(shardIndex)));
  });

  test('a crashed primary is replaced by the vote of the others, and comes back as a replica when healed', async () => {
    const { primaryNodeId } = await shard(2);
    await lab.crash(primaryNodeId);
    await expect.poll(async () => (await shard(2)).primaryNodeId, { timeout: 15_000 }).not.toBe(primaryNodeId);
    await lab.heal();
    expect((await shard(2)).replicaNodeIds).toContain(primaryNodeId);
    await lab.heal();
  });

  test('a node that does not run can be neither frozen nor promoted', async () => {
    const [replica] = (await shard(2)).replicaNodeIds as [string];
    await lab.crash(replica);
    await expect(lab.freeze(replica)).rejects.toThrow(/LAB_NODE_NOT_RUNNING/);
    await expect(lab.promote(replica)).rejects.toThrow(/LAB_NODE_NOT_RUNNING/);
    await lab.restart(replica);
    expect((await shard(2)).replicaNodeIds).toContain(replica);
  });

  test('a frozen node answers again when it is thawed', async () => {
    const [replica] = (await shard(1)).replicaNodeIds as [string];
    await lab.freeze(replica);
    await expect(ask(doorOf(lab, node(replica)), [['PING']], 300)).rejects.toThrow('no answer');
    await lab.thaw(replica);
    expect(await askAsApplication(lab, node(replica), 'PING')).toBe('PONG');
  });

  test('a node that was away while another one was retired forgets it as well when it is back', async () => {
    const before = await shard(0);
    const [away] = before.replicaNodeIds as [string];
    const leaving = await lab.addReplica(0);
    await lab.freeze(away);
    await lab.retire(leaving.id, 'closed');
    await lab.thaw(away);
    expect(await askAsApplication(lab, node(away), 'CLUSTER', 'NODES')).not.toContain(leaving.clusterNodeId);
  });

  test('a retirement that was cut off is finished by healing', async () => {
    const leaving = await lab.addReplica(0);
    await updateState(lab.runDirectory, (state) => updateNode(state, leaving.id, { condition: 'retiring' }));
    expect(lab.nodes().map(({ id }) => id)).not.toContain(leaving.id);
    await lab.heal();
    expect(identityOf(leaving.pid)).toBeUndefined();
    expect(lab.retiredAddresses().map(({ host }) => host)).toContain(leaving.host);
  });

  test('healing a lab that is well changes nothing', async () => {
    const before = readState(lab.runDirectory);
    await lab.heal();
    expect(readState(lab.runDirectory)).toEqual(before);
  });

  test('an occupied node answers when its script is over, and is not replaced', async () => {
    const before = await shard(1);
    await lab.occupy(before.primaryNodeId, 700);
    await expect(ask(doorOf(lab, node(before.primaryNodeId)), [['PING']], 200)).rejects.toThrow('no answer');
    expect(await askAsApplication(lab, node(before.primaryNodeId), 'PING')).toBe('PONG');
    expect(await shard(1)).toEqual(before);
  });

  test.each([0, -1, 60_001, Number.NaN])('a node cannot be occupied for %d ms', async (durationMs) => {
    await expect(lab.occupy((await shard(1)).primaryNodeId, durationMs)).rejects.toThrow(/LAB_DURATION_OUT_OF_RANGE/);
  });

  test('an unknown node is named, with those that exist', async () => {
    await expect(lab.crash('node-99')).rejects.toThrow(/LAB_NODE_UNKNOWN: The lab has no node "node-99"; it has node-/);
  });

  test('an unknown shard has no primary to replicate', async () => {
    await expect(lab.addReplica(7)).rejects.toThrow(/LAB_SHARD_WITHOUT_PRIMARY/);
  });

  test('any process can open the lab and sees the same', async () => {
    const other = await openLab(lab.runDirectory);
    expect(other.nodes()).toEqual(lab.nodes());
    expect(await other.serverView()).toEqual(await lab.serverView());
    expect(other.retiredAddresses()).toEqual(lab.retiredAddresses());
  });

  test('an address is never used twice', () => {
    const { nodes, retired } = readState(lab.runDirectory);
    const all = [...nodes, ...retired].map(({ host, port }) => `${host}:${port}`);
    expect(new Set(all).size).toBe(all.length);
  });
});

/** What a new TCP connection meets: `connected` or the code of the error. */
function dial({ host, port }: { host: string; port: number }): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => {
      resolve('connected');
      socket.destroy();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}
