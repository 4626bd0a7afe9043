import { describe, expect, test } from 'vitest';
import { type PlanSubject, planText } from '../../bin/drill-plan.ts';
import { drillSettings } from '../../bin/drill-steps.ts';
import type { Servers } from '../../lib/drill/target.ts';
import { profile } from '../report/fixture.ts';

const SETTINGS = drillSettings({
  scenario: ['planned-failover'],
  clients: ['ioredis'],
  seed: 7,
  output: 'out',
  format: 'text',
  report: [],
});

const SERVERS: Servers = {
  serverVersion: '7.4.1',
  observeEveryMs: 250,
  topologyIsHidden: false,
  nodes: () =>
    ['a', 'b', 'c', 'd'].map((id, shardIndex) => ({ id, host: `10.0.0.${shardIndex}`, port: 8500, shardIndex: 0 })),
  serverView: async () => ({
    shards: [{ shardIndex: 0, slots: [], primaryNodeId: 'a', replicaNodeIds: ['b', 'c', 'd'], epoch: 1 }],
  }),
  retiredAddresses: () => [],
};

const UNASKED: Omit<PlanSubject, 'close'> = {
  profile,
  capabilities: new Set(),
  whyNot: () => '',
  preflight: async () => [
    { code: 'UNHEALTHY', message: 'A node is down, and so nothing may be disturbed at all now.' },
  ],
  operations: [
    {
      name: 'sku-round-trip',
      effect: 'Every node is replaced twice, and each of them takes some minutes of the window.',
      cost: 'An hour of a larger size.',
      undo: 'The data of before is gone.',
      reversible: true,
      preconditions: async () => [],
      run: async () => undefined,
      heal: async () => undefined,
    },
  ],
};

const planned = (target: Omit<PlanSubject, 'close'>, columns?: number, settings = SETTINGS) =>
  planText(target, settings, new AbortController().signal, columns);
const longerThan = (columns: number, text: string) => text.split('\n').filter((line) => line.length > columns);

describe('a plan', () => {
  test.each([60, 80])('fits a terminal of %i columns, whatever it says', async (columns) => {
    const scenarios = ['planned-failover', 'sku-round-trip'] as const;
    for (const target of [
      { ...UNASKED, servers: SERVERS },
      { ...UNASKED, whyUnasked: 'The variable SHOP is not set.' },
    ]) {
      expect(longerThan(columns, await planned(target, columns, { ...SETTINGS, scenarios }))).toEqual([]);
    }
  });

  test('is as wide as 80 columns where nobody says how wide', async () => {
    const text = await planned({ ...UNASKED, servers: SERVERS });
    expect(text).toBe(await planned({ ...UNASKED, servers: SERVERS }, 80));
    expect(longerThan(60, text)).not.toEqual([]);
  });

  test('names servers, nodes and every reason against it', async () => {
    const text = (await planned({ ...UNASKED, servers: SERVERS }, 60)).replaceAll(/\s+/g, ' ');
    expect(text).toContain(', server 7.4.1 ');
    expect(text).toContain('refused UNHEALTHY: A node is down');
    expect(text).toContain(
      'nodes shard 1 primary 10.0.0.0:8500, replicas 10.0.0.1:8500, 10.0.0.2:8500, 10.0.0.3:8500 nothing',
    );
  });

  test('for which the servers were not asked says so and why, and names neither version nor nodes', async () => {
    const text = (await planned({ ...UNASKED, whyUnasked: 'The variable SHOP is not set.' })).replaceAll(/\s+/g, ' ');
    expect(text).toMatch(
      /servers not asked, so their version, .* are not known\. The variable SHOP is not set\. nothing has/,
    );
    expect(text).not.toMatch(/, server |nodes shard/);
  });
});
