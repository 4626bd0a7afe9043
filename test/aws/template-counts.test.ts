/** Counts that were changed without the template: it stays as it is, and everything else follows the topology. */
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { deploymentNamed } from '../../deployments/index.ts';
import { DeploymentStack } from '../../lib/aws/deployment-stack.ts';
import type { ElastiCacheClusterProps, TemplateCounts } from '../../lib/aws/elasticache-cluster.ts';
import type { ElastiCacheTopologyInput } from '../../lib/aws/judge-topology.ts';
import { planCloudFormation } from '../../lib/plan/cloudformation/compare.ts';
import { topologyOrThrow } from '../../lib/topology/parse.ts';
import { clusterWith, GROUP, only, problemsOf, TOPOLOGY } from './fixture.ts';

type Asked = readonly [Partial<ElastiCacheTopologyInput>, Partial<ElastiCacheClusterProps>?];

const templateOf = ([topology, props]: Asked) => clusterWith(topology, props).template();
const groupOf = (asked: Asked) => only(templateOf(asked), GROUP).Properties;
const changes = (before: Asked, after: Asked) =>
  planCloudFormation(templateOf(before).toJSON(), templateOf(after).toJSON()).changes;

const ZONES = { primaryZone: 'eu-west-1a', replicaZones: ['eu-west-1b'] };
const MORE_ZONES = { ...ZONES, replicaZones: ['eu-west-1b', 'eu-west-1c'] };
const layout = <Group>(group: Group): Group[] => [group, group, group];

