import type { DeploymentInput } from '../lib/topology/deployment.ts';

/** The treacherous one: with a single shard a plain client's GET and SET all pass, and only multi-key calls give it away. */
export default {
  name: 'azure-oss-one-shard',
  description:
    'Azure Managed Redis, OSS policy, smallest size: 1 shard with 1 replica; hides a client in the wrong mode.',
  topology: {
    platform: 'azure-managed-redis',
    name: 'redoubt-azure-oss-one-shard',
    clusteringPolicy: 'OSSCluster',
    sku: 'Balanced_B0',
    shardCount: 1,
    highAvailability: true,
  },
  // No other shard answers while the only one moves, so a client learns of the move later.
  budgets: { slowestAnswerMs: 1_500, excessOverPromotionMs: 300 },
} satisfies DeploymentInput;
