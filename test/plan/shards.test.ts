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
      'a layout that comes later and takes replicas away that NumCacheClusters gave',
      { NumCacheClusters: 3 },
      [{ ReplicaCount: 0 }],
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

  it.each([[{}], [{ NodeGroupConfiguration: [] }]])('a layout that goes, with the number of shards: %j', (after) => {
    expect(codes({ NodeGroupConfiguration: [{}, {}] }, after)).toEqual(['EC_NODE_GROUP_LAYOUT_GOES unknown']);
  });

  it.each([
    ['names', ['a', 'b'], ['a', 'c']],
    ['parameters', [{ Ref: 'One' }, { Ref: 'Two' }], [{ Ref: 'One' }, { Ref: 'Three' }]],
  ])('ids that are %s, of which one goes and one comes', (_, before, after) => {
    const layout = (ids: readonly unknown[]) => ({
      NodeGroupConfiguration: ids.map((NodeGroupId) => ({ NodeGroupId })),
    });
    expect(codes(layout(before), layout(after))[0]).toMatch(/^(EC_NODE_GROUP_IDS_CHANGE|EC_VALUE_UNKNOWN) unknown$/);
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

describe('a layout and the number of shards have to agree', () => {
  const layout = (count: number) => Array.from({ length: count }, () => ({}));

  it('a number that changes without the layout is refused', () => {
    const NodeGroupConfiguration = layout(3);
    expect(codes({ NumNodeGroups: 3, NodeGroupConfiguration }, { NumNodeGroups: 2, NodeGroupConfiguration })).toEqual([
      'EC_SHARDS_MISCOUNTED refused',
    ]);
  });

  it('a layout that changes without the number is refused', () => {
    const of = (count: number) => ({ NumNodeGroups: 3, NodeGroupConfiguration: layout(count) });
    expect(codes(of(3), of(4))).toEqual(['EC_NODE_GROUPS_MISCOUNTED refused']);
  });

  it('both together are a reshard, and an entry that a condition decides is counted by nobody', () => {
    const of = (count: number) => ({ NumNodeGroups: count, NodeGroupConfiguration: layout(count) });
    expect(codes(of(3), of(4))).toEqual(['EC_SHARDS_ONLINE interruption', 'EC_NODE_GROUPS_ONLINE interruption']);
    const perhaps = { 'Fn::If': ['Large', {}, { Ref: 'AWS::NoValue' }] };
    const found = codes(of(2), { NumNodeGroups: 2, NodeGroupConfiguration: [...layout(2), perhaps] });
    expect(found).toEqual(['EC_VALUE_UNKNOWN unknown']);
  });
});

it('shards that only the layout says are safer changed alone, too', () => {
  const of = (count: number, CacheNodeType: string) => ({
    NodeGroupConfiguration: Array(count).fill({}),
    CacheNodeType,
  });
  const large = 'cache.r7g.large';
  expect(codes(of(2, large), of(3, large))).toEqual(['EC_NODE_GROUPS_ONLINE interruption']);
  expect(codes(of(2, large), of(3, 'cache.r7g.xlarge'))).toContain('EC_NODE_GROUPS_ONLINE_AMONG_OTHERS interruption');
});
