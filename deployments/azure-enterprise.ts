import type { DeploymentInput } from '../lib/topology/deployment.ts';

/** One endpoint and a proxy that routes: a plain client, and only some multi-key commands may cross slots. */
export default {
  name: 'azure-enterprise',
  description: 'Azure Managed Redis, Enterprise policy: 3 shards with 1 replica each behind one endpoint.',
  topology: {
    platform: 'azure-managed-redis',
    name: 'redoubt-azure-enterprise',
    clusteringPolicy: 'EnterpriseCluster',
    sku: 'Balanced_B10',
    // What the lab boots. The service decides for itself (2 were documented for this SKU in 2025): state what yours shows.
    shardCount: 3,
    highAvailability: true,
  },
  budgets: { slowestAnswerMs: 1_000, excessOverPromotionMs: 300 },
} satisfies DeploymentInput;
