import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandContext } from '../../bin/context.ts';
import { asFarAsPossible, showAndSave } from '../../bin/results.ts';
import { loadDeployment } from '../../deployments/index.ts';
import { EXIT } from '../../lib/base/exit-codes.ts';
import { ProblemError } from '../../lib/base/problem.ts';
import type { Verdict } from '../../lib/base/verdict.ts';
import { buildReport } from '../../lib/report/build.ts';
import { PLAIN_STYLE } from '../../lib/report/terminal.ts';

const FULL = { code: 'OUTPUT_NOT_WRITABLE', message: 'report.json cannot be written: no space left.' };
const WRITTEN = { what: 'report', path: 'report.html' };
const refused = () => Promise.reject(new ProblemError(FULL));
const saved = () => Promise.resolve([WRITTEN]);

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-results-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test('results that cannot be saved are handed back as problems, so that the result is still shown', async () => {
  expect(await asFarAsPossible([refused])).toEqual({ written: [], problems: [FULL] });
});

test('one file that cannot be written costs none of the others', async () => {
  expect(await asFarAsPossible([saved, refused, saved])).toEqual({ written: [WRITTEN, WRITTEN], problems: [FULL] });
});

test('a defect stays one', async () => {
  await expect(asFarAsPossible([() => Promise.reject(new TypeError('x'))])).rejects.toThrow(TypeError);
});

test.each<[Verdict, keyof typeof EXIT]>([
  ['pass', 'unknown'],
  ['unknown', 'unknown'],
  ['fail', 'fail'],
])(
  'where a report cannot be written a %s is shown all the same, the other report is there, and the command ends with %s',
  async (verdict, ending) => {
    const [shown, said]: [string[], string[]] = [[], []];
    const path = join(directory, `${verdict}.json`);
    const exitCode = await showAndSave(
      verdict,
      {
        format: 'text',
        report: [
          { form: 'html', path: directory },
          { form: 'json', path },
        ],
      },
      { report: await reportOf(verdict), histories: [], style: PLAIN_STYLE },
      {
        print: (text: string) => shown.push(text),
        progress: { line: (text: string) => said.push(text) },
      } as unknown as CommandContext,
    );
    expect(exitCode).toBe(EXIT[ending]);
    expect(shown.join('')).toContain('The cluster is what it is.');
    expect(said).toEqual([expect.stringMatching(/^OUTPUT_NOT_WRITABLE: .* cannot be written: /)]);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ verdict });
  },
);

async function reportOf(verdict: Verdict) {
  const checks = [{ name: 'cluster-state', verdict, code: 'CODE', message: 'The cluster is what it is.' }] as const;
  const subject = await loadDeployment('azure-oss');
  return buildReport({ subject, startedAt: new Date(0), seed: 0, serverVersion: null, checks, drills: [] });
}
