import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DEPLOYMENTS } from '../../deployments/index.ts';
import { publishedSchemas } from '../../schemas/generate.ts';
import { profileOf, TOPOLOGIES } from '../profile/fixture.ts';

/** Reads the published file the way a user's validator would, not the definition it was made from. */
async function published(name: string): Promise<z.ZodType> {
  const text = await readFile(new URL(`../../schemas/${name}`, import.meta.url), 'utf8');
  return z.fromJSONSchema(JSON.parse(text));
}

describe('the published schemas', () => {
  it.each(Object.entries(publishedSchemas()))('%s is what `node schemas/generate.ts` writes', async (name, text) => {
    expect(await readFile(new URL(`../../schemas/${name}`, import.meta.url), 'utf8')).toBe(text);
  });

  it('accept every shipped deployment and its topology', async () => {
    const deployment = await published('deployment.schema.json');
    const topology = await published('topology.schema.json');
    for (const shipped of DEPLOYMENTS) {
      expect(deployment.safeParse(shipped).error?.issues).toBeUndefined();
      expect(topology.safeParse(shipped.topology).error?.issues).toBeUndefined();
    }
  });

  it('accept a profile of every platform and policy', async () => {
    const profile = await published('profile.schema.json');
    for (const topology of TOPOLOGIES) expect(profile.safeParse(profileOf(topology)).error?.issues).toBeUndefined();
  });

  it.each(['topology', 'deployment', 'profile', 'report'])('refuse an empty %s', async (name) => {
    expect((await published(`${name}.schema.json`)).safeParse({}).success).toBe(false);
  });

  it('refuse a profile with a key that is not known', async () => {
    const profile = await published('profile.schema.json');
    const [topology] = TOPOLOGIES;
    if (topology === undefined) throw new Error('There is no topology to try.');
    expect(profile.safeParse({ ...profileOf(topology), password: 'hunter2' }).success).toBe(false);
  });
});
