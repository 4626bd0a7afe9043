/** What follows from platform and clustering policy for a client: shared by the lab, the clouds and the profile's rules. */
import type { ClusteringPolicy } from '../topology/topology.ts';
import type { ConnectionProfile } from './profile.ts';

/**
 * The multi-key commands that Azure's Enterprise policy spreads over slots; every other one answers CROSSSLOT.
 * Source: https://learn.microsoft.com/azure/redis/best-practices-client-libraries
 */
export const ENTERPRISE_CROSS_SLOT_COMMANDS = ['del', 'mset', 'mget', 'exists', 'unlink', 'touch'] as const;

/**
 * Ports of the shards behind Azure's OSS policy; they change with every maintenance within this range.
 * Source: https://learn.microsoft.com/azure/redis/architecture (85xx)
 */
export const AZURE_SHARD_PORT_RANGE = { from: 8500, to: 8599 } as const;

/** Multi-key commands that may cross slots. ElastiCache has no clustering policy: none in cluster mode, all without it. */
export function crossSlotCommandsOf(
  policy: ClusteringPolicy | undefined,
  clientMode: ConnectionProfile['clientMode'],
): ConnectionProfile['crossSlotCommands'] {
  switch (policy) {
    case 'NoCluster':
      return 'all';
    case 'EnterpriseCluster':
      return [...ENTERPRISE_CROSS_SLOT_COMMANDS];
    case 'OSSCluster':
      return 'none';
    case undefined:
      return clientMode === 'single' ? 'all' : 'none';
  }
}
