/** What survives the loss of a node or a zone: failover, zones, durability. */

import type { ElastiCacheTopology } from '../../elasticache.ts';
import { describeGiven, listed } from '../../input/describe.ts';
import { DURABLE_FAMILIES, tryNodeType } from '../../node-type.ts';
import { type Rule, ruleMaker } from '../rule.ts';

const rule = ruleMaker<ElastiCacheTopology>();

const CLOUDFORMATION =
  'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticache-replicationgroup.html';

export const AVAILABILITY_RULES: readonly Rule<ElastiCacheTopology>[] = [
  rule({
    code: 'EC_AUTOMATIC_FAILOVER_REQUIRED',
    source: 'https://github.com/hashicorp/terraform-provider-aws/issues/2730 and cfn-lint E3026',
    fields: ['automaticFailover', 'clusterMode'],
    when: ({ automaticFailover, clusterMode }) => !automaticFailover && clusterMode !== 'disabled',
    message: ({ clusterMode }) =>
      `\`automaticFailover\` is false: with cluster mode ${clusterMode} it must be true ("InvalidParameterValue: Redis with cluster mode enabled cannot be created with auto failover turned off."). Leave it out or set it to true.`,
  }),
  rule({
    code: 'EC_FAILOVER_NEEDS_TWO_NODES',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html',
    fields: ['automaticFailover', 'clusterMode', 'replicasPerShard'],
    when: ({ automaticFailover, clusterMode, replicasPerShard }) =>
      clusterMode === 'disabled' && automaticFailover && replicasPerShard < 1,
    message: ({ replicasPerShard }) =>
      `\`automaticFailover\` is true with \`clusterMode\` "disabled" and ${replicasPerShard} replicas: it needs at least 1 ("InvalidParameterCombination: When using automatic failover, there must be at least 2 cache clusters in the replication group."). Add a replica, or set \`automaticFailover\` and \`multiAz\` to false for one node alone.`,
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
    code: 'EC_DURABILITY_NEEDS_VALKEY_9',
    source: CLOUDFORMATION,
    fields: ['durability', 'engine', 'engineVersion'],
    when: ({ durability, engine, engineVersion }) =>
      isDurable(durability) && !(engine === 'valkey' && Number.parseInt(engineVersion, 10) >= 9),
    message: ({ durability, engine, engineVersion }) =>
      `\`durability\` is "${durability}" with ${engine} ${describeGiven(engineVersion)}: the transaction log needs Valkey 9.0 or later. Choose "9.0" or "9.1" of valkey, or leave durability out.`,
  }),
  rule({
    code: 'EC_DURABILITY_NEEDS_MULTI_AZ',
    source: CLOUDFORMATION,
    fields: ['durability', 'multiAz', 'replicasPerShard'],
    when: ({ durability, multiAz, replicasPerShard }) => isDurable(durability) && (!multiAz || replicasPerShard < 1),
    message: ({ durability, multiAz, replicasPerShard }) =>
      `\`durability\` is "${durability}" with \`multiAz\` ${multiAz} and ${replicasPerShard} replicas of each shard: it needs Multi-AZ and at least 1 replica. Switch Multi-AZ on and add a replica.`,
  }),
  rule({
    code: 'EC_DURABILITY_NEEDS_REQUIRED_TLS',
    source: CLOUDFORMATION,
    fields: ['durability', 'transitEncryption'],
    when: ({ durability, transitEncryption }) => isDurable(durability) && transitEncryption !== 'required',
    message: ({ durability, transitEncryption }) =>
      `\`durability\` is "${durability}" with \`transitEncryption\` "${transitEncryption}": it needs TLS in transit. Use "required".`,
  }),
  rule({
    code: 'EC_DURABILITY_NEEDS_NODE_FAMILY',
    source: CLOUDFORMATION,
    fields: ['durability', 'nodeType'],
    when: ({ durability, nodeType }) =>
      isDurable(durability) && tryNodeType(nodeType) !== undefined && !hasDurableFamily(nodeType),
    message: ({ durability, nodeType }) =>
      `\`durability\` is "${durability}" with \`nodeType\` ${describeGiven(nodeType)}: the families that have it are ${listed(DURABLE_FAMILIES)}. Choose one of them.`,
  }),
  rule({
    code: 'EC_DURABILITY_EXCLUDES_DATA_TIERING',
    source: CLOUDFORMATION,
    fields: ['durability', 'dataTiering'],
    when: ({ durability, dataTiering }) => isDurable(durability) && dataTiering,
    message: ({ durability }) =>
      `\`durability\` is "${durability}" with \`dataTiering\` true: the service has one or the other. Leave one out.`,
  }),
];

export function isDurable(durability: ElastiCacheTopology['durability']): boolean {
  return durability === 'sync' || durability === 'async';
}

function hasDurableFamily(nodeType: string): boolean {
  return DURABLE_FAMILIES.includes(tryNodeType(nodeType)?.family ?? '');
}
