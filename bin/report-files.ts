/** The files asked for with `--report`, before anything is done: what cannot become a file is wrong now, and not after a drill. */
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Problem } from '../lib/base/problem.ts';
import { UsageError } from './failure.ts';
import type { WantedFile } from './form-options.ts';

/** Every one at once. @throws UsageError `REPORT_PATH_TWICE`, `REPORT_PATH_UNUSABLE` */
export async function refuseUnusableReports(wanted: readonly WantedFile[]): Promise<void> {
  const problems = [...takenTwice(wanted), ...(await Promise.all(wanted.map(unusable))).flat()];
  if (problems.length > 0) throw new UsageError(problems);
}

function takenTwice(wanted: readonly WantedFile[]): Problem[] {
  const byPath = Map.groupBy(wanted, ({ path }) => resolve(path));
  return [...byPath.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined || same.length === 1) return [];
    const forms = same.map(({ form }) => form).join(' and ');
    const message = `--report names ${first.path} for ${forms}, and a file holds one of them. Give each a file of its own.`;
    return [{ code: 'REPORT_PATH_TWICE', message }];
  });
}

async function unusable({ form, path }: WantedFile): Promise<Problem[]> {
  const reason = (await isDirectory(path)) === true ? 'it is a directory' : await noDirectoryAbove(path);
  if (reason === undefined) return [];
  const message = `--report ${form}=${path} cannot be written, because ${reason}. Give the path of a file.`;
  return [{ code: 'REPORT_PATH_UNUSABLE', message }];
}

/** Directories that are missing are made when the report is written; a file in their place cannot be one. */
async function noDirectoryAbove(path: string): Promise<string | undefined> {
  const parent = dirname(resolve(path));
  const found = await isDirectory(parent);
  if (found === false) return `${parent} is not a directory`;
  return found === undefined && parent !== dirname(parent) ? noDirectoryAbove(parent) : undefined;
}

/** Undefined where there is nothing that can be looked at. */
async function isDirectory(path: string): Promise<boolean | undefined> {
  return (await stat(path).catch(() => undefined))?.isDirectory();
}
