import { describe, expect, it } from 'vitest';
import { planCloudFormation } from '../../lib/plan/cloudformation/compare.ts';

const group = (Properties: object) => ({
  Resources: {
    Cache: { Type: 'AWS::ElastiCache::ReplicationGroup', Properties, UpdatePolicy: { UseOnlineResharding: true } },
  },
});
const codes = (before: object, after: object) =>
  planCloudFormation(group(before), group(after)).changes.map(({ code, effect }) => `${code} ${effect}`);

const TWO = { NumNodeGroups: 2, ReplicasPerNodeGroup: 1 };

describe('a change of shards that no page describes is unknown', () => {
  it.each([
    [
      'a layout that comes later with another number of replicas',
      TWO,
      [{ ReplicaCount: 3 }, {}],
      'EC_NODE_GROUP_LAYOUT_COMES_LATER',
    ],
    [
      'a layout that comes later with zones',
      TWO,
      [{ PrimaryAvailabilityZone: 'a' }, {}],
      'EC_NODE_GROUP_LAYOUT_COMES_LATER',
    ],
  ])('%s', (_, before, NodeGroupConfiguration, code) => {
    expect(codes(before, { ...before, NodeGroupConfiguration })).toEqual([`${code} unknown`]);
  });

  it.each([[undefined], [0]])('a number of shards that becomes %s', (NumNodeGroups) => {
    expect(codes({ NumNodeGroups: 3 }, { NumNodeGroups })).toEqual(['EC_SHARDS_NOT_SAID unknown']);
  });

  it('a layout that goes, with the number of shards', () => {
    expect(codes({ NodeGroupConfiguration: [{}, {}] }, {})).toEqual(['EC_NODE_GROUP_LAYOUT_GOES unknown']);
  });
});

describe('what is said of shards that stay is compared by what it means', () => {
  it('a replica count that the group says already is no other one, and another one is refused', () => {
    const layout = (first: object) => ({ ...TWO, NodeGroupConfiguration: [first, {}] });
    expect(codes(layout({}), layout({ ReplicaCount: 1 }))).toEqual(['EC_NODE_GROUPS_ONLINE interruption']);
    expect(codes(layout({}), layout({ ReplicaCount: 2 }))).toEqual(['EC_NODE_GROUP_REPLICAS_REFUSED refused']);
  });

  it('slots that stay have not been left out, in whatever order the shards stand', () => {
    const [one, two] = [
      { NodeGroupId: '1', Slots: '0-8191' },
      { NodeGroupId: '2', Slots: '8192-16383' },
    ];
    const found = codes({ NodeGroupConfiguration: [one, two] }, { NodeGroupConfiguration: [two, one] });
    expect(found).not.toContain('EC_NODE_GROUP_SLOTS_LEFT_OUT in-place');
  });
});
