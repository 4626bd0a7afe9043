/** report.json: written so that a reader never sees half of it, and checked against its own schema both ways. */
import { readFile } from 'node:fs/promises';
import { ProblemError } from '../base/problem.ts';
import { reasonOf } from '../topology/input/read-file.ts';
import { jsonOf, misfit, unreadable } from './not-a-report.ts';
import { type Report, reportSchema } from './report.ts';
import { writeFileAtomically } from './write.ts';

export function reportJson(report: Report): string {
  return `${JSON.stringify(reportSchema.parse(report), null, 2)}\n`;
}

/** @throws ZodError when the report does not fit its schema: nothing is written then */
export async function writeReport(path: string, report: Report): Promise<void> {
  await writeFileAtomically(path, reportJson(report));
}

/** @throws ProblemError `REPORT_UNREADABLE`, `REPORT_NOT_JSON`, `REPORT_VERSION_UNSUPPORTED`, `REPORT_INVALID` */
export async function readReport(path: string): Promise<Report> {
  return parseReport(await contentOf(path), path);
}

async function contentOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new ProblemError(unreadable(path, reasonOf(cause)), { cause });
  }
}

function parseReport(text: string, path: string): Report {
  const value = jsonOf(text, path);
  refuseOtherVersion(value, path);
  const parsed = reportSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ProblemError(misfit(value, path, parsed.error));
}

/** Of another version nothing else can be said: what its fields mean is not known here. */
function refuseOtherVersion(value: unknown, path: string): void {
  const readable = reportSchema.shape.schemaVersion.value;
  const version = (value as { readonly schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version !== 'number' || version === readable) return;
  const message = `The report ${path} has schemaVersion ${version}; this Redoubt reads version ${readable}. Use the version that wrote it.`;
  throw new ProblemError({ code: 'REPORT_VERSION_UNSUPPORTED', path: 'schemaVersion', message });
}
