/** Which metrics are watched, and from which value on somebody is told: thresholds that know the SKU and the eviction policy. */
import { tryConnectionLimitOf } from '../topology/azure-limits.ts';
import type { AzureManagedRedisTopology } from '../topology/azure-managed-redis.ts';

export const METRIC_NAMESPACE = 'Microsoft.Cache/redisEnterprise';

/** Share of the SKU's connections from which on somebody is told. */
const CONNECTIONS_SHARE = 0.8;

export interface AlertDefinition {
  /** Ending of the resource's name. */
  readonly key: string;
  /** https://learn.microsoft.com/azure/redis/monitor-cache-reference */
  readonly metric: string;
  readonly operator: 'GreaterThan' | 'LessThan';
  readonly threshold: number;
  readonly aggregation: 'Maximum' | 'Minimum' | 'Average' | 'Total';
  /** 0 critical, 1 error, 2 warning. */
  readonly severity: 0 | 1 | 2;
  /** What it means and what to do, as a person reads it in the mail. */
  readonly description: string;
}

export function alertsFor(topology: AzureManagedRedisTopology): AlertDefinition[] {
  return [
    ...memoryAlerts(topology),
    busy('server-load', 'serverLoad', 'The server is at its limit: answers become slow. Scale up.'),
    busy(
      'cpu',
      'percentProcessorTime',
      'The processors are busy: answers become slow. Look for slow commands, or scale up.',
    ),
    ...connectionAlerts(topology),
    ...evictionAlerts(topology),
    ...geoAlerts(topology),
  ];
}

function memoryAlerts({ evictionPolicy }: AzureManagedRedisTopology): AlertDefinition[] {
  const full = evictionPolicy === 'NoEviction' ? 'writes are refused' : 'keys are evicted';
  const memory = { metric: 'usedmemorypercentage', operator: 'GreaterThan', aggregation: 'Maximum' } as const;
  return [
    { ...memory, key: 'memory-75', threshold: 75, severity: 2, description: 'Memory is over 75 %. Scale up in time.' },
    {
      ...memory,
      key: 'memory-90',
      threshold: 90,
      severity: 1,
      description: `Memory is over 90 %; when it is full, ${full}. Scale up.`,
    },
  ];
}

function busy(key: string, metric: string, description: string): AlertDefinition {
  return { key, metric, operator: 'GreaterThan', threshold: 80, aggregation: 'Maximum', severity: 2, description };
}

function connectionAlerts({ sku }: AzureManagedRedisTopology): AlertDefinition[] {
  const limit = tryConnectionLimitOf(sku);
  if (limit === undefined) return [];
  const description = `More than ${CONNECTIONS_SHARE * 100} % of the ${limit} connections that ${sku} allows are in use; beyond the limit new ones are refused. Look for clients that reconnect without end.`;
  const threshold = Math.round(limit * CONNECTIONS_SHARE);
  const metric = 'connectedclients';
  return [
    {
      key: 'connections',
      metric,
      operator: 'GreaterThan',
      threshold,
      aggregation: 'Maximum',
      severity: 1,
      description,
    },
  ];
}

/** A cache that may evict any key does so every day; anything else loses what it was meant to keep. */
function evictionAlerts({ evictionPolicy }: AzureManagedRedisTopology): AlertDefinition[] {
  if (evictionPolicy.startsWith('AllKeys')) return [];
  const description = `Keys were evicted under ${evictionPolicy}: memory does not suffice for what is to be kept. Scale up.`;
  const metric = 'evictedkeys';
  return [
    { key: 'evictions', metric, operator: 'GreaterThan', threshold: 0, aggregation: 'Total', severity: 1, description },
  ];
}

function geoAlerts({ geoReplication }: AzureManagedRedisTopology): AlertDefinition[] {
  if (geoReplication.kind === 'none') return [];
  const description = `Geo-replication of ${geoReplication.groupNickname} is not healthy: the regions drift apart. Look at the other members.`;
  const metric = 'geoReplicationHealthy';
  return [
    {
      key: 'geo-replication',
      metric,
      operator: 'LessThan',
      threshold: 1,
      aggregation: 'Minimum',
      severity: 0,
      description,
    },
  ];
}
