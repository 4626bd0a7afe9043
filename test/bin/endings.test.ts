import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXIT } from '../../lib/base/exit-codes.ts';
import { startProgram } from './program.ts';

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

test('a result that cannot be written is a sentence and never a pass', async ({ skip }) => {
  if (!existsSync('/dev/full')) skip('only Linux has /dev/full');
  const full = await open('/dev/full', 'w');
  const child = spawn(process.execPath, [ENTRY, 'list'], { stdio: ['ignore', full.fd, 'pipe'] });
  await full.close();
  const stderr = text(child.stderr as Readable);
  const exitCode = await new Promise((done) => child.once('close', done));
  expect(await stderr).toMatch(/^STANDARD_OUTPUT_NOT_WRITABLE: .*ENOSPC.*\n$/);
  expect(exitCode).toBe(EXIT.unknown);
});

// Without it the wait for a module ends ten seconds after it began, which is more than this test has.
test('Ctrl-C does not wait for a deployment that waits for something itself', { timeout: 10_000 }, async () => {
  const path = join(directory, 'waits.mjs');
  await writeFile(path, "process.stderr.write('waiting'); await new Promise((later) => setTimeout(later, 60_000));");
  const running = startProgram(['lab', 'up', path]);
  await expect.poll(running.stderr, { timeout: 8_000 }).toContain('waiting');
  running.child.kill('SIGINT');
  expect(await running.ended).toMatchObject({ exitCode: EXIT.interrupted, stdout: '' });
});

test('progress that cannot be shown does not cost the result', async ({ skip }) => {
  if (!existsSync('/dev/full')) skip('only Linux has /dev/full');
  const full = await open('/dev/full', 'w');
  const words = [ENTRY, 'lab', 'down', 'nothing', '--base-directory', directory];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', full.fd] });
  await full.close();
  expect(await new Promise((done) => child.once('close', done))).toBe(EXIT.usage);
});

test('a Node that is too old is a sentence and a usage error, not a stack and the verdict fail', async () => {
  const old = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } })';
  const ended = await run(process.execPath, ['--import', `data:text/javascript,${old}`, ENTRY, 'list']).catch(
    (error: { code: number; stderr: string }) => error,
  );
  expect(ended).toMatchObject({ code: EXIT.usage, stderr: expect.stringMatching(/^NODE_TOO_OLD: .*20\.20\.2.*\n$/) });
  // An old Node has no such export, and ends while it links the file.
  expect(await readFile(ENTRY, 'utf8')).not.toContain('{ enableCompileCache }');
});
