import { globSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { problemLine } from '../../lib/base/problem.ts';
import { STATE_FILE } from '../../lib/lab/run-directory.ts';
import { endLab } from '../../lib/lab/sweep.ts';
import { runToTheEnd } from '../bootstrap/run-to-the-end.mjs';

const root = resolve(import.meta.dirname, '../..');

/**
 * Runs vitest in a temporary folder of its own, so that what an interrupted run leaves behind is known to be its own: an
 * interrupted test has no `finally`, and its servers would go on.
 */
export async function runVitest(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'redoubt-')));
  // The runner colours a log file too, unless it is told not to.
  const colours = process.stdout.isTTY ? [] : ['--no-color'];
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  try {
    const options = { cwd: root, env: { ...env, TMPDIR: folder } };
    return await runToTheEnd(process.execPath, [vitest, 'run', ...colours, ...args], options);
  } finally {
    await endLabsBelow(folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function endLabsBelow(folder: string): Promise<void> {
  const runDirectories = globSync(`**/${STATE_FILE}`, { cwd: folder }).map((path) => join(folder, dirname(path)));
  const ends = await Promise.allSettled(runDirectories.map((runDirectory) => endLab(runDirectory)));
  for (const [index, end] of ends.entries()) {
    if (end.status === 'fulfilled') continue;
    const message = `The lab in ${runDirectories[index]} could not be ended: ${end.reason}. Look for its processes.`;
    process.stderr.write(`${problemLine({ code: 'TEST_LAB_LEFT', message })}\n`);
  }
}
