/** A region's failover, asked of the stand-in by the real SDK, with servers that really refuse writes meanwhile. */
import { describe, expect, test, vi } from 'vitest';
import type { CloudOperation } from '../../../../lib/control/control-plane.ts';
import { elastiCacheControlPlane } from '../../../../lib/control/elasticache/control-plane.ts';
import { cloudTarget } from '../../../../lib/drill/targets/cloud.ts';
import { takeWrites } from '../stand-in/copied-regions.ts';
import { answerLost, timeline } from '../stand-in/session.ts';
import { faults, type StandInOptions, startElastiCacheApi } from '../stand-in/start.ts';
import { OTHER_REGION, readFrom, writeTo } from '../stand-in/two-regions.ts';
import { globalSession, writesTo } from './session.ts';

const { regions, closeAfterwards, api, drill } = globalSession('global-failover');

const failovers = (calls: readonly string[]) => calls.filter((action) => action === 'FailoverGlobalReplicationGroup');

describe('a drill of global-failover', () => {
  test('moves the primary there and back; redoubt waits for it, a client that does not is refused, and the report says how long', async () => {
    const { result } = await drill({});
    expect(result.verdict, JSON.stringify(result)).toBe('pass');
    expect(result.proof.evidence[0]).toMatch(
      /^the primary of abcde-orders moved from eu-west-1 to us-east-2: complete after .*orders in eu-west-1 is secondary and associated and orders-ohio in us-east-2 is primary and associated; its servers accept 0 of 64 writes, refuse 64 \(NOREPLICAS/,
    );
    expect(result.proof.evidence[1]).toMatch(
      /^the primary of abcde-orders moved from us-east-2 to eu-west-1: .*; its servers accept 64 of 64 writes\)/,
    );
    const [redoubt, naive] = result.clients;
    expect(redoubt).toMatchObject({
      name: 'redoubt',
      operations: { fail: 0 },
      lostAcknowledgedWrites: 0,
      recovered: true,
    });
    expect(redoubt?.outageMs.total).toBeGreaterThan(1_000);
    expect(naive?.operations.fail).toBeGreaterThan(50);
    expect(naive?.findings).toContainEqual({
      code: 'FAILED_WRITES',
      verdict: 'pass',
      message: `${naive?.operations.fail} writes failed, ${naive?.operations.fail} of them while none was accepted by design, which is not held against the client; 0 allowed.`,
    });
  });

  test('sees the acknowledged writes that were not copied in time, and does not hold them against the client', async () => {
    const isLate = (key: string) => key.startsWith('redoubt:drill:') && key.endsWith('7');
    const { result } = await drill(
      { clients: ['redoubt'] },
      { secondary: { lab: regions.there, region: OTHER_REGION, isLate } },
    );
    const [redoubt] = result.clients;
    expect(redoubt?.lostAcknowledgedWrites).toBeGreaterThan(0);
    expect(result.verdict, JSON.stringify(result)).toBe('pass');
  });

  test('that is interrupted while the role is elsewhere makes this region the primary again before it ends', async () => {
    const { here, there } = regions;
    const interrupt = new AbortController();
    const said: string[] = [];
    const progress = (line: string) => {
      said.push(line);
      if (line.includes('moved from eu-west-1')) interrupt.abort(new Error('Ctrl-C'));
    };
    await expect(drill({ clients: ['redoubt'], signal: interrupt.signal, progress })).rejects.toThrow('Ctrl-C');
    expect(said).toContainEqual(expect.stringMatching(/accept 64 of 64 writes\. Nothing is left to be put back\.$/));
    expect(await writesTo(here)).toMatchObject({ accepted: 64 });
    expect(await writesTo(there)).toMatchObject({ accepted: 0 });
  });

  test('is refused until the deployment is named, before anything is asked for', async () => {
    const { here } = regions;
    const { standIn, controlPlane } = await api({ tags: [{ Key: 'Environment', Value: 'production' }] });
    const target = await cloudTarget({ profile: here.profile, profilePath: here.profilePath, controlPlane });
    try {
      expect(await target.preflight('global-failover')).toMatchObject([
        { code: 'OPERATION_NOT_MEANT' },
        { code: 'GLOBAL_FAILOVER_PRODUCTION' },
      ]);
    } finally {
      target.close();
    }
    expect(failovers(standIn.calls)).toEqual([]);
  });
});

