/**
 * Everything that must hold before a change is kept: the linter, the compiler, and every test.
 *
 *   npm test                       all of it
 *   npm test -- lib/topology       the linter, the compiler, and the test files whose path contains this
 *
 * The last line is always `N passed, N failed, N skipped`. It counts tests; a linter or a compiler that is not content
 * counts as one failure each, so that the line never says less than the exit code.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runToTheEnd } from './bootstrap/run-to-the-end.mjs';
import { runVitest } from './test/run-vitest.ts';
import { countsLine, skippedLines, type TestSummary } from './test/summary.ts';

const root = resolve(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules', '.bin', name);

process.exitCode = await main(process.argv.slice(2));

async function main(testArguments: readonly string[]): Promise<number> {
  const linted = await step('lint', bin('biome'), ['check', '--error-on-warnings', '.']);
  if (linted > 128) return linted;
  const compiled = await step('typecheck', bin('tsc'), ['--noEmit']);
  if (compiled > 128) return compiled;
  const { code, summary } = await runTests(testArguments);
  const stepsFailed = [linted, compiled].filter((stepCode) => stepCode !== 0).length;
  const total: TestSummary = { ...summary, failed: summary.failed + stepsFailed };
  process.stdout.write(`\n${[...skippedLines(total), countsLine(total)].join('\n')}\n`);
  if (code > 128) return code;
  return total.failed === 0 && code === 0 ? 0 : 1;
}

async function step(name: string, program: string, args: readonly string[]): Promise<number> {
  process.stdout.write(`${name} ...\n`);
  const code = await runToTheEnd(program, [...args], { cwd: root });
  process.stdout.write(code === 0 ? `${name}: ok\n` : `${name}: FAILED (exit code ${code})\n`);
  return code;
}

async function runTests(args: readonly string[]): Promise<{ code: number; summary: TestSummary }> {
  const folder = mkdtempSync(join(tmpdir(), 'redoubt-summary-'));
  const summaryPath = join(folder, 'summary.json');
  const reporters = ['--reporter=default', `--reporter=${join(root, 'scripts/test/summary-reporter.ts')}`];
  try {
    const code = await runVitest([...reporters, ...args], { ...process.env, REDOUBT_TEST_SUMMARY: summaryPath });
    return { code, summary: readSummary(summaryPath, code) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A run that ended without its summary, or badly with nothing failed in it, is itself the one failure. */
function readSummary(path: string, code: number): TestSummary {
  let summary: TestSummary = { passed: 0, failed: 0, skipped: [] };
  try {
    summary = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    process.stdout.write(`The test run ended with code ${code} before it could count its tests.\n`);
    return { ...summary, failed: 1 };
  }
  return code !== 0 && summary.failed === 0 ? { ...summary, failed: 1 } : summary;
}
