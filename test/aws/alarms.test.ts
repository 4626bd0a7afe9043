import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { alarmRows } from '../../lib/aws/alarm-rows.ts';
import { ElastiCacheAlarms } from '../../lib/aws/alarms.ts';
import { type ElastiCacheTopologyInput, judgeTopology } from '../../lib/aws/judge-topology.ts';
import { nodeIds, nodesInGroups } from '../../lib/aws/nodes.ts';
import { clusterWith, emptyStack, only, problemsOf, TOPOLOGY } from './fixture.ts';

const ALARM = 'AWS::CloudWatch::Alarm';

const judged = (changes: Partial<ElastiCacheTopologyInput>) => judgeTopology({ ...TOPOLOGY, ...changes }).topology;
const rowsOf = (changes: Partial<ElastiCacheTopologyInput>) =>
  Object.fromEntries(alarmRows(judged(changes)).map((row) => [row.id, row]));

describe('the nodes of a topology', () => {
  it('have the ids under which they report', () => {
    expect(nodeIds(judged({ name: 'Shop' }))).toEqual([
      'shop-0001-001',
      'shop-0001-002',
      'shop-0002-001',
      'shop-0002-002',
      'shop-0003-001',
      'shop-0003-002',
    ]);
  });

  it('have the shard ids of an explicit layout', () => {
    expect(
      nodeIds(judged({ shardCount: 2, nodeGroups: [{ id: '7' }, {}], multiAz: false, replicasPerShard: 0 })),
    ).toEqual(['shop-0007-001', 'shop-0002-001']);
  });

  it('have no shard in their ids without cluster mode, and on the way from there', () => {
    for (const clusterMode of ['disabled', 'compatible'] as const)
      expect(nodeIds(judged({ clusterMode, shardCount: 1 }))).toEqual(['shop-001', 'shop-002']);
  });

  it('keep those ids in the first shard of a group in cluster mode where that is said', () => {
    expect(nodeIds(judged({ shardCount: 2 }), { keptNodeIds: true })).toEqual([
      'shop-001',
      'shop-002',
      'shop-0002-001',
      'shop-0002-002',
    ]);
  });

  it('are as many as automatic scaling may make', () => {
    const scaling = { shards: { min: 2, max: 8 }, replicas: { min: 1, max: 3 } };
    expect(nodeIds(judged({ scaling }))).toHaveLength(8 * 4);
  });

  it.each([
    [3, 1, [6]],
    [12, 1, [10, 10, 4]],
    [4, 5, [6, 6, 6, 6]],
    [11, 0, [10, 1]],
  ])('of %i shards with %i replicas go whole shards together, at most ten at a time', (shardCount, replicas, sizes) => {
    const groups = nodesInGroups(judged({ shardCount, replicasPerShard: replicas, multiAz: replicas > 0 }), 10);
    expect(groups.map((group) => group.length)).toEqual(sizes);
  });
});

describe('the alarms', () => {
  it.each([
    ['cache.t2.micro', 'CPUUtilization', 90],
    ['cache.r7g.large', 'CPUUtilization', 45],
    ['cache.r7g.xlarge', 'EngineCPUUtilization', 90],
    ['cache.m7g.4xlarge', 'EngineCPUUtilization', 90],
  ])('judge the CPU of %s by %s above %i', (nodeType, metric, threshold) => {
    expect(rowsOf({ nodeType }).Cpu).toMatchObject({ metric, threshold });
  });

  it('watch CPU, memory, evictions, lag, connections, swap and the network allowances, each above its threshold', () => {
    const watched = alarmRows(judged({})).map(({ id, metric, statistic, threshold, minutes }) => [
      id,
      `${statistic} of ${metric} above ${threshold} for ${minutes} min`,
    ]);
    expect(Object.fromEntries(watched)).toEqual({
      Cpu: 'Maximum of CPUUtilization above 45 for 5 min',
      Memory: 'Maximum of DatabaseMemoryUsagePercentage above 80 for 5 min',
      Evictions: 'Sum of Evictions above 100 for 5 min',
      ReplicationLag: 'Maximum of ReplicationLag above 10 for 5 min',
      Connections: 'Maximum of CurrConnections above 52000 for 5 min',
      Swap: 'Maximum of SwapUsage above 52428800 for 15 min',
      BandwidthIn: 'Sum of NetworkBandwidthInAllowanceExceeded above 0 for 5 min',
      BandwidthOut: 'Sum of NetworkBandwidthOutAllowanceExceeded above 0 for 5 min',
      Packets: 'Sum of NetworkPacketsPerSecondAllowanceExceeded above 0 for 5 min',
      TrackedConnections: 'Sum of NetworkConntrackAllowanceExceeded above 0 for 5 min',
    });
  });

  it('follow the topology: tiered data, eviction, replicas', () => {
    expect(rowsOf({}).Memory?.metric).toBe('DatabaseMemoryUsagePercentage');
    expect(rowsOf({ nodeType: 'cache.r6gd.xlarge', dataTiering: true }).Memory?.metric).toBe(
      'DatabaseCapacityUsagePercentage',
    );
    expect(rowsOf({})).toHaveProperty('Evictions');
    expect(rowsOf({ evictionPolicy: 'noeviction' })).not.toHaveProperty('Evictions');
    expect(rowsOf({})).toHaveProperty('ReplicationLag');
    expect(rowsOf({ multiAz: false, replicasPerShard: 0 })).not.toHaveProperty('ReplicationLag');
  });

  it('watch the node that is worst off, tell the topic twice, and say what to do', () => {
    const { template, cluster, stack } = clusterWith({ shardCount: 1 });
    template().hasResourceProperties(ALARM, {
      Threshold: 80,
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 5,
      TreatMissingData: 'missing',
      AlarmActions: [stack.resolve(cluster.notificationTopic.topicArn)],
      OKActions: [stack.resolve(cluster.notificationTopic.topicArn)],
      AlarmDescription: Match.stringLikeRegexp('nearly full.*Nodes: shop-0001-001 to shop-0001-002'),
      Metrics: Match.arrayWith([
        Match.objectLike({ Expression: 'MAX([n0, n1])' }),
        Match.objectLike({
          MetricStat: Match.objectLike({
            Metric: Match.objectLike({
              Dimensions: [
                { Name: 'CacheClusterId', Value: 'shop-0001-001' },
                { Name: 'CacheNodeId', Value: '0001' },
              ],
            }),
            Stat: 'Maximum',
          }),
        }),
      ]),
    });
  });

  it('say what a silent node means, on purpose', () => {
    for (const row of Object.values(rowsOf({}))) {
      expect([row.id, row.missing]).toEqual([row.id, /^(Cpu|Memory)$/.test(row.id) ? 'missing' : 'notBreaching']);
    }
  });

  it('are one of each kind for up to ten nodes, and may have other thresholds or be left out', () => {
    clusterWith()
      .template()
      .resourceCountIs(ALARM, alarmRows(judged({})).length);
    clusterWith({ shardCount: 12 })
      .template()
      .resourceCountIs(ALARM, 3 * alarmRows(judged({})).length);
    clusterWith({}, { alarms: { Memory: 61 } })
      .template()
      .hasResourceProperties(ALARM, { Threshold: 61 });
    clusterWith({}, { alarms: false }).template().resourceCountIs(ALARM, 0);
  });
});

