/** TestFailover, asked of the stand-in by the real SDK, with primaries that really die. */
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CloudOperation } from '../../../lib/control/control-plane.ts';
import { elastiCacheControlPlane } from '../../../lib/control/elasticache/control-plane.ts';
import type { Event } from '../../../lib/control/elasticache/description.ts';
import type { TestFailoverOptions } from '../../../lib/control/elasticache/test-failover.ts';
import type { Lab } from '../../../lib/lab/lab.ts';
import { verify } from '../../../lib/verify/run.ts';
import { removeBaseDirectory } from '../../lab/support/lab.ts';
import { startDescribableLab } from './stand-in/lab.ts';
import { answerLost, standInSession, timeline } from './stand-in/session.ts';
import { faults, type StandInOptions, startElastiCacheApi } from './stand-in/start.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await startDescribableLab();
});
afterAll(async () => {
  await lab?.stop();
  if (lab !== undefined) removeBaseDirectory(dirname(lab.runDirectory));
});
afterEach(() => lab.heal());
// Hooks run from the last to the first: what a test has opened is closed before the lab is healed.
const closeAfterwards = standInSession();

async function api(options: Partial<StandInOptions> = {}, testFailover: TestFailoverOptions = {}) {
  const standIn = await startElastiCacheApi({ lab, ...options });
  closeAfterwards(standIn.close);
  const { endpoint } = standIn;
  const settings = { pollEveryMs: 50, ...testFailover };
  const { operations } = elastiCacheControlPlane({ replicationGroupId: 'orders', endpoint, testFailover: settings });
  return { standIn, operation: operations.find(({ name }) => name === 'test-failover') as CloudOperation };
}

const primaries = async () => (await lab.serverView()).shards.map(({ primaryNodeId }) => primaryNodeId);
const callOf = (group: string, hoursAgo: number): Event => ({
  SourceType: 'replication-group',
  SourceIdentifier: group,
  Message: 'Test Failover API called for node group 0001',
  Date: new Date(Date.now() - hoursAgo * 3_600_000),
});

