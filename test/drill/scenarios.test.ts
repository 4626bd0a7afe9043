import { createRequire } from 'node:module';
import { describe, expect, test, vi } from 'vitest';
import { nodeRedisKind, reconnectStrategy } from '../../lib/drill/clients/node-redis.ts';
import { drillProblems } from '../../lib/drill/options.ts';
import type { DrillOptions } from '../../lib/drill/run.ts';
import { SCENARIO_NAMES, type ScenarioName, type ScenarioOptions } from '../../lib/drill/scenario.ts';
import { SCENARIOS, scenarioNamed } from '../../lib/drill/scenarios.ts';
import { CAPABILITIES, type Capability, type Target } from '../../lib/drill/target.ts';
import { profile } from '../report/fixture.ts';
import { BUDGETS } from './histories.ts';

/** Only what refusals look at. */
function target(missing: readonly Capability[] = [], replicasPerShard = 1): Target {
  return {
    profile: { expected: { shardCount: 3, replicasPerShard } },
    capabilities: new Set(CAPABILITIES.filter((capability) => !missing.includes(capability))),
    whyNot: (capability: Capability) => `It cannot ${capability}.`,
  } as unknown as Target;
}

function refusals(scenario: ScenarioName, from: Target, options: Partial<ScenarioOptions> = {}): string[] {
  return scenarioNamed(scenario)
    .refusals(from, { oldNode: 'silent', order: 'one-by-one', ...options })
    .map(({ code, message }) => `${code} ${message}`);
}

test('every scenario that has a name has a file, and the other way round', () => {
  expect(SCENARIOS.map(({ name }) => name)).toEqual([...SCENARIO_NAMES]);
});

describe('a scenario', () => {
  test.each(SCENARIO_NAMES)('(%s) is not refused where everything can be done', (name) => {
    expect(refusals(name, target())).toEqual([]);
  });

  test.each([
    ['planned-replacement', 'replace-node', {}],
    ['planned-replacement', 'silence', { oldNode: 'silent' }],
    ['planned-replacement', 'drop-packets', { oldNode: 'dropped' }],
    ['planned-failover', 'fail-over', {}],
    ['crash-primary', 'kill', {}],
    ['freeze-primary', 'pause', {}],
    ['busy-primary', 'occupy', {}],
    ['test-failover', 'test-failover', {}],
    ['engine-to-valkey', 'engine-to-valkey', {}],
    ['global-failover', 'global-failover', {}],
    ['global-disassociate', 'global-disassociate', {}],
    ['access-key-toggle', 'access-key-toggle', {}],
    ['sku-round-trip', 'sku-round-trip', {}],
    ['geo-unlink', 'geo-unlink', {}],
    ['version-upgrade', 'version-upgrade', {}],
  ] as const)('(%s) is refused with the reason where the target cannot %s', (name, capability, options) => {
    expect(refusals(name, target([capability]), options)).toEqual([`CAPABILITY_MISSING It cannot ${capability}.`]);
  });

  test('(planned-replacement, closed) needs no packets to be dropped', () => {
    expect(refusals('planned-replacement', target(['drop-packets', 'silence']), { oldNode: 'closed' })).toEqual([]);
  });

  test.each(['planned-failover', 'crash-primary', 'freeze-primary', 'test-failover'] as const)(
    '(%s) needs a replica',
    (name) => {
      expect(refusals(name, target([], 0))).toEqual([expect.stringContaining('NO_REPLICA')]);
    },
  );

  test('(planned-replacement) brings its own replicas', () => {
    expect(refusals('planned-replacement', target([], 0))).toEqual([]);
  });
});

describe('the options of a drill', () => {
  const good = {
    clients: ['redoubt'],
    ratePerSecond: 400,
    warmUpMs: 0,
    watchMs: 0,
    seed: 1,
    budgets: BUDGETS,
  } as unknown as DrillOptions;

  test('are accepted when they make sense', () => {
    expect(drillProblems(good)).toEqual([]);
  });

  test.each([
    ['ratePerSecond', { ratePerSecond: 0 }],
    ['ratePerSecond', { ratePerSecond: 1.5 }],
    ['ratePerSecond', { ratePerSecond: Number.NaN }],
    ['warmUpMs', { warmUpMs: -1 }],
    ['watchMs', { watchMs: 3_600_001 }],
    ['drainMs', { drainMs: -1 }],
    ['seed', { seed: -1 }],
    ['clients', { clients: [] }],
    ['clients', { clients: ['redoubt', 'redoubt'] }],
    ['clients', { clients: ['jedis'] }],
  ])('are refused with the place when they do not (%s: %j)', (path, change) => {
    const problems = drillProblems({ ...good, ...change } as unknown as DrillOptions);
    expect(problems.map((problem) => `${problem.code} ${problem.path}`)).toEqual([`DRILL_OPTION_INVALID ${path}`]);
  });
});

test('node-redis reconnects at once, then after 50 ms doubling to 5 s, and never gives up', () => {
  const delays = Array.from({ length: 10 }, (_, retries) => reconnectStrategy(retries));
  expect(delays).toEqual([0, 50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
});

describe('the description of node-redis', () => {
  test('says what its release does by default: it reads the topology again while it reconnects', async () => {
    vi.stubEnv('REDIS_PASSWORD', 'of nobody');
    const cluster = await nodeRedisKind.create(profile);
    const single = await nodeRedisKind.create({ ...profile, clientMode: 'single' });
    vi.unstubAllEnvs();
    expect(cluster.description).toContain('createCluster, defaults (topology read again after 5 s of reconnecting)');
    expect(single.description).toContain('createClient, defaults with reconnectStrategy');
  });

  test('is true of the installed release', () => {
    const path = '@redis/client/dist/lib/cluster/cluster-reconnection-tracker.js';
    const { default: Tracker } = createRequire(import.meta.url)(path) as {
      default: new () => { onReconnectionAttempt(id: string, address: string, nowMs: number): boolean };
    };
    const tracker = new Tracker();
    expect([0, 4_999, 5_000].map((nowMs) => tracker.onReconnectionAttempt('1', 'a:1', nowMs))).toEqual([
      false,
      false,
      true,
    ]);
  });
});
