import { once } from 'node:events';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Lab } from '../../lib/lab/lab.ts';
import { readState } from '../../lib/lab/state.ts';
import { ELASTICACHE, removeBaseDirectory, startTestLab } from './support/lab.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await startTestLab(ELASTICACHE);
});
afterAll(async () => {
  await lab?.stop();
  if (lab !== undefined) removeBaseDirectory(dirname(lab.runDirectory));
});

describe('nodes that are added to an ElastiCache lab', () => {
  test('have the port that the configuration endpoint names, also when many are added at once', async () => {
    const port = lab.profile.endpoint.port;
    const added = await Promise.all([0, 1, 2, 0, 1, 2].map((shardIndex) => lab.addReplica(shardIndex)));
    expect(added.map((node) => node.port)).toEqual(added.map(() => port));
    expect(new Set(added.map(({ host }) => host)).size).toBe(added.length);
  });

  test('are refused where that port is taken, and nothing of them is left', async ({ skip }) => {
    if (process.platform !== 'linux') skip('only Linux gives every node an address of its own');
    const { addresses } = readState(lab.runDirectory);
    const server = createServer().listen(
      lab.profile.endpoint.port,
      `${addresses.subnet}.${addresses.lastHostNumber + 1}`,
    );
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const before = lab.nodes().length;
    await expect(lab.addReplica(0)).rejects.toThrow(/LAB_PORTS_EXHAUSTED.*must have the port of all others/);
    expect(lab.nodes()).toHaveLength(before);
  });
});
