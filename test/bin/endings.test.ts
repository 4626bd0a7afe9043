import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXIT } from '../../lib/base/exit-codes.ts';
import { redoubt } from './program.ts';

const run = promisify(execFile);
const ENTRY = resolve(import.meta.dirname, '../../bin/redoubt.ts');

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt endings-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test('a working directory that has been deleted is a sentence and a usage error', async () => {
  const gone = await mkdtemp(join(directory, 'gone-'));
  const script = 'rmdir "$PWD" && exec "$@"';
  const ended = await run('sh', ['-c', script, 'sh', process.execPath, ENTRY, 'list'], { cwd: gone }).catch(
    (error: { code: number; stderr: string }) => error,
  );
  expect(ended).toMatchObject({ code: EXIT.usage });
  expect(ended.stderr).toMatch(/^WORKING_DIRECTORY_MISSING: .*cd.*\n$/);
});