const DASHBOARD = 'AWS::CloudWatch::Dashboard';

describe('the dashboard', () => {
  const searchesOf = (topology: Partial<ElastiCacheTopologyInput>) => {
    const body = JSON.stringify(only(clusterWith(topology, { alarms: false }).template(), DASHBOARD).Properties);
    return [...body.matchAll(/SEARCH\('(.*?)', '/g)].map(([, search = '']) => search.replaceAll(/\\+"/g, '"'));
  };
  const LONG = `a${'b'.repeat(39)}`;

  it.each<[string, Partial<ElastiCacheTopologyInput>, number, string]>([
    ['of a cluster', {}, 6, 'shop-0003-002'],
    ['of shards that scale, all that there may be', { scaling: { shards: { min: 2, max: 5 } } }, 10, 'shop-0005-002'],
    ['without cluster mode', { clusterMode: 'disabled', shardCount: 1 }, 2, 'shop-002'],
    ['of a long name and many nodes', { name: LONG, shardCount: 30, replicasPerShard: 2 }, 90, `${LONG}-0030-003`],
  ])(
    'searches for whole names of nodes, and so for none of another group whose name holds this one: %s',
    (_, topology, nodeCount, last) => {
      const searches = searchesOf(topology).filter((search) => search.includes('"CurrConnections"'));
      const found = searches.flatMap((search) => [...search.matchAll(/[(R] ?"([^"]+)"/g)].map(([, id]) => id));
      expect(found).toHaveLength(nodeCount);
      expect(new Set(found).size).toBe(nodeCount);
      expect(found.at(-1)).toBe(last);
      for (const search of searchesOf(topology)) {
        // Whatever is not in quotes would be a part of a name.
        const unquoted = search.replaceAll(/"[^"]*"/g, '""').replaceAll(' OR ""', '');
        expect(unquoted).toBe('{AWS/ElastiCache,CacheClusterId,CacheNodeId} MetricName="" ("")');
        expect(search.length).toBeLessThanOrEqual(1_024);
      }
    },
  );

  it('may be left out', () => {
    clusterWith({}, { dashboard: false }).template().resourceCountIs('AWS::CloudWatch::Dashboard', 0);
  });
});

describe('nodes that kept the ids of a group without cluster mode', () => {
  it.each([
    [{}, 'shop-0001-001'],
    [{ keptNodeIds: true }, 'shop-001'],
  ])('are watched by alarms and dashboard under those ids: %j', (options, first) => {
    const template = clusterWith({ shardCount: 2 }, options).template();
    for (const type of [ALARM, DASHBOARD]) {
      const names = JSON.stringify(template.findResources(type)).match(/\bshop(-\d{4})?-\d{3}\b/g) ?? [];
      expect([...new Set(names)].filter((name) => !name.startsWith('shop-0002'))).toEqual([
        first,
        first.replace(/1$/, '2'),
      ]);
    }
  });
});

describe('alarms in a stack of their own', () => {
  const alone = (thresholds: Readonly<Record<string, number>>) => {
    const stack = emptyStack();
    const topic = new Topic(stack, 'Topic');
    return new ElastiCacheAlarms(stack, 'Alarms', { topology: judged({}), topic, thresholds });
  };

  it('have the thresholds that are given', () => {
    const template = Template.fromStack(Stack.of(alone({ Memory: 70 })));
    template.hasResourceProperties(ALARM, { Threshold: 70, AlarmDescription: Match.stringLikeRegexp('nearly full') });
  });

  it('are refused a threshold for an alarm that there is not', () => {
    expect(problemsOf(() => alone({ Memori: 70 }))).toMatch(
      /AWS_ALARM_UNKNOWN thresholds.Memori: `thresholds` has a threshold for "Memori".*did you mean "Memory"/,
    );
  });
});
