import { spawn } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { identityOf, isOurs, isRunning, processesOn } from '../../lib/lab/process-identity.ts';
import { type LabState, lock, readState, updateNode, updateState, writeState } from '../../lib/lab/state.ts';
import { newBaseDirectory, removeBaseDirectory } from './support/lab.ts';

let directory: string;
beforeEach(() => {
  directory = newBaseDirectory();
});
afterEach(() => removeBaseDirectory(directory));

const STATE = {
  version: 1,
  labId: 'lab',
  deployment: 'shop',
  owner: { pid: 1, startTime: '0' },
  addresses: {},
  services: [],
  leftovers: [],
  retired: [],
  droppedHosts: [],
  lastNodeNumber: 0,
  nodes: [{ id: 'node-1', condition: 'running' }],
} as unknown as LabState;

describe('the state of a lab', () => {
  test('is what was written, in a file only its owner may read', () => {
    writeState(directory, STATE);
    expect(readState(directory)).toEqual(STATE);
    expect(statSync(join(directory, 'state.json')).mode & 0o777).toBe(0o600);
  });

  test('is missing with a sentence', () => {
    expect(() => readState(directory)).toThrow(/LAB_NOT_FOUND: There is no lab in/);
  });

  test.each(['', '{', '{"version":99}', 'null', '{"version":1}', '{"version":1,"nodes":{}}'])(
    'is unreadable with a sentence when the file holds %j',
    (text) => {
      writeFileSync(join(directory, 'state.json'), text);
      expect(() => readState(directory)).toThrow(/LAB_STATE_UNREADABLE/);
    },
  );

  test('loses no change when many are made at once', async () => {
    writeState(directory, STATE);
    const increment = (state: LabState) => ({ ...state, lastNodeNumber: state.lastNodeNumber + 1 });
    await Promise.all(Array.from({ length: 20 }, () => updateState(directory, increment)));
    expect(readState(directory).lastNodeNumber).toBe(20);
    expect(existsSync(join(directory, 'state.lock'))).toBe(false);
  });

  test('is unchanged when a change fails, and the next one can be made', async () => {
    writeState(directory, STATE);
    const failing = updateState(directory, () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(
      (await updateState(directory, (state) => updateNode(state, 'node-1', { condition: 'frozen' }))).nodes[0]
        ?.condition,
    ).toBe('frozen');
  });

  test('is not written when its directory cannot be written to', () => {
    expect(() => writeState(join(directory, 'gone'), STATE)).toThrow(/LAB_FILE_NOT_WRITTEN: The lab could not write/);
  });
});

describe('a lock', () => {
  test('whose holder is gone is taken over', async () => {
    writeFileSync(join(directory, 'state.lock'), JSON.stringify({ pid: process.pid, startTime: 'another' }));
    const release = await lock(directory, 'state', 1_000);
    release();
  });

  test('that is held makes others wait, and its release lets one in', async () => {
    const release = await lock(directory, 'state', 1_000);
    await expect(lock(directory, 'state', 30)).rejects.toThrow(/WAIT_TIMED_OUT/);
    release();
    (await lock(directory, 'state', 1_000))();
  });

  test('is not waited for after an abort', async () => {
    const release = await lock(directory, 'state', 1_000);
    await expect(lock(directory, 'state', 5_000, AbortSignal.timeout(20))).rejects.toThrow(/timeout/);
    release();
  });
});

describe('a process', () => {
  test('is ours only with its start time and the run directory in its arguments', async () => {
    const file = join(directory, 'program.mjs');
    writeFileSync(file, 'setInterval(() => undefined, 1000)');
    const child = spawn(process.execPath, [file]);
    const identity = identityOf(child.pid as number);
    if (identity === undefined) throw new Error('it must run');
    await expect.poll(() => isOurs(identity, directory)).toBe(true);
    expect(isOurs({ ...identity, startTime: '1' }, directory)).toBe(false);
    expect(isOurs(identity, `${directory}-other`)).toBe(false);
    if (process.platform === 'linux') expect(processesOn(file)).toEqual([identity]);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    expect(isRunning(identity)).toBe(false);
  });

  test('that does not exist has no identity', () => {
    expect(identityOf(4_194_304 + 1)).toBeUndefined();
  });

  test('knows itself', () => {
    expect(isRunning(identityOf(process.pid) as NonNullable<ReturnType<typeof identityOf>>)).toBe(true);
  });
});
