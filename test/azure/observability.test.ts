import { describe, expect, it } from 'vitest';
import { type AlertDefinition, alertsFor } from '../../lib/azure/alerts.ts';
import { intentOrThrow } from '../../lib/azure/intent.ts';
import { tryConnectionLimitOf } from '../../lib/topology/azure-limits.ts';
import { AZURE_SKU_GIGABYTES } from '../../lib/topology/limits.ts';
import { PRIVATE_OSS, withTopology } from './arguments.ts';
import { METRICS } from './metrics.ts';
import { deployed } from './mocks.ts';

const alerts = (changes: Parameters<typeof withTopology>[0] = {}): AlertDefinition[] =>
  alertsFor(intentOrThrow(withTopology(changes)));
const GEO = { kind: 'active', groupNickname: 'sessions', memberCount: 2 } as const;

describe('the alerts', () => {
  it('watch memory, load, processors, connections and evictions', () => {
    expect(alerts().map(({ metric, operator, threshold }) => `${metric} ${operator} ${threshold}`)).toEqual([
      'usedmemorypercentage GreaterThan 75',
      'usedmemorypercentage GreaterThan 90',
      'serverLoad GreaterThan 80',
      'percentProcessorTime GreaterThan 80',
      'connectedclients GreaterThan 24000',
      'evictedkeys GreaterThan 0',
    ]);
  });

  it('watch metrics that the service has, each under a name of its own', () => {
    const all = alerts({ geoReplication: GEO });
    expect(all.map(({ metric }) => metric).filter((metric) => !METRICS.includes(metric))).toEqual([]);
    expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
  });

  it.each([
    ['Balanced_B0', 1, 12_000],
    ['Balanced_B20', 3, 60_000],
    ['MemoryOptimized_M10', 3, 12_000],
    ['ComputeOptimized_X3', 3, 24_000],
    ['ComputeOptimized_X20', 3, 120_000],
    ['FlashOptimized_A250', 3, 60_000],
  ])('know how many connections %s allows', (sku, shardCount, threshold) => {
    const found = alerts({ sku, shardCount }).find(({ metric }) => metric === 'connectedclients');
    expect(found?.threshold).toBe(threshold);
  });

  it('know the connections of every SKU, and of no other', () => {
    for (const sku of Object.keys(AZURE_SKU_GIGABYTES)) expect(tryConnectionLimitOf(sku), sku).toBeGreaterThan(0);
    expect(tryConnectionLimitOf('Balanced_B7')).toBeUndefined();
  });

  it('take evictions for what they are: every day in a cache, a loss elsewhere', () => {
    const evictions = (evictionPolicy: 'AllKeysLRU' | 'NoEviction') =>
      alerts({ evictionPolicy }).filter(({ metric }) => metric === 'evictedkeys').length;
    expect([evictions('AllKeysLRU'), evictions('NoEviction')]).toEqual([0, 1]);
  });

  it('watch geo-replication where there is any', () => {
    const watched = alerts({ geoReplication: GEO }).find(({ metric }) => metric === 'geoReplicationHealthy');
    expect(watched).toMatchObject({ operator: 'LessThan', threshold: 1, aggregation: 'Minimum', severity: 0 });
    expect(alerts().map(({ metric }) => metric)).not.toContain('geoReplicationHealthy');
  });
});

describe('an alert', () => {
  it('looks at the cluster every minute and tells the receivers', async () => {
    const { all, one } = await deployed(PRIVATE_OSS);
    const [memory] = all('MetricAlert');
    expect(memory?.inputs).toMatchObject({
      enabled: true,
      evaluationFrequency: 'PT1M',
      windowSize: 'PT5M',
      scopes: ['/subscriptions/s/azure-native:redisenterprise:RedisEnterprise/redis'],
      criteria: {
        odataType: 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria',
        allOf: [{ metricNamespace: 'Microsoft.Cache/redisEnterprise', metricName: 'usedmemorypercentage' }],
      },
      actions: [{ actionGroupId: '/subscriptions/s/azure-native:monitor:ActionGroup/redis-receivers' }],
    });
    expect(one('ActionGroup').inputs).toMatchObject({ emailReceivers: [{ emailAddress: 'oncall@example.com' }] });
    expect(String(one('ActionGroup').inputs.groupShortName).length).toBeLessThanOrEqual(12);
  });

  it("comes from the activity log too, where Azure tells of the database's health", async () => {
    const { one } = await deployed(PRIVATE_OSS);
    expect(one('ActivityLogAlert').inputs).toMatchObject({
      condition: { allOf: [{ field: 'category', equals: 'ResourceHealth' }] },
      scopes: ['/subscriptions/s/azure-native:redisenterprise:RedisEnterprise/redis'],
    });
  });

  it('goes to action groups that are there already', async () => {
    const { all } = await deployed({ ...PRIVATE_OSS, alerts: { actionGroupIds: ['/group'] } });
    expect(all('ActionGroup')).toEqual([]);
    for (const { inputs } of all('MetricAlert')) expect(inputs.actions).toEqual([{ actionGroupId: '/group' }]);
  });

  it('is not made where alerts are declined', async () => {
    const { all } = await deployed({ ...PRIVATE_OSS, alerts: 'none' });
    expect([...all('MetricAlert'), ...all('ActivityLogAlert'), ...all('ActionGroup')]).toEqual([]);
  });
});

describe('diagnostics', () => {
  it("keep the cluster's metrics and the database's connection events", async () => {
    const { all } = await deployed({ ...PRIVATE_OSS, workspaceId: '/workspace' });
    expect(all('DiagnosticSetting').map(({ inputs }) => inputs)).toEqual([
      {
        resourceUri: '/subscriptions/s/azure-native:redisenterprise:RedisEnterprise/redis',
        workspaceId: '/workspace',
        metrics: [{ category: 'AllMetrics', enabled: true }],
      },
      {
        resourceUri: '/subscriptions/s/azure-native:redisenterprise:Database/redis-database',
        workspaceId: '/workspace',
        logs: [{ category: 'ConnectionEvents', enabled: true }],
      },
    ]);
  });

  it('are kept only where a workspace is named', async () => {
    expect((await deployed(PRIVATE_OSS)).all('DiagnosticSetting')).toEqual([]);
  });
});
