/** A drill of something that is not known as a lab: only its profile and a control plane, as with a deployment in a cloud. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { deploymentNamed } from '../../deployments/index.ts';
import { waitUntil } from '../../lib/base/wait-until.ts';
import { connect } from '../../lib/client/connect.ts';
import type { CloudOperation, ControlPlane } from '../../lib/control/control-plane.ts';
import type { ClaimTrouble } from '../../lib/drill/history.ts';
import { lookAtServers } from '../../lib/drill/observer.ts';
import { type DrillOptions, runDrill } from '../../lib/drill/run.ts';
import type { Claim, Target } from '../../lib/drill/target.ts';
import { cloudTarget } from '../../lib/drill/targets/cloud.ts';
import { claimByKey } from '../../lib/drill/targets/drill-key.ts';
import { openServers } from '../../lib/drill/targets/servers-by-profile.ts';
import type { Lab } from '../../lib/lab/lab.ts';
import { startLab } from '../../lib/lab/start.ts';
import { asAdministrator } from '../control/elasticache/stand-in/administered.ts';

const deployment = deploymentNamed('azure-oss');
let lab: Lab;
let directory: string;
const ignored = () => undefined;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-cloud-drill-'));
  lab = await startLab({
    deployment: deployment.name,
    topology: deployment.topology,
    baseDirectory: directory,
    detached: false,
  });
});

afterAll(async () => {
  await lab?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** A control plane whose one operation really crashes the first shard's primary. */
function crashing(healed: string[], crash = () => crashFirst()): ControlPlane {
  const operation: CloudOperation = {
    name: 'test-failover',
    effect: 'One primary is lost.',
    cost: 'Nothing.',
    undo: 'The node comes back by itself.',
    reversible: true,
    preconditions: async () => [],
    run: async ({ step, event, signal }) => {
      const done = step('the first shard fails over', 0);
      const old = await crash();
      await waitUntil({
        what: 'the failover',
        timeoutMs: 20_000,
        everyMs: 50,
        signal,
        probe: async () => (await lab.serverView()).shards[0]?.primaryNodeId !== old || undefined,
      });
      event('promotion', 'the first shard has another primary');
      await lab.restart(old);
      done('the lab said so');
    },
    heal: async () => void healed.push('test-failover'),
  };
  return { subject: 'the control plane of the test', compare: async () => [], operations: [operation] };
}

async function crashFirst(): Promise<string> {
  const old = (await lab.serverView()).shards[0]?.primaryNodeId ?? '';
  await lab.crash(old);
  return old;
}

async function withTarget<Result>(controlPlane: ControlPlane | undefined, use: (target: Target) => Promise<Result>) {
  const target = await cloudTarget({
    profile: lab.profile,
    profilePath: lab.profilePath,
    ...(controlPlane === undefined ? {} : { controlPlane }),
  });
  try {
    return await use(target);
  } finally {
    target.close();
  }
}

function optionsFor(target: Target, change: Partial<DrillOptions>): DrillOptions {
  return {
    target,
    scenario: 'test-failover',
    options: { oldNode: 'silent', order: 'one-by-one' },
    clients: ['redoubt'],
    ratePerSecond: 200,
    warmUpMs: 1_000,
    watchMs: 5_000,
    seed: 1,
    budgets: deployment.budgets,
    outputDirectory: join(directory, 'out'),
    ...change,
  };
}

describe('the servers by their profile', () => {
  test('are the same as the lab’s administrator sees', async () => {
    const servers = await openServers(lab.profile);
    try {
      const view = await servers.serverView();
      const seen = new Map(servers.nodes().map((node) => [node.id, `${node.host}:${node.port}`]));
      const known = new Map(lab.nodes().map((node) => [node.id, `${node.host}:${node.port}`]));
      const truth = await lab.serverView();
      expect(view.shards.map(({ slots, primaryNodeId }) => [slots, seen.get(primaryNodeId)])).toEqual(
        truth.shards.map(({ slots, primaryNodeId }) => [slots, known.get(primaryNodeId)]),
      );
      expect([...seen.values()].sort()).toEqual([...known.values()].sort());
      expect(servers.topologyIsHidden).toBe(false);
      expect(servers.serverVersion).toBe(lab.serverVersion);
    } finally {
      servers.close();
    }
  });

  test('are the same for two who ask at the same time, as the observer and the look at the end may', async () => {
    const servers = await openServers(lab.profile);
    try {
      const [one, two] = await Promise.all([servers.serverView(), servers.serverView()]);
      expect(one.shards.map(({ slots }) => slots.length)).toEqual([1, 1, 1]);
      expect(two).toEqual(one);
    } finally {
      servers.close();
    }
  });

  test('that cannot be reached are one sentence', async () => {
    const nowhere = { ...lab.profile, endpoint: { ...lab.profile.endpoint, port: 1 } };
    await expect(openServers(nowhere)).rejects.toThrow(/SERVERS_UNREACHABLE: .*:1 cannot be asked for its servers/);
  });

  test('that refuse the login are one sentence, without the password', async () => {
    const environment = { REDIS_PASSWORD: 'not the one' };
    const wrong = {
      ...lab.profile,
      authentication: {
        ...lab.profile.authentication,
        secret: { kind: 'environment', variable: 'REDIS_PASSWORD' } as const,
      },
    };
    const failure = await openServers(wrong, environment).catch((error: Error) => error.message);
    expect(failure).toMatch(/SERVERS_UNREACHABLE: .*WRONGPASS/);
    expect(failure).not.toContain('not the one');
  });
});

