/**
 * What to be woken for, as rows. Thresholds are for one node, because a cluster-wide average hides the one node that is
 * in trouble. Sources: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.WhichShouldIMonitor.html, and
 * where that gives no number, a figure of this project's.
 */
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';
import { virtualCpusOf } from '../topology/node-type.ts';
import { AT_LEAST_0, PERCENT, type ThresholdRange } from './alarm-thresholds.ts';

export interface AlarmRow {
  /** Part of the alarm's id in the template, and the key for another threshold. */
  readonly id: string;
  readonly metric: string;
  readonly statistic: 'Maximum' | 'Sum';
  /** The alarm is raised above it. */
  readonly threshold: number;
  /** Which other thresholds make sense. */
  readonly allowed: ThresholdRange;
  /** Minutes in a row. */
  readonly minutes: number;
  /** A node that reports nothing: for what only sometimes happens, all is well; for a gauge, something is wrong or nobody knows. */
  readonly missing: TreatMissingData;
  /** For the person who is woken: what it means and what to do. */
  readonly description: string;
}

/** Each node takes 65,000 connections. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html (maxclients) */
const CONNECTIONS_MAX = 65_000;
const MEBIBYTE = 1_048_576;

export function alarmRows(topology: ElastiCacheTopology): AlarmRow[] {
  return [cpu(topology), memory(topology), ...evictions(topology), ...replication(topology), ...OF_EVERY_NODE];
}

/**
 * The engine is one thread: from four CPUs on, its own metric says how busy it is. On fewer, the host's other work matters
 * too, and 90 percent of one CPU is 90 / CPUs of the host.
 */
function cpu({ nodeType }: ElastiCacheTopology): AlarmRow {
  const virtualCpus = virtualCpusOf(nodeType) ?? 4;
  const isSmall = virtualCpus <= 2;
  return {
    id: 'Cpu',
    metric: isSmall ? 'CPUUtilization' : 'EngineCPUUtilization',
    statistic: 'Maximum',
    threshold: isSmall ? 90 / virtualCpus : 90,
    allowed: PERCENT,
    minutes: 5,
    missing: TreatMissingData.MISSING,
    description:
      'A node has no CPU left. Look for slow commands in the slow log and for hot keys, then add shards or larger nodes.',
  };
}

function memory({ dataTiering }: ElastiCacheTopology): AlarmRow {
  return {
    id: 'Memory',
    metric: dataTiering ? 'DatabaseCapacityUsagePercentage' : 'DatabaseMemoryUsagePercentage',
    statistic: 'Maximum',
    threshold: 80,
    allowed: PERCENT,
    minutes: 5,
    missing: TreatMissingData.MISSING,
    description: 'A node is nearly full. Check for keys without expiry, then add shards or larger nodes.',
  };
}

/** Where nothing is evicted, a full node answers writes with OOM errors, and the memory alarm comes first. */
function evictions({ evictionPolicy }: ElastiCacheTopology): AlarmRow[] {
  if (evictionPolicy === 'noeviction') return [];
  return [
    {
      id: 'Evictions',
      metric: 'Evictions',
      statistic: 'Sum',
      threshold: 100,
      allowed: AT_LEAST_0,
      minutes: 5,
      missing: TreatMissingData.NOT_BREACHING,
      description: 'A node evicts keys before they expire: the data no longer fits. Add shards or larger nodes.',
    },
  ];
}

function replication({ replicasPerShard, scaling }: ElastiCacheTopology): AlarmRow[] {
  if (replicasPerShard === 0 && scaling?.replicas === undefined) return [];
  return [
    {
      id: 'ReplicationLag',
      metric: 'ReplicationLag',
      statistic: 'Maximum',
      threshold: 10,
      allowed: AT_LEAST_0,
      minutes: 5,
      // Primaries never report it.
      missing: TreatMissingData.NOT_BREACHING,
      description:
        'A replica is more than 10 seconds behind: a failover to it would lose what it has not got. Look at writes and network allowances of its primary.',
    },
  ];
}

const OF_EVERY_NODE: readonly AlarmRow[] = [
  {
    id: 'Connections',
    metric: 'CurrConnections',
    statistic: 'Maximum',
    threshold: 0.8 * CONNECTIONS_MAX,
    allowed: { atLeast: 0, below: CONNECTIONS_MAX, reason: 'a node takes no more connections' },
    minutes: 5,
    missing: TreatMissingData.NOT_BREACHING,
    description: 'A node has four fifths of the connections it can take. Look for clients that do not share theirs.',
  },
  {
    id: 'Swap',
    metric: 'SwapUsage',
    statistic: 'Maximum',
    threshold: 50 * MEBIBYTE,
    allowed: AT_LEAST_0,
    minutes: 15,
    missing: TreatMissingData.NOT_BREACHING,
    description: 'A node swaps, which makes it slow. Raise reserved-memory-percent or use larger nodes.',
  },
  ...[
    { id: 'BandwidthIn', metric: 'NetworkBandwidthInAllowanceExceeded' },
    { id: 'BandwidthOut', metric: 'NetworkBandwidthOutAllowanceExceeded' },
    { id: 'Packets', metric: 'NetworkPacketsPerSecondAllowanceExceeded' },
    { id: 'TrackedConnections', metric: 'NetworkConntrackAllowanceExceeded' },
  ].map(
    ({ id, metric }): AlarmRow => ({
      id,
      metric,
      statistic: 'Sum',
      threshold: 0,
      allowed: AT_LEAST_0,
      minutes: 5,
      missing: TreatMissingData.NOT_BREACHING,
      description: `A node's network allowance is used up (${metric}): packets are queued or dropped. Use larger nodes or more shards.`,
    }),
  ),
];
