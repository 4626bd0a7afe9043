/** The change of engine, asked of the stand-in by the real SDK, with nodes that are really replaced while clients work. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CloudOperation } from '../../../lib/control/control-plane.ts';
import { elastiCacheControlPlane } from '../../../lib/control/elasticache/control-plane.ts';
import type { EngineToValkeyOptions } from '../../../lib/control/elasticache/engine-to-valkey.ts';
import { runDrill } from '../../../lib/drill/run.ts';
import { cloudTarget } from '../../../lib/drill/targets/cloud.ts';
import type { Lab } from '../../../lib/lab/lab.ts';
import { budgetsSchema } from '../../../lib/topology/deployment.ts';
import type { CheckContext } from '../../../lib/verify/check.ts';
import { verify } from '../../../lib/verify/run.ts';
import { removeBaseDirectory } from '../../lab/support/lab.ts';
import { parametersOf, topologyOf } from './stand-in/description.ts';
import { startDescribableLab } from './stand-in/lab.ts';
import { answerLost, standInSession, timeline } from './stand-in/session.ts';
import { faults, type StandInOptions, startElastiCacheApi } from './stand-in/start.ts';

let lab: Lab;
let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-valkey-'));
  lab = await startDescribableLab();
});
afterAll(async () => {
  await lab?.stop();
  if (lab !== undefined) removeBaseDirectory(dirname(lab.runDirectory));
  await rm(directory, { recursive: true, force: true });
});
afterEach(() => lab.heal());
// Hooks run from the last to the first: what a test has opened is closed before the lab is healed.
const closeAfterwards = standInSession();

/** What the lab's servers say; as Valkey 8.0 when they are to have been changed, because the program stays the same. */
const look = (isValkey: boolean) => async (): Promise<CheckContext> => {
  const { observation } = await verify(lab.profile);
  if (!isValkey) return { profile: lab.profile, observation };
  for (const { info } of [observation.endpoint, ...observation.nodes]) {
    if (info.kind === 'value') Object.assign(info.value, { server_name: 'valkey', valkey_version: '8.0.1' });
  }
  return { profile: lab.profile, observation };
};

async function api(options: Partial<StandInOptions> = {}, engineToValkey: EngineToValkeyOptions = {}) {
  const standIn = await startElastiCacheApi({
    lab,
    engine: { kind: 'redis', version: '7.0.7' },
    parameterGroups: [
      { name: 'orders-valkey', family: 'valkey8', parameters: parametersOf(topologyOf(lab)) },
      { name: 'orders-older', family: 'valkey7', parameters: parametersOf(topologyOf(lab)) },
    ],
    ...options,
  });
  closeAfterwards(standIn.close);
  const controlPlane = elastiCacheControlPlane({
    replicationGroupId: 'orders',
    endpoint: standIn.endpoint,
    engineToValkey: { pollEveryMs: 50, parameterGroupName: 'orders-valkey', ...engineToValkey },
  });
  const operation = controlPlane.operations.find(({ name }) => name === 'engine-to-valkey') as CloudOperation;
  return { standIn, controlPlane, operation };
}

const addresses = () => lab.nodes().map(({ host, port }) => `${host}:${port}`);

