/**
 * What to be woken for of a serverless cache. Its metrics have one dimension, `clusterId`, and no nodes.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/serverless-metrics-events-redis.html; thresholds are this project's.
 */

import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IWidget,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { ServerlessCacheSettings } from '../topology/elasticache-serverless.ts';
import type { AlarmRow } from './alarm-rows.ts';
import { AT_LEAST_0 } from './alarm-thresholds.ts';

const GIGABYTE = 1_000_000_000;
const NEAR_THE_LIMIT = 0.8;
const COLUMNS = 24;

export function serverlessAlarmRows({ storageGigabytes, ecpuPerSecond }: ServerlessCacheSettings): AlarmRow[] {
  return [
    {
      id: 'Throttled',
      metric: 'ThrottledCmds',
      statistic: 'Sum',
      threshold: 0,
      allowed: AT_LEAST_0,
      minutes: 5,
      missing: TreatMissingData.NOT_BREACHING,
      description:
        'Commands are refused: the load grows faster than the cache can, or its limit is reached. Raise the upper limit of ecpuPerSecond, or its lower one before a known peak.',
    },
    {
      id: 'Evictions',
      metric: 'Evictions',
      statistic: 'Sum',
      threshold: 100,
      allowed: AT_LEAST_0,
      minutes: 5,
      missing: TreatMissingData.NOT_BREACHING,
      description: 'Keys are evicted before they expire: the limit of storage is reached. Raise it, or store less.',
    },
    ...nearLimit('Storage', 'BytesUsedForCache', 'Maximum', storageGigabytes.max, GIGABYTE),
    // A sum of a minute beside a limit of a second.
    ...nearLimit('Ecpu', 'ElastiCacheProcessingUnits', 'Sum', ecpuPerSecond.max, 60),
  ];
}

function nearLimit(
  id: string,
  metric: string,
  statistic: AlarmRow['statistic'],
  limit: number | undefined,
  unit: number,
): AlarmRow[] {
  if (limit === undefined) return [];
  return [
    {
      id,
      metric,
      statistic,
      threshold: NEAR_THE_LIMIT * limit * unit,
      allowed: { atLeast: 0, below: limit * unit, reason: 'the upper limit that is set' },
      minutes: 5,
      missing: TreatMissingData.NOT_BREACHING,
      description: `Four fifths of the upper limit are used (${metric}). Raise the limit, or look for what uses it.`,
    },
  ];
}

export function serverlessAlarms(
  scope: Construct,
  settings: ServerlessCacheSettings,
  { topic, thresholds }: { readonly topic: ITopic; readonly thresholds: Readonly<Record<string, number>> },
): Alarm[] {
  const action = new SnsAction(topic);
  return serverlessAlarmRows(settings).map((row) => {
    const alarm = new Alarm(scope, `${row.id}Alarm`, {
      metric: metricOf(settings.name, row.metric, row.statistic),
      threshold: thresholds[row.id] ?? row.threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: row.minutes,
      treatMissingData: row.missing,
      alarmDescription: row.description,
    });
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    return alarm;
  });
}

const GRAPHS: readonly (readonly [string, string])[] = [
  ['ElastiCacheProcessingUnits', 'Sum'],
  ['BytesUsedForCache', 'Maximum'],
  ['ThrottledCmds', 'Sum'],
  ['SuccessfulReadRequestLatency', 'p99'],
  ['SuccessfulWriteRequestLatency', 'p99'],
  ['CacheHitRate', 'Average'],
  ['CurrConnections', 'Maximum'],
  ['NewConnections', 'Sum'],
  ['Evictions', 'Sum'],
];

export function serverlessDashboard(scope: Construct, { name }: ServerlessCacheSettings): Dashboard {
  const widgets = GRAPHS.map(
    ([metric, statistic]): IWidget =>
      new GraphWidget({ title: metric, width: COLUMNS / 3, left: [metricOf(name, metric, statistic)] }),
  );
  return new Dashboard(scope, 'Dashboard', {
    defaultInterval: Duration.hours(3),
    widgets: [widgets.slice(0, 3), widgets.slice(3, 6), widgets.slice(6)],
  });
}

/** The service keeps names in small letters. */
function metricOf(name: string, metricName: string, statistic: string): Metric {
  return new Metric({
    namespace: 'AWS/ElastiCache',
    metricName,
    dimensionsMap: { clusterId: name.toLowerCase() },
    statistic,
    period: Duration.minutes(1),
  });
}
