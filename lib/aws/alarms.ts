import { Alarm, ComparisonOperator, type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Duration, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { throwIfProblems } from '../base/problem.ts';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';
import { alarmCountProblems } from './alarm-count.ts';
import { alarmIdProblems, alarmProblems } from './alarm-problems.ts';
import { type AlarmRow, alarmRows } from './alarm-rows.ts';
import { METRICS_PER_ALARM, nodesInGroups, RESOURCES_PER_STACK } from './nodes.ts';
import { optionNameProblems } from './option-names.ts';

export interface ElastiCacheAlarmsProps {
  /** Of the cluster: `cluster.topology`. */
  readonly topology: ElastiCacheTopology;
  /** Told when an alarm is raised and when it is over. */
  readonly topic: ITopic;
  /** Other thresholds, by their ids, as in `ElastiCacheClusterProps.alarms`: `{ Memory: 70 }`. Default: as there. */
  readonly thresholds?: Readonly<Record<string, number>>;
  /** The ids of those to make, so that the alarms of a very large cluster are shared out to several stacks. Default: all. */
  readonly only?: readonly string[];
  /** As the cluster's option of this name. Default: false. */
  readonly keptNodeIds?: boolean;
}

/**
 * Alarms on every node of a topology. Metrics know nodes and no group, and an alarm takes neither a search nor more than
 * ten metrics, so each alarm looks at up to ten nodes and the template is made again when the topology changes. With
 * automatic scaling they cover the largest cluster there may be.
 * Of its own, so that a very large cluster's alarms may stand in another stack (a stack takes 500 resources).
 *
 * @throws ProblemError `AWS_ALARM_UNKNOWN`, `AWS_ALARM_THRESHOLD`, `AWS_ALARMS_OVER_STACK`, all at once
 */
export class ElastiCacheAlarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: ElastiCacheAlarmsProps) {
    super(scope, id);
    const { topology, topic, thresholds = {}, only, keptNodeIds = false } = props;
    const known = alarmRows(topology);
    const rows = known.filter((row) => only?.includes(row.id) ?? true);
    throwIfProblems([
      ...optionNameProblems('ElastiCacheAlarms', props),
      ...alarmProblems(thresholds, { known, whose: 'this topology', option: 'thresholds' }),
      ...alarmIdProblems(only, { known, whose: 'this topology', option: 'only' }),
      ...alarmCountProblems(topology, rows, { atMost: RESOURCES_PER_STACK, option: 'only' }),
    ]);
    const groups = nodesInGroups(topology, METRICS_PER_ALARM, { keptNodeIds });
    this.alarms = rows.flatMap((row) =>
      groups.map((nodes, index) =>
        alarmOn(this, {
          row: { ...row, threshold: thresholds[row.id] ?? row.threshold },
          nodes,
          id: groups.length === 1 ? row.id : `${row.id}${index + 1}`,
        }),
      ),
    );
    const action = new SnsAction(topic);
    for (const alarm of this.alarms) {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }
}

function alarmOn(scope: Construct, { row, nodes, id }: { row: AlarmRow; nodes: string[]; id: string }): Alarm {
  const evaluationPeriods = row.minutes;
  return new Alarm(scope, id, {
    metric: worstOf(row, nodes),
    threshold: row.threshold,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods,
    treatMissingData: row.missing,
    alarmDescription: `${row.description} Nodes: ${nodesText(nodes)}.`,
  });
}

/** The value of the node that is worst off, every minute. */
function worstOf({ metric, statistic }: AlarmRow, nodes: readonly string[]): MathExpression {
  const usingMetrics: Record<string, IMetric> = Object.fromEntries(
    nodes.map((node, index) => [`n${index}`, metricOf(metric, statistic, node)]),
  );
  return new MathExpression({
    expression: `MAX([${Object.keys(usingMetrics).join(', ')}])`,
    label: `${metric}, highest of ${nodes.length}`,
    period: Duration.minutes(1),
    usingMetrics,
  });
}

function metricOf(metricName: string, statistic: string, node: string): Metric {
  return new Metric({
    namespace: 'AWS/ElastiCache',
    metricName,
    dimensionsMap: { CacheClusterId: node, CacheNodeId: '0001' },
    statistic,
    period: Duration.minutes(1),
  });
}

function nodesText(nodes: readonly string[]): string {
  const [first = '', last = ''] = [nodes[0], nodes.at(-1)];
  return nodes.length === 1 || Token.isUnresolved(first) ? first : `${first} to ${last}`;
}
