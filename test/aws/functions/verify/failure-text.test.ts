import { describe, expect, it } from 'vitest';
import { failureText, REASON_MAX_BYTES } from '../../../../lib/aws/functions/verify/failure-text.ts';
import { ChecksNotPassed } from '../../../../lib/aws/functions/verify/settle.ts';
import { ProblemError } from '../../../../lib/base/problem.ts';
import type { CheckResult } from '../../../../lib/verify/check.ts';

const check = (name: string, verdict: 'fail' | 'unknown', message = 'It is so.'): CheckResult => ({
  name,
  verdict,
  code: name.toUpperCase(),
  message,
});

const textOf = (checks: CheckResult[], attempts = 1) => failureText(new ChecksNotPassed('shop', checks, attempts));

describe('what CloudFormation shows', () => {
  it('is the failures, then what is unknown', () => {
    expect(textOf([check('a', 'unknown'), check('b', 'fail'), check('c', 'unknown'), check('d', 'fail')], 3)).toBe(
      `shop is not what was asked for: 2 checks failed, 2 unknown; verified 3 times.
b B: It is so.
d D: It is so.
a A: It is so.
c C: It is so.`,
    );
  });

  it.each([
    ['plain words', 'a long sentence '],
    ['quotation marks, which are longer in JSON', '"""" '],
    ['letters of several bytes', 'ääää'],
  ])('fits into an answer, and says how much does not: %s', (_what, words) => {
    const text = textOf(Array.from({ length: 24 }, (_, index) => check(`check-${index}`, 'fail', words.repeat(30))));
    expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThanOrEqual(REASON_MAX_BYTES);
    const shown = text.split('\n').length - 2;
    expect(shown).toBeGreaterThan(1);
    expect(text).toMatch(new RegExp(`\\nand ${24 - shown} more: see the function's log$`));
  });

  it('cuts a single endless sentence rather than leaving it out', () => {
    const text = textOf([check('a', 'fail', 'x'.repeat(10_000)), check('b', 'fail')]);
    expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThanOrEqual(REASON_MAX_BYTES);
    expect(text).toMatch(/\na A: x+…\nand 1 more: see the function's log$/);
    expect(textOf([check('a', 'fail', 'x'.repeat(10_000))])).toMatch(/x…$/);
  });

  it('is every problem of what could not be verified', () => {
    const problems = [
      { code: 'ONE', message: 'First.' },
      { code: 'TWO', path: 'tls', message: 'Second.' },
    ];
    expect(failureText(new ProblemError(problems))).toBe(
      'The deployment could not be verified.\nONE: First.\nTWO tls: Second.',
    );
  });

  it('is what a mistake of our own says', () => {
    expect(failureText(new TypeError('x is undefined'))).toMatch(/mistake in redoubt.*\nTypeError: x is undefined$/);
  });
});
