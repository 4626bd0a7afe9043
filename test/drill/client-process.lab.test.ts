/** The process of a client, and what becomes of the drill when it does not do what it should. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadDeployment } from '../../deployments/index.ts';
import { type ClientProcess, startClientProcess } from '../../lib/drill/clients/process.ts';
import { epochNowMs } from '../../lib/drill/clock.ts';
import type { LoadPlan } from '../../lib/drill/load/plan.ts';
import { CLIENT_NAMES } from '../../lib/drill/scenario.ts';
import type { Lab } from '../../lib/lab/lab.ts';
import { startLab } from '../../lib/lab/start.ts';
import { writeProfile } from '../../lib/profile/file.ts';
import { tagsInRange } from '../../lib/topology/slot.ts';

const SIGNAL = new AbortController().signal;

let directory: string;
let lab: Lab;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-client-'));
  const { name, topology } = await loadDeployment('azure-oss');
  lab = await startLab({ deployment: name, topology, detached: false, baseDirectory: join(directory, 'labs') });
});

afterAll(async () => {
  await lab?.stop();
  await rm(directory, { recursive: true, force: true });
});

async function plan(client: LoadPlan['client']): Promise<LoadPlan> {
  const { shards } = await lab.serverView();
  const tagsByShard = shards.map(({ slots }) => tagsInRange(slots, 2));
  return { client, seed: 1, runId: `test-${client}`, ratePerSecond: 200, tagsByShard };
}

async function withClient(
  client: LoadPlan['client'],
  profilePath: string,
  use: (process: ClientProcess) => Promise<void>,
): Promise<void> {
  const process = startClientProcess({ plan: await plan(client), profilePath, outputDirectory: directory });
  try {
    await use(process);
  } finally {
    await process.stop();
  }
}

test.each(CLIENT_NAMES)('%s sends on the drill’s beat, notes its dials, and hands over a history', async (client) => {
  await withClient(client, lab.profilePath, async (process) => {
    await process.prepared(15_000, SIGNAL);
    process.start(epochNowMs() + 50);
    const history = await process.finish(1_000, 1_000, 3);
    expect(history.broken).toBeUndefined();
    expect(history.operations).toHaveLength(200);
    expect(history.operations.every(({ outcome }) => outcome === 'ok')).toBe(true);
    expect(new Set(history.operations.map(({ shardIndex }) => shardIndex)).size).toBe(3);
    const ports = new Set(history.dials.map(({ port }) => port));
    const { shards } = await lab.serverView();
    const primaries = new Set(shards.map(({ primaryNodeId }) => primaryNodeId));
    for (const node of lab.nodes()) if (primaries.has(node.id)) expect(ports).toContain(node.port);
  });
  expect((await readdir(directory)).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('a client whose process dies under load is broken, and says how', async () => {
  await withClient('ioredis', lab.profilePath, async (client) => {
    await client.prepared(15_000, SIGNAL);
    client.start(epochNowMs());
    process.kill(client.pid as number, 'SIGKILL');
    const history = await client.finish(500, 500, 3);
    expect(history).toMatchObject({ operations: [], broken: 'its process ended (SIGKILL)' });
  });
});

test('a client that cannot connect ends the drill with the reason', async () => {
  const closed = join(directory, 'closed.json');
  await writeProfile(closed, { ...lab.profile, endpoint: { host: '127.0.0.1', port: 1 } });
  await withClient('redoubt', closed, async (process) => {
    await expect(process.prepared(15_000, SIGNAL)).rejects.toThrow(/CLIENT_NOT_READY: The redoubt client/);
  });
});

test('an interruption ends the wait for a client at once', async () => {
  const controller = new AbortController();
  await withClient('node-redis', lab.profilePath, async (process) => {
    const waiting = process.prepared(15_000, controller.signal);
    controller.abort(new Error('Ctrl-C'));
    await expect(waiting).rejects.toThrow('Ctrl-C');
  });
});
