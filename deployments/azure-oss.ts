import type { DeploymentInput } from '../lib/topology/deployment.ts';

/** The policy of the incident: clients talk to every shard themselves and own the slot map, and maintenance moves the ports. */
export default {
  name: 'azure-oss',
  description: 'Azure Managed Redis, OSS policy: 3 shards with 1 replica each; clients connect to each shard.',
  topology: {
    platform: 'azure-managed-redis',
    name: 'redoubt-azure-oss',
    clusteringPolicy: 'OSSCluster',
    sku: 'Balanced_B10',
    // What the lab boots. The service decides for itself (2 were documented for this SKU in 2025): state what yours shows.
    shardCount: 3,
    highAvailability: true,
  },
  budgets: { slowestAnswerMs: 1_000, excessOverPromotionMs: 300 },
} satisfies DeploymentInput;
