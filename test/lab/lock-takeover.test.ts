import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as processIdentity from '../../lib/lab/process-identity.ts';
import { identityOf } from '../../lib/lab/process-identity.ts';
import { lock, tryLock } from '../../lib/lab/state.ts';
import { newBaseDirectory, removeBaseDirectory } from './support/lab.ts';

/** Called between reading who holds a lock and learning that the holder is gone. */
const meanwhile = vi.hoisted(() => ({ happens: () => {} }));
vi.mock('../../lib/lab/process-identity.ts', async (original) => {
  const real = await original<typeof processIdentity>();
  const isRunning: typeof real.isRunning = (identity) => {
    meanwhile.happens();
    return real.isRunning(identity);
  };
  return { ...real, isRunning };
});

const DEAD = JSON.stringify({ pid: process.pid, startTime: 'another' });

let directory: string;
const at = (name: string) => join(directory, name);
beforeEach(() => {
  directory = newBaseDirectory();
});
afterEach(() => {
  meanwhile.happens = () => {};
  removeBaseDirectory(directory);
});

test('a dead lock that somebody else has taken over meanwhile is left to them', async () => {
  writeFileSync(at('state.lock'), DEAD);
  const theirs = JSON.stringify(identityOf(process.pid));
  meanwhile.happens = () => {
    meanwhile.happens = () => {};
    rmSync(at('state.lock'));
    writeFileSync(at('state.lock'), theirs);
  };
  expect(await tryLock(directory, 'state')).toBeUndefined();
  expect(readFileSync(at('state.lock'), 'utf8')).toBe(theirs);
});

test('a dead lock is left alone while somebody else takes it over', async () => {
  writeFileSync(at('state.lock'), DEAD);
  const release = await lock(directory, 'state.takeover', 1_000);
  expect(await tryLock(directory, 'state')).toBeUndefined();
  expect(existsSync(at('state.lock'))).toBe(true);
  release();
  (await lock(directory, 'state', 1_000))();
});

test('who died while taking over is taken over, too, and nothing is left behind', async () => {
  writeFileSync(at('state.lock'), DEAD);
  writeFileSync(at('state.takeover.lock'), DEAD);
  (await lock(directory, 'state', 1_000))();
  expect(readdirSync(directory)).toEqual([]);
});

test('of many who wait for a dead lock one has it at a time', async () => {
  writeFileSync(at('state.lock'), DEAD);
  let holders = 0;
  const turns = Array.from({ length: 20 }, async () => {
    const release = await lock(directory, 'state', 10_000);
    holders += 1;
    expect(holders).toBe(1);
    await new Promise((turn) => setImmediate(turn));
    holders -= 1;
    release();
  });
  await Promise.all(turns);
  expect(readdirSync(directory)).toEqual([]);
});
