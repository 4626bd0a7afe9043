/** One `redoubt rehearse` as its users run it; what it measured is read from the report it writes. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT } from '../lib/base/exit-codes.ts';
import type { Report } from '../lib/report/report.ts';
import { timed } from './measure.ts';

const PROGRAM = fileURLToPath(new URL('../bin/redoubt.ts', import.meta.url));

export async function rehearsal(deployment: string, options: readonly string[]): Promise<Report> {
  const output = await mkdtemp(join(tmpdir(), 'redoubt-bench-'));
  try {
    const ended = await timed(process.execPath, [PROGRAM, 'rehearse', deployment, '--output', output, ...options]);
    if (ended.exitCode > EXIT.unknown) {
      throw new Error(`rehearse ended with ${ended.exitCode}:\n${ended.output}${ended.errors}`);
    }
    return await reportIn(output);
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

async function reportIn(output: string): Promise<Report> {
  const files = await readdir(output, { recursive: true });
  const file = files.find((path) => path.endsWith('report.json'));
  if (file === undefined) throw new Error(`The rehearsal wrote no report.json; it wrote ${files.join(', ')}.`);
  return JSON.parse(await readFile(join(output, file), 'utf8')) as Report;
}
