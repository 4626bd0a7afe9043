import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pairViewOf, parseClusterNodes, parseInfo, voteOnView } from '../../lib/lab/server-view.ts';
import type { NodeRecord } from '../../lib/lab/state.ts';

const record = (number: number, shardIndex: number): NodeRecord => ({
  id: `node-${number}`,
  host: `127.64.0.${number}`,
  port: 6_379,
  busPort: 16_379,
  clusterNodeId: `id${number}`,
  shardIndex,
  condition: 'running',
});
const line = (number: number, flags: string, primary: string, epoch: number, slots = '') =>
  `id${number} 127.64.0.${number}:6379@16379,name ${flags} ${primary} 0 0 ${epoch} connected ${slots}`.trimEnd();
const answer = (...lines: string[]) => parseClusterNodes(`${lines.join('\n')}\n`);

describe('CLUSTER NODES as the administrator reads it', () => {
  test('a line is read with its address, flags, primary, epoch and slots', () => {
    const [first, second] = answer(
      line(1, 'myself,master', '-', 3, '0-99 200 [300->-id9]'),
      line(2, 'slave,fail?', 'id1', 3),
    );
    expect(first).toEqual({
      clusterNodeId: 'id1',
      host: '127.64.0.1',
      port: 6_379,
      flags: ['myself', 'master'],
      epoch: 3,
      linkIsConnected: true,
      slots: [
        [0, 99],
        [200, 200],
      ],
    });
    expect(second).toMatchObject({ primaryId: 'id1', flags: ['slave', 'fail?'], slots: [] });
  });

  test('any text is read without a crash', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => Array.isArray(parseClusterNodes(text)) && parseInfo(text) instanceof Map,
      ),
    );
  });
});

describe('who owns a shard', () => {
  const nodes = [record(1, 0), record(2, 0), record(3, 1)];

  test('is what every answer says when they agree', () => {
    const same = [line(1, 'master', '-', 1, '0-9'), line(2, 'slave', 'id1', 1), line(3, 'master', '-', 2, '10-19')];
    expect(voteOnView(nodes, [answer(...same), answer(...same)]).shards).toEqual([
      { shardIndex: 0, slots: [[0, 9]], primaryNodeId: 'node-1', replicaNodeIds: ['node-2'], epoch: 1 },
      { shardIndex: 1, slots: [[10, 19]], primaryNodeId: 'node-3', replicaNodeIds: [], epoch: 2 },
    ]);
  });

  test('is what most answers say', () => {
    const before = answer(line(1, 'master', '-', 1, '0-9'), line(2, 'slave', 'id1', 1));
    const after = answer(line(1, 'slave', 'id2', 4), line(2, 'master', '-', 4, '0-9'));
    expect(voteOnView(nodes, [before, after, after]).shards[0]).toMatchObject({ primaryNodeId: 'node-2', epoch: 4 });
    expect(voteOnView(nodes, [before, before, after]).shards[0]).toMatchObject({ primaryNodeId: 'node-1', epoch: 1 });
  });

  test('is the newer claim when votes are equal', () => {
    const before = answer(line(1, 'master', '-', 1, '0-9'));
    const after = answer(line(2, 'master', '-', 4, '0-9'));
    expect(voteOnView(nodes, [before, after]).shards[0]).toMatchObject({ primaryNodeId: 'node-2', epoch: 4 });
  });

  test('a replica counts by its own word first', () => {
    const others = answer(line(1, 'master', '-', 1, '0-9'), line(2, 'master', '-', 0));
    const itself = answer(line(1, 'master', '-', 1, '0-9'), line(2, 'myself,slave', 'id1', 1));
    expect(voteOnView(nodes, [others, others, itself]).shards[0]?.replicaNodeIds).toEqual(['node-2']);
  });

  test('is nobody when no node of the shard owns slots in any answer', () => {
    expect(voteOnView(nodes, []).shards).toEqual([]);
    expect(voteOnView(nodes, [answer(line(9, 'master', '-', 1, '0-9'))]).shards).toEqual([]);
  });
});

describe('who is the primary of a standalone pair', () => {
  const [one, two] = [record(1, 0), record(2, 0)];
  const primary = (id: string, predecessor = '0') =>
    `role:master\r\nmaster_replid:${id}\r\nmaster_replid2:${predecessor}\r\n`;
  const replica = (of: NodeRecord) => `role:slave\r\nmaster_host:${of.host}\r\nmaster_port:${of.port}\r\n`;

  test('is the one that says so', () => {
    const view = pairViewOf(
      [one, two],
      [
        { node: one, text: replica(two) },
        { node: two, text: primary('b') },
      ],
    );
    expect(view.shards).toEqual([
      { shardIndex: 0, slots: [[0, 16_383]], primaryNodeId: 'node-2', replicaNodeIds: ['node-1'], epoch: 0 },
    ]);
  });

  test('is the successor when two say so', () => {
    const answers = [
      { node: one, text: primary('a') },
      { node: two, text: primary('b', 'a') },
    ];
    expect(pairViewOf([one, two], answers).shards[0]?.primaryNodeId).toBe('node-2');
  });

  test('is the one the replica follows while it does not answer', () => {
    expect(pairViewOf([one, two], [{ node: two, text: replica(one) }]).shards[0]).toMatchObject({
      primaryNodeId: 'node-1',
      replicaNodeIds: ['node-2'],
    });
  });

  test('has its replicas listed with the one first that has received the most', () => {
    const three = record(3, 0);
    const at = (offset: number) => `${replica(one)}slave_repl_offset:${offset}\r\n`;
    const answers = [
      { node: one, text: primary('a') },
      { node: two, text: at(70) },
      { node: three, text: at(700) },
    ];
    expect(pairViewOf([one, two, three], answers).shards[0]?.replicaNodeIds).toEqual(['node-3', 'node-2']);
  });

  test('is nobody when nobody answers', () => {
    expect(pairViewOf([one, two], []).shards).toEqual([]);
  });
});
