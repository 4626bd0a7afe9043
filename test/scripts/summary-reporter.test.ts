import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { countsLine, skippedLines } from '../../scripts/test/summary.ts';
import { fixtureFolder, runProgram } from './fixture-folder.ts';

const root = resolve(import.meta.dirname, '../..');

test('a run with every kind of end is counted, and every skip has its reason', { timeout: 30_000 }, async () => {
  const path = join(await fixtureFolder(), 'summary.json');
  const args = [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    `--config=${join(root, 'test/scripts/fixtures/test-run/vitest.config.ts')}`,
    `--reporter=${join(root, 'scripts/test/summary-reporter.ts')}`,
  ];
  const ended = await runProgram(process.execPath, args, { PATH: process.env.PATH, REDOUBT_TEST_SUMMARY: path });
  expect(ended.code).toBe(1);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
    passed: 2,
    // The failed test, and the file that could not be loaded.
    failed: 2,
    skipped: [
      { name: 'mixed.fixture.ts > is skipped with a reason', reason: 'the moon is full' },
      { name: 'mixed.fixture.ts > is not written yet', reason: 'no reason given' },
    ],
  });
});

test('the lines that npm test ends with', () => {
  const summary = { passed: 12, failed: 0, skipped: [{ name: 'a.test.ts > b', reason: 'no network' }] };
  expect(countsLine(summary)).toBe('12 passed, 0 failed, 1 skipped');
  expect(skippedLines(summary)).toEqual(['skipped: a.test.ts > b: no network']);
});
