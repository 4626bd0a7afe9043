import { describe, expect, it } from 'vitest';
import { clusterWith } from './fixture.ts';

const TARGET = 'AWS::ApplicationAutoScaling::ScalableTarget';
const POLICY = 'AWS::ApplicationAutoScaling::ScalingPolicy';
const RANGE = { min: 2, max: 6 };

const predefined = (metric: string, TargetValue = 60) => ({
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingScalingPolicyConfiguration: {
    PredefinedMetricSpecification: { PredefinedMetricType: metric },
    TargetValue,
  },
});

describe('automatic scaling', () => {
  it('of shards and replicas has their dimensions, ranges and predefined metrics', () => {
    const scaling = { shards: RANGE, replicas: { min: 1, max: 3, targetPercent: 40 } };
    const template = clusterWith({ scaling }).template();
    template.hasResourceProperties(TARGET, {
      ServiceNamespace: 'elasticache',
      ScalableDimension: 'elasticache:replication-group:NodeGroups',
      MinCapacity: 2,
      MaxCapacity: 6,
    });
    template.hasResourceProperties(TARGET, {
      ScalableDimension: 'elasticache:replication-group:Replicas',
      MinCapacity: 1,
      MaxCapacity: 3,
    });
    template.hasResourceProperties(POLICY, predefined('ElastiCachePrimaryEngineCPUUtilization'));
    template.hasResourceProperties(POLICY, predefined('ElastiCacheReplicaEngineCPUUtilization', 40));
    const [target] = Object.values(template.findResources(TARGET));
    expect(JSON.stringify(target?.Properties.ResourceId)).toMatch(/replication-group\/.*CacheReplicationGroup/);
  });

  it.each([
    ['memory', {}, 'ElastiCacheDatabaseMemoryUsageCountedForEvictPercentage'],
    [
      'memory and SSD',
      { nodeType: 'cache.r6gd.xlarge', dataTiering: true },
      'ElastiCacheDatabaseCapacityUsageCountedForEvictPercentage',
    ],
  ])('of shards may aim for %s', (_, topology, metric) => {
    const scaling = { shards: { ...RANGE, metric: 'memory' as const } };
    clusterWith({ ...topology, scaling })
      .template()
      .hasResourceProperties(POLICY, predefined(metric));
  });

  it('is not there unless it is asked for', () => {
    clusterWith().template().resourceCountIs(TARGET, 0);
  });
});