describe('test-failover', () => {
  test('fails over shard after shard, each only when the replacement before it is over', async () => {
    const { standIn, operation } = await api(
      {},
      { servers: async () => ({ profile: lab.profile, ...(await verify(lab.profile)) }) },
    );
    expect(await operation.preconditions()).toEqual([]);
    const before = await primaries();
    const { lines, context } = timeline();
    await operation.run(context);
    const after = await primaries();
    expect(before.map((id, shard) => id === after[shard])).toEqual([false, false, false]);
    expect(lines.map((line) => line.replaceAll(/-00\d\b/g, '-00N'))).toMatchInlineSnapshot(`
      [
        "note: TestFailover is asked for node group 0001",
        "step: TestFailover of node group 0001 (0)",
        "promotion: Failover from primary node orders-0001-00N to replica node orders-0001-00N completed",
        "note: orders-0001-00N: Finished recovery for cache nodes 0001",
        "complete: Failover from primary node orders-0001-00N to replica node orders-0001-00N completed; orders-0001-00N: Finished recovery for cache nodes 0001; the group is available",
        "note: TestFailover is asked for node group 0002",
        "step: TestFailover of node group 0002 (1)",
        "promotion: Failover from primary node orders-0002-00N to replica node orders-0002-00N completed",
        "note: orders-0002-00N: Finished recovery for cache nodes 0001",
        "complete: Failover from primary node orders-0002-00N to replica node orders-0002-00N completed; orders-0002-00N: Finished recovery for cache nodes 0001; the group is available",
        "note: TestFailover is asked for node group 0003",
        "step: TestFailover of node group 0003 (2)",
        "promotion: Failover from primary node orders-0003-00N to replica node orders-0003-00N completed",
        "note: orders-0003-00N: Finished recovery for cache nodes 0001",
        "complete: Failover from primary node orders-0003-00N to replica node orders-0003-00N completed; orders-0003-00N: Finished recovery for cache nodes 0001; the group is available",
      ]
    `);
    await operation.heal(context);
    expect(lines.at(-1)).toBe(
      'note: replication group orders is available, node group 0001 is available, node group 0002 is available and node group 0003 is available. Nothing has to be put back.',
    );
    expect(standIn.calls.filter((action) => action === 'TestFailover')).toHaveLength(3);
  });

  test('does one node group when one is chosen, and says which shard that is', async () => {
    const { operation } = await api({}, { nodeGroupIds: ['0003'] });
    const before = await primaries();
    const { lines, context } = timeline();
    await operation.run(context);
    const after = await primaries();
    expect(before.map((id, shard) => id === after[shard])).toEqual([true, true, false]);
    expect(lines.filter((line) => line.startsWith('step'))).toEqual(['step: TestFailover of node group 0003 (2)']);
  });

  test('is refused before anything is asked for when the quota is used up or the group is production', async () => {
    const events = [...Array.from({ length: 14 }, (_, index) => callOf(`other-${index}`, 20)), callOf('orders', 10)];
    const { standIn, operation } = await api({ events, tags: [{ Key: 'env', Value: 'production' }] });
    expect(await operation.preconditions()).toMatchObject([
      { code: 'TEST_FAILOVER_QUOTA', overridable: false },
      { code: 'TEST_FAILOVER_PRODUCTION', overridable: true },
    ]);
    expect(standIn.calls).not.toContain('TestFailover');
  });

  test('that the service refuses for the quota ends with one sentence, and nothing has moved', async () => {
    const { operation } = await api({ events: Array.from({ length: 15 }, (_, index) => callOf(`other-${index}`, 20)) });
    const before = await primaries();
    const { lines, context } = timeline();
    await expect(operation.run(context)).rejects.toThrow(/TEST_FAILOVER_QUOTA_USED_UP: .*15/);
    expect(await primaries()).toEqual(before);
    expect(lines).toEqual(['note: TestFailover is asked for node group 0001']);
  });

  test('that the service does not offer now ends with one sentence', async () => {
    const { standIn, operation } = await api();
    standIn.failNext('TestFailover', faults.notAvailable());
    await expect(operation.run(timeline().context)).rejects.toThrow('TEST_FAILOVER_NOT_AVAILABLE');
  });

  test('of a node group that does not exist is a sentence', async () => {
    const { operation } = await api({}, { nodeGroupIds: ['0009'] });
    expect(await operation.preconditions()).toMatchObject([{ code: 'TEST_FAILOVER_NODE_GROUP_UNKNOWN' }]);
    await expect(operation.run(timeline().context)).rejects.toThrow(/AWS_NODE_GROUP_NOT_FOUND: .*none of 0009/);
  });

  test('is asked again while the group is busy or the account throttled', async () => {
    const { standIn, operation } = await api({}, { nodeGroupIds: ['0001'] });
    standIn.failNext('TestFailover', faults.invalidState('Replication group must be available.'));
    standIn.failNext('TestFailover', faults.throttled());
    const { lines, context } = timeline();
    await operation.run(context);
    expect(standIn.calls.filter((action) => action === 'TestFailover')).toHaveLength(3);
    expect(lines.filter((line) => line.startsWith('step'))).toHaveLength(1);
  });

  test('whose answer was lost is not asked for twice: the events say that it was heard', async () => {
    const { standIn, operation } = await api({ change: answerLost('TestFailover') }, { nodeGroupIds: ['0001'] });
    const { lines, context } = timeline();
    await operation.run(context);
    expect(standIn.calls.filter((action) => action === 'TestFailover')).toHaveLength(1);
    expect(lines.at(-1)).toContain('complete: Failover from primary node orders-0001');
  });

  test('that is cut off stops at once, and tells in which state it leaves the group', async () => {
    const { standIn, operation } = await api({}, { nodeGroupIds: ['0002', '0003'] });
    const interrupt = new AbortController();
    const { lines, context } = timeline(interrupt.signal);
    const reason = new Error('Ctrl-C');
    const ended = operation.run({
      ...context,
      step: (what, shardIndex) => {
        interrupt.abort(reason);
        return context.step(what, shardIndex);
      },
    });
    await expect(ended).rejects.toBe(reason);
    await operation.heal(context);
    expect(lines.at(-1)).toBe(
      'note: replication group orders is modifying and node group 0002 is modifying. The service goes on by itself and replaces the failed node; nothing can be put back.',
    );
    await standIn.idle();
    await operation.heal(context);
    expect(lines.at(-1)).toContain('is available');
    expect(standIn.calls.filter((action) => action === 'TestFailover')).toHaveLength(1);
  });

  test('that is never over ends with what was seen last', async () => {
    const stuck: NonNullable<StandInOptions['change']> = (action, result) => {
      if (action !== 'DescribeEvents') return result;
      const { Events } = result as { Events: Event[] };
      return { Events: Events.filter(({ Message }) => Message?.startsWith('Finished recovery') !== true) };
    };
    const { standIn, operation } = await api({ change: stuck }, { nodeGroupIds: ['0001'], recoveryTimeoutMs: 1_000 });
    await expect(operation.run(timeline().context)).rejects.toThrow(
      /WAIT_TIMED_OUT: .*failed node to be replaced in node group 0001, in vain\. Last seen: the event "Failover from primary node/,
    );
    await standIn.idle();
  });

  test('that never ran leaves nothing to say', async () => {
    const { standIn, operation } = await api();
    const { lines, context } = timeline();
    await operation.heal(context);
    expect(lines).toEqual([]);
    expect(standIn.calls).toEqual([]);
  });

  test('says what it does, what it costs and how it is undone before it runs', async () => {
    const { standIn, operation } = await api();
    expect(operation.effect).toContain('every shard of replication group "orders" in eu-west-1');
    expect(operation.cost).toContain('15 node groups');
    expect(operation.undo).toContain('Nothing to undo');
    expect(operation.reversible).toBe(true);
    expect(standIn.calls).toEqual([]);
  });
});

test('the stand-in refuses a second test while the first is not over', async () => {
  const { standIn } = await api();
  const { ElastiCacheClient, TestFailoverCommand } = await import('@aws-sdk/client-elasticache');
  const sdk = new ElastiCacheClient({ endpoint: standIn.endpoint });
  const input = { ReplicationGroupId: 'orders', NodeGroupId: '0001' };
  const answer = await sdk.send(new TestFailoverCommand(input));
  expect(answer.ReplicationGroup?.NodeGroups?.map(({ Status }) => Status)).toEqual([
    'modifying',
    'available',
    'available',
  ]);
  await expect(sdk.send(new TestFailoverCommand({ ...input, NodeGroupId: '0002' }))).rejects.toMatchObject({
    name: 'InvalidReplicationGroupStateFault',
  });
  await expect(sdk.send(new TestFailoverCommand({ ...input, NodeGroupId: '0009' }))).rejects.toMatchObject({
    name: 'NodeGroupNotFoundFault',
  });
  await standIn.idle();
});
