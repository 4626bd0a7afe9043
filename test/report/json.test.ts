import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProblemError } from '../../lib/base/problem.ts';
import { readReport, writeReport } from '../../lib/report/json.ts';
import type { Report } from '../../lib/report/report.ts';
import { writeFileAtomically } from '../../lib/report/write.ts';
import { sampleReport } from './fixture.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-report-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function problemsOf(work: Promise<unknown>): Promise<readonly string[]> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problems.map((problem) => problem.code);
}

test('a report that was written is read back the same', async () => {
  const path = join(directory, 'deep', 'report.json');
  await writeReport(path, sampleReport());
  expect(await readReport(path)).toEqual(sampleReport());
});

test('the file is its owner’s alone and nothing is left beside it', async () => {
  const path = join(directory, 'report.json');
  await writeReport(path, sampleReport());
  await writeReport(path, sampleReport());
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(directory)).toEqual(['report.json']);
});

test('a report that does not fit the schema is not written', async () => {
  const path = join(directory, 'report.json');
  const wrong = { ...sampleReport(), verdict: 'perhaps' } as unknown as Report;
  await expect(writeReport(path, wrong)).rejects.toThrow();
  expect(await readdir(directory)).toEqual([]);
});

test('a place that cannot be written is a problem with a sentence, and the old file stays', async () => {
  const path = join(directory, 'taken');
  await writeFile(path, 'old');
  expect(await problemsOf(writeFileAtomically(join(path, 'report.json'), 'new'))).toEqual(['OUTPUT_NOT_WRITABLE']);
  expect(await readFile(path, 'utf8')).toBe('old');
});

test('a report that is not there, not JSON, or not a report is named as that', async () => {
  const path = join(directory, 'report.json');
  expect(await problemsOf(readReport(path))).toEqual(['REPORT_UNREADABLE']);
  await writeFile(path, '{"verdict":');
  expect(await problemsOf(readReport(path))).toEqual(['REPORT_NOT_JSON']);
  await writeFile(path, JSON.stringify({ ...sampleReport(), verdict: 'perhaps', seed: -1 }));
  expect(await problemsOf(readReport(path))).toEqual(['REPORT_INVALID', 'REPORT_INVALID']);
});

test('a report of another schema version is one problem that names both versions', async () => {
  const path = join(directory, 'report.json');
  await writeFile(path, JSON.stringify({ schemaVersion: 7, unheardOf: true }));
  expect(await problemsOf(readReport(path))).toEqual(['REPORT_VERSION_UNSUPPORTED']);
  await expect(readReport(path)).rejects.toThrow(/has schemaVersion 7; this Redoubt reads version 1\./);
});

test('a file system that takes no directory is a problem with a sentence, not a wait without end', async ({ skip }) => {
  if (process.platform !== 'linux') skip('only Linux has /proc');
  expect(await problemsOf(writeFileAtomically('/proc/redoubt/report.json', 'new'))).toEqual(['OUTPUT_NOT_WRITABLE']);
});

test('whatever JSON the file holds, reading it gives a problem list and never a crash', async () => {
  const path = join(directory, 'report.json');
  await fc.assert(
    fc.asyncProperty(fc.json(), async (text) => {
      await writeFile(path, text);
      expect((await problemsOf(readReport(path))).length).toBeGreaterThan(0);
    }),
    { numRuns: 50 },
  );
});
