import { expect, test } from 'vitest';
import { reportSchema } from '../../lib/report/report.ts';
import { CHECKS, judgedDrill, sampleReport } from './fixture.ts';

test('a built report fits its own schema', () => {
  const report = sampleReport();
  expect(reportSchema.parse(report)).toEqual(report);
});

test('the worst verdict of checks and drills is the verdict of the run', () => {
  const drill = judgedDrill();
  const unknownDrill = { ...drill, result: { ...drill.result, verdict: 'unknown' as const } };
  const failedCheck = { name: 'client-mode', verdict: 'fail' as const, code: 'X', message: 'Wrong.' };
  expect(sampleReport().verdict).toBe('pass');
  expect(sampleReport({ drills: [unknownDrill] }).verdict).toBe('unknown');
  expect(sampleReport({ checks: [...CHECKS, failedCheck], drills: [unknownDrill] }).verdict).toBe('fail');
});

test('a run in which nothing was judged is unknown, never a pass', () => {
  expect(sampleReport({ checks: [], drills: [] }).verdict).toBe('unknown');
});

test('the counts are the sums of what was judged', () => {
  const report = sampleReport();
  const attempted = report.drills.flatMap((drill) => drill.clients).map((client) => client.operations.attempted);
  expect(report.counts.checks).toEqual({ pass: 3, fail: 0, unknown: 0 });
  expect(report.counts.drills).toEqual({ pass: 1, fail: 0, unknown: 0 });
  expect(report.counts.operations.attempted).toBe(attempted.reduce((sum, count) => sum + count, 0));
});

test('the time of watching counts from the last fault to the end of the last wait', () => {
  expect(sampleReport().drills[0]?.load).toEqual({
    shardCount: 3,
    ratePerSecond: 400,
    durationMs: 20_000,
    watchedAfterLastFaultMs: 11_960,
  });
});

test('without a fault there is no time of watching', () => {
  const drill = judgedDrill();
  const calm = { ...drill, history: { ...drill.history, faults: [] } };
  expect(sampleReport({ drills: [calm] }).drills[0]?.load.watchedAfterLastFaultMs).toBeNull();
});

test('the digest tells two deployments apart and does not hang on addresses', async () => {
  const { deploymentDigest } = await import('../../lib/report/build.ts');
  const { profile } = await import('./fixture.ts');
  const moved = { ...profile, endpoint: { host: 'elsewhere.example', port: 7_000 } };
  const larger = { ...profile, expected: { ...profile.expected, shardCount: 4 } };
  expect(deploymentDigest(moved)).toBe(deploymentDigest(profile));
  expect(deploymentDigest(larger)).not.toBe(deploymentDigest(profile));
});
