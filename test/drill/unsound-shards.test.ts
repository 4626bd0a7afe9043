import { describe, expect, it } from 'vitest';
import { unsoundShards } from '../../lib/drill/unsound-shards.ts';
import { evenSlotRanges } from '../../lib/topology/slot.ts';

const shards = (count: number) =>
  evenSlotRanges(count).map((range, shardIndex) => ({
    shardIndex,
    slots: [range],
    primaryNodeId: `node-${shardIndex}`,
    replicaNodeIds: [],
    epoch: 1,
  }));

describe('the shards before a drill', () => {
  it.each([
    [3, 3],
    [3, { min: 3, max: 8 }],
    [5, { min: 3, max: 8 }],
    [8, { min: 3, max: 8 }],
  ])('%i that serve every slot are sound where %j are expected', (count, expected) => {
    expect(unsoundShards(shards(count), expected)).toEqual([]);
  });

  it.each([
    ['fewer than expected', shards(4).slice(1), 4, '3 of 4 shards have a primary'],
    ['more than expected', shards(4), 3, '4 of 3 shards have a primary'],
    ['none', [], 3, '0 of 3 shards have a primary'],
    ['fewer than a range begins with', shards(2), { min: 3, max: 8 }, '2 of 3 to 8 shards have a primary'],
    ['more than a range ends with', shards(9), { min: 3, max: 8 }, '9 of 3 to 8 shards have a primary'],
    [
      'one less than there were, within the range',
      shards(4).slice(1),
      { min: 3, max: 8 },
      'The primaries of 3 shards serve 12288 of 16384 slots',
    ],
  ])('are not sound: %s', (_, given, expected, says) => {
    expect(unsoundShards(given, expected)).toEqual([
      {
        code: 'TARGET_UNHEALTHY',
        message: `${says}, so there is nothing sound to disturb. Run \`redoubt verify\` first.`,
      },
    ]);
  });
});
