/**
 * Tokens of seconds that a connection outlives, as those of IAM: they matter whenever a connection is made. So here nodes are
 * replaced, promoted and killed, while every token is over long before the next node goes.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { waitUntil } from '../../lib/base/wait-until.ts';
import type { RedoubtCluster } from '../../lib/client/cluster-client.ts';
import { connect } from '../../lib/client/connect.ts';
import type { Lab } from '../../lib/lab/lab.ts';
import { ELASTICACHE, newBaseDirectory, removeBaseDirectory, startTestLab } from '../lab/support/lab.ts';
import { failureOf, naiveClient } from './support/naive-client.ts';
import { steadyLoad } from './support/steady-load.ts';
import { startTokenService, type TokenService } from './support/token-service.ts';

const baseDirectory = newBaseDirectory();
let lab: Lab;
let service: TokenService;
let client: RedoubtCluster | undefined;

beforeAll(async () => {
  lab = await startTestLab(ELASTICACHE, { baseDirectory });
  service = await startTokenService(lab, { lifetimeMs: 1_500, closesExpired: false });
}, 60_000);
afterEach(() => {
  client?.disconnect();
});
afterAll(async () => {
  await service?.close();
  await lab?.stop();
  removeBaseDirectory(baseDirectory);
});

const tokensEnded = (count: number) => {
  const target = service.ended() + count;
  return waitUntil({
    what: `${count} tokens to end`,
    timeoutMs: 30_000,
    everyMs: 20,
    probe: () => (service.ended() >= target ? true : undefined),
  });
};

test('ioredis with a fixed token lives on when it ends, and never comes back once its connections are lost', async () => {
  const naive = await naiveClient(service);
  try {
    expect(await naive.set('naive', 'before')).toBe('OK');
    await tokensEnded(1);
    expect(await naive.set('naive', 'after the end')).toBe('OK');
    service.hangUp();
    expect(await failureOf(naive)).toBeDefined();
    await waitUntil({
      what: 'a login that is refused',
      timeoutMs: 10_000,
      everyMs: 20,
      probe: () => (service.counts().refused > 0 ? true : undefined),
    });
    expect(await failureOf(naive)).toBeDefined();
  } finally {
    naive.disconnect();
  }
});

test('across replaced, promoted and crashed nodes nothing of ours fails: every connection is made with a token that lives', async () => {
  const lines: string[] = [];
  client = (await connect(service.profile, {
    credentials: service.issue,
    log: (line) => lines.push(line),
  })) as RedoubtCluster;
  const refusedBefore = service.counts().refused;
  const load = steadyLoad(client);
  const primaryOf = async (shard: number) => (await lab.serverView()).shards[shard];

  // A maintenance: a new node takes over and the old one goes.
  await tokensEnded(2);
  const replaced = (await primaryOf(0))?.primaryNodeId ?? '';
  const added = await lab.addReplica(0);
  await lab.promote(added.id);
  await lab.retire(replaced, 'closed');
  // A planned failover.
  await tokensEnded(2);
  await lab.promote((await primaryOf(1))?.replicaNodeIds[0] ?? '');
  // A crash, and the node that comes back.
  await tokensEnded(2);
  const crashed = (await primaryOf(2))?.primaryNodeId ?? '';
  await lab.crash(crashed);
  await waitUntil({
    what: 'another primary',
    timeoutMs: 15_000,
    everyMs: 100,
    probe: async () => ((await primaryOf(2))?.primaryNodeId === crashed ? undefined : true),
  });
  await lab.restart(crashed);
  await tokensEnded(2);
  const outcome = await load.stop();

  expect(outcome.failures).toEqual([]);
  expect(outcome.attempted).toBeGreaterThan(1_000);
  expect(client.statistics).toMatchObject({ outcomesUnknown: 0 });
  expect(client.statistics.topologyChanges).toBeGreaterThanOrEqual(3);
  expect(service.counts().refused).toBe(refusedBefore);
  for (const token of service.issued()) expect(lines.join('\n')).not.toContain(token);
}, 90_000);
