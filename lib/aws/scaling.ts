/** Lets Application Auto Scaling change the number of shards or replicas, with the dimensions and metrics that the service has for it. */
import { PredefinedMetric, ScalableTarget, ServiceNamespace } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import type { Construct } from 'constructs';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';

interface Dimension {
  readonly id: string;
  readonly dimension: string;
  readonly metric: PredefinedMetric;
  readonly min: number;
  readonly max: number;
  readonly targetPercent: number;
}

export function scale(scope: Construct, group: CfnReplicationGroup, topology: ElastiCacheTopology): void {
  for (const { id, dimension, metric, min, max, targetPercent } of dimensionsOf(topology)) {
    const target = new ScalableTarget(scope, id, {
      serviceNamespace: ServiceNamespace.ELASTICACHE,
      resourceId: `replication-group/${group.ref}`,
      scalableDimension: `elasticache:replication-group:${dimension}`,
      minCapacity: min,
      maxCapacity: max,
    });
    target.scaleToTrackMetric('Tracking', { predefinedMetric: metric, targetValue: targetPercent });
  }
}

function dimensionsOf({ scaling, dataTiering }: ElastiCacheTopology): Dimension[] {
  const { shards, replicas } = scaling ?? {};
  return [
    ...(shards === undefined
      ? []
      : [{ ...shards, id: 'ShardScaling', dimension: 'NodeGroups', metric: shardMetric(shards.metric, dataTiering) }]),
    ...(replicas === undefined
      ? []
      : [
          {
            ...replicas,
            id: 'ReplicaScaling',
            dimension: 'Replicas',
            metric: PredefinedMetric.ELASTICACHE_REPLICA_ENGINE_CPU_UTILIZATION,
          },
        ]),
  ];
}

/** Data-tiered nodes fill their memory on purpose; their capacity counts memory and SSD. */
function shardMetric(metric: 'primary-engine-cpu' | 'memory', dataTiering: boolean): PredefinedMetric {
  if (metric === 'primary-engine-cpu') return PredefinedMetric.ELASTICACHE_PRIMARY_ENGINE_CPU_UTILIZATION;
  return dataTiering
    ? PredefinedMetric.ELASTICACHE_DATABASE_CAPACITY_USAGE_COUNTED_FOR_EVICT_PERCENTAGE
    : PredefinedMetric.ELASTICACHE_DATABASE_MEMORY_USAGE_COUNTED_FOR_EVICT_PERCENTAGE;
}
