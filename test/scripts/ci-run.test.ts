import { existsSync } from 'node:fs';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fixtureFolder, runProgram, writeProgram } from './fixture-folder.ts';

const ciRun = resolve(import.meta.dirname, '../../.ci/run');

/** Runs the real .ci/run with an npm that does what the test says. */
async function runCi(npm: string) {
  const root = await fixtureFolder();
  await mkdir(join(root, '.ci'));
  await cp(ciRun, join(root, '.ci/run'));
  await writeProgram(join(root, 'tools/npm'), `#!/bin/sh\nset -eu\n${npm}\n`);
  const env = { PATH: `${join(root, 'tools')}:${process.env.PATH}`, ROOT: root };
  const ended = await runProgram(join(root, '.ci/run'), [], env, '/');
  return { root, ...ended, lastLine: ended.stdout.trimEnd().split('\n').at(-1) };
}

test('ends with the counts of npm test, and leaves no folder', async () => {
  const ended = await runCi(
    'echo "$* CI=$CI $PWD"; echo "$TMPDIR" >"$ROOT/tmpdir"; echo "3 passed, 0 failed, 1 skipped"',
  );
  expect(ended).toMatchObject({ code: 0, lastLine: '3 passed, 0 failed, 1 skipped' });
  expect(ended.stdout).toContain(`test CI=true ${ended.root}\n`);
  const folder = (await readFile(join(ended.root, 'tmpdir'), 'utf8')).trim();
  expect(existsSync(folder)).toBe(false);
});

test('reads nothing from standard input', async () => {
  expect(await runCi('cat; echo "1 passed, 0 failed, 0 skipped"')).toMatchObject({ code: 0 });
});

test('fails when npm test fails', async () => {
  const ended = await runCi('echo "2 passed, 1 failed, 0 skipped"; exit 1');
  expect(ended).toMatchObject({ code: 1, lastLine: '2 passed, 1 failed, 0 skipped' });
});

test('fails, with counts, when npm test never came to count', async () => {
  expect(await runCi('echo "install failed"; exit 70')).toMatchObject({
    code: 70,
    lastLine: '0 passed, 1 failed, 0 skipped',
  });
  expect(await runCi('echo "but all is well"')).toMatchObject({ code: 1, lastLine: '0 passed, 1 failed, 0 skipped' });
});

test.each([
  ['works in the folder of the run', 'cd "$TMPDIR"; sleep 60 &'],
  ['names the folder of the run on its command line', 'touch "$TMPDIR/log"; tail -f "$TMPDIR/log" &'],
])('fails when a process is left that %s', async (_, leave) => {
  const redirected = leave.replace('&', '>/dev/null 2>&1 & echo $! >"$ROOT/pid"; cd "$ROOT"');
  const ended = await runCi(`${redirected}; echo "1 passed, 0 failed, 0 skipped"`);
  const pid = Number(await readFile(join(ended.root, 'pid'), 'utf8'));
  onTestFinished(() => void process.kill(pid, 'SIGKILL'));
  expect(ended).toMatchObject({ code: 1, lastLine: '1 passed, 0 failed, 0 skipped' });
  expect(ended.stdout).toMatch(new RegExp(`Left running by the tests:\\n${pid} `));
});
