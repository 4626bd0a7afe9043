/**
 * A figure that has never been seen to move proves nothing by being zero. Here each of the judge's figures about writes and
 * dials moves in a real run, for a client or a server that deserves it.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClientHistory, Dial } from '../../lib/drill/history.ts';
import { judge } from '../../lib/drill/judge.ts';
import type { ClientName } from '../../lib/drill/scenario.ts';
import type { ServerNode } from '../../lib/drill/target.ts';
import { withAdministrator } from '../../lib/drill/targets/replication.ts';
import type { ClientResult, DrillResult } from '../../lib/report/report.ts';
import { tagsInRange } from '../../lib/topology/slot.ts';
import { atPoint, DrillLab } from './drill-lab.ts';

const SEED = 1;

let drills: DrillLab;

beforeAll(async () => {
  drills = await DrillLab.start();
});

afterAll(async () => {
  await drills?.stop();
});

function resultOf(result: DrillResult, name: ClientName): ClientResult {
  const found = result.clients.find((client) => client.name === name);
  if (found === undefined) throw new Error(`The drill had no client ${name}.`);
  return found;
}

function complaints({ findings }: ClientResult): string[] {
  return findings.filter(({ verdict }) => verdict !== 'pass').map(({ code }) => code);
}

describe('writes applied twice', () => {
  test('are found for a client that cuts a connection whose server is merely busy, and ours keeps its connections', async () => {
    const { primary } = await drills.victim(SEED);
    let before: string[] = [];
    const load = atPoint('load:', async () => {
      before = await connectionsOf('redoubt-drill', primary);
    });
    let after: string[] = [];
    const watching = atPoint('watching', async () => {
      after = await connectionsOf('redoubt-drill', primary);
    });
    const { result } = await drills.drill({
      scenario: 'busy-primary',
      clients: ['redoubt', 'ioredis-timeouts'],
      watchMs: 2_000,
      seed: SEED,
      progress: (message) => {
        load.progress(message);
        watching.progress(message);
      },
    });
    await Promise.all([load.done(), watching.done()]);
    expect(result.verdict, JSON.stringify(result)).toBe('pass');

    const impatient = resultOf(result, 'ioredis-timeouts');
    // It told its caller nothing but good news.
    expect(impatient.operations).toMatchObject({ fail: 0, unknown: 0, unanswered: 0 });
    expect(impatient.writesAppliedTwice).toBeGreaterThan(0);
    expect(complaints(impatient)).toEqual(['WRITES_APPLIED_TWICE']);
    expect(impatient.judged).toBe(false);

    const ours = resultOf(result, 'redoubt');
    expect(ours.operations).toMatchObject({ fail: 0, unknown: 0, unanswered: 0 });
    expect(ours.writesAppliedTwice).toBe(0);
    expect(before).not.toEqual([]);
    expect(after).toEqual(expect.arrayContaining(before));
  });
});

describe('lost acknowledged writes', () => {
  test('are found when a primary dies whose replica had fallen behind, and are not held against the client', async () => {
    const warmUpMs = 2_500;
    const shard = await drills.victim(SEED);
    const [replica] = shard.replicas as [ServerNode];
    const behind = atPoint('load:', async () => {
      // The primary of a busy machine dies later than it should, and is away for two seconds before anybody is promoted.
      await drills.lab.occupy(replica.id, warmUpMs + 1_500);
      await fillReplicationStream(shard.primary, warmUpMs);
    });
    const { result } = await drills.drill({
      scenario: 'crash-primary',
      warmUpMs,
      seed: SEED,
      progress: behind.progress,
    });
    await behind.done();
    const ours = resultOf(result, 'redoubt');
    expect(ours.lostAcknowledgedWrites, JSON.stringify(result)).toBeGreaterThan(0);
    expect(ours.findings).toContainEqual(
      expect.objectContaining({
        code: 'LOST_ACKNOWLEDGED_WRITES',
        verdict: 'pass',
        message: expect.stringContaining('asynchronous replication'),
      }),
    );
    expect(result.verdict).toBe('pass');
  });
});

test('what the ledger finds is what was done to the keys: one gone, one changed, one counter raised', async () => {
  const damage = atPoint('watching', async () => {
    const { primary } = await drills.victim(SEED);
    const keys = (await drills.ask(primary, ['KEYS', 'redoubt:drill:*:redoubt:[0-9]*'])) as string[];
    const types = await Promise.all(keys.map(async (key) => [key, await drills.ask(primary, ['GET', key])] as const));
    const counters = types.flatMap(([key, value]) => (value === '1' ? [key] : []));
    const values = types.flatMap(([key, value]) => (value === '1' ? [] : [key]));
    await drills.ask(primary, ['DEL', counters[0] as string]);
    await drills.ask(primary, ['INCR', counters[1] as string]);
    await drills.ask(primary, ['SET', values[0] as string, 'somebody else wrote this']);
  });
  const { result } = await drills.drill({ scenario: 'busy-primary', watchMs: 2_000, progress: damage.progress });
  await damage.done();
  const ours = resultOf(result, 'redoubt');
  expect(ours).toMatchObject({ lostAcknowledgedWrites: 2, writesAppliedTwice: 1, verdict: 'fail' });
  expect(complaints(ours)).toEqual(['LOST_ACKNOWLEDGED_WRITES', 'WRITES_APPLIED_TWICE']);
});

describe('writes that nobody acknowledged and that were applied', () => {
  test('are found when connections are cut between a command and its answer', async () => {
    const { primary } = await drills.victim(SEED);
    await withAdministrator(drills.lab, async (administrator) => {
      // Open before the server is busy, so that the order in which it reads is the order in which it was written to.
      await administrator.ask(primary, [['PING']]);
      const cut = atPoint('is busy', async () => {
        await administrator.ask(primary, [['CLIENT', 'KILL', 'TYPE', 'normal']], 5_000);
      });
      const { result } = await drills.drill({
        scenario: 'busy-primary',
        clients: ['redoubt', 'node-redis'],
        watchMs: 2_000,
        seed: SEED,
        progress: cut.progress,
      });
      await cut.done();
      const nodeRedis = resultOf(result, 'node-redis');
      expect(nodeRedis.operations.unknown, JSON.stringify(nodeRedis)).toBeGreaterThan(0);
      expect(nodeRedis.unknownWritesApplied).toBeGreaterThan(0);
      expect(nodeRedis.writesAppliedTwice).toBe(0);
      expect(resultOf(result, 'redoubt').writesAppliedTwice).toBe(0);
    });
  });

  test('are found when the answer comes after everybody has stopped waiting', async () => {
    const watchMs = 500;
    const drainMs = 300;
    const busy = atPoint('watching', async () => {
      const { primary } = await drills.victim(SEED);
      await drills.lab.occupy(primary.id, watchMs + drainMs + 1_500);
    });
    const { result } = await drills.drill({ scenario: 'busy-primary', watchMs, drainMs, progress: busy.progress });
    await busy.done();
    const ours = resultOf(result, 'redoubt');
    expect(ours.operations.unanswered, JSON.stringify(ours)).toBeGreaterThan(0);
    expect(ours.unknownWritesApplied).toBeGreaterThan(0);
    expect(complaints(ours)).toContain('UNANSWERED_WRITES');
  });
});

test('stale dials are found for a client that is pinned to an address, and ours makes none', async () => {
  const { primary } = await drills.victim(SEED);
  const pinned = await startPinnedClient(primary);
  try {
    const { budgets } = drills.deployment;
    const watchMs = budgets.staleDialGraceMs + 3_000;
    const { history } = await drills.drill({ options: { oldNode: 'closed', order: 'all-at-once' }, watchMs });
    const dials = (await pinned.dials()).map((dial) => ({ ...dial, atMs: dial.atMs - history.startedAtEpochMs }));
    const stubborn: ClientHistory = { name: 'ioredis', description: 'pinned', operations: [], errors: [], dials };
    const judged = judge({ ...history, clients: [...history.clients, stubborn] }, budgets);
    expect(resultOf(judged, 'ioredis').staleDialsAfterRecovery).toBeGreaterThan(0);
    expect(resultOf(judged, 'redoubt').staleDialsAfterRecovery).toBe(0);
  } finally {
    pinned.stop();
  }
});

/** Server-side ids of the connections with this name. */
async function connectionsOf(name: string, node: ServerNode): Promise<string[]> {
  const list = String(await drills.ask(node, ['CLIENT', 'LIST']));
  return list
    .split('\n')
    .filter((line) => line.includes(` name=${name} `))
    .map((line) => /^id=(\d+)/.exec(line)?.[1] ?? line);
}

/** More than the kernel holds for a replica that does not read, so that what follows stays with the primary. */
async function fillReplicationStream(primary: ServerNode, timeoutMs: number): Promise<void> {
  const { shards } = await drills.lab.serverView();
  const slots = shards.find(({ primaryNodeId }) => primaryNodeId === primary.id)?.slots ?? [];
  const script = "return redis.call('SET', KEYS[1], string.rep('x', 24 * 1024 * 1024), 'EX', 60)";
  await drills.ask(primary, ['EVAL', script, '1', `{${tagsInRange(slots, 1)[0]}}:burst`], timeoutMs);
}

interface PinnedClient {
  /** Ends it. Times are of the epoch. */
  dials(): Promise<Dial[]>;
  stop(): void;
}

async function startPinnedClient({ host, port }: ServerNode): Promise<PinnedClient> {
  const program = fileURLToPath(new URL('./pinned-client.ts', import.meta.url));
  const child = fork(program, [drills.lab.profilePath, host, String(port)], { execArgv: [] });
  await once(child, 'message');
  return {
    dials: async () => {
      const answer = once(child, 'message');
      child.send('end');
      return (await answer)[0] as Dial[];
    },
    stop: () => void child.kill('SIGKILL'),
  };
}
