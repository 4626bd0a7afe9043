import { describe, expect, it } from 'vitest';
import { KEY_TAG, planOf, type Seen } from '../../../../lib/azure/runner/rotation/plan.ts';

const HOUR = 3_600_000;
const NOW = 1_000 * HOUR;
const keys = { Primary: 'one', Secondary: 'two' };
const held = (value: string, ageHours: number, tags = {}): Seen['current'] => ({
  value,
  tags,
  createdAtEpochMs: NOW - ageHours * HOUR,
});
const planned = (current: Seen['current']) => planOf({ keys, current, nowEpochMs: NOW, minimumAgeMs: 24 * HOUR });

describe('the next run of a rotation', () => {
  it.each([
    ['one', 'Primary', 'Secondary'],
    ['two', 'Secondary', 'Primary'],
  ])('makes the key anew that the vault does not hold: it holds %s', (value, inUse, regenerate) => {
    expect(planned(held(value, 25))).toEqual({ kind: 'rotate', inUse, regenerate });
  });

  it('goes by the value and not by the tag, which says only what was meant', () => {
    expect(planned(held('two', 25, { [KEY_TAG]: 'Primary' }))).toMatchObject({ inUse: 'Secondary' });
  });

  it('does nothing before clients have had the time to take up the last one', () => {
    expect(planned(held('one', 23))).toEqual({ kind: 'too-soon', inUse: 'Primary', notBeforeEpochMs: NOW + HOUR });
  });

  it('makes one anew where the vault does not say when it got the other', () => {
    expect(planned({ value: 'one', tags: {}, createdAtEpochMs: undefined })).toMatchObject({ kind: 'rotate' });
  });

  it('puts a key into a vault that has none', () => {
    expect(planned(undefined)).toEqual({ kind: 'publish-first', publish: 'Primary' });
  });

  it.each([
    [{}, 'Primary'],
    [{ [KEY_TAG]: 'Primary' }, 'Primary'],
    [{ [KEY_TAG]: 'Secondary' }, 'Secondary'],
    [{ [KEY_TAG]: 'somebody' }, 'Primary'],
  ])('puts a key that works in the place of one that does not, at once: %o', (tags, publish) => {
    expect(planned(held('neither', 0, tags))).toEqual({ kind: 'publish-valid', publish });
  });
});
