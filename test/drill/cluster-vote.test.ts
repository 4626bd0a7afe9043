import { describe, expect, test } from 'vitest';
import { type ClusterNode, parseClusterNodes } from '../../lib/client/cluster-view.ts';
import { voteOnShards } from '../../lib/drill/targets/cluster-vote.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const C = 'c'.repeat(40);
const D = 'd'.repeat(40);

/** CLUSTER NODES of two shards: A and its replica C, B and its replica D. */
function answer(...changes: readonly [from: string, to: string][]): readonly ClusterNode[] {
  const text = [
    `${A} 10.0.0.1:6379@16379,shop-0001-001.example master - 0 0 1 connected 0-8191`,
    `${C} 10.0.0.3:6379@16379,shop-0001-002.example slave ${A} 0 0 1 connected`,
    `${B} 10.0.0.2:6379@16379,shop-0002-001.example master - 0 0 2 connected 8192-16383`,
    `${D} 10.0.0.4:6379@16379,shop-0002-002.example slave ${B} 0 0 2 connected`,
  ].join('\n');
  const changed = changes.reduce((whole, [from, to]) => whole.replace(from, to), text);
  const { nodes, problems } = parseClusterNodes(changed);
  expect(problems).toEqual([]);
  return nodes;
}

const PROMOTED: readonly [string, string][] = [
  ['master - 0 0 1 connected 0-8191', `slave ${C} 0 0 3 connected`],
  [`slave ${A} 0 0 1 connected`, 'master - 0 0 3 connected 0-8191'],
];

describe('the vote of the nodes', () => {
  test('numbers shards by their lowest slot and names primaries, replicas, epochs and addresses', () => {
    const { view, nodes } = voteOnShards([answer(), answer(), answer()]);
    expect(view.shards).toEqual([
      { shardIndex: 0, slots: [[0, 8_191]], primaryNodeId: A, replicaNodeIds: [C], epoch: 1 },
      { shardIndex: 1, slots: [[8_192, 16_383]], primaryNodeId: B, replicaNodeIds: [D], epoch: 2 },
    ]);
    expect(nodes).toEqual([
      { id: A, host: '10.0.0.1', port: 6_379, shardIndex: 0 },
      { id: C, host: '10.0.0.3', port: 6_379, shardIndex: 0 },
      { id: B, host: '10.0.0.2', port: 6_379, shardIndex: 1 },
      { id: D, host: '10.0.0.4', port: 6_379, shardIndex: 1 },
    ]);
  });

  test('follows the majority, not an old primary that still believes in itself', () => {
    const { view } = voteOnShards([answer(), answer(...PROMOTED), answer(...PROMOTED)]);
    expect(view.shards[0]).toMatchObject({ primaryNodeId: C, replicaNodeIds: [A], epoch: 3 });
  });

  test('follows the newer epoch where as many say one thing as the other', () => {
    const { view } = voteOnShards([answer(), answer(...PROMOTED)]);
    expect(view.shards[0]).toMatchObject({ primaryNodeId: C, epoch: 3 });
  });

  test('leaves out a node that most no longer list, and one without an address', () => {
    const gone: [string, string] = [`${D} 10.0.0.4:6379@16379,shop-0002-002.example slave ${B} 0 0 2 connected`, ''];
    const most = voteOnShards([answer(), answer(gone), answer(gone)]);
    expect(most.nodes.map(({ id }) => id)).not.toContain(D);
    expect(most.view.shards[1]?.replicaNodeIds).toEqual([]);
    const lost: [string, string] = ['10.0.0.4:6379@16379,shop-0002-002.example slave', ':0@0 slave,noaddr'];
    expect(voteOnShards([answer(lost)]).nodes.map(({ id }) => id)).not.toContain(D);
  });

  test('is empty where nobody answered', () => {
    expect(voteOnShards([])).toEqual({ view: { shards: [] }, nodes: [] });
  });
});
