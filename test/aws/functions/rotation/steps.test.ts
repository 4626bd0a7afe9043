import { beforeEach, describe, expect, test } from 'vitest';
import {
  type Acceptance,
  type RotationEvent,
  rotate,
  STEPS,
  type Step,
} from '../../../../lib/aws/functions/rotation/steps.ts';
import { MemoryStore } from './memory-store.ts';

let store: MemoryStore;
let accepted: string[];
let asked: { current: string; pending: string; isFirst: boolean }[];

beforeEach(() => {
  store = new MemoryStore({ username: 'application', password: 'first' });
  accepted = ['first'];
  asked = [];
});

/** A cache that accepts two passwords, as ElastiCache does. */
const cache: Acceptance = {
  acceptBoth: async (passwords) => {
    asked.push(passwords);
    accepted = [passwords.current, passwords.pending];
  },
  signIn: async (password) => {
    if (!accepted.includes(password)) throw new Error('WRONGPASS');
  },
};

function event(step: Step, versionId: string): RotationEvent {
  return { Step: step, SecretId: 'shop', ClientRequestToken: versionId };
}

async function rotation(versionId: string, steps: readonly Step[] = STEPS): Promise<void> {
  if (!(versionId in store.labels)) store.announce(versionId);
  for (const step of steps) await rotate(event(step, versionId), store, cache);
}

const current = async () => (await store.read('AWSCURRENT'))?.password;

describe('a rotation', () => {
  test('ends with a new current password, the other fields as they were, and the former one still accepted', async () => {
    await rotation('version-1');
    expect(await store.read('AWSCURRENT')).toEqual({ username: 'application', password: 'new-password-1' });
    expect(accepted).toEqual(['first', 'new-password-1']);
    expect(store.labels).toMatchObject({
      'version-0': ['AWSPREVIOUS'],
      'version-1': expect.arrayContaining(['AWSCURRENT']),
    });
  });

  test('that follows drops the oldest and never the current one', async () => {
    await rotation('version-1');
    await rotation('version-2');
    expect(accepted).toEqual(['new-password-1', 'new-password-2']);
    expect(asked.map(({ isFirst }) => isFirst)).toEqual([true, false]);
  });

  test.each(STEPS)('in which %s is called twice ends the same', async (step) => {
    const at = STEPS.indexOf(step);
    await rotation('version-1', [...STEPS.slice(0, at + 1), step, ...STEPS.slice(at + 1)]);
    expect(await current()).toBe('new-password-1');
    expect(store.values.size).toBe(2);
  });

  test.each(STEPS)('that broke off after %s and begins again goes on with the same pending password', async (step) => {
    await rotation('version-1', STEPS.slice(0, STEPS.indexOf(step) + 1));
    await rotation('version-1');
    expect(await current()).toBe('new-password-1');
    expect(accepted).toContain('first');
  });

  test('that is begun anew under another version leaves the abandoned password behind', async () => {
    await rotation('version-1', ['createSecret', 'setSecret']);
    await rotation('version-2');
    expect(await current()).toBe('new-password-2');
    expect(accepted).toEqual(['first', 'new-password-2']);
  });

  test('whose login fails changes nothing that is current', async () => {
    await rotation('version-1', ['createSecret']);
    // The cache was never told, so it refuses.
    await expect(rotation('version-1', ['testSecret'])).rejects.toThrow('WRONGPASS');
    expect(await current()).toBe('first');
    expect(accepted).toEqual(['first']);
  });
});

describe('is refused', () => {
  test('for a version that is not the pending one', async () => {
    await rotation('version-1');
    await rotation('version-2');
    await expect(rotation('version-1', ['setSecret'])).rejects.toThrow(/ROTATION_VERSION_NOT_PENDING: .*version-1/);
    await expect(rotate(event('finishSecret', 'never-seen'), store, cache)).rejects.toThrow(/it has no label/);
  });

  test('when rotation is off', async () => {
    store.rotationEnabled = false;
    await expect(rotation('version-1')).rejects.toThrow(/ROTATION_OFF/);
  });

  test('for a step that does not exist', async () => {
    store.announce('version-1');
    await expect(rotate(event('dropSecret' as Step, 'version-1'), store, cache)).rejects.toThrow(
      /ROTATION_STEP_UNKNOWN/,
    );
  });

  test('without a current version', async () => {
    store.labels['version-0'] = [];
    await expect(rotation('version-1')).rejects.toThrow(/ROTATION_WITHOUT_CURRENT/);
  });

  test('when the pending version has gone in between', async () => {
    await rotation('version-1', ['createSecret']);
    store.values.delete('version-1');
    await expect(rotation('version-1', ['setSecret'])).rejects.toThrow(/ROTATION_VERSION_MISSING: shop has no pending/);
    expect(accepted).toEqual(['first']);
  });
});
