/** A group without cluster mode: the real SDK against the stand-in, whose pair is real processes. */
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { elastiCacheControlPlane } from '../../../lib/control/elasticache/control-plane.ts';
import type { Lab } from '../../../lib/lab/lab.ts';
import type { Topology } from '../../../lib/topology/topology.ts';
import { verify } from '../../../lib/verify/run.ts';
import { removeBaseDirectory } from '../../lab/support/lab.ts';
import { startDescribableLab } from './stand-in/lab.ts';
import { standInSession, timeline } from './stand-in/session.ts';
import { startElastiCacheApi } from './stand-in/start.ts';

let lab: Lab;
let topology: Topology;

beforeAll(async () => {
  lab = await startDescribableLab({ clusterMode: 'disabled', shardCount: 1 });
  topology = { ...lab.topology, port: lab.profile.endpoint.port } as Topology;
});
afterAll(async () => {
  await lab?.stop();
  if (lab !== undefined) removeBaseDirectory(dirname(lab.runDirectory));
});
afterEach(() => lab.heal());
const closeAfterwards = standInSession();

const servers = async () => ({ profile: lab.profile, ...(await verify(lab.profile)) });

async function controlPlane() {
  const standIn = await startElastiCacheApi({ lab });
  closeAfterwards(standIn.close);
  const settings = { pollEveryMs: 50, servers };
  return elastiCacheControlPlane({
    replicationGroupId: 'orders',
    endpoint: standIn.endpoint,
    testFailover: settings,
  });
}

test('is as declared, by the API and by the primary', async () => {
  const { observation } = await servers();
  const results = await (await controlPlane()).compare({ topology, observation });
  expect(results.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
  expect(results.find(({ name }) => name === 'node-set')?.message).toContain('lists 2 nodes');
});

test('is found out where cluster mode was declared', async () => {
  const { observation } = await servers();
  const declared = { ...topology, clusterMode: 'enabled' } as Topology;
  const results = await (await controlPlane()).compare({ topology: declared, observation });
  expect(results.find(({ name }) => name === 'cluster-mode')).toMatchObject({
    code: 'DRIFT_CLUSTER_MODE',
    message: expect.stringContaining('enabled is declared, the API says disabled, the servers say disabled'),
  });
});

test('a test of its failover kills the primary, and the primary endpoint leads to the replica afterwards', async () => {
  const [operation] = (await controlPlane()).operations.filter(({ name }) => name === 'test-failover');
  if (operation === undefined) throw new Error('There is no test of the failover.');
  expect(await operation.preconditions()).toEqual([]);
  const { lines, context } = timeline();
  await operation.run(context);
  expect(lines.filter((line) => !line.startsWith('complete'))).toEqual([
    'note: TestFailover is asked for node group 0001',
    'step: TestFailover of node group 0001 (0)',
    'promotion: Failover from primary node orders-001 to replica node orders-002 completed',
    'note: orders-001: Finished recovery for cache nodes 0001',
  ]);
  expect((await lab.serverView()).shards[0]?.primaryNodeId).toBe('node-2');
  // A recovery is told when the node is back; what it missed comes after.
  await vi.waitFor(async () => {
    const { verdict, checks } = await verify(lab.profile);
    expect(checks.filter((check) => check.verdict !== 'pass')).toEqual([]);
    expect(verdict).toBe('pass');
  }, 30_000);
});
