/** The metrics of a database on one page of the portal: a workbook, under the cluster's own. */
import { Workbook } from '@pulumi/azure-native/applicationinsights/workbook.js';
import type { CustomResource } from '@pulumi/pulumi';
import type { AzureManagedRedisTopology } from '../topology/azure-managed-redis.ts';
import { METRIC_NAMESPACE } from './alerts.ts';
import type { Placement } from './placement.ts';
import { guidOf } from './stable-names.ts';

/** Numbers of the workbook format (https://github.com/microsoft/Application-Insights-Workbooks). */
const AGGREGATIONS = { total: 1, minimum: 2, maximum: 3, average: 4 } as const;
const METRICS_ITEM = 10;
const TEXT_ITEM = 1;
const LINE_CHART = 2;
const DAY_MS = 86_400_000;

export interface Chart {
  readonly title: string;
  readonly metrics: readonly { readonly name: string; readonly aggregation: keyof typeof AGGREGATIONS }[];
}

/** What to look at first stands first. */
export function chartsFor({ geoReplication }: Pick<AzureManagedRedisTopology, 'geoReplication'>): Chart[] {
  return [
    chart('Memory, % of the size', ['usedmemorypercentage', 'maximum']),
    chart('Load, %', ['serverLoad', 'maximum'], ['percentProcessorTime', 'maximum']),
    chart('Connections', ['connectedclients', 'maximum']),
    chart('Latency, microseconds', ['cacheLatency', 'average']),
    chart('Operations a second', ['operationsPerSecond', 'maximum']),
    chart('Commands', ['totalcommandsprocessed', 'total'], ['getcommands', 'total'], ['setcommands', 'total']),
    chart('Hits and misses', ['cachehits', 'total'], ['cachemisses', 'total']),
    chart('Keys', ['totalkeys', 'maximum']),
    chart('Keys that went', ['evictedkeys', 'total'], ['expiredkeys', 'total']),
    chart('Read and written, bytes a second', ['cacheRead', 'maximum'], ['cacheWrite', 'maximum']),
    chart('Memory, bytes', ['usedmemory', 'maximum']),
    ...(geoReplication.kind === 'none'
      ? []
      : [chart('Geo-replication, 1 is healthy', ['geoReplicationHealthy', 'minimum'])]),
  ];
}

type Line = readonly [name: string, aggregation: keyof typeof AGGREGATIONS];

function chart(title: string, ...lines: readonly Line[]): Chart {
  return { title, metrics: lines.map(([name, aggregation]) => ({ name, aggregation })) };
}

export function createWorkbook(
  { name, parent, resourceGroupName, location, tags }: Placement,
  topology: AzureManagedRedisTopology,
  cluster: CustomResource,
): Workbook {
  return new Workbook(
    `${name}-workbook`,
    {
      resourceName: cluster.id.apply((id) => guidOf(id, name, 'workbook')),
      resourceGroupName,
      location,
      tags,
      kind: 'shared',
      category: 'workbook',
      displayName: `Redis ${topology.name}`,
      description: `Metrics of ${topology.name} (${topology.sku}, ${topology.clusteringPolicy}).`,
      // Where the portal lists it: among the workbooks of the cluster.
      sourceId: cluster.id,
      version: 'Notebook/1.0',
      serializedData: cluster.id.apply((id) => JSON.stringify(workbookOf(topology, id))),
    },
    { parent },
  );
}

export function workbookOf(topology: AzureManagedRedisTopology, clusterId: string): object {
  const { name, sku, clusteringPolicy } = topology;
  const text = `## ${name}\n${sku}, ${clusteringPolicy}. Maintenance is not announced: look for load, dropped connections and latency at once.`;
  return {
    version: 'Notebook/1.0',
    items: [
      { type: TEXT_ITEM, name: 'what it is', content: { json: text } },
      ...chartsFor(topology).map((one) => chartItem(one, clusterId)),
    ],
    fallbackResourceIds: [clusterId],
  };
}

function chartItem({ title, metrics }: Chart, clusterId: string): object {
  const resourceType = METRIC_NAMESPACE.toLowerCase();
  return {
    type: METRICS_ITEM,
    name: title,
    customWidth: '50',
    content: {
      chartId: guidOf(clusterId, title),
      version: 'MetricsItem/2.0',
      size: 0,
      chartType: LINE_CHART,
      title,
      resourceType,
      metricScope: 0,
      resourceIds: [clusterId],
      timeContext: { durationMs: DAY_MS },
      metrics: metrics.map(({ name, aggregation }) => ({
        namespace: resourceType,
        metric: `${resourceType}--${name}`,
        aggregation: AGGREGATIONS[aggregation],
      })),
    },
  };
}