describe('global-failover', () => {
  test('makes the other region take writes and this one refuse them, keeps what was written there, and ends as it began', async () => {
    const { here, there } = regions;
    let meanwhile: unknown;
    const { operation } = await api(
      {},
      {
        writes: async () => {
          const answers = await writesTo(here);
          if (answers.accepted === 0 && meanwhile === undefined) {
            meanwhile = await writesTo(there);
            await writeTo(there, 'written-in-ohio', 'yes');
          }
          return answers;
        },
      },
    );
    expect(await operation.preconditions()).toEqual([]);
    const { lines, context } = timeline();
    await writeTo(here, 'written-before', 'yes');
    await operation.run(context);
    expect(meanwhile).toEqual({ asked: 64, accepted: 64, refused: 0 });
    expect(await readFrom(here, 'written-before')).toBe('yes');
    expect(await readFrom(here, 'written-in-ohio')).toBe('yes');
    expect(await writesTo(there)).toMatchObject({ accepted: 0, refused: 64 });
    expect(lines.filter((line) => !line.startsWith('complete'))).toEqual([
      'note: FailoverGlobalReplicationGroup is asked for: orders-ohio in us-east-2 as the primary',
      'step: the primary of abcde-orders moved from eu-west-1 to us-east-2',
      'note: FailoverGlobalReplicationGroup is asked for: orders in eu-west-1 as the primary',
      'step: the primary of abcde-orders moved from us-east-2 to eu-west-1',
    ]);
    expect(lines.filter((line) => line.startsWith('complete'))).toHaveLength(2);
    const before = lines.length;
    await operation.heal(context);
    expect(lines).toHaveLength(before);
    expect(operation.byHand?.()).toBeUndefined();
  });

  test('asked of the group of the secondary says which region is the primary', async () => {
    const { standIn } = await api();
    const { operations } = elastiCacheControlPlane({
      replicationGroupId: 'orders-ohio',
      region: OTHER_REGION,
      endpoint: standIn.endpoint,
    });
    const operation = operations.find(({ name }) => name === 'global-failover') as CloudOperation;
    const [problem, ...others] = await operation.preconditions();
    expect(problem).toMatchObject({ code: 'GLOBAL_FAILOVER_NOT_PRIMARY', overridable: false });
    expect(problem?.message).toContain('The primary is orders in eu-west-1');
    expect(others.map(({ code }) => code)).toEqual([]);
  });

  test('of a group without a Global Datastore is refused', async () => {
    const standIn = await startElastiCacheApi({ lab: regions.here });
    closeAfterwards(standIn.close);
    const { operations } = elastiCacheControlPlane({ replicationGroupId: 'orders', endpoint: standIn.endpoint });
    const operation = operations.find(({ name }) => name === 'global-failover') as CloudOperation;
    expect(await operation.preconditions()).toMatchObject([{ code: 'GLOBAL_FAILOVER_NOT_MEMBER' }]);
    await expect(operation.run(timeline().context)).rejects.toThrow(
      /AWS_GLOBAL_DATASTORE_NOT_FOUND: The replication group "orders" in eu-west-1 has no secondary .* nothing was asked for/,
    );
    expect(failovers(standIn.calls)).toEqual([]);
  });

  test('is not complete when the servers still take writes that the API says they refuse; then the role is taken back', async () => {
    const { standIn, operation } = await api(
      {},
      { writes: async () => ({ asked: 64, accepted: 64, refused: 0 }), serversTimeoutMs: 200 },
    );
    const { lines, context } = timeline();
    await expect(operation.run(context)).rejects.toThrow(
      /GLOBAL_SERVERS_DISAGREE: The API says: .*orders-ohio in us-east-2 is primary.* should therefore be refused, and its servers accept 64 of 64 writes\. Find out which is right/,
    );
    expect(lines.some((line) => line.startsWith('complete'))).toBe(false);
    expect(operation.byHand?.()).toBe(
      'Make it the primary by hand: aws elasticache failover-global-replication-group --region eu-west-1 --global-replication-group-id abcde-orders --primary-region eu-west-1 --primary-replication-group-id orders. If that is refused, ask with --region us-east-2.',
    );
    await operation.heal(context);
    expect(lines.at(-1)).toMatch(/orders in eu-west-1 is primary .*Nothing is left to be put back\.$/);
    expect(await writesTo(regions.here)).toMatchObject({ accepted: 64 });
    expect(failovers(standIn.calls)).toHaveLength(2);
  });

  test('that is cut off waits for what runs and makes this region the primary again', async () => {
    const { standIn, operation } = await api();
    const interrupt = new AbortController();
    const reason = new Error('Ctrl-C');
    const { lines, context } = timeline(interrupt.signal, () => interrupt.abort(reason));
    await expect(operation.run(context)).rejects.toBe(reason);
    await operation.heal(context);
    expect(lines.at(-1)).toMatch(/its servers accept 64 of 64 writes\. Nothing is left to be put back\.$/);
    expect(await writesTo(regions.here)).toMatchObject({ accepted: 64 });
    expect(await writesTo(regions.there)).toMatchObject({ accepted: 0 });
    expect(failovers(standIn.calls)).toHaveLength(2);
  });

  test('that is cut off on its way back is not asked for again', async () => {
    const { standIn, operation } = await api();
    const interrupt = new AbortController();
    const reason = new Error('Ctrl-C');
    const { lines, context } = timeline(interrupt.signal, (what) => {
      if (what.endsWith('to eu-west-1')) interrupt.abort(reason);
    });
    await expect(operation.run(context)).rejects.toBe(reason);
    await operation.heal(context);
    expect(lines.at(-1)).toContain('Nothing is left to be put back.');
    expect(failovers(standIn.calls)).toHaveLength(2);
  });

  test('that the service refuses to undo ends with the command for it', async () => {
    const { standIn, operation } = await api();
    const interrupt = new AbortController();
    const { context } = timeline(interrupt.signal, () => interrupt.abort(new Error('Ctrl-C')));
    await expect(operation.run(context)).rejects.toThrow('Ctrl-C');
    await standIn.idle();
    standIn.failNext('FailoverGlobalReplicationGroup', faults.accessDenied('FailoverGlobalReplicationGroup'));
    await expect(operation.heal(context)).rejects.toThrow(
      /AWS_NOT_HEALED: orders in eu-west-1 could not be made the primary of abcde-orders again: AWS_ACCESS_DENIED: .*Make it the primary by hand: aws elasticache failover-global-replication-group --region eu-west-1/,
    );
    // What was not healed is still to be healed.
    await operation.heal(context);
    expect(await writesTo(regions.here)).toMatchObject({ accepted: 64 });
  });

  test('is asked again while the datastore is busy or the API throttles, and not twice when the answer was lost', async () => {
    const { standIn, operation } = await api({ change: answerLost('FailoverGlobalReplicationGroup') });
    standIn.failNext('FailoverGlobalReplicationGroup', faults.invalidGlobalState('modifying'));
    standIn.failNext('FailoverGlobalReplicationGroup', faults.throttled());
    const { lines, context } = timeline();
    await operation.run(context);
    // Busy, throttled, heard without an answer; then the way back.
    expect(failovers(standIn.calls)).toHaveLength(4);
    expect(lines.filter((line) => line.startsWith('step'))).toHaveLength(2);
  });

  test('that the service does not know, or never finishes, ends with what was seen last', async () => {
    const gone = await api();
    gone.standIn.failNext('DescribeGlobalReplicationGroups', faults.globalGroupNotFound('abcde-orders'));
    await expect(gone.operation.preconditions()).rejects.toThrow(
      /AWS_GLOBAL_DATASTORE_NOT_FOUND: .*abcde-orders not found.*describe-global-replication-groups/,
    );
    const stuck: NonNullable<StandInOptions['change']> = (action, result) => {
      if (action !== 'DescribeGlobalReplicationGroups') return result;
      const { GlobalReplicationGroups } = result as { GlobalReplicationGroups: object[] };
      return { GlobalReplicationGroups: GlobalReplicationGroups.map((one) => ({ ...one, Status: 'modifying' })) };
    };
    await gone.standIn.close();
    const never = await api({ change: stuck }, { changeTimeoutMs: 300 });
    await expect(never.operation.run(timeline().context)).rejects.toThrow(
      /WAIT_TIMED_OUT: .*orders-ohio in us-east-2 to be the primary of abcde-orders, in vain\. Last seen: Global Datastore abcde-orders is modifying/,
    );
    await never.standIn.idle();
  });

  test('that never ran leaves nothing to say, and says before it runs what it does, costs and how it is undone', async () => {
    const { standIn, operation } = await api({}, { otherRegion: OTHER_REGION });
    const { lines, context } = timeline();
    await operation.heal(context);
    expect(lines).toEqual([]);
    expect(operation.effect).toMatch(/^Makes us-east-2 the primary .* refuses writes from the first until the second/);
    expect(operation.cost).toContain('Minutes, twice');
    expect(operation.undo).toContain('made the primary again at the end');
    expect(operation.deliberate).toContain('from accepting writes for minutes');
    expect(standIn.calls).toEqual([]);
  });
});

