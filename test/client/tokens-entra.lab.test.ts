/**
 * Tokens of seconds, whose end also ends the connection, through the endpoints of Azure: the OSS policy's gateway with the shards
 * behind it, the Enterprise proxy, and the one before a NoCluster pair. First it is seen that this hurts a client with a fixed
 * token; then that ours renews each connection in place: nothing fails, and no connection is made for it.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import azureEnterprise from '../../deployments/azure-enterprise.ts';
import azureNoCluster from '../../deployments/azure-nocluster.ts';
import azureOss from '../../deployments/azure-oss.ts';
import { waitUntil } from '../../lib/base/wait-until.ts';
import type { RedoubtCluster } from '../../lib/client/cluster-client.ts';
import { connect } from '../../lib/client/connect.ts';
import type { RedoubtRedis } from '../../lib/client/single-client.ts';
import type { Lab } from '../../lib/lab/lab.ts';
import { newBaseDirectory, removeBaseDirectory, startTestLab } from '../lab/support/lab.ts';
import { failureOf, naiveClient } from './support/naive-client.ts';
import { steadyLoad } from './support/steady-load.ts';
import { startTokenService, type TokenService } from './support/token-service.ts';

const LIFETIME_MS = 1_500;
const EXPIRIES = 20;
const OBJECT_ID = '11111111-2222-3333-4444-555555555555';

describe.each([
  // The client's own, and those that watch, to the new node and again after the old one.
  { name: 'azure-oss', topology: azureOss.topology, connectionsForFailover: { min: 1, max: 12 } },
  // The proxy hides it.
  { name: 'azure-enterprise', topology: azureEnterprise.topology, connectionsForFailover: { min: 0, max: 0 } },
  // The service closes what leads to the old primary.
  { name: 'azure-nocluster', topology: azureNoCluster.topology, connectionsForFailover: { min: 1, max: 4 } },
])('with tokens that end their connections, on $name', ({ topology, connectionsForFailover }) => {
  const baseDirectory = newBaseDirectory();
  let lab: Lab;
  let service: TokenService;
  let client: RedoubtCluster | RedoubtRedis | undefined;
  let lines: string[] = [];

  beforeAll(async () => {
    const authentication = { kind: 'entra', objectId: OBJECT_ID } as const;
    lab = await startTestLab({ ...topology, authentication }, { baseDirectory });
    service = await startTokenService(lab, { lifetimeMs: LIFETIME_MS, closesExpired: true });
  }, 60_000);
  afterEach(() => {
    client?.disconnect();
    client = undefined;
    lines = [];
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
  const tokensEnded = (count: number) => {
    const target = service.ended() + count;
    return waitUntil({
      what: `${count} tokens to end`,
      timeoutMs: 90_000,
      everyMs: 50,
      probe: () => (service.ended() >= target ? true : undefined),
    });
  };
  /** Until nothing is dialled any more: the watcher asks a few nodes in turn, so its connections are all there after some seconds. */
  const settled = async () => {
    let accepted = -1;
    while (service.counts().accepted !== accepted) {
      accepted = service.counts().accepted;
      await tokensEnded(3);
    }
  };

  test('ioredis with a fixed token is cut off when it ends, and stays out', async () => {
    const naive = await naiveClient(service);
    try {
      expect(await naive.set('naive', 'before')).toBe('OK');
      await waitUntil({ what: 'a write that fails', timeoutMs: 10_000, everyMs: 20, probe: () => failureOf(naive) });
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

  test(`ours loses nothing across ${EXPIRIES} expiries and a failover under load, and makes connections for the failover only`, async () => {
    const current = await open();
    const load = steadyLoad(current);
    await settled();

    const before = service.counts();
    await tokensEnded(EXPIRIES);
    const across = service.counts();
    expect(across.accepted - before.accepted).toBe(0);
    expect(across.renewed - before.renewed).toBeGreaterThanOrEqual(EXPIRIES);
    expect(across.expired - before.expired).toBe(0);
    expect(current.statistics).toMatchObject({ commandsRepeated: 0, outcomesUnknown: 0, connectionsReplaced: 0 });

    await failOver();
    await settled();
    const afterFailover = service.counts();
    const made = afterFailover.accepted - across.accepted;
    expect(made).toBeGreaterThanOrEqual(connectionsForFailover.min);
    // While a shard moves nothing is answered, a login neither: there a token of a second and a half may end its connection.
    const endedMeanwhile = afterFailover.expired - across.expired;
    expect(endedMeanwhile).toBeLessThanOrEqual(2);
    expect(made).toBeLessThanOrEqual(connectionsForFailover.max + endedMeanwhile);

    await tokensEnded(4);
    const outcome = await load.stop();
    const after = service.counts();
    expect(outcome.failures).toEqual([]);
    expect(outcome.attempted).toBeGreaterThan(1_000);
    expect(current.statistics.outcomesUnknown).toBe(0);
    expect(after.accepted).toBe(afterFailover.accepted);
    expect(after.renewed).toBeGreaterThan(afterFailover.renewed);
    expect(after.expired).toBe(afterFailover.expired);
    expect(after.refused).toBe(before.refused);
    for (const token of service.issued()) expect(lines.join('\n')).not.toContain(token);
  }, 180_000);

  /** A maintenance of one shard: a new node takes over, and the old one goes. */
  async function failOver(): Promise<void> {
    const old = (await lab.serverView()).shards[0]?.primaryNodeId ?? '';
    const added = await lab.addReplica(0);
    await lab.promote(added.id);
    await lab.retire(old, 'closed');
  }
});
