/**
 * Tokens of seconds, whose end also ends the connection, as Azure does it. First it is seen that this hurts a client with a fixed
 * token; then that ours renews each connection in place: nothing fails, and no connection is made for it.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../../lib/base/wait-until.ts';
import type { RedoubtCluster } from '../../lib/client/cluster-client.ts';
import { connect } from '../../lib/client/connect.ts';
import type { RedoubtRedis } from '../../lib/client/single-client.ts';
import type { Lab } from '../../lib/lab/lab.ts';
import type { TopologyInput } from '../../lib/topology/topology.ts';
import { ELASTICACHE, newBaseDirectory, removeBaseDirectory, startTestLab } from '../lab/support/lab.ts';
import { failureOf, naiveClient } from './support/naive-client.ts';
import { steadyLoad } from './support/steady-load.ts';
import { startTokenService, type TokenService } from './support/token-service.ts';

const LIFETIME_MS = 1_500;
const EXPIRIES = 20;
const NO_CLUSTER = {
  platform: 'azure-managed-redis',
  name: 'orders',
  clusteringPolicy: 'NoCluster',
  sku: 'Balanced_B5',
  shardCount: 1,
  authentication: { kind: 'entra', objectId: '11111111-2222-3333-4444-555555555555' },
} satisfies TopologyInput;

describe.each([
  ['cluster', ELASTICACHE as TopologyInput],
  ['single', NO_CLUSTER as TopologyInput],
])('with tokens that end their connections, a %s client', (_, topology) => {
  const baseDirectory = newBaseDirectory();
  let lab: Lab;
  let service: TokenService;
  let client: RedoubtCluster | RedoubtRedis | undefined;
  let lines: string[] = [];

  beforeAll(async () => {
    lab = await startTestLab(topology, { baseDirectory });
    service = await startTokenService(lab, { lifetimeMs: LIFETIME_MS, closesExpired: true });
  }, 60_000);
  afterEach(() => {
    client?.disconnect();
    client = undefined;
    lines = [];
    service.failure = undefined;
    service.issuesRefused = false;
  });
  afterAll(async () => {
    await service?.close();
    await lab?.stop();
    removeBaseDirectory(baseDirectory);
  });

  const open = async () => {
    client = await connect(service.profile, {
      credentials: service.issue,
      log: (line) => lines.push(line),
      // On a machine that is slow, opinions would be sought over connections of their own, which are counted here.
      secondOpinionAfterMs: 60_000,
    });
    return client;
  };
  const ended = (count: number) =>
    waitUntil({
      what: `${count} tokens to end`,
      timeoutMs: 90_000,
      everyMs: 50,
      probe: () => (service.ended() >= count ? true : undefined),
    });

  test('of ioredis with a fixed token is cut off when it ends, and stays out', async () => {
    const naive = await naiveClient(service);
    try {
      expect(await naive.set('naive', 'before')).toBe('OK');
      await waitUntil({
        what: 'a write that fails',
        timeoutMs: 10_000,
        everyMs: 20,
        probe: () => failureOf(naive),
      });
      expect(service.counts().expired).toBeGreaterThan(0);
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

  test(`of ours loses nothing across ${EXPIRIES} expiries under load, and makes no connection for them`, async () => {
    const current = await open();
    const load = steadyLoad(current);
    // The watcher asks a few nodes in turn, so its connections are all there after some seconds.
    await ended(service.ended() + 4);
    const before = service.counts();
    await ended(service.ended() + EXPIRIES);
    const after = service.counts();
    const outcome = await load.stop();
    expect(outcome.failures).toEqual([]);
    expect(outcome.attempted).toBeGreaterThan(1_000);
    expect(after.accepted - before.accepted).toBe(0);
    expect(after.expired - before.expired).toBe(0);
    expect(after.renewed - before.renewed).toBeGreaterThanOrEqual(EXPIRIES);
    expect(current.statistics).toMatchObject({ commandsRepeated: 0, outcomesUnknown: 0, connectionsReplaced: 0 });
    for (const token of service.issued()) expect(lines.join('\n')).not.toContain(token);
  }, 120_000);
});
