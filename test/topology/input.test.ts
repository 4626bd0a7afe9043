import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkInput } from '../../lib/topology/input/check-input.ts';
import { closestTo, editDistance } from '../../lib/topology/input/closest.ts';
import { INPUT_LIMITS, plainCopy } from '../../lib/topology/input/plain-copy.ts';

function codesOf(input: unknown): string[] {
  return plainCopy(input).problems.map((problem) => problem.code);
}

function nested(levels: number): unknown {
  return Array.from({ length: levels }).reduce((inside) => [inside], 1);
}

describe('the plain copy of an input', () => {
  it('is equal to what JSON could hold', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (input) => {
        const { value, problems } = plainCopy(input);
        expect(problems).toEqual([]);
        expect(JSON.stringify(value)).toBe(JSON.stringify(input));
      }),
    );
  });

  it('has no prototype through which another object could speak', () => {
    const { value } = plainCopy(JSON.parse('{"__proto__": {"admin": true}}'));
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect((value as { admin?: unknown }).admin).toBeUndefined();
    expect(Object.keys(value as object)).toEqual(['__proto__']);
  });

  it('may hold the same object twice, but not inside itself', () => {
    const shared = { a: 1 };
    expect(codesOf([shared, shared])).toEqual([]);
    const cyclic: Record<string, unknown> = {};
    cyclic.inside = { cyclic };
    expect(codesOf(cyclic)).toEqual(['INPUT_CYCLIC']);
  });

  it('runs no getter', () => {
    let ran = false;
    const input = {
      get trap() {
        ran = true;
        return 1;
      },
    };
    expect(codesOf(input)).toEqual(['INPUT_UNREADABLE']);
    expect(ran).toBe(false);
  });

  it('is bounded in depth, in number of values and in length of text', () => {
    expect(codesOf(nested(INPUT_LIMITS.depth))).toEqual([]);
    expect(codesOf(nested(INPUT_LIMITS.depth + 1))).toEqual(['INPUT_TOO_DEEP']);
    expect(codesOf(Array.from({ length: INPUT_LIMITS.values - 1 }, () => 1))).toEqual([]);
    expect(codesOf(Array.from({ length: INPUT_LIMITS.values }, () => 1))).toEqual(['INPUT_TOO_LARGE']);
    expect(codesOf('x'.repeat(INPUT_LIMITS.stringLength))).toEqual([]);
    expect(codesOf('x'.repeat(INPUT_LIMITS.stringLength + 1))).toEqual(['INPUT_TOO_LARGE']);
  });

  it.each([1n, Symbol('s'), () => 1, new Date(0), new Map(), /x/, new URL('https://example.net')])(
    'refuses what is not plain data: %s',
    (input) => {
      expect(codesOf({ input })).toEqual(['INPUT_NOT_PLAIN_DATA']);
    },
  );
});

describe('a checked input', () => {
  const schema = z.strictObject({ inside: z.strictObject({ count: z.int() }), list: z.array(z.string()).default([]) });

  it('has no second problem at a place that could not be read', () => {
    const { problems } = checkInput(schema, { inside: new Date(0) });
    expect(problems.map((problem) => problem.code)).toEqual(['INPUT_NOT_PLAIN_DATA']);
  });

  it('has its value with defaults, as ordinary objects, only when there is no problem', () => {
    expect(checkInput(schema, { inside: { count: 1 } }).value).toEqual({ inside: { count: 1 }, list: [] });
    expect(checkInput(schema, { inside: { count: '1' } }).value).toBeUndefined();
  });

  it('names an odd key on one line and shortened', () => {
    const [problem] = checkInput(schema, { inside: { count: 1 }, [`a\n${'b'.repeat(500)}`]: 1 }).problems;
    expect(problem?.message).toMatch(/^`a\\nb+…` is not known here/);
  });
});

describe('the closest word', () => {
  it.each([
    ['shardcount', 'shardCount'],
    ['shardCout', 'shardCount'],
    ['replicas', undefined],
    ['', undefined],
  ])('to %j is %j', (word, closest) => {
    expect(closestTo(word, ['shardCount', 'replicasPerShard'])).toBe(closest);
  });

  it('is found by a distance that is the same both ways and zero only for the same word', () => {
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, (one, other) => {
        expect(editDistance(one, other)).toBe(editDistance(other, one));
        expect(editDistance(one, other) === 0).toBe(one === other);
      }),
    );
  });
});
