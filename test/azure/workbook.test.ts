import { describe, expect, it } from 'vitest';
import { alertsFor } from '../../lib/azure/alerts.ts';
import { intentOrThrow } from '../../lib/azure/intent.ts';
import { chartsFor } from '../../lib/azure/workbook.ts';
import { PRIVATE_OSS, withTopology } from './arguments.ts';
import { METRICS } from './metrics.ts';
import { deployed } from './mocks.ts';

const GEO = { kind: 'active', groupNickname: 'sessions', memberCount: 2 } as const;
const CLUSTER_ID = '/subscriptions/s/azure-native:redisenterprise:RedisEnterprise/redis';

interface Item {
  readonly type: number;
  readonly content: {
    readonly chartId: string;
    readonly resourceIds: readonly string[];
    readonly metrics: readonly { readonly metric: string; readonly namespace: string; readonly aggregation: number }[];
  };
}

describe('the workbook', () => {
  it('stands among the workbooks of the cluster, under a name that stays', async () => {
    const { one } = await deployed({ ...PRIVATE_OSS, tags: { team: 'shop' } });
    const { serializedData, ...workbook } = one('Workbook').inputs;
    expect(workbook).toEqual({
      resourceName: expect.stringMatching(/^[0-9a-f-]{36}$/),
      resourceGroupName: 'shop',
      location: 'westeurope',
      tags: { team: 'shop' },
      kind: 'shared',
      category: 'workbook',
      displayName: 'Redis sessions',
      description: 'Metrics of sessions (Balanced_B10, OSSCluster).',
      sourceId: CLUSTER_ID,
      version: 'Notebook/1.0',
    });
    expect(one('Workbook').inputs.resourceName).toBe((await deployed(PRIVATE_OSS)).one('Workbook').inputs.resourceName);
    expect(JSON.parse(String(serializedData))).toMatchObject({
      version: 'Notebook/1.0',
      fallbackResourceIds: [CLUSTER_ID],
    });
  });

  it('has a chart of the cluster for every metric, each under a name of its own', async () => {
    const { one } = await deployed(withTopology({ geoReplication: GEO }));
    const { items } = JSON.parse(String(one('Workbook').inputs.serializedData)) as { items: Item[] };
    const [text, ...charts] = items;
    expect(text).toMatchObject({ type: 1, content: { json: expect.stringContaining('sessions') } });
    const metrics = charts.flatMap(({ content }) => content.metrics);
    const named = metrics.map(({ metric }) => metric.replace('microsoft.cache/redisenterprise--', ''));
    expect(named.toSorted()).toEqual([...METRICS].toSorted());
    for (const { namespace, aggregation } of metrics) {
      expect(namespace).toBe('microsoft.cache/redisenterprise');
      expect([1, 2, 3, 4]).toContain(aggregation);
    }
    for (const { type, content } of charts) expect([type, content.resourceIds]).toEqual([10, [CLUSTER_ID]]);
    expect(new Set(charts.map(({ content }) => content.chartId)).size).toBe(charts.length);
  });

  it('shows whatever an alert is about, and geo-replication only where there is any', () => {
    const topology = intentOrThrow(withTopology({ geoReplication: GEO }));
    const shown = chartsFor(topology).flatMap(({ metrics }) => metrics.map(({ name }) => name));
    expect(alertsFor(topology).filter(({ metric }) => !shown.includes(metric))).toEqual([]);
    const without = chartsFor(intentOrThrow(PRIVATE_OSS)).flatMap(({ metrics }) => metrics.map(({ name }) => name));
    expect(without).not.toContain('geoReplicationHealthy');
  });

  it('is left out where it is declined, and not known in a preview', async () => {
    expect((await deployed({ ...PRIVATE_OSS, workbook: false })).all('Workbook')).toEqual([]);
    expect((await deployed(PRIVATE_OSS, { preview: true })).all('Workbook')).toHaveLength(1);
  });
});
