/** Whole drills against a real cluster: short, at a low rate, one lab for all of them. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../../lib/base/wait-until.ts';
import { readHistory } from '../../lib/drill/history-file.ts';
import { judge } from '../../lib/drill/judge.ts';
import { drillResultSchema } from '../../lib/report/report.ts';
import { DrillLab } from './drill-lab.ts';

let drills: DrillLab;

beforeAll(async () => {
  drills = await DrillLab.start();
});

afterAll(async () => {
  await drills?.stop();
});

describe('a planned replacement whose old nodes fall silent', () => {
  test('leaves naive clients down and ours within budget, and leaves nothing behind', async () => {
    const start = new Set(drills.lab.nodes().map(({ host, port }) => `${host}:${port}`));
    const { history, result } = await drills.drill({
      options: { oldNode: 'silent', order: 'all-at-once' },
      clients: ['redoubt', 'ioredis', 'node-redis'],
    });
    const [ours, ioredis, nodeRedis] = result.clients;
    expect(result.proof, result.proof.evidence.join('\n')).toMatchObject({ faultHappened: true, loadRan: true });
    expect(ours, JSON.stringify(ours?.findings)).toMatchObject({ verdict: 'pass', recovered: true });
    expect(ioredis).toMatchObject({ verdict: 'fail', recovered: false });
    expect(nodeRedis).toMatchObject({ verdict: 'fail', recovered: false });
    expect(result.verdict).toBe('pass');
    expect(drillResultSchema.safeParse(result).success).toBe(true);

    expect(drills.lab.nodes().filter(({ host, port }) => start.has(`${host}:${port}`))).toEqual([]);
    expect(await drills.keysLeft()).toEqual([]);
    expect(await readdir(join(drills.directory, 'out'))).toEqual([result.historyFile]);

    const saved = await readHistory(join(drills.directory, 'out', result.historyFile ?? ''));
    expect(saved).toEqual(history);
    expect({ ...judge(saved, drills.deployment.budgets), historyFile: result.historyFile }).toEqual(result);
  });
});

test('a planned replacement whose old nodes close, one by one, is within budget', async () => {
  const { result } = await drills.drill({ options: { oldNode: 'closed', order: 'one-by-one' }, watchMs: 2_000 });
  expect(result.verdict, JSON.stringify(result)).toBe('pass');
});

test('a planned failover moves every role there and back, with every address kept', async () => {
  const { history, result } = await drills.drill({ scenario: 'planned-failover', watchMs: 2_000 });
  expect(result.verdict, JSON.stringify(result)).toBe('pass');
  expect(history.faults).toHaveLength(6);
  expect(history.retiredAddresses.filter(({ retiredMs }) => retiredMs > 0)).toEqual([]);
});

test('a crash is survived with little more than the servers’ own promotion', async () => {
  const { history, result } = await drills.drill({ scenario: 'crash-primary' });
  expect(result.verdict, JSON.stringify(result)).toBe('pass');
  expect(history.faults[0]?.promotedMs).toBeDefined();
  expect(result.clients[0]?.excessOverPromotionMs).not.toBeNull();
});

test('a busy primary makes the client wait and nothing else', async () => {
  const { result } = await drills.drill({ scenario: 'busy-primary', watchMs: 2_000 });
  expect(result.verdict, JSON.stringify(result)).toBe('pass');
  expect(result.clients[0]?.operations).toMatchObject({ fail: 0, unknown: 0, unanswered: 0 });
});

describe('a drill that cannot be', () => {
  test('is refused with the reason when the target cannot lose packets', async () => {
    if (drills.lab.canDropPackets) return;
    const refused = drills.drill({ options: { oldNode: 'dropped', order: 'one-by-one' } });
    await expect(refused).rejects.toThrow(/CAPABILITY_MISSING: .*network namespace/);
  });

  test('is refused with every bad option at once', async () => {
    const refused = drills.drill({ clients: [], ratePerSecond: 0, watchMs: -1 });
    await expect(refused).rejects.toThrow(/ratePerSecond[\s\S]*watchMs[\s\S]*clients/);
  });
});

test('an interrupted drill heals its fault, ends its processes and takes its keys away', async () => {
  const controller = new AbortController();
  const running = drills.drill({
    scenario: 'freeze-primary',
    clients: ['redoubt', 'ioredis'],
    signal: controller.signal,
    outputDirectory: join(drills.directory, 'interrupted'),
    progress: (message) => {
      if (message.includes('froze')) controller.abort(new Error('Ctrl-C'));
    },
  });
  await expect(running).rejects.toThrow('Ctrl-C');
  expect(await readdir(join(drills.directory, 'interrupted'))).toEqual([]);
  await waitUntil({
    what: 'every node to be a healthy member again',
    timeoutMs: 15_000,
    everyMs: 100,
    probe: async () => {
      const { shards } = await drills.lab.serverView();
      return shards.length === 3 && shards.every(({ replicaNodeIds }) => replicaNodeIds.length === 1)
        ? true
        : undefined;
    },
  });
  expect(await drills.keysLeft()).toEqual([]);
});
