/** The number of shards is judged by what it is, and not by where the template says it. */
import { describe, expect, it } from 'vitest';
import { planCloudFormation } from '../../lib/plan/cloudformation/compare.ts';
import { cache, type Properties, template } from './templates.ts';

const ONLINE = { UpdatePolicy: { UseOnlineResharding: true } };

function codes(before: Properties, after: Properties, defaults: readonly unknown[] = [], policy: object = ONLINE) {
  const of = (properties: Properties, Default: unknown) =>
    template(
      { Cache: cache(properties, { ...policy }) },
      { Parameters: { P: { Type: 'Number', ...(Default === undefined ? {} : { Default }) } } },
    );
  return planCloudFormation(of(before, defaults[0]), of(after, defaults[1])).changes.map(
    ({ code, effect }) => `${code} ${effect}`,
  );
}

const layout = (count: number) => ({ NodeGroupConfiguration: Array.from({ length: count }, () => ({})) });
const SAME = 'EC_SHARDS_SAME in-place';

describe('as many shards as before is no reshard', () => {
  it.each<[string, Properties, Properties, string[]]>([
    ['one, that was said by nobody', {}, { NumNodeGroups: 1 }, [SAME]],
    ['one, that is no longer said', { NumNodeGroups: '1' }, {}, [SAME]],
    ['a layout instead of a number', { NumNodeGroups: 2 }, layout(2), [SAME, 'EC_NODE_GROUPS_SAID in-place']],
    ['a layout of one instead of nothing', {}, layout(1), ['EC_NODE_GROUPS_SAID in-place']],
    [
      'a layout of one instead of a value that is nothing',
      { NumNodeGroups: { Ref: 'AWS::NoValue' } },
      layout(1),
      ['EC_NODE_GROUPS_SAID in-place'],
    ],
    ['a number beside a layout', layout(2), { ...layout(2), NumNodeGroups: 2 }, [SAME]],
  ])('%s', (_, before, after, expected) => {
    expect(codes(before, after)).toEqual(expected);
  });

  it('a number instead of a layout is none either, and what becomes of the layout stays unknown', () => {
    expect(codes(layout(2), { NumNodeGroups: 2 }).toSorted()).toEqual(['EC_NODE_GROUP_LAYOUT_GOES unknown', SAME]);
  });
});

