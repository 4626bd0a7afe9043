/**
 * What somebody wants: the one description that provisions, verifies and drills a deployment.
 *
 * Parsed once at the edge (`parseTopology` in parse.ts fills every default), so deeper code has no `??`.
 * Rules that span fields are rows of the tables in rules/: every broken one is reported at once.
 */
import { z } from 'zod';
import { elastiCacheSchema } from './elasticache.ts';

/** Azure's clustering policies, spelled as ARM spells them (`clusteringPolicy`). */
export const CLUSTERING_POLICIES = ['OSSCluster', 'EnterpriseCluster', 'NoCluster'] as const;
export type ClusteringPolicy = (typeof CLUSTERING_POLICIES)[number];

/** Letters and digits with single hyphens between; the narrower of the two clouds' rules is checked per platform. */
const name = z.string().min(1).max(60);

export const azureManagedRedisSchema = z.strictObject({
  platform: z.literal('azure-managed-redis'),
  name,
  clusteringPolicy: z.enum(CLUSTERING_POLICIES),
  /** `Balanced_B5`, `MemoryOptimized_M10`, ... */
  sku: z.string(),
  /**
   * Primary shards. The service decides them from the SKU and changes its choice over time, so this is what you expect
   * to find, not a request (https://learn.microsoft.com/azure/redis/architecture#sharding-configuration).
   */
  shardCount: z.int(),
  /** One replica per shard when on, none when off (and then no SLA). */
  highAvailability: z.boolean().default(true),
  port: z.int().default(10_000),
  clientProtocol: z.enum(['Encrypted', 'Plaintext']).default('Encrypted'),
  minimumTlsVersion: z.enum(['1.0', '1.1', '1.2']).default('1.2'),
  authentication: z
    .discriminatedUnion('kind', [
      /** User name is the object id; the password is a token that lives for about an hour. */
      z.strictObject({
        kind: z.literal('entra'),
        objectId: z.string().default('00000000-0000-0000-0000-000000000000'),
      }),
      z.strictObject({ kind: z.literal('access-key') }),
      z.strictObject({ kind: z.literal('none') }),
    ])
    .prefault({ kind: 'access-key' }),
  evictionPolicy: z
    .enum([
      'AllKeysLFU',
      'AllKeysLRU',
      'AllKeysRandom',
      'VolatileLRU',
      'VolatileLFU',
      'VolatileTTL',
      'VolatileRandom',
      'NoEviction',
    ])
    .default('VolatileLRU'),
  modules: z.array(z.string()).default([]),
});
export type AzureManagedRedisTopology = z.infer<typeof azureManagedRedisSchema>;

export const topologySchema = z.discriminatedUnion('platform', [elastiCacheSchema, azureManagedRedisSchema]);
export type Topology = z.infer<typeof topologySchema>;
/** What an author writes: defaults may be left out. */
export type TopologyInput = z.input<typeof topologySchema>;
export type Platform = Topology['platform'];

/** Replicas of each shard, whichever way the platform says it. */
export function replicasPerShardOf(topology: Topology): number {
  if (topology.platform === 'elasticache') return topology.replicasPerShard;
  return topology.highAvailability ? 1 : 0;
}

/** The way an application has to talk to it: declared by the platform and policy, never by the number of addresses. */
export function clientModeOf(topology: Topology): 'cluster' | 'single' {
  if (topology.platform === 'elasticache') return 'cluster';
  return topology.clusteringPolicy === 'OSSCluster' ? 'cluster' : 'single';
}
