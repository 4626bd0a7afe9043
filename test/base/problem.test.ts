import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ProblemError, problemLine, throwIfProblems } from '../../lib/base/problem.ts';

const tooMany = {
  code: 'SHARDS_TOO_MANY',
  message: 'Asked for 900 shards; 500 are allowed.',
  path: 'topology.shardCount',
};
const unnamed = { code: 'NAME_MISSING', message: 'The deployment has no name.' };

describe('a problem', () => {
  test('is printed as code, place and sentence', () => {
    expect(problemLine(tooMany)).toBe('SHARDS_TOO_MANY topology.shardCount: Asked for 900 shards; 500 are allowed.');
  });
  test('is printed without a place when it has none', () => {
    expect(problemLine(unnamed)).toBe('NAME_MISSING: The deployment has no name.');
  });
});

describe('a ProblemError', () => {
  test('says every problem, a line each', () => {
    const error = new ProblemError([tooMany, unnamed]);
    expect(error.message.split('\n')).toEqual([problemLine(tooMany), problemLine(unnamed)]);
    expect(error.problems).toEqual([tooMany, unnamed]);
  });
  test('says each of them once when nobody catches it and Node prints it', () => {
    const printed = inspect(new ProblemError([tooMany, unnamed]));
    expect(printed.split('The deployment has no name.')).toHaveLength(2);
  });
  test('takes a single problem and keeps the cause', () => {
    const cause = new Error('ENOENT');
    const error = new ProblemError(unnamed, { cause });
    expect(error.problems).toEqual([unnamed]);
    expect(error.cause).toBe(cause);
  });
});

describe('throwIfProblems', () => {
  test('throws when there is a problem', () => {
    expect(() => throwIfProblems([unnamed])).toThrow('NAME_MISSING');
  });
  test('does nothing when there is none', () => {
    expect(throwIfProblems([])).toBeUndefined();
  });
});