test('the servers behind a single endpoint are hidden: it answers, or nothing is known', async () => {
  const enterprise = deploymentNamed('azure-enterprise');
  const behind = await startLab({
    deployment: enterprise.name,
    topology: enterprise.topology,
    baseDirectory: directory,
    detached: false,
  });
  const servers = await openServers(behind.profile);
  try {
    expect(servers.topologyIsHidden).toBe(true);
    const { shards } = await servers.serverView();
    expect(shards.map(({ primaryNodeId }) => primaryNodeId)).toEqual(['endpoint', 'endpoint', 'endpoint']);
    expect(await lookAtServers(servers, () => 7)).toEqual({ atMs: 7, slotsCovered: 16_384, nodes: [] });
    await behind.stop();
    expect(await servers.serverView()).toEqual({ shards: [] });
    expect(await lookAtServers(servers, () => 7)).toEqual({ atMs: 7, slotsCovered: 0, nodes: [] });
  } finally {
    servers.close();
    await behind.stop();
  }
});

test('without cluster mode the primary is who says so where the endpoint’s name leads, and a replica there is none', async () => {
  const single = deploymentNamed('elasticache-single');
  const pair = await startLab({
    deployment: single.name,
    topology: single.topology,
    baseDirectory: directory,
    detached: false,
  });
  const servers = await openServers(pair.profile);
  try {
    const primaryOf = async () => {
      const [shard, ...others] = (await servers.serverView()).shards;
      expect(others).toEqual([]);
      return servers.nodes().find(({ id }) => id === shard?.primaryNodeId);
    };
    expect(servers.topologyIsHidden).toBe(false);
    const before = await primaryOf();
    const [first, second] = pair.nodes();
    expect(before).toMatchObject({ host: first?.host, port: first?.port, shardIndex: 0 });
    await pair.promote(second?.id ?? '');
    const after = await primaryOf();
    expect(after).toMatchObject({ host: second?.host, port: second?.port });
    const misled = await openServers({
      ...pair.profile,
      endpoint: pair.profile.readerEndpoint ?? pair.profile.endpoint,
    });
    expect(await misled.serverView()).toEqual({ shards: [] });
    misled.close();
  } finally {
    servers.close();
    await pair.stop();
  }
});

describe('a cloud’s own failover', () => {
  test('is drilled with the same measurements, and proven by the servers themselves', async () => {
    const healed: string[] = [];
    const { history, result } = await withTarget(crashing(healed), (target) => runDrill(optionsFor(target, {})));
    expect(result.verdict, JSON.stringify(result.proof)).toBe('pass');
    expect(history.faults).toMatchObject([{ shardIndex: 0, promotedMs: expect.any(Number) }]);
    expect(history.operations).toMatchObject([{ what: 'the first shard fails over', evidence: 'the lab said so' }]);
    expect(result.promotionMs.max).toBeGreaterThan(0);
    expect(healed).toEqual(['test-failover']);
  });

  test('that is interrupted is healed all the same', async () => {
    const healed: string[] = [];
    const controller = new AbortController();
    const control = crashing(healed, async () => {
      controller.abort(new Error('enough'));
      return (await lab.serverView()).shards[0]?.primaryNodeId ?? '';
    });
    const drill = withTarget(control, (target) => runDrill(optionsFor(target, { signal: controller.signal })));
    await expect(drill).rejects.toThrow('enough');
    expect(healed).toEqual(['test-failover']);
  });

  test('is refused, before any load, when its preconditions do not hold', async () => {
    const control = crashing([]);
    const [operation] = control.operations as [CloudOperation];
    const refusing = {
      ...operation,
      preconditions: async () => [{ code: 'QUOTA_USED_UP', message: 'Fifteen in a day.', overridable: false }],
    };
    const drill = withTarget({ ...control, operations: [refusing] }, (target) => runDrill(optionsFor(target, {})));
    await expect(drill).rejects.toThrow('QUOTA_USED_UP: Fifteen in a day.');
  });

  test('is refused with the reason where there is no control plane', async () => {
    const drill = withTarget(undefined, (target) => runDrill(optionsFor(target, {})));
    await expect(drill).rejects.toThrow(/CAPABILITY_MISSING: "test-failover" is asked of a cloud, and only a profile/);
  });

  test('keeps a second drill away', async () => {
    const first = await withTarget(undefined, async (target) => {
      const claim = await target.claim(ignored);
      try {
        return await withTarget(undefined, (other) =>
          other.claim(ignored).then(
            () => 'claimed',
            (error: Error) => error.message,
          ),
        );
      } finally {
        await claim.release();
      }
    });
    expect(first).toMatch(/DRILL_IN_PROGRESS/);
    await withTarget(undefined, async (target) => (await target.claim(ignored)).release());
  });
});

