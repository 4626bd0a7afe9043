import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLab } from '../../lib/lab/open.ts';
import { makeRunDirectory } from '../../lib/lab/run-directory.ts';
import { readState } from '../../lib/lab/state.ts';
import { endLab, listLabs, sweepDeadLabs, unreadableLabs } from '../../lib/lab/sweep.ts';
import { ELASTICACHE, newBaseDirectory, processesIn, removeBaseDirectory, startTestLab } from './support/lab.ts';

const STARTER = fileURLToPath(new URL('./support/start-and-wait.ts', import.meta.url));
const ONE_SHARD = { ...ELASTICACHE, shardCount: 1, replicasPerShard: 0 };

let baseDirectory: string;
let starter: ChildProcess | undefined;

beforeEach(() => {
  baseDirectory = newBaseDirectory();
});
afterEach(async () => {
  starter?.kill('SIGKILL');
  await Promise.all(readdirSync(baseDirectory).map((name) => endLab(join(baseDirectory, name))));
  expect(processesIn(baseDirectory)).toEqual([]);
  removeBaseDirectory(baseDirectory);
});

/** Starts the program and resolves with its first line that begins with `word`, without the word. */
function start(ownership: 'detached' | 'owned', word: string, ...more: string[]): Promise<string> {
  const child = spawn(process.execPath, [STARTER, baseDirectory, ownership, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  starter = child;
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on(
      'line',
      (line) => line.startsWith(word) && resolve(line.slice(word.length).trim()),
    );
    child.once('exit', (code) => reject(new Error(`it ended with ${code} first`)));
  });
}

async function end(signal: NodeJS.Signals): Promise<void> {
  const child = starter as ChildProcess;
  await new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill(signal);
  });
}

