import fc from 'fast-check';
import { Command } from 'ioredis';
import { expect, test } from 'vitest';
import { neighbourOf, questionFor } from '../../lib/client/second-opinion.ts';
import { slotOf } from '../../lib/topology/slot.ts';

test('the neighbour of a key is in its slot and begins as it does', () => {
  fc.assert(
    fc.property(fc.string(), (key) => {
      const neighbour = neighbourOf(key);
      if (neighbour === undefined) return;
      expect(slotOf(neighbour)).toBe(slotOf(key));
      expect(neighbour.startsWith(key)).toBe(true);
    }),
  );
});

test.each(['user:1', '{tag}:rest', 'a{b}c', 'queue'])('the key %s has a neighbour', (key) =>
  expect(neighbourOf(key)).toBeDefined(),
);
test('a key whose slot no longer name can share has none, and then no opinion is sought', () =>
  expect(neighbourOf('foo{}{bar}')).toBeUndefined());

test('a read is checked by a read, a write by a write that changes nothing, a question by PING', () => {
  expect(questionFor(new Command('get', ['k']), 'k')).toEqual(['exists', 'k']);
  expect(questionFor(new Command('SET', ['k', 'v']), 'k')).toEqual([
    'unlink',
    expect.stringMatching(/^k:\{k\}:redoubt-/),
  ]);
  expect(questionFor(new Command('exec'), 'k')?.[0]).toBe('unlink');
  expect(questionFor(new Command('ping'), undefined)).toEqual(['ping']);
  expect(questionFor(new Command('publish', ['channel', 'message']), undefined)?.[0]).toBe('unlink');
});

test('a write without a key has no question that would be held up by the same things', () => {
  expect(questionFor(new Command('eval', ['return 1', '0']), undefined)).toBeUndefined();
  expect(questionFor(new Command('flushall'), undefined)).toBeUndefined();
});
