/** How large: the name, shards, replicas, quota, node types. */

import type { ElastiCacheTopology } from '../../elasticache.ts';
import { describeGiven } from '../../input/describe.ts';
import { ELASTICACHE_LIMITS } from '../../limits.ts';
import { DATA_TIERING_FAMILIES, NODE_SIZES, tryNodeType } from '../../node-type.ts';
import { type Rule, ruleMaker } from '../rule.ts';

const rule = ruleMaker<ElastiCacheTopology>();

const CLOUDFORMATION =
  'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticache-replicationgroup.html';
const { shardCount: shardLimits, replicasPerShard: replicaLimits, nodesPerCluster: nodeLimits } = ELASTICACHE_LIMITS;

export const SIZE_RULES: readonly Rule<ElastiCacheTopology>[] = [
  rule({
    code: 'EC_NAME_FORM',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html',
    fields: ['name'],
    when: ({ name }) => !/^[a-z](?:-?[a-z0-9])*$/i.test(name) || name.length > ELASTICACHE_LIMITS.nameLength.max,
    message: ({ name }) =>
      `The name is ${describeGiven(name)}: a replication group's id has 1 to ${ELASTICACHE_LIMITS.nameLength.max} letters, digits and single hyphens, starts with a letter and does not end with a hyphen. Rename it.`,
  }),
  rule({
    code: 'EC_SHARD_COUNT_RANGE',
    source: CLOUDFORMATION,
    fields: ['shardCount'],
    when: ({ shardCount }) => shardCount < shardLimits.min || shardCount > shardLimits.max,
    message: ({ shardCount }) =>
      `\`shardCount\` is ${shardCount}: ElastiCache takes ${shardLimits.min} to ${shardLimits.max} shards. Choose a count in that range.`,
  }),
  rule({
    code: 'EC_REPLICAS_PER_SHARD_RANGE',
    source: CLOUDFORMATION,
    fields: ['replicasPerShard'],
    when: ({ replicasPerShard }) => replicasPerShard < replicaLimits.min || replicasPerShard > replicaLimits.max,
    message: ({ replicasPerShard }) =>
      `\`replicasPerShard\` is ${replicasPerShard}: ElastiCache takes ${replicaLimits.min} to ${replicaLimits.max} replicas of each shard. Choose a count in that range.`,
  }),
  rule({
    code: 'EC_NODE_QUOTA_RANGE',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html',
    fields: ['nodeQuota'],
    when: ({ nodeQuota }) => nodeQuota !== undefined && (nodeQuota < 1 || nodeQuota > nodeLimits.max),
    message: ({ nodeQuota }) =>
      `\`nodeQuota\` is ${nodeQuota}: AWS raises the quota of nodes in one cluster to ${nodeLimits.max} at most. State the quota your account really has.`,
  }),
  rule({
    code: 'EC_NODE_COUNT_OVER_QUOTA',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html',
    fields: ['shardCount', 'replicasPerShard', 'nodeQuota'],
    when: (topology) => nodeCountOf(topology) > (topology.nodeQuota ?? nodeLimits.default),
    message: (topology) =>
      `${topology.shardCount} shards with ${topology.replicasPerShard} replicas each are ${nodeCountOf(topology)} nodes: the quota is ${topology.nodeQuota ?? nodeLimits.default} nodes in one cluster. Use fewer, or have the quota raised (up to ${nodeLimits.max}) and state it as \`nodeQuota\`.`,
  }),
  rule({
    code: 'EC_NODE_TYPE_FORM',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html',
    fields: ['nodeType'],
    when: ({ nodeType }) => tryNodeType(nodeType) === undefined,
    message: ({ nodeType }) =>
      `\`nodeType\` is ${describeGiven(nodeType)}: it must read like "cache.r7g.large" (family, then size). Correct it.`,
  }),
  rule({
    code: 'EC_NODE_TYPE_SIZE',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html',
    fields: ['nodeType'],
    when: ({ nodeType }) => sizesBeside(nodeType).length > 0,
    message: ({ nodeType }) =>
      `\`nodeType\` is ${describeGiven(nodeType)}: the family has no such size. Choose one of ${sizesBeside(nodeType).join(', ')}.`,
  }),
  rule({
    code: 'EC_R6GD_NEEDS_DATA_TIERING',
    source: CLOUDFORMATION,
    fields: ['nodeType', 'dataTiering'],
    when: ({ nodeType, dataTiering }) => !dataTiering && tiersData(nodeType),
    message: ({ nodeType }) =>
      `\`nodeType\` is ${describeGiven(nodeType)}: the r6gd family works with data tiering only. Set \`dataTiering\` to true, or choose another family, for example "cache.r7g.large".`,
  }),
  rule({
    code: 'EC_DATA_TIERING_NEEDS_R6GD',
    source: CLOUDFORMATION,
    fields: ['dataTiering', 'nodeType'],
    when: ({ nodeType, dataTiering }) => dataTiering && tryNodeType(nodeType) !== undefined && !tiersData(nodeType),
    message: ({ nodeType }) =>
      `\`dataTiering\` is true with \`nodeType\` ${describeGiven(nodeType)}: only the r6gd family has the local SSDs for it. Choose for example "cache.r6gd.xlarge", or leave data tiering out.`,
  }),
  rule({
    code: 'EC_DATA_TIERING_NEEDS_ENGINE_VERSION',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/data-tiering.html',
    fields: ['dataTiering', 'engine', 'engineVersion'],
    when: ({ dataTiering, engine, engineVersion }) => dataTiering && engine === 'redis' && engineVersion === '6.0',
    message: ({ engineVersion }) =>
      `\`dataTiering\` is true with redis ${engineVersion}: data tiering needs redis 6.2 or later, or Valkey. Choose a later version.`,
  }),
];

function nodeCountOf({
  shardCount,
  replicasPerShard,
}: Pick<ElastiCacheTopology, 'shardCount' | 'replicasPerShard'>): number {
  return shardCount * (1 + replicasPerShard);
}

/** What there is, where the family is known and the size is none of it. */
function sizesBeside(nodeType: string): readonly string[] {
  const type = tryNodeType(nodeType);
  const sizes = type === undefined ? [] : (NODE_SIZES[type.family] ?? []);
  return type === undefined || sizes.includes(type.size) ? [] : sizes;
}

function tiersData(nodeType: string): boolean {
  return DATA_TIERING_FAMILIES.includes(tryNodeType(nodeType)?.family ?? '');
}
