import type { DeploymentInput } from '../lib/topology/deployment.ts';

/** One shard behind one endpoint: every command works as on a standalone server, up to 25 GB. */
export default {
  name: 'azure-nocluster',
  description: 'Azure Managed Redis, no clustering: 1 shard with 1 replica behind one endpoint.',
  topology: {
    platform: 'azure-managed-redis',
    name: 'redoubt-azure-nocluster',
    clusteringPolicy: 'NoCluster',
    sku: 'Balanced_B5',
    shardCount: 1,
    highAvailability: true,
  },
  // The one shard is the whole database: while it moves, nothing answers.
  budgets: { slowestAnswerMs: 1_500, excessOverPromotionMs: 300 },
} satisfies DeploymentInput;
