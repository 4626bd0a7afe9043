/** Every feature has an answer for both clouds, and every yes a test that exists: docs/features.md cannot rot. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isShown } from '../shown-by.ts';
import { REPOSITORY_ROOT } from '../tidy/repository.ts';
import { featuresDocument } from './document.ts';
import { FEATURES } from './features.ts';

/** What is known to be missing; an answer that is given is taken off. */
const MISSING: readonly string[] = [];

describe('the features', () => {
  it('are numbered without a gap', () => {
    expect(FEATURES.map(({ number }) => number)).toEqual(FEATURES.map((_, index) => index + 1));
  });

  it.each(FEATURES)('$number: $feature, every yes names tests that exist', async ({ aws, azure }) => {
    const places = [aws, azure].flatMap((answer) => ('shownBy' in answer ? answer.shownBy : []));
    const missing = await Promise.all(places.map(async (place) => ((await isShown(place)) ? [] : [place])));
    expect(missing.flat()).toEqual([]);
  });

  it('names what is missing', () => {
    const missing = FEATURES.flatMap(({ number, ...clouds }) =>
      (['aws', 'azure'] as const).filter((cloud) => 'missing' in clouds[cloud]).map((cloud) => `${number} ${cloud}`),
    );
    expect(missing).toEqual(MISSING);
  });

  it('are what docs/features.md says', async () => {
    await expect(featuresDocument(FEATURES)).toMatchFileSnapshot(join(REPOSITORY_ROOT, 'docs/features.md'));
  });
});

describe('a test that is named', () => {
  it('is shown by the beginning of its title', async () => {
    expect(await isShown('test/features/features.test.ts › are numbered')).toBe(true);
  });

  it.each([
    ['by the middle of a title', 'test/features/features.test.ts › numbered without a gap'],
    ['by no title', 'test/features/features.test.ts › '],
    ['by its file alone', 'test/features/features.test.ts'],
  ])('is not shown %s', async (_, place) => {
    expect(await isShown(place)).toBe(false);
  });
});