describe('engine-to-valkey', () => {
  test('replaces every node under load, is over when API and servers say so, and clients of redoubt lose nothing', async () => {
    const { controlPlane } = await api({}, { servers: look(true) });
    const before = addresses();
    const target = await cloudTarget({
      profile: lab.profile,
      profilePath: lab.profilePath,
      controlPlane,
      meant: lab.profile.deployment,
    });
    try {
      const { result, history } = await runDrill({
        target,
        scenario: 'engine-to-valkey',
        options: { oldNode: 'closed', order: 'one-by-one' },
        clients: ['redoubt'],
        ratePerSecond: 200,
        warmUpMs: 1_000,
        watchMs: 4_000,
        seed: 1,
        budgets: budgetsSchema.parse({}),
        outputDirectory: directory,
      });
      expect(result.proof.evidence[0]).toMatch(
        /^engine changed from Redis OSS to Valkey 8\.0: complete after .*engine valkey, 6 nodes valkey 8\.0\.0; the servers say valkey 8\.0\.1\)/,
      );
      expect(result).toMatchObject({ scenario: 'engine-to-valkey', verdict: 'pass', proof: { faultHappened: true } });
      expect(result.clients).toMatchObject([{ name: 'redoubt', lostAcknowledgedWrites: 0, writesAppliedTwice: 0 }]);
      expect(addresses().filter((address) => before.includes(address))).toEqual([]);
      const told = history.events.map(({ text }) => text);
      expect(told.filter((text) => text.includes('is now of engine valkey'))).toHaveLength(7);
      expect(told.some((text) => text.startsWith("Declare engine 'valkey' and engineVersion '8.0'"))).toBe(true);
    } finally {
      target.close();
    }
  });

  test('is not complete when the servers say something else than the API', async () => {
    const { operation } = await api({}, { servers: look(false), serversTimeoutMs: 1_000 });
    const { lines, context } = timeline();
    await expect(operation.run(context)).rejects.toThrow(
      /ENGINE_TO_VALKEY_SERVERS_DISAGREE: The API says .* Valkey 8\.0 on every node, and the servers say (redis|valkey) \d/,
    );
    expect(lines.some((line) => line.startsWith('complete'))).toBe(false);
    await operation.heal(context);
    expect(lines.at(-1)).toMatch(/is available, engine valkey, 6 nodes valkey 8\.0\.0\. Nothing can be put back\.$/);
  });

  test('needs the deployment to be named, because it cannot be undone', async () => {
    const { standIn, controlPlane, operation } = await api();
    expect(operation.reversible).toBe(false);
    const target = await cloudTarget({ profile: lab.profile, profilePath: lab.profilePath, controlPlane });
    try {
      expect(await target.preflight('engine-to-valkey')).toMatchObject([{ code: 'OPERATION_NOT_REVERSIBLE' }]);
    } finally {
      target.close();
    }
    expect(standIn.calls).not.toContain('ModifyReplicationGroup');
  });

  test('is refused before anything is asked for when it is Valkey, or the parameter group does not fit', async () => {
    const valkey = await api({ engine: { kind: 'valkey', version: '8.0.1' } });
    expect(await valkey.operation.preconditions()).toMatchObject([{ code: 'ENGINE_TO_VALKEY_NOT_REDIS' }]);
    const older = await api({}, { parameterGroupName: 'orders-older' });
    expect(await older.operation.preconditions()).toMatchObject([{ code: 'ENGINE_TO_VALKEY_PARAMETER_GROUP_FAMILY' }]);
    const nowhere = await api({}, { parameterGroupName: 'nowhere' });
    await expect(nowhere.operation.preconditions()).rejects.toThrow(
      /AWS_PARAMETER_GROUP_NOT_FOUND: .*nowhere not found/,
    );
    expect(older.standIn.calls).not.toContain('ModifyReplicationGroup');
  });

  test('that the service refuses ends with one sentence, and nothing has moved', async () => {
    const { operation } = await api({}, { parameterGroupName: 'orders-older' });
    const before = addresses();
    await expect(operation.run(timeline().context)).rejects.toThrow(
      /AWS_REQUEST_REFUSED: .*Expected a parameter group of family valkey8 but found one of family valkey7.*Nothing was changed/,
    );
    expect(addresses()).toEqual(before);
  });

  test('is asked again while the group is busy, and not twice when the answer was lost', async () => {
    const { standIn, operation } = await api({ change: answerLost('ModifyReplicationGroup') });
    standIn.failNext('ModifyReplicationGroup', faults.invalidState('Replication group must be available.'));
    const { lines, context } = timeline();
    await operation.run(context);
    expect(standIn.calls.filter((action) => action === 'ModifyReplicationGroup')).toHaveLength(2);
    expect(lines.filter((line) => line.startsWith('step'))).toHaveLength(1);
    expect(lines.at(-2)).toMatch(/complete: .*; the servers were not asked$/);
  });

  test('that the service gives up on is told as that', async () => {
    const asBefore: NonNullable<StandInOptions['change']> = (action, result) => {
      if (action !== 'DescribeReplicationGroups') return result;
      const { ReplicationGroups } = result as { ReplicationGroups: object[] };
      return {
        ReplicationGroups: ReplicationGroups.map((group) => ({ ...group, Status: 'available', Engine: 'redis' })),
      };
    };
    const { standIn, operation } = await api({ change: asBefore }, { unchangedTimeoutMs: 300 });
    await expect(operation.run(timeline().context)).rejects.toThrow(
      /ENGINE_TO_VALKEY_NOT_DONE: The service accepted the change .* left .* as it was: .*engine redis/,
    );
    await standIn.idle();
  });

  test('that is cut off stops at once, and tells in which state it leaves the group', async () => {
    const { standIn, operation } = await api();
    const interrupt = new AbortController();
    const { lines, context } = timeline(interrupt.signal);
    const reason = new Error('Ctrl-C');
    const ended = operation.run({
      ...context,
      step: (what) => {
        interrupt.abort(reason);
        return context.step(what);
      },
    });
    await expect(ended).rejects.toBe(reason);
    await operation.heal(context);
    expect(lines.at(-1)).toMatch(
      /is modifying, engine redis, .*The service goes on by itself; nothing can be put back\.$/,
    );
    await standIn.idle();
  });

  test('that never ran leaves nothing to say, and says before it runs what it does, costs and needs afterwards', async () => {
    const { standIn, operation } = await api();
    const { lines, context } = timeline();
    await operation.heal(context);
    expect(lines).toEqual([]);
    expect(operation.effect).toContain('from Redis OSS to Valkey 8.0 with the parameter group orders-valkey, in place');
    expect(operation.cost).toContain('Tens of minutes');
    expect(operation.undo).toContain('cannot be undone');
    expect(operation.afterwards).toContain('cdk deploy --revert-drift');
    expect(standIn.calls).toEqual([]);
  });
});