describe('labs nobody owns any more', () => {
  test('an owned lab whose owner was killed is dead, and the next sweep ends it', async () => {
    const runDirectory = await start('owned', 'LAB');
    expect(await listLabs(baseDirectory)).toMatchObject([{ runDirectory, dead: false, runningNodes: 2, nodeCount: 2 }]);
    expect(await sweepDeadLabs(baseDirectory)).toEqual([]);
    await end('SIGKILL');
    expect(await listLabs(baseDirectory)).toMatchObject([{ runDirectory, dead: true }]);
    expect(await sweepDeadLabs(baseDirectory)).toEqual([runDirectory]);
    expect(readdirSync(baseDirectory)).toEqual([]);
  });

  test('a lab whose starter was killed while it booted is cleared, with processes it had no time to write down', async () => {
    await start('detached', 'STARTING', 'say-early');
    await end('SIGKILL');
    const [name] = readdirSync(baseDirectory) as [string];
    expect(await sweepDeadLabs(baseDirectory)).toEqual([join(baseDirectory, name)]);
    expect(processesIn(baseDirectory)).toEqual([]);
  });

  test('a detached lab outlives its starter, can be opened by others, and is dead once its processes are', async () => {
    const runDirectory = await start('detached', 'LAB');
    await expect.poll(() => (starter as ChildProcess).exitCode, { timeout: 5_000 }).toBe(0);
    expect(await sweepDeadLabs(baseDirectory)).toEqual([]);
    const lab = await openLab(runDirectory);
    expect((await lab.serverView()).shards).toHaveLength(1);
    for (const { process: identity } of readState(runDirectory).services)
      process.kill(identity?.pid as number, 'SIGKILL');
    for (const { pid } of lab.nodes()) process.kill(pid, 'SIGKILL');
    await expect.poll(() => processesIn(baseDirectory), { timeout: 5_000 }).toEqual([]);
    expect(await sweepDeadLabs(baseDirectory)).toEqual([runDirectory]);
  });

  test('starting a lab sweeps the dead ones of the same base directory', async () => {
    const dead = await start('owned', 'LAB');
    await end('SIGKILL');
    const lab = await startTestLab(ONE_SHARD, { baseDirectory });
    expect(existsSync(dead)).toBe(false);
    await lab.stop();
  });

  test('a directory whose lab never came to be is cleared once it is old enough', async () => {
    const unborn = makeRunDirectory(baseDirectory, 'test', '0123abcd');
    expect(await sweepDeadLabs(baseDirectory)).toEqual([]);
    utimesSync(unborn, 0, 0);
    expect(await sweepDeadLabs(baseDirectory)).toEqual([unborn]);
  });

  test.each([
    ['photos', {}],
    ['my-project', { 'secrets/key': 'of somebody', 'src/main.c': 'int main(void);' }],
    ['test-0123abcd', { 'secrets/key': 'of somebody' }],
    ['test-0123abcd', { 'secrets/key': 'of somebody', 'redoubt-lab': 'ffffffff' }],
    ['my-project', { 'state.json': '{"version":1}' }],
    ['my-project', { 'state.json': '{"version":1,"nodes":[]}', 'secrets/key': 'of somebody' }],
  ])('a directory that is no lab is left alone (%s: %j)', async (name, files) => {
    const other = join(baseDirectory, name);
    mkdirSync(other);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(other, path)), { recursive: true });
      writeFileSync(join(other, path), content);
    }
    utimesSync(other, 0, 0);
    const before = readdirSync(other, { recursive: true });
    expect(await sweepDeadLabs(baseDirectory)).toEqual([]);
    expect(unreadableLabs(baseDirectory)).toEqual([]);
    expect(await listLabs(baseDirectory)).toEqual([]);
    if (existsSync(join(other, 'state.json'))) await expect(endLab(other)).rejects.toThrow(/LAB_DIRECTORY_NOT_OURS/);
    expect(readdirSync(other, { recursive: true })).toEqual(before);
    rmSync(other, { recursive: true });
  });

  test('a lab that is alive and cannot be read is ended when it is meant, by its own processes', async () => {
    const lab = await startTestLab(ONE_SHARD, { baseDirectory });
    writeFileSync(join(lab.runDirectory, 'state.json'), '{"version":1');
    expect(await sweepDeadLabs(baseDirectory)).toEqual([]);
    expect(unreadableLabs(baseDirectory)).toEqual([lab.runDirectory]);
    await endLab(lab.runDirectory);
    expect(processesIn(baseDirectory)).toEqual([]);
    expect(readdirSync(baseDirectory)).toEqual([]);
  });

  test('a lab without a profile, whose state cannot be changed, is ended all the same', async () => {
    const lab = await startTestLab(ONE_SHARD, { baseDirectory });
    rmSync(lab.profilePath);
    // As where nothing can be written: its state cannot be marked as one that ends.
    mkdirSync(join(lab.runDirectory, `state.json.${process.pid}.draft`));
    await endLab(lab.runDirectory);
    expect(processesIn(baseDirectory)).toEqual([]);
    expect(readdirSync(baseDirectory)).toEqual([]);
  }, 30_000);
});

describe('two labs', () => {
  test('run side by side with the same ports, and stopping one leaves the other alone', async () => {
    const [one, two] = await Promise.all([
      startTestLab(ONE_SHARD, { baseDirectory }),
      startTestLab(ONE_SHARD, { baseDirectory }),
    ]);
    expect(one.nodes()[0]?.port).toBe(two.nodes()[0]?.port);
    expect(one.nodes()[0]?.host).not.toBe(two.nodes()[0]?.host);
    await one.stop();
    expect((await two.serverView()).shards).toHaveLength(1);
    expect(existsSync(one.runDirectory)).toBe(false);
    await two.stop();
    await two.stop();
    expect(readdirSync(baseDirectory)).toEqual([]);
  });

  test('a stopped lab can be kept for reading: its logs stay, its secrets do not', async () => {
    const lab = await startTestLab(ONE_SHARD, { baseDirectory });
    await lab.stop({ keepRunDirectory: true });
    expect(existsSync(join(lab.runDirectory, 'nodes', 'node-1', 'redis.log'))).toBe(true);
    expect(existsSync(join(lab.runDirectory, 'secrets'))).toBe(false);
    await expect(openLab(lab.runDirectory)).rejects.toThrow(/LAB_NOT_FOUND/);
  });
});
