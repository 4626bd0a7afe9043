/** A property that replaces is never passed over, whatever function its value stands behind; nor does the order count. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { planCloudFormation } from '../../lib/plan/cloudformation/compare.ts';
import { TABLES } from '../../lib/plan/cloudformation/tables.ts';
import { judgePlan } from '../../lib/plan/judge.ts';
import { cache, template } from './templates.ts';

const REPLACING = TABLES.filter(({ holdsData }) => holdsData).flatMap(({ type, rows }) =>
  rows
    .filter(({ replaces, when }) => replaces === true && when === undefined)
    .map(({ property }) => ({ type, property })),
);

/** Each names the parameter, mapping and condition that {@link definitions} gives another value. */
const FUNCTIONS: Readonly<Record<string, unknown>> = {
  Ref: { Ref: 'P' },
  'Fn::Sub': { 'Fn::Sub': 'a-${P}' },
  'Fn::Sub with variables': { 'Fn::Sub': ['a-${V}', { V: { Ref: 'P' } }] },
  'Fn::Join': { 'Fn::Join': ['-', ['a', { Ref: 'P' }]] },
  'Fn::Select': { 'Fn::Select': [0, { 'Fn::Split': [',', { Ref: 'P' }] }] },
  'Fn::FindInMap': { 'Fn::FindInMap': ['M', 'a', 'b'] },
  'Fn::If': { 'Fn::If': ['C', 'a', { Ref: 'AWS::NoValue' }] },
};

function definitions(value: string) {
  return {
    Parameters: { P: { Type: 'String', Default: value } },
    Mappings: { M: { a: { b: value } } },
    Conditions: { C: { 'Fn::Equals': [{ Ref: 'P' }, 'one'] } },
  };
}

describe.each(REPLACING)('$type $property', ({ type, property }) => {
  const of = (given: unknown, value: string) =>
    template({ Cache: { Type: type, Properties: { [property]: given } } }, definitions(value));

  it.each(Object.entries(FUNCTIONS))('behind %s does not pass when it, or what it stands for, changes', (_, given) => {
    const pairs = [
      [of(given, 'one'), of(given, 'two')],
      [of('one', 'one'), of(given, 'one')],
      [of(given, 'one'), of('one', 'one')],
    ] as const;
    for (const [before, after] of pairs) {
      expect(judgePlan(planCloudFormation(before, after), []).verdict).not.toBe('pass');
    }
    expect(planCloudFormation(of(given, 'one'), of(given, 'one'))).toMatchObject({ changes: [], problems: [] });
  });
});

test('in whatever order resources stand, the same is said', () => {
  const resources = {
    Subnets: { Type: 'AWS::ElastiCache::SubnetGroup', Properties: { CacheSubnetGroupName: 'one' } },
    Cache: cache({ CacheSubnetGroupName: { Ref: 'Subnets' } }),
    Restored: cache({ SnapshotName: { Ref: 'Cache' } }),
    Gone: cache({}, { DeletionPolicy: 'Retain' }),
  };
  const { Gone, ...rest } = resources;
  const changed = {
    ...rest,
    Subnets: { Type: 'AWS::ElastiCache::SubnetGroup', Properties: { CacheSubnetGroupName: 'two' } },
  };
  const said = (before: object, after: object) =>
    planCloudFormation({ Resources: before }, { Resources: after })
      .changes.map(({ acknowledgement, code }) => `${acknowledgement} ${code}`)
      .toSorted();
  const expected = said(resources, changed);
  expect(expected).toHaveLength(4);
  const shuffled = (record: object) =>
    fc.shuffledSubarray(Object.entries(record), { minLength: Object.keys(record).length }).map(Object.fromEntries);
  fc.assert(
    fc.property(shuffled(resources), shuffled(changed), (before, after) => {
      expect(said(before, after)).toEqual(expected);
    }),
  );
});
