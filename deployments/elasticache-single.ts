import type { DeploymentInput } from '../lib/topology/deployment.ts';

/** ElastiCache without cluster mode: a primary behind a name that failovers lead to another node, and a replica behind another. */
export default {
  name: 'elasticache-single',
  description: 'ElastiCache without cluster mode: 1 primary with 1 replica behind a primary and a reader endpoint.',
  topology: {
    platform: 'elasticache',
    name: 'redoubt-elasticache-single',
    clusterMode: 'disabled',
    engine: 'valkey',
    engineVersion: '8.0',
    nodeType: 'cache.r7g.large',
    shardCount: 1,
    replicasPerShard: 1,
    authentication: { kind: 'rbac', userName: 'application' },
  },
  // The one shard is the whole database: while it moves, nothing answers.
  budgets: { slowestAnswerMs: 1_500, excessOverPromotionMs: 300 },
} satisfies DeploymentInput;
