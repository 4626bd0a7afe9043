/** A dashboard that follows the cluster by itself: its graphs search for nodes by name instead of listing them. */
import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';
import { alarmRows } from './alarm-rows.ts';

interface Graph {
  readonly title: string;
  readonly metric: string;
  readonly statistic: string;
}

const TRAFFIC: readonly Graph[] = [
  { title: 'Reads', metric: 'GetTypeCmds', statistic: 'Sum' },
  { title: 'Writes', metric: 'SetTypeCmds', statistic: 'Sum' },
  { title: 'Read latency (µs)', metric: 'SuccessfulReadRequestLatency', statistic: 'p99' },
  { title: 'Write latency (µs)', metric: 'SuccessfulWriteRequestLatency', statistic: 'p99' },
  { title: 'Is primary', metric: 'IsPrimary', statistic: 'Maximum' },
  { title: 'Hit rate', metric: 'CacheHitRate', statistic: 'Average' },
];

const COLUMNS = 24;

export function dashboard(scope: Construct, topology: ElastiCacheTopology): Dashboard {
  const watched = alarmRows(topology).map(({ metric, statistic }): Graph => ({ title: metric, metric, statistic }));
  return new Dashboard(scope, 'Dashboard', {
    defaultInterval: Duration.hours(3),
    widgets: rowsOfThree([...TRAFFIC, ...watched]).map((row) => row.map((graph) => widget(topology.name, graph))),
  });
}

function widget(group: string, { title, metric, statistic }: Graph): GraphWidget {
  // Quotes would ask for the whole of a name; without, every node whose id contains the group's is found.
  const search = `{AWS/ElastiCache,CacheClusterId,CacheNodeId} MetricName="${metric}" ${group}`;
  const expression = `SEARCH('${search}', '${statistic}', 60)`;
  return new GraphWidget({
    title,
    width: COLUMNS / 3,
    left: [new MathExpression({ expression, label: '', usingMetrics: {}, period: Duration.minutes(1) })],
  });
}

function rowsOfThree<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / 3) }, (_, row) => items.slice(3 * row, 3 * row + 3));
}
