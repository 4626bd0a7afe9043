/**
 * What ElastiCache (cluster mode) accepts. A new rule is a new row, and test/topology/rules/elasticache.test.ts refuses
 * a row without an example that keeps it and one that breaks it.
 */
import { describeGiven, listed } from '../input/describe.ts';
import { ELASTICACHE_ENGINE_VERSIONS, ELASTICACHE_LIMITS } from '../limits.ts';
import type { ElastiCacheTopology } from '../topology.ts';
import { type Rule, ruleMaker } from './rule.ts';

const rule = ruleMaker<ElastiCacheTopology>();

const CLOUDFORMATION =
  'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticache-replicationgroup.html';
const { shardCount: shardLimits, replicasPerShard: replicaLimits, nodesPerCluster: nodeLimits } = ELASTICACHE_LIMITS;

export const ELASTICACHE_RULES: readonly Rule<ElastiCacheTopology>[] = [
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
    code: 'EC_AUTOMATIC_FAILOVER_REQUIRED',
    source: 'https://github.com/hashicorp/terraform-provider-aws/issues/2730 and cfn-lint E3026',
    fields: ['automaticFailover'],
    when: ({ automaticFailover }) => !automaticFailover,
    message: () =>
      '`automaticFailover` is false: with cluster mode enabled it must be true ("InvalidParameterValue: Redis with cluster mode enabled cannot be created with auto failover turned off."). Leave it out or set it to true.',
  }),
  rule({
    code: 'EC_MULTI_AZ_NEEDS_AUTOMATIC_FAILOVER',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html',
    fields: ['multiAz', 'automaticFailover'],
    when: ({ multiAz, automaticFailover }) => multiAz && !automaticFailover,
    message: () =>
      '`multiAz` is true while `automaticFailover` is false: Multi-AZ moves the primary to another zone by failing over ("automatic_failover_enabled must be true if multi_az_enabled is true"). Set `automaticFailover` to true.',
  }),
  rule({
    code: 'EC_MULTI_AZ_NEEDS_REPLICAS',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html',
    fields: ['multiAz', 'replicasPerShard'],
    when: ({ multiAz, replicasPerShard }) => multiAz && replicasPerShard < 1,
    message: ({ replicasPerShard }) =>
      `\`multiAz\` is true with ${replicasPerShard} replicas of each shard: Multi-AZ needs at least 1 to fail over to. Add a replica, or set \`multiAz\` to false and accept that a lost node loses its data.`,
  }),
  rule({
    code: 'EC_ENGINE_VERSION_PATCH_LEVEL',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/supported-engine-versions.html',
    fields: ['engineVersion', 'engine'],
    when: ({ engineVersion }) => hasPatchLevel(engineVersion),
    message: ({ engine, engineVersion }) =>
      `\`engineVersion\` is ${describeGiven(engineVersion)}: the service takes major and minor only and refuses a patch level. Allowed for ${engine}: ${listed(ELASTICACHE_ENGINE_VERSIONS[engine])}.`,
  }),
  rule({
    code: 'EC_ENGINE_VERSION_UNSUPPORTED',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/supported-engine-versions.html',
    fields: ['engineVersion', 'engine'],
    when: ({ engine, engineVersion }) =>
      !hasPatchLevel(engineVersion) &&
      !ELASTICACHE_ENGINE_VERSIONS[engine].some((version) => version === engineVersion),
    message: ({ engine, engineVersion }) =>
      `\`engineVersion\` is ${describeGiven(engineVersion)}: ElastiCache has no such version of ${engine} in standard support. Allowed: ${listed(ELASTICACHE_ENGINE_VERSIONS[engine])}.`,
  }),
  rule({
    code: 'EC_NODE_TYPE_FORM',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html',
    fields: ['nodeType'],
    when: ({ nodeType }) =>
      !/^cache\.[a-z][a-z0-9]*\.(?:nano|micro|small|medium|large|(?:[1-9]\d*)?xlarge)$/.test(nodeType),
    message: ({ nodeType }) =>
      `\`nodeType\` is ${describeGiven(nodeType)}: it must read like "cache.r7g.large" (family, then size). Correct it.`,
  }),
  rule({
    code: 'EC_R6GD_NEEDS_DATA_TIERING',
    source: CLOUDFORMATION,
    fields: ['nodeType'],
    when: ({ nodeType }) => nodeType.startsWith('cache.r6gd.'),
    message: ({ nodeType }) =>
      `\`nodeType\` is ${describeGiven(nodeType)}: the r6gd family works with data tiering only, which a topology cannot ask for yet. Choose another family, for example "cache.r7g.large".`,
  }),
  rule({
    code: 'EC_PORT_RANGE',
    source: CLOUDFORMATION,
    fields: ['port'],
    when: ({ port }) => port < 1 || port > 65_535,
    message: ({ port }) => `\`port\` is ${port}: it must be from 1 to 65535. Leave it out for 6379.`,
  }),
  rule({
    code: 'EC_AUTHENTICATION_REQUIRED',
    source:
      'Redoubt: a cache that anybody in the network may read is never what was asked for (Security Hub ElastiCache.6).',
    fields: ['authentication', 'transitEncryption'],
    when: ({ authentication, transitEncryption }) => authentication.kind === 'none' && transitEncryption === 'required',
    message: () => '`authentication.kind` is "none": choose "rbac" (one application user) or "auth-token".',
  }),
  rule({
    code: 'EC_PREFERRED_TLS_EXCLUDES_AUTHENTICATION',
    source: 'https://github.com/cloudposse/terraform-aws-elasticache-redis/issues/239',
    fields: ['transitEncryption', 'authentication'],
    when: ({ authentication, transitEncryption }) =>
      transitEncryption === 'preferred' && authentication.kind !== 'none',
    message: ({ authentication }) =>
      `\`transitEncryption\` is "preferred" with authentication "${authentication.kind}": the service takes credentials only where TLS is required ("InvalidParameterCombination: Transit encryption preferred is not supported with redis access control."). Use "required"; "preferred" is a step of a migration, with authentication "none".`,
  }),
  rule({
    code: 'EC_USER_NAME_FORM',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUser.html',
    fields: ['authentication'],
    when: ({ authentication }) =>
      authentication.kind === 'rbac' &&
      (!/^[^\s\p{Cc}]+$/u.test(authentication.userName) ||
        authentication.userName.length > ELASTICACHE_LIMITS.userNameLength.max),
    message: () =>
      `\`authentication.userName\` must have 1 to ${ELASTICACHE_LIMITS.userNameLength.max} characters and no spaces. Rename the user.`,
  }),
  rule({
    code: 'EC_USER_NAME_IS_DEFAULT',
    source:
      'Redoubt: the `default` user of the group is switched off, so that a client without a user name is refused.',
    fields: ['authentication'],
    when: ({ authentication }) => authentication.kind === 'rbac' && authentication.userName === 'default',
    message: () =>
      '`authentication.userName` is "default": that user is switched off, so that a client that forgot its name is refused. Give the application a user of its own, for example "application".',
  }),
];

function nodeCountOf({
  shardCount,
  replicasPerShard,
}: Pick<ElastiCacheTopology, 'shardCount' | 'replicasPerShard'>): number {
  return shardCount * (1 + replicasPerShard);
}

function hasPatchLevel(version: string): boolean {
  return /^\d+\.\d+\.\d+$/.test(version);
}
