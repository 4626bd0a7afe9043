/**
 * Graphs of every node that the alarms watch: with automatic scaling, of all that there may be. They search by whole names. A part of
 * one would follow the cluster by itself, but a search has no beginning to hold on to: `shop` is in `my-shop-0001-001` as well.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
 */

import { Dashboard, GraphWidget, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';
import { ELASTICACHE_LIMITS } from '../topology/limits.ts';
import { alarmRows } from './alarm-rows.ts';
import { type NodeNaming, nodeIds } from './nodes.ts';

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

export function dashboard(scope: Construct, topology: ElastiCacheTopology, naming: NodeNaming): Dashboard {
  const watched = alarmRows(topology).map(({ metric, statistic }): Graph => ({ title: metric, metric, statistic }));
  const searches = searchedNodes(nodeIds(topology, naming));
  return new Dashboard(scope, 'Dashboard', {
    defaultInterval: Duration.hours(3),
    widgets: rowsOfThree([...TRAFFIC, ...watched]).map((row) => row.map((graph) => widget(searches, graph))),
  });
}

function widget(searches: readonly string[], { title, metric, statistic }: Graph): GraphWidget {
  return new GraphWidget({
    title,
    width: COLUMNS / 3,
    left: searches.map((nodes) => {
      const search = `{AWS/ElastiCache,CacheClusterId,CacheNodeId} MetricName="${metric}" (${nodes})`;
      const expression = `SEARCH('${search}', '${statistic}', 60)`;
      return new MathExpression({ expression, label: '', usingMetrics: {}, period: Duration.minutes(1) });
    }),
  });
}

/** A search takes 1,024 characters, of which its frame, the metric's name among it, needs up to 160. */
const CHARACTERS_OF_NODES = 1_024 - 160;
/** What a name may become that is known only in the deployment: of a group, its shard and its node. */
const LONGEST_ID = ELASTICACHE_LIMITS.nameLength.max + '-0001-001'.length;

/** `"shop-0001-001" OR "shop-0001-002"`, as many in each as a search takes. */
function searchedNodes(ids: readonly string[]): string[] {
  const longest = Math.max(...ids.map((id) => (Token.isUnresolved(id) ? LONGEST_ID : id.length)));
  const perSearch = Math.floor(CHARACTERS_OF_NODES / (longest + '"" OR '.length));
  return chunks(ids, perSearch).map((some) => some.map((id) => `"${id}"`).join(' OR '));
}

function rowsOfThree<Item>(items: readonly Item[]): Item[][] {
  return chunks(items, 3);
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(size * index, size * (index + 1)),
  );
}
