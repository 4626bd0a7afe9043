import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ProblemError } from '../../lib/base/problem.ts';
import { readReport, writeReport } from '../../lib/report/json.ts';
import type { Report } from '../../lib/report/report.ts';
import { whyNotWritten, writeFileAtomically } from '../../lib/report/write.ts';
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

async function onlyMessageOf(work: Promise<unknown>, code: string): Promise<string> {
  const error = (await work.catch((reason: unknown) => reason)) as ProblemError;
  expect(error).toBeInstanceOf(ProblemError);
  expect(error.problems.map((problem) => problem.code)).toEqual([code]);
  return error.problems.map((problem) => problem.message).join();
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

describe('a file that is no report is one sentence: what it seems to be, what is expected', () => {
  const EXPECTED = 'Give the report.json of a run, or the directory it is in';

  test.each<[string, string, string, string]>([
    ['an empty file', '', 'REPORT_NOT_JSON', 'is empty'],
    ['a file of blanks', ' \n', 'REPORT_NOT_JSON', 'is empty'],
    ['half a report', '{"verdict":', 'REPORT_NOT_JSON', 'begins like JSON and is not whole'],
    ['a page', '<!doctype html><html>', 'REPORT_NOT_JSON', 'is a page for a browser; the report.json is beside it'],
    ['JUnit', '<?xml version="1.0"?>', 'REPORT_NOT_JSON', 'is XML, perhaps the JUnit form'],
    ['text', 'password: hunter2', 'REPORT_NOT_JSON', 'is no JSON'],
    ['a list', '[]', 'REPORT_INVALID', 'is JSON, but a list and no report'],
    ['null', 'null', 'REPORT_INVALID', 'is JSON, but a single value and no report'],
    ['an empty object', '{}', 'REPORT_INVALID', 'is JSON of another kind than a report'],
    [
      'a profile',
      '{"schemaVersion":1,"deployment":"shop","clientMode":"cluster","endpoint":{}}',
      'REPORT_INVALID',
      'seems to be a connection profile: redoubt verify --profile reads it',
    ],
    [
      'a history',
      '{"schemaVersion":1,"deployment":"shop","scenario":"x","events":[],"clients":[]}',
      'REPORT_INVALID',
      'seems to be the history of a drill; the report.json is beside it',
    ],
    ['a deployment', '{"name":"shop","topology":{}}', 'REPORT_INVALID', 'seems to be a deployment'],
    ['a topology', '{"name":"shop","platform":"elasticache"}', 'REPORT_INVALID', 'seems to be a topology'],
    ['a template', '{"Resources":{}}', 'REPORT_INVALID', 'seems to be a CloudFormation template'],
    ['a preview', '{"steps":[],"changeSummary":{}}', 'REPORT_INVALID', 'seems to be a Pulumi preview'],
    [
      'a result of plan',
      '{"schemaVersion":1,"kind":"x","verdict":"pass","counts":{},"changes":[],"problems":[]}',
      'REPORT_INVALID',
      'seems to be the result of redoubt plan',
    ],
    [
      'a result of migrate',
      '{"schemaVersion":1,"verdict":"pass","from":{},"counts":{},"settings":[],"refusals":[],"steps":[]}',
      'REPORT_INVALID',
      'seems to be the result of redoubt migrate',
    ],
  ])('%s', async (_title, text, code, seems) => {
    const path = join(directory, 'report.json');
    await writeFile(path, text);
    const message = await onlyMessageOf(readReport(path), code);
    expect(message.startsWith(`${path} ${seems}`), message).toBe(true);
    expect(message).toContain(EXPECTED);
    expect(message).not.toContain('hunter2');
  });

  test('nothing at all, something under a file, and a directory', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    for (const path of [join(directory, 'none'), join(file, 'report.json')]) {
      expect(await onlyMessageOf(readReport(path), 'REPORT_UNREADABLE')).toMatch(/^There is nothing at .*Give the/);
    }
    const message = await onlyMessageOf(readReport(directory), 'REPORT_UNREADABLE');
    expect(message).toMatch(/is a directory and no report\. Give the report\.json/);
  });

  test('a mark of byte order before it is no reason to refuse a report', async () => {
    const path = join(directory, 'report.json');
    await writeFile(path, `\uFEFF${JSON.stringify(sampleReport())}`);
    expect(await readReport(path)).toEqual(sampleReport());
  });
});

test('a report that was edited is one sentence that names the places, three at most', async () => {
  const path = join(directory, 'report.json');
  await writeFile(path, JSON.stringify({ ...sampleReport(), verdict: 'perhaps', seed: -1, colour: 'red' }));
  expect(await onlyMessageOf(readReport(path), 'REPORT_INVALID')).toMatch(
    /is a report that was edited, .* at verdict, seed, colour cannot be read\. Take the report\.json as the run wrote it/,
  );
  const { platform: _platform, ...rest } = sampleReport();
  await writeFile(path, JSON.stringify({ ...rest, verdict: 'perhaps', seed: -1, startedAt: 'then' }));
  expect(await onlyMessageOf(readReport(path), 'REPORT_INVALID')).toMatch(
    / at (\w+, ){2}\w+ and 1 more cannot be read/,
  );
});

test('a report of another schema version is one problem that names both versions', async () => {
  const path = join(directory, 'report.json');
  await writeFile(path, JSON.stringify({ schemaVersion: 7, unheardOf: true }));
  expect(await problemsOf(readReport(path))).toEqual(['REPORT_VERSION_UNSUPPORTED']);
  await expect(readReport(path)).rejects.toThrow(/has schemaVersion 7; this Redoubt reads version 1\./);
});

test.each([
  ['ENOSPC', 'the disk is full (ENOSPC)'],
  ['EROFS', 'the file system is read-only (EROFS)'],
  ['EIO', 'EIO'],
])('why a file cannot be written is said in words where there are any: %s', (code, words) => {
  expect(whyNotWritten(Object.assign(new Error(`${code}: raw, write`), { code }))).toBe(words);
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
