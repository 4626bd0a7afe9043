import { describe, expect, test } from 'vitest';
import { exitCodeOf } from '../../lib/base/exit-codes.ts';
import { worstVerdict } from '../../lib/base/verdict.ts';

describe('the worst verdict', () => {
  test.each([
    [[], 'unknown'],
    [['pass'], 'pass'],
    [['pass', 'unknown'], 'unknown'],
    [['unknown', 'fail', 'pass'], 'fail'],
  ] as const)('of %j is %s', (verdicts, worst) => {
    expect(worstVerdict(verdicts)).toBe(worst);
  });
  test('decides the exit code', () => {
    expect([exitCodeOf('pass'), exitCodeOf('fail'), exitCodeOf('unknown')]).toEqual([0, 1, 2]);
  });
});
