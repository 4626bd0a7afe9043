import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findRedisServer } from '../../lib/lab/redis-binary.ts';

test('the real program is found, and asking it starts nothing and writes nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'redoubt-binary-'));
  const before = process.cwd();
  process.chdir(folder);
  try {
    const server = await findRedisServer(process.env);
    expect(server.version.major).toBeGreaterThanOrEqual(7);
    expect(await readdir(folder)).toEqual([]);
  } finally {
    process.chdir(before);
    await rm(folder, { recursive: true, force: true });
  }
});
