import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Verdict } from '../../lib/base/verdict.ts';
import { junitReport } from '../../lib/report/junit.ts';
import { CHECKS, judgedDrill, sampleReport } from './fixture.ts';
import { elementsOf } from './xml.ts';

function count(xml: string, element: string): number {
  return elementsOf(xml).filter((name) => name === element).length;
}

function check(verdict: Verdict, message = 'A sentence.') {
  return { name: 'client-mode', verdict, code: 'CODE', message };
}

test('checks and the findings about judged clients are test cases', () => {
  const xml = junitReport(sampleReport());
  expect(count(xml, 'testsuite')).toBe(2);
  // 3 checks, the proof of the drill, and one finding about each of 3 clients.
  expect(count(xml, 'testcase')).toBe(7);
  expect(count(xml, 'failure')).toBe(0);
  expect(count(xml, 'error')).toBe(0);
});

test('a finding about a client shown for comparison is skipped, because it decides nothing', () => {
  const xml = junitReport(sampleReport());
  expect(count(xml, 'skipped')).toBe(2);
  expect(xml).toContain('For comparison only: Never answered again');
});

test('fail is a failure and unknown is an error, never a pass', () => {
  const xml = junitReport(sampleReport({ checks: [check('fail'), check('unknown'), check('pass')], drills: [] }));
  expect(count(xml, 'failure')).toBe(1);
  expect(count(xml, 'error')).toBe(1);
  expect(xml).toContain('<testsuites name="redoubt" tests="3" failures="1" errors="1" skipped="0">');
});

test('a drill that was not proven is an error', () => {
  const drill = judgedDrill();
  const result = {
    ...drill.result,
    verdict: 'unknown' as const,
    proof: { ...drill.result.proof, faultHappened: false },
  };
  const xml = junitReport(sampleReport({ checks: CHECKS, drills: [{ ...drill, result }] }));
  expect(count(xml, 'error')).toBe(1);
  expect(xml).toContain('type="NOT_PROVEN"');
});

test.each(['loadRan', 'healthyBefore', 'healthyAfter'] as const)(
  'a drill whose proof lacks %s is an error, also in a report from before gaps were kept',
  (claim) => {
    const drill = judgedDrill();
    const proof = { ...drill.result.proof, [claim]: false };
    const result = { ...drill.result, verdict: 'unknown' as const, proof };
    expect(count(junitReport(sampleReport({ checks: CHECKS, drills: [{ ...drill, result }] })), 'error')).toBe(1);
  },
);

test('a drill with a gap that is none of the four claims is an error too', () => {
  const drill = judgedDrill();
  const gaps = [{ code: 'CLAIM_TAKEN', message: 'Another drill took its place.' }];
  const result = { ...drill.result, verdict: 'unknown' as const, proof: { ...drill.result.proof, gaps } };
  expect(count(junitReport(sampleReport({ checks: CHECKS, drills: [{ ...drill, result }] })), 'error')).toBe(1);
});

test('a run that judged nothing is one error', () => {
  expect(count(junitReport(sampleReport({ checks: [], drills: [] })), 'error')).toBe(1);
});

test('whatever a server answers, the file stays well-formed XML with the same elements', () => {
  const usual = elementsOf(junitReport(sampleReport({ checks: [check('fail')], drills: [] })));
  const nasty = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(']]>', '"/><x a="', '\u0000\u001b[0m', '&#0;', '\ud800'),
  );
  fc.assert(
    fc.property(nasty, nasty, (message, name) => {
      const xml = junitReport(sampleReport({ checks: [{ ...check('fail', message), name, code: name }], drills: [] }));
      expect(elementsOf(xml)).toEqual(usual);
    }),
  );
});
