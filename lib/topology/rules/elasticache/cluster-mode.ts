/** What a group can be before it is in cluster mode (`disabled`), and on the way there (`compatible`). */
import type { ElastiCacheTopology } from '../../elasticache.ts';
import { describeGiven } from '../../input/describe.ts';
import { type Rule, ruleMaker } from '../rule.ts';
import { isDurable } from './availability.ts';
import { isScaling } from './upkeep.ts';

const rule = ruleMaker<ElastiCacheTopology>();

const MIGRATION = 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/modify-cluster-mode.html';
const CLOUDFORMATION =
  'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticache-replicationgroup.html';

export const CLUSTER_MODE_RULES: readonly Rule<ElastiCacheTopology>[] = [
  rule({
    code: 'EC_SHARDS_NEED_CLUSTER_MODE',
    source: `${MIGRATION} ("a single shard is deployed") and API_CreateReplicationGroup, NumNodeGroups`,
    fields: ['shardCount', 'clusterMode'],
    when: ({ shardCount, clusterMode }) => clusterMode !== 'enabled' && shardCount > 1,
    message: ({ shardCount, clusterMode }) =>
      `\`shardCount\` is ${shardCount} with \`clusterMode\` "${clusterMode}": only "enabled" has more than 1 shard. Use 1, or enable cluster mode.`,
  }),
  rule({
    code: 'EC_SLOTS_NEED_CLUSTER_MODE',
    source: 'Redoubt: without cluster mode there are no slots to give.',
    fields: ['nodeGroups', 'clusterMode'],
    when: ({ nodeGroups = [], clusterMode }) =>
      clusterMode === 'disabled' && nodeGroups.some(({ slots }) => slots !== undefined),
    message: ({ nodeGroups = [] }) =>
      `\`nodeGroups\` gives the slots ${describeGiven(nodeGroups.find(({ slots }) => slots !== undefined)?.slots)} with \`clusterMode\` "disabled": a group without cluster mode has no slots. Leave them out.`,
  }),
  rule({
    code: 'EC_SCALING_NEEDS_CLUSTER_MODE',
    source: `https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoScaling.html and ${MIGRATION} (no scaling while compatible)`,
    fields: ['scaling', 'clusterMode'],
    when: ({ scaling, clusterMode }) => clusterMode !== 'enabled' && isScaling(scaling),
    message: ({ clusterMode }) =>
      `\`scaling\` is asked for with \`clusterMode\` "${clusterMode}": the service scales groups with cluster mode "enabled" only. Leave it out; change \`replicasPerShard\` or \`nodeType\` by a deployment.`,
  }),
  rule({
    code: 'EC_DURABILITY_NEEDS_CLUSTER_MODE',
    source: CLOUDFORMATION,
    fields: ['durability', 'clusterMode'],
    when: ({ durability, clusterMode }) => clusterMode !== 'enabled' && isDurable(durability),
    message: ({ durability, clusterMode }) =>
      `\`durability\` is "${durability}" with \`clusterMode\` "${clusterMode}": the transaction log needs cluster mode "enabled". Leave durability out, or enable cluster mode.`,
  }),
  rule({
    code: 'EC_COMPATIBLE_NEEDS_REPLICAS',
    source: MIGRATION,
    fields: ['clusterMode', 'replicasPerShard'],
    when: ({ clusterMode, replicasPerShard }) => clusterMode === 'compatible' && replicasPerShard < 1,
    message: ({ replicasPerShard }) =>
      `\`clusterMode\` is "compatible" with ${replicasPerShard} replicas: the service changes the mode of groups with automatic failover and at least 1 replica. Add a replica while the group is still "disabled".`,
  }),
  rule({
    code: 'EC_COMPATIBLE_NEEDS_ENGINE_VERSION',
    source: MIGRATION,
    fields: ['clusterMode', 'engine', 'engineVersion'],
    when: ({ clusterMode, engine, engineVersion }) =>
      clusterMode === 'compatible' && engine === 'redis' && /^6\./.test(engineVersion),
    message: ({ engineVersion }) =>
      `\`clusterMode\` is "compatible" with redis ${describeGiven(engineVersion)}: the mode changes from redis 7.0 or Valkey 7.2 on. Upgrade while the group is still "disabled".`,
  }),
];
