import type { DeploymentInput } from '../lib/topology/deployment.ts';

/** ElastiCache in cluster mode behind one configuration endpoint: three primaries, three replicas, two zones. */
export default {
  name: 'elasticache',
  description: 'ElastiCache cluster mode: 3 shards with 1 replica each, Valkey 8.0, RBAC user.',
  topology: {
    platform: 'elasticache',
    name: 'redoubt-elasticache',
    engine: 'valkey',
    engineVersion: '8.0',
    nodeType: 'cache.r7g.large',
    shardCount: 3,
    replicasPerShard: 1,
    authentication: { kind: 'rbac', userName: 'application' },
  },
  budgets: { slowestAnswerMs: 1_000, excessOverPromotionMs: 300 },
} satisfies DeploymentInput;
