import { expect, test } from 'vitest';
import { asFarAsPossible } from '../../bin/results.ts';
import { ProblemError } from '../../lib/base/problem.ts';

const FULL = { code: 'OUTPUT_NOT_WRITABLE', message: 'report.json cannot be written: no space left.' };

test('results that cannot be saved are handed back as problems, so that the result is still shown', async () => {
  const save = () => Promise.reject(new ProblemError(FULL));
  expect(await asFarAsPossible(save)).toEqual({ written: [], problems: [FULL] });
});

test('what was saved is named, and a defect stays one', async () => {
  const written = [{ what: 'report', path: 'report.html' }];
  expect(await asFarAsPossible(() => Promise.resolve(written))).toEqual({ written, problems: [] });
  await expect(asFarAsPossible(() => Promise.reject(new TypeError('x')))).rejects.toThrow(TypeError);
});
