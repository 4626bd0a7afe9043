/** The database that is to be: SKU, clustering policy and name, on which everything else depends. */
import type { Problem } from '../base/problem.ts';
import type { ClusteringPolicy } from '../topology/azure-managed-redis.ts';
import { tryPublishedShardsOf } from '../topology/azure-shards.ts';
import { AZURE_LIMITS } from '../topology/limits.ts';
import { isReplicated, type OldCache } from './old-cache.ts';
import { type ChosenSku, chooseSku, type SizeWishes } from './sku.ts';

export interface Wishes extends SizeWishes {
  /** Undefined: the one that asks least of the application. */
  readonly clusteringPolicy?: ClusteringPolicy | undefined;
  /** Name of the new cluster. Undefined: the old one's, with `-amr` after it where both are of the same resource type. */
  readonly newName?: string | undefined;
}

export interface Target extends ChosenSku {
  readonly name: string;
  readonly clusteringPolicy: ClusteringPolicy;
  readonly clientMode: 'cluster' | 'single';
  /** What was published for the SKU. */
  readonly shardCount: number;
  readonly highAvailability: boolean;
  readonly hostName: string;
  readonly port: number;
}

export function targetOf(cache: OldCache, wishes: Wishes): Target | Problem {
  const size = chooseSku(cache, wishes);
  if ('code' in size) return size;
  const name = wishes.newName ?? (cache.kind === 'enterprise' ? `${cache.name}-amr` : cache.name);
  const clusteringPolicy = wishes.clusteringPolicy ?? policyFor(cache, size.gigabytes);
  return {
    ...size,
    name,
    clusteringPolicy,
    clientMode: clusteringPolicy === 'OSSCluster' ? 'cluster' : 'single',
    shardCount: clusteringPolicy === 'NoCluster' ? 1 : (tryPublishedShardsOf(size.sku) ?? 1),
    // Basic has one node, and Microsoft advises against paying for two after it (SOURCES.understand, "Additional considerations").
    highAvailability: cache.tier !== 'Basic',
    hostName: `${name}.${cache.location}.redis.azure.net`,
    port: AZURE_LIMITS.port,
  };
}

/**
 * The criterion is the application: a cluster client stays one, and a plain client stays plain. Up to 25 GB that is NoCluster, where every
 * command works as before, and above it EnterpriseCluster. A group of regions is documented for the clustered policies only.
 */
function policyFor(cache: OldCache, gigabytes: number): ClusteringPolicy {
  if (cache.kind === 'enterprise') return cache.clusteringPolicy;
  if (cache.shardCount > 0) return 'OSSCluster';
  return gigabytes <= AZURE_LIMITS.noClusterMaxGigabytes && !isReplicated(cache) ? 'NoCluster' : 'EnterpriseCluster';
}
