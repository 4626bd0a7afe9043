/**
 * Where a run's results go: `redoubt-results/<time>-<deployment>/` with report.json, report.html and a history for each
 * drill, and `latest`, a link to the last run.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { exitCodeOf } from '../lib/base/exit-codes.ts';
import { type Problem, ProblemError, problemLine } from '../lib/base/problem.ts';
import { type Verdict, worstVerdict } from '../lib/base/verdict.ts';
import type { DrillHistory } from '../lib/drill/history.ts';
import { type FormInput, type FormName, reportAs } from '../lib/report/forms.ts';
import type { Report } from '../lib/report/report.ts';
import { PLAIN_STYLE } from '../lib/report/terminal.ts';
import type { Written } from '../lib/report/text.ts';
import { makeDirectories, whyNotWritten, writeFileAtomically } from '../lib/report/write.ts';
import type { CommandContext } from './context.ts';
import type { WantedFile } from './form-options.ts';

const LATEST = 'latest';

/** @throws ProblemError `OUTPUT_NOT_WRITABLE` */
export async function makeResultsDirectory(base: string, deployment: string, startedAt: Date): Promise<string> {
  const time = startedAt.toISOString().slice(0, 19).replaceAll(':', '-');
  try {
    const made = await makeDirectories(base);
    // Results hold addresses: they are kept out of the user's repository unless somebody decides otherwise.
    if (made) await writeFile(join(base, '.gitignore'), '*\n', { mode: 0o600 });
    return await makeUnused(base, `${time}-${deployment}`);
  } catch (cause) {
    const message = `No directory for the results can be made in ${base}: ${whyNotWritten(cause)}. Choose another with --output.`;
    throw new ProblemError({ code: 'OUTPUT_NOT_WRITABLE', message }, { cause });
  }
}

async function makeUnused(base: string, name: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const directory = join(base, number === 1 ? name : `${name}-${number}`);
    try {
      await mkdir(directory, { mode: 0o700 });
      return directory;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Runs what fills the directory; when that fails before anything is in it, the directory goes too. */
export async function inResultsDirectory<Value>(directory: string, fill: () => Promise<Value>): Promise<Value> {
  try {
    return await fill();
  } catch (error) {
    // Refused when it holds something, and then it is worth keeping.
    await rmdir(directory).catch(() => undefined);
    throw error;
  }
}

/** Replaces the link in one step; where links cannot be made, there is none. */
export async function linkLatest(directory: string): Promise<void> {
  const link = join(directory, '..', LATEST);
  const temporary = `${link}.${randomBytes(4).toString('hex')}`;
  try {
    await symlink(basename(directory), temporary);
    await rename(temporary, link);
  } catch {
    await rm(temporary, { force: true });
  }
}

/** The drills have written their histories there already. @throws ProblemError `OUTPUT_NOT_WRITABLE` */
export async function saveRun(
  directory: string,
  report: Report,
  histories: readonly DrillHistory[],
): Promise<Written[]> {
  const input = { report, histories, style: PLAIN_STYLE };
  await writeFileAtomically(join(directory, 'report.json'), reportAs('json', input));
  await writeFileAtomically(join(directory, 'report.html'), reportAs('html', input));
  await linkLatest(directory);
  return [{ what: 'report', path: shownPath(join(directory, 'report.html')) }];
}

export interface Saved {
  readonly written: readonly Written[];
  readonly problems: readonly Problem[];
}

/** What cannot be saved must still be shown: its problems are handed back, to be said after the result. */
export async function asFarAsPossible(saves: readonly (() => Promise<Written[]>)[]): Promise<Saved> {
  const written: Written[] = [];
  const problems: Problem[] = [];
  for (const save of saves) {
    try {
      written.push(...(await save()));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(...error.problems);
    }
  }
  return { written, problems };
}

/** One step for each file asked for with `--report`, so that one which cannot be written does not cost the others. */
export function wantedSaves(wanted: readonly WantedFile[], input: FormInput): (() => Promise<Written[]>)[] {
  return wanted.map(({ form, path }) => async () => {
    await writeFileAtomically(path, reportAs(form, { ...input, style: PLAIN_STYLE }));
    return [{ what: form, path: shownPath(path) }];
  });
}

/** Prints the result, saves what `--report` asks for, and says what could not be saved. Resolves with the exit code. */
export async function showAndSave(
  verdict: Verdict,
  { format, report: wanted }: { readonly format: FormName; readonly report: readonly WantedFile[] },
  input: FormInput,
  context: CommandContext,
): Promise<number> {
  const { problems } = await asFarAsPossible(wantedSaves(wanted, input));
  context.print(reportAs(format, input));
  return sayUnsaved(verdict, problems, context);
}

/** What could not be saved keeps a result from passing; a failure stays one. Resolves with the exit code. */
export function sayUnsaved(verdict: Verdict, problems: readonly Problem[], context: CommandContext): number {
  for (const problem of problems) context.progress.line(problemLine(problem));
  return exitCodeOf(worstVerdict([verdict, ...problems.map(() => 'unknown' as const)]));
}

/** Relative where that is shorter: something to click on or to copy. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : short;
}
