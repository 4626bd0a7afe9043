import { describe, expect, it, test } from 'vitest';
import { planCloudFormation } from '../../lib/plan/cloudformation/compare.ts';
import { judgePlan } from '../../lib/plan/judge.ts';
import { cache, find, template } from './templates.ts';

const OTHER = { Topic: { Type: 'AWS::SNS::Topic' } };
const removed = (resource: ReturnType<typeof cache>) =>
  planCloudFormation(template({ ...OTHER, Cache: resource }), template(OTHER));
const removedWith = (policy: Readonly<Record<string, unknown>>) => removed(cache({}, policy));

describe.each([['Retain'], ['RetainExceptOnCreate']])('a removed cache with DeletionPolicy: %s', (DeletionPolicy) => {
  it('loses nothing: it goes on outside the stack, which is a warning', () => {
    const plan = removedWith({ DeletionPolicy });
    expect(plan.changes).toMatchObject([{ code: 'EC_RETAINED', effect: 'interruption' }]);
    expect(plan.changes[0]?.message).toMatch(/^The cache leaves the stack and goes on outside it with its data/);
    expect(judgePlan(plan, []).verdict).toBe('pass');
  });

  it('is the same for a serverless cache', () => {
    const plan = removed({ Type: 'AWS::ElastiCache::ServerlessCache', Properties: {}, DeletionPolicy });
    expect(plan.changes).toMatchObject([{ code: 'EC_RETAINED', effect: 'interruption' }]);
  });

  it('loses its data for the clients when an empty one takes its place', () => {
    const [before, after] = [template({ Old: cache({}, { DeletionPolicy }) }), template({ New: cache() })];
    const plan = planCloudFormation(before, after);
    const change = find(plan, 'Old.delete');
    expect(change).toMatchObject({ code: 'EC_RENAMED_BESIDE_RETAINED', effect: 'data-loss' });
    expect(change.message).not.toContain('all data is lost');
    expect(change.alternative).toContain('overrideLogicalId("Old")');
    expect(judgePlan(plan, []).verdict).toBe('fail');
  });
});

test('a retained cache loses its data for the clients also when an empty cache of another type comes in its place', () => {
  const serverless = { Type: 'AWS::ElastiCache::ServerlessCache', Properties: {} };
  const before = template({ Old: cache({}, { DeletionPolicy: 'Retain' }) });
  const plan = planCloudFormation(before, template({ New: serverless }));
  expect(find(plan, 'Old.delete')).toMatchObject({ code: 'EC_RETAINED_BESIDE_ANOTHER', effect: 'data-loss' });
  expect(judgePlan(plan, []).verdict).toBe('fail');
  const beside = planCloudFormation(template({ ...before.Resources, New: serverless }), template({ New: serverless }));
  expect(find(beside, 'Old.delete')).toMatchObject({ code: 'EC_RETAINED', effect: 'interruption' });
});

test('a removed cache of which only a snapshot is kept has to be acknowledged, and says both', () => {
  const plan = removedWith({ DeletionPolicy: 'Snapshot' });
  expect(plan.changes).toMatchObject([{ code: 'EC_DELETED', effect: 'data-loss' }]);
  expect(plan.changes[0]?.message).toMatch(/^The cache is deleted .* takes a last snapshot/);
  expect(judgePlan(plan, []).verdict).toBe('fail');
  expect(judgePlan(plan, ['Cache.delete']).verdict).toBe('pass');
});

test.each([
  [{}],
  [{ DeletionPolicy: 'Delete' }],
  [{ DeletionPolicy: 'RetainSomehow' }],
  [{ DeletionPolicy: { Ref: 'Policy' } }],
  [{ UpdateReplacePolicy: 'Retain' }],
])('a removed cache of which nothing is surely kept loses its data: %j', (policy) => {
  expect(removedWith(policy).changes).toMatchObject([
    { code: 'EC_DELETED', effect: 'data-loss', message: 'The cache is deleted with everything in it.' },
  ]);
});

test('the policy that counts is the one that is deployed', () => {
  const [kept, plain] = [cache({}, { DeletionPolicy: 'Retain' }), cache()];
  expect(planCloudFormation(template({ Cache: plain }), template(OTHER)).changes[0]?.effect).toBe('data-loss');
  expect(planCloudFormation(template({ Cache: kept }), template(OTHER)).changes[0]?.effect).toBe('interruption');
});
