import { expect, test } from 'vitest';
import { planCloudFormation } from '../../lib/plan/cloudformation/compare.ts';

const CACHE = { Type: 'AWS::ElastiCache::ReplicationGroup', Properties: {} };
const messageWith = (policy: object) =>
  planCloudFormation({ Resources: { Cache: { ...CACHE, ...policy } } }, { Resources: {} }).changes[0]?.message;

test('a removed cache that its policy retains is not said to be deleted with its data', () => {
  expect(messageWith({ DeletionPolicy: 'Retain' })).toMatch(/^The cache leaves the stack\. .* stays outside the stack/);
});

test('one of which a snapshot or nothing is kept is', () => {
  expect(messageWith({ DeletionPolicy: 'Snapshot' })).toMatch(/^The cache is deleted .* takes a last snapshot/);
  expect(messageWith({})).toBe('The cache is deleted with everything in it.');
});