describe('the question whether servers take writes', () => {
  test('has an answer for each place, and leaves nothing behind', async () => {
    const { here } = regions;
    expect(await writesTo(here)).toEqual({ asked: 64, accepted: 64, refused: 0 });
    await takeWrites(here, false);
    const refused = await writesTo(here).finally(() => takeWrites(here, true));
    expect(refused).toMatchObject({ accepted: 0, refused: 64, words: expect.stringMatching(/^NOREPLICAS/) });
    await vi.waitFor(async () => expect(await readFrom(here, 'redoubt:drill:write:{0}')).toBeNull(), 5_000);
  });

  test('does not take silence for a refusal', async () => {
    const { here } = regions;
    // With its replica, so that nobody takes over.
    for (const { id, shardIndex } of here.nodes()) if (shardIndex === 0) await here.freeze(id);
    const { asked, accepted, refused } = await writesTo(here).finally(() => here.heal());
    expect(refused).toBe(0);
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(asked);
  });
});

test('the stand-in refuses what the service is documented to refuse', async () => {
  const { standIn } = await api();
  const { ElastiCacheClient, FailoverGlobalReplicationGroupCommand, DescribeGlobalReplicationGroupsCommand } =
    await import('@aws-sdk/client-elasticache');
  const sdk = new ElastiCacheClient({ endpoint: standIn.endpoint, maxAttempts: 1 });
  const input = {
    GlobalReplicationGroupId: 'abcde-orders',
    PrimaryRegion: OTHER_REGION,
    PrimaryReplicationGroupId: 'orders-ohio',
  };
  const ask = (change: object) => sdk.send(new FailoverGlobalReplicationGroupCommand({ ...input, ...change }));
  await expect(ask({ GlobalReplicationGroupId: 'elsewhere' })).rejects.toMatchObject({
    name: 'GlobalReplicationGroupNotFoundFault',
  });
  await expect(ask({ PrimaryRegion: 'eu-west-1' })).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  const answer = await ask({});
  expect(answer.GlobalReplicationGroup?.Status).toBe('modifying');
  await expect(ask({})).rejects.toMatchObject({ name: 'InvalidGlobalReplicationGroupStateFault' });
  const describe = new DescribeGlobalReplicationGroupsCommand({ GlobalReplicationGroupId: 'abcde-orders' });
  const { GlobalReplicationGroups } = await sdk.send(describe);
  // Members are told to those who ask for them.
  expect(GlobalReplicationGroups?.map(({ Members }) => Members ?? [])).toEqual([[]]);
  await standIn.idle();
});
