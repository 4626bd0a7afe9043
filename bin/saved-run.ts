/** An earlier run, read from its directory, and judged again where that is wanted. */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ProblemError } from '../lib/base/problem.ts';
import { worstVerdict } from '../lib/base/verdict.ts';
import type { DrillHistory } from '../lib/drill/history.ts';
import { readHistory } from '../lib/drill/history-file.ts';
import { judge } from '../lib/drill/judge.ts';
import { countsOf } from '../lib/report/build.ts';
import { readReport } from '../lib/report/json.ts';
import type { Report } from '../lib/report/report.ts';
import { budgetsFor } from './budgets.ts';
import { asInput, UsageError } from './failure.ts';
import { LATEST_RUN } from './options.ts';

/** A history is some megabytes; about twice this could not be held as one string. */
const RUN_FILE_MAX_BYTES = 256 * 1024 * 1024;

export interface LoadedRun {
  readonly report: Report;
  readonly histories: readonly (DrillHistory | undefined)[];
  /** A sentence for each history that cannot be read. */
  readonly missing: readonly string[];
}

/** @throws UsageError when there is no report, or a history that is to be judged again cannot be read */
export async function loadRun(path: string, { rejudge }: { readonly rejudge: boolean }): Promise<LoadedRun> {
  const reportPath = await reportPathIn(path);
  const report = await asInput(async () => {
    await refuseUnusable(reportPath);
    return readReport(reportPath);
  });
  const missing: string[] = [];
  const histories: (DrillHistory | undefined)[] = [];
  for (const { historyFile } of report.drills) {
    histories.push(await historyOf(historyFile, dirname(reportPath), rejudge ? undefined : missing));
  }
  return { report: rejudge ? rejudged(report, histories) : report, histories, missing };
}

/** @throws UsageError `REPORT_UNREADABLE` where nothing has been run yet, or a run has no report */
async function reportPathIn(path: string): Promise<string> {
  if (await isDirectory(path)) {
    const within = join(path, 'report.json');
    if (await exists(within)) return within;
    const message = `${path} is a directory without a report.json: either no run was saved in it, or the run was stopped before its end. Give the directory of another run.`;
    throw new UsageError({ code: 'REPORT_UNREADABLE', message });
  }
  if (path !== LATEST_RUN || (await exists(path))) return path;
  const message = `No run has been saved here: there is no ${LATEST_RUN} in this directory. Go where redoubt was run (cd), give the path of a report.json, or run redoubt rehearse first.`;
  throw new UsageError({ code: 'REPORT_UNREADABLE', message });
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/**
 * Reading a named pipe waits for somebody to write to it, and what is far too large is something else. What is not there is
 * left to the reader.
 * @throws ProblemError `RUN_FILE_UNUSABLE`
 */
async function refuseUnusable(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || (found.isFile() && found.size <= RUN_FILE_MAX_BYTES)) return;
  const what = found.isFile() ? `is larger than ${RUN_FILE_MAX_BYTES} bytes` : 'is not a regular file';
  const message = `${path} ${what}, so it is not part of a run. Give a report.json or the directory of a run.`;
  throw new ProblemError({ code: 'RUN_FILE_UNUSABLE', message });
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

/** Without `missing`, a history that cannot be read is an error. */
async function historyOf(
  file: string | null,
  directory: string,
  missing?: string[],
): Promise<DrillHistory | undefined> {
  if (file === null) return undefined;
  try {
    return await asInput(async () => {
      await refuseUnusable(join(directory, file));
      return readHistory(join(directory, file));
    });
  } catch (error) {
    if (missing === undefined || !(error instanceof ProblemError)) throw error;
    missing.push(...error.problems.map((problem) => problem.message));
    return undefined;
  }
}

/** The checks stay as they were: what they saw was not saved. */
function rejudged(report: Report, histories: readonly (DrillHistory | undefined)[]): Report {
  const budgets = budgetsFor(report.deployment);
  const drills = report.drills.map((drill, index) => {
    const history = histories[index];
    if (history === undefined) return drill;
    return { ...judge(history, budgets), historyFile: drill.historyFile, load: drill.load };
  });
  const verdict = worstVerdict([...report.checks, ...drills].map((part) => part.verdict));
  return { ...report, verdict, drills, counts: countsOf(report.checks, drills) };
}
