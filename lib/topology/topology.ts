/**
 * What somebody wants: the one description that provisions, verifies and drills a deployment.
 *
 * Parsed once at the edge (`parseTopology` in parse.ts fills every default), so deeper code has no `??`.
 * Rules that span fields are rows of the tables in rules/: every broken one is reported at once.
 */
import { z } from 'zod';
import { azureManagedRedisSchema } from './azure-managed-redis.ts';
import type { AzureManagedRedisInput } from './azure-managed-redis-input.ts';
import { elastiCacheSchema } from './elasticache.ts';
import type { ElastiCacheTopologyInput } from './elasticache-input.ts';

export { CLUSTERING_POLICIES, type ClusteringPolicy } from './azure-managed-redis.ts';

export const topologySchema = z.discriminatedUnion('platform', [elastiCacheSchema, azureManagedRedisSchema]);
export type Topology = z.infer<typeof topologySchema>;
/** What an author writes: defaults may be left out. */
export type TopologyInput = ElastiCacheTopologyInput | AzureManagedRedisInput;
export type Platform = Topology['platform'];

/** Replicas of each shard, whichever way the platform says it. */
export function replicasPerShardOf(topology: Topology): number {
  if (topology.platform === 'elasticache') return topology.replicasPerShard;
  return topology.highAvailability ? 1 : 0;
}

/** The way an application has to talk to it: declared by the platform and policy, never by the number of addresses. */
export function clientModeOf(topology: Topology): 'cluster' | 'single' {
  if (topology.platform === 'elasticache') return topology.clusterMode === 'disabled' ? 'single' : 'cluster';
  return topology.clusteringPolicy === 'OSSCluster' ? 'cluster' : 'single';
}