describe('replicas that the service has added or removed', () => {
  const before: Asked = [{}];
  const after: Asked = [{ replicasPerShard: 2 }, { templateCounts: { replicasPerShard: 1 } }];

  it('would replace the group without the count of the template, and the plan names the way around', () => {
    const loss = changes(before, [{ replicasPerShard: 2 }]).find(({ effect }) => effect === 'data-loss');
    expect(loss?.code).toBe('EC_REPLICAS_REPLACES');
    expect(loss?.alternative).toMatch(
      /increase-replica-count .*--apply-immediately; .*topology .*templateCounts.*; then deploy/,
    );
  });

  it.each<[string, Asked, Asked]>([
    ['more', before, after],
    ['fewer', [{ replicasPerShard: 2 }], [{ replicasPerShard: 1 }, { templateCounts: { replicasPerShard: 2 } }]],
    [
      'the first, with Multi-AZ',
      [{ replicasPerShard: 0, multiAz: false }],
      [{ replicasPerShard: 1 }, { templateCounts: { replicasPerShard: 0 } }],
    ],
    [
      'more than a layout says',
      [{ nodeGroups: layout({}) }],
      [{ nodeGroups: layout({}), replicasPerShard: 2 }, { templateCounts: { replicasPerShard: 1 } }],
    ],
    [
      'more than a layout with zones says',
      [{ nodeGroups: layout(ZONES) }],
      [{ nodeGroups: layout(MORE_ZONES), replicasPerShard: 2 }, { templateCounts: { replicasPerShard: 1 } }],
    ],
    [
      'more than a layout without cluster mode says',
      [{ clusterMode: 'disabled', shardCount: 1, nodeGroups: [{}] }],
      [
        { clusterMode: 'disabled', shardCount: 1, nodeGroups: [{}], replicasPerShard: 2 },
        { templateCounts: { replicasPerShard: 1 } },
      ],
    ],
  ])('%s: the plan of the next deployment touches no data', (_, one, other) => {
    const planned = changes(one, other);
    expect(planned.filter(({ effect }) => effect === 'data-loss' || effect === 'refused')).toEqual([]);
    const [earlier, later] = [one, other].map((asked) => groupOf(asked));
    for (const property of ['ReplicasPerNodeGroup', 'NodeGroupConfiguration', 'NumNodeGroups'])
      expect(later?.[property], property).toEqual(earlier?.[property]);
    expect(planned.filter(({ type, effect }) => type === GROUP && effect !== 'in-place')).toEqual([]);
  });

  it('are watched by alarms, and expected by the profile', () => {
    const template = templateOf(after);
    expect(JSON.stringify(template.findResources('AWS::CloudWatch::Alarm'))).toContain('shop-0003-003');
    const profile = JSON.stringify(only(template, 'AWS::SSM::Parameter').Properties.Value);
    expect(profile).toMatch(/shardCount\\*":3,\\*"replicasPerShard\\*":2/);
  });

  it('in a layout that named their zones keep those of the template by an override', () => {
    const nodeGroups = layout({ primaryZone: 'eu-west-1a' });
    const { cluster, template } = clusterWith(
      { nodeGroups, replicasPerShard: 1 },
      { templateCounts: { replicasPerShard: 2 } },
    );
    for (const index of nodeGroups.keys())
      cluster.replicationGroup.addPropertyOverride(
        `NodeGroupConfiguration.${index}.ReplicaAvailabilityZones`,
        MORE_ZONES.replicaZones,
      );
    const created = groupOf([{ nodeGroups: layout(MORE_ZONES), replicasPerShard: 2 }]);
    expect(only(template(), GROUP).Properties.NodeGroupConfiguration).toEqual(created.NodeGroupConfiguration);
  });
});

describe('shards that the service has added', () => {
  it('are not moved back, and count for alarms, profile and the range of automatic scaling', () => {
    const scaling = { shards: { min: 4, max: 8 } };
    const planned = changes([{}], [{ shardCount: 4, scaling }, { templateCounts: { shardCount: 3 } }]);
    expect(planned.filter(({ type }) => type === GROUP)).toEqual([]);
    const template = templateOf([{ shardCount: 4 }, { templateCounts: { shardCount: 3 } }]);
    expect(only(template, GROUP).Properties.NumNodeGroups).toBe(3);
    expect(JSON.stringify(template.findResources('AWS::CloudWatch::Alarm'))).toContain('shop-0004-002');
    expect(JSON.stringify(only(template, 'AWS::SSM::Parameter').Properties.Value)).toMatch(/shardCount\\*":4/);
  });
});

describe('a deployment of the app', () => {
  it('takes the counts of the template too', () => {
    const topology = topologyOrThrow({ ...TOPOLOGY, replicasPerShard: 2 });
    const deployment = { ...deploymentNamed('elasticache'), topology };
    const stack = new DeploymentStack(new App({ analyticsReporting: false }), 'Stack', {
      deployment,
      templateCounts: { replicasPerShard: 1 },
    });
    expect(only(Template.fromStack(stack), GROUP).Properties.ReplicasPerNodeGroup).toBe(1);
  });
});

describe('counts of the template that cannot be', () => {
  const told = (topology: Partial<ElastiCacheTopologyInput>, templateCounts: unknown, more = {}) =>
    problemsOf(() => clusterWith(topology, { templateCounts: templateCounts as TemplateCounts, ...more }));

  it.each<[string, Partial<ElastiCacheTopologyInput>, unknown, RegExp]>([
    [
      'more replicas than a shard can have',
      {},
      { replicasPerShard: 6 },
      /INPUT_OUT_OF_RANGE templateCounts\.replicasPerShard: .* is 6: .*at most 5/,
    ],
    [
      'less than no replicas',
      {},
      { replicasPerShard: -1 },
      /INPUT_OUT_OF_RANGE templateCounts\.replicasPerShard: .* is -1: .*at least 0/,
    ],
    ['no shards', {}, { shardCount: 0 }, /INPUT_OUT_OF_RANGE templateCounts\.shardCount: .* is 0: .*at least 1/],
    ['half a shard', {}, { shardCount: 1.5 }, /templateCounts\.shardCount: .*a whole number/],
    [
      'a misspelled one',
      {},
      { replicaPerShard: 1 },
      /INPUT_UNKNOWN_KEY templateCounts\.replicaPerShard: .*did you mean `replicasPerShard`/,
    ],
    ['one number', {}, 1, /INPUT_WRONG_TYPE templateCounts: .*an object/],
    [
      'replicas where the template counts all nodes',
      { clusterMode: 'disabled', shardCount: 1 },
      { replicasPerShard: 0 },
      /AWS_TEMPLATE_REPLICAS_NOT_USED templateCounts: .*"disabled": .*in place/,
    ],
    [
      'replicas on the way to cluster mode',
      { clusterMode: 'compatible', shardCount: 1 },
      { replicasPerShard: 2 },
      /AWS_TEMPLATE_REPLICAS_NOT_USED templateCounts: .*"compatible"/,
    ],
    [
      'shards without cluster mode',
      { clusterMode: 'disabled', shardCount: 1 },
      { shardCount: 1 },
      /AWS_TEMPLATE_SHARDS_NOT_USED templateCounts: .*there is one shard/,
    ],
    [
      'shards beside a layout',
      { nodeGroups: layout({}) },
      { shardCount: 2 },
      /AWS_TEMPLATE_SHARDS_NOT_USED templateCounts: .*names each shard/,
    ],
    [
      'zones of replicas that are gone',
      { nodeGroups: layout(ZONES) },
      { replicasPerShard: 2 },
      /AWS_TEMPLATE_ZONES_NOT_KNOWN templateCounts: .* is 2 .*zones of 1: .*addPropertyOverride/,
    ],
  ])('are refused: %s', (_, topology, templateCounts, says) => {
    expect(told(topology, templateCounts)).toMatch(says);
  });

  it('are refused: shards of a secondary of a Global Datastore, which may keep its replicas', () => {
    const secondary = { globalDatastore: 'abcde-shop' };
    expect(told({}, { shardCount: 2 }, secondary)).toMatch(/AWS_TEMPLATE_SHARDS_NOT_USED templateCounts: .*primary/);
    expect(told({}, { replicasPerShard: 0 }, secondary)).toBe('made');
  });

  it('are told together with what is wrong with the topology', () => {
    const problems = told({ shardCount: 501 }, { replicasPerShard: 6 });
    expect(problems).toContain('EC_SHARD_COUNT_RANGE');
    expect(problems).toContain('templateCounts.replicasPerShard');
  });
});