describe('another number, or one that is not known, is told', () => {
  it.each<[string, Properties, Properties, string[]]>([
    ['more than the default', {}, { NumNodeGroups: 2 }, ['EC_SHARDS_ONLINE interruption']],
    ['more than one, no longer said', { NumNodeGroups: 2 }, {}, ['EC_SHARDS_NOT_SAID unknown']],
    [
      'fewer in a layout',
      { NumNodeGroups: 3 },
      layout(2),
      ['EC_SHARDS_ONLINE interruption', 'EC_NODE_GROUPS_ONLINE interruption'],
    ],
    [
      'one instead of what a snapshot had',
      { SnapshotName: 's' },
      { SnapshotName: 's', NumNodeGroups: 1 },
      ['EC_SHARDS_ONLINE interruption'],
    ],
    [
      'none instead of what a snapshot had',
      { SnapshotArns: ['s'], NumNodeGroups: 1 },
      { SnapshotArns: ['s'] },
      ['EC_SHARDS_NOT_SAID unknown'],
    ],
    [
      'one instead of what a global datastore has',
      { GlobalReplicationGroupId: 'g' },
      { GlobalReplicationGroupId: 'g', NumNodeGroups: 1 },
      ['EC_SHARDS_ONLINE interruption'],
    ],
    [
      'a number of shards that may be left out',
      { NumNodeGroups: 3 },
      {
        NumNodeGroups: { 'Fn::If': ['C', 3, { Ref: 'AWS::NoValue' }] },
      },
      ['EC_SHARDS_NOT_SAID unknown'],
    ],
    [
      'a layout that is nothing',
      { NumNodeGroups: 3 },
      { NodeGroupConfiguration: { Ref: 'AWS::NoValue' } },
      ['EC_SHARDS_NOT_SAID unknown'],
    ],
    [
      'a layout with ids of its own',
      { NumNodeGroups: 2 },
      {
        NodeGroupConfiguration: [{ NodeGroupId: '7' }, { NodeGroupId: '8' }],
      },
      [SAME, 'EC_NODE_GROUP_LAYOUT_COMES_LATER unknown'],
    ],
    [
      'a layout with replicas that nobody said',
      {},
      { NodeGroupConfiguration: [{ ReplicaCount: 0 }] },
      ['EC_NODE_GROUP_LAYOUT_COMES_LATER unknown'],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(codes(before, after)).toEqual(expected);
  });

  it.each([
    [{}, { NumNodeGroups: 1 }],
    [{ NumNodeGroups: 1 }, {}],
    [{ NumNodeGroups: 2 }, layout(2)],
  ])('without online resharding CloudFormation replaces for any other text: %j to %j', (before, after) => {
    expect(codes(before, after, [], {}).every((code) => code.endsWith(' data-loss'))).toBe(true);
  });
});

describe('a number behind the default of a parameter', () => {
  const P = { NumNodeGroups: { Ref: 'P' } };
  const perhaps = 'EC_SHARDS_SAME_BY_DEFAULT interruption';
  it.each<[string, Properties, Properties, readonly unknown[], string]>([
    ['comes, and is what there is', {}, P, [undefined, 1], perhaps],
    ['goes, and was what there is', P, { NumNodeGroups: 3 }, ['3', '3'], perhaps],
    ['comes, and is another', {}, P, [undefined, 2], 'EC_SHARDS_ONLINE interruption'],
    ['changes', P, P, [2, 3], 'EC_SHARDS_ONLINE interruption'],
    ['has no default', { NumNodeGroups: 2 }, P, [], 'EC_SHARDS_ONLINE interruption'],
  ])('%s', (_, before, after, defaults, expected) => {
    expect(codes(before, after, defaults)).toEqual([expected]);
  });

  it('is never harmless without online resharding', () => {
    expect(codes({ NumNodeGroups: 2 }, P, [2, 2], {})).toEqual(['EC_VALUE_UNKNOWN unknown']);
    expect(codes({}, P, [1, 1], {})).toEqual(['EC_SHARDS_REPLACES data-loss']);
  });
});

describe('what else changes is seen also through the default of a parameter', () => {
  const size = { CacheNodeType: { Ref: 'P' } };
  const defaults = ['cache.r7g.large', 'cache.r7g.xlarge'];

  it('shards that change with it are not alone', () => {
    const of = (NumNodeGroups: number) => ({ ...size, NumNodeGroups });
    expect(codes(of(2), of(3), defaults)).toContain('EC_SHARDS_ONLINE_AMONG_OTHERS interruption');
    expect(codes(of(2), of(3), ['same', 'same'])).toEqual(['EC_SHARDS_ONLINE interruption']);
  });

  it('a layout that changes with it is not alone', () => {
    const of = (count: number) => ({ ...size, ...layout(count) });
    expect(codes(of(2), of(3), defaults)).toContain('EC_NODE_GROUPS_ONLINE_AMONG_OTHERS interruption');
  });

  it('a step of the cluster mode may not be alone, and is not with a change that is certain', () => {
    const of = (ClusterMode: string, rest: Properties) => ({ ...rest, ClusterMode });
    expect(codes(of('compatible', size), of('enabled', size), defaults)).toContain(
      'EC_CLUSTER_MODE_PERHAPS_NOT_ALONE unknown',
    );
    expect(codes(of('compatible', { Port: 1 }), of('enabled', { Port: 2 }))).toContain(
      'EC_CLUSTER_MODE_NOT_ALONE_REFUSED refused',
    );
    const nothing = { SnapshotWindow: { Ref: 'AWS::NoValue' } };
    expect(codes(of('compatible', {}), of('enabled', nothing))).toEqual(['EC_CLUSTER_MODE_ENABLED interruption']);
  });

  it('a version comes with an engine that a default changes, which is no downgrade', () => {
    const of = (EngineVersion: string) => ({ Engine: { Ref: 'P' }, EngineVersion });
    expect(codes(of('7.2'), of('7.1'), ['valkey', 'redis'])).toEqual([
      'EC_VALUE_UNKNOWN unknown',
      'EC_ENGINE_VERSION_WITH_ENGINE interruption',
    ]);
    expect(codes(of('7.2'), of('7.1'), ['redis', 'redis'])).toEqual(['EC_ENGINE_DOWNGRADE_REFUSED refused']);
  });
});
