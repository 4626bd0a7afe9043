import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import type { TestSummary } from './summary.ts';

/** Counts the tests of a run and writes them, with the reason of every skip, to the file REDOUBT_TEST_SUMMARY names. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const path = process.env.REDOUBT_TEST_SUMMARY;
    if (path === undefined) throw new Error('REDOUBT_TEST_SUMMARY must name the file for the summary.');
    writeFileSync(path, JSON.stringify(summarise(modules, unhandledErrors.length)));
  }
}

function summarise(modules: readonly TestModule[], unhandledErrorCount: number): TestSummary {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const count = (state: string) => tests.filter((test) => test.result().state === state).length;
  return {
    passed: count('passed'),
    failed: count('failed') + modules.filter(failedOutsideItsTests).length + unhandledErrorCount,
    // Whatever has neither passed nor failed was not checked, also what an interrupted run never came to.
    skipped: tests.filter((test) => !['passed', 'failed'].includes(test.result().state)).map(skipped),
  };
}

/** A file that cannot be loaded, or whose hooks fail, has no failed test to count. */
function failedOutsideItsTests(module: TestModule): boolean {
  const hasFailedTest = [...module.children.allTests('failed')].length > 0;
  return module.state() === 'failed' && !hasFailedTest;
}

function skipped(test: TestCase): { name: string; reason: string } {
  return { name: `${test.module.relativeModuleId} > ${test.fullName}`, reason: reasonOf(test) };
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  if (result.state !== 'skipped') return 'the run ended before its turn';
  if (result.note !== undefined) return result.note;
  return test.module.errors().length > 0 || failedOutsideItsTests(test.module)
    ? 'its file failed first'
    : 'no reason given';
}