describe('the sign that a drill is under way', () => {
  const KEY = 'redoubt:drill:claim';
  const told: ClaimTrouble[] = [];
  let claim: Claim;
  let client: Awaited<ReturnType<typeof connect>>;

  beforeEach(async () => {
    told.length = 0;
    client = await connect(lab.profile, { log: 'silent' });
  });
  afterEach(async () => {
    await claim?.release();
    await client.del(KEY);
    client.disconnect();
  });
  const claimed = async () => {
    claim = await claimByKey(lab.profile, (trouble) => void told.push(trouble), 50);
  };
  const kinds = () => told.map(({ kind }) => kind);

  test('that is renewed says nothing, and is gone when it is released', async () => {
    await claimed();
    const owner = await client.get(KEY);
    await client.pexpire(KEY, 5_000);
    await vi.waitFor(async () => expect(await client.pttl(KEY)).toBeGreaterThan(50_000), 10_000);
    await claim.confirm();
    expect(told).toEqual([]);
    expect(await client.get(KEY)).toBe(owner);
    await claim.release();
    expect(await client.get(KEY)).toBeNull();
  });

  test('comes back when it was lost, which is told once', async () => {
    await claimed();
    const owner = await client.get(KEY);
    for (const _time of [1, 2]) {
      await client.del(KEY);
      await vi.waitFor(async () => expect(await client.get(KEY)).toBe(owner), 10_000);
    }
    await claim.confirm();
    expect(kinds()).toEqual(['lost']);
    expect(told[0]?.message).toContain('was gone and has been put up again');
  });

  test('is never taken from another, who is told of', async () => {
    await claimed();
    await client.set(KEY, 'another');
    await claim.confirm();
    expect(kinds()).toEqual(['taken']);
    await claim.release();
    expect(await client.get(KEY)).toBe('another');
  });

  test('whose renewal is refused is told of at once, and another’s is seen all the same', async () => {
    await withoutScripts(async () => {
      await claimed();
      expect(kinds()).toEqual(['not-renewed']);
      expect(told[0]?.message).toMatch(/cannot be renewed: NOPERM.* allow the user EVAL/);
      await claim.confirm();
      expect(kinds()).toEqual(['not-renewed']);
      await client.set(KEY, 'another');
      await claim.confirm();
    });
    expect(kinds()).toEqual(['not-renewed', 'taken']);
  });

  test('that is another’s at the end of a drill leaves nothing proven', async () => {
    const { history, result } = await withTarget(crashing([]), (target) =>
      runDrill(
        optionsFor(target, {
          progress: (line) => {
            if (line.startsWith('load:')) void client.set(KEY, 'another');
          },
        }),
      ),
    );
    expect(result.verdict).toBe('unknown');
    expect(result.proof.evidence[0]).toContain('Another drill has put up its own sign');
    expect(history.claim?.map(({ kind }) => kind)).toEqual(['taken']);
  });

  /** The application's user may run no scripts meanwhile. */
  async function withoutScripts(use: () => Promise<void>): Promise<void> {
    const user = lab.profile.authentication.userName ?? 'default';
    const may = (right: string) =>
      asAdministrator(lab, async (ask) => {
        for (const node of lab.nodes()) await ask(node, [['ACL', 'SETUSER', user, right]]);
      });
    await may('-eval');
    await use().finally(() => may('+eval'));
  }
});

describe('watching a maintenance', () => {
  const watch = {
    scenario: 'watch-maintenance',
    options: { oldNode: 'silent', order: 'one-by-one', windowMs: 4_000 },
  } as const;

  test('reports what the provider did, by the servers and by the client', async () => {
    const { history, result } = await withTarget(undefined, (target) =>
      runDrill(
        optionsFor(target, {
          ...watch,
          progress: (line) => {
            if (line.startsWith('waiting')) void replaceOnePrimary();
          },
        }),
      ),
    );
    expect(result.verdict, JSON.stringify(result.proof)).toBe('pass');
    expect(history.faults.length).toBeGreaterThan(0);
    expect(result.proof.evidence.join(' ')).toMatch(/the primary moved from .* left the deployment/);
  });

  test('is unknown when nothing happened in the window', async () => {
    const { result } = await withTarget(undefined, (target) => runDrill(optionsFor(target, watch)));
    expect(result.verdict, JSON.stringify(result.proof)).toBe('unknown');
    expect(result.proof.evidence[0]).toMatch(/^Nothing happened while it was watched/);
  });

  async function replaceOnePrimary(): Promise<void> {
    const old = (await lab.serverView()).shards[1]?.primaryNodeId ?? '';
    const fresh = await lab.addReplica(1);
    await lab.promote(fresh.id);
    await lab.retire(old, 'closed');
  }
});
