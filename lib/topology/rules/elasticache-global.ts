/**
 * What a Global Datastore asks of its members, beyond the rules of every group. A secondary has engine, version, node type,
 * shards and parameters of its primary and may not say them: the construct leaves them out, and what has no place is refused.
 */
import type { ElastiCacheTopology } from '../elasticache.ts';
import { describeGiven } from '../input/describe.ts';
import { tryNodeType } from '../node-type.ts';
import { type Rule, ruleMaker } from './rule.ts';

const rule = ruleMaker<ElastiCacheTopology>();

const PREREQUISITES =
  'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Redis-Global-Datastores-Getting-Started.html';

/** Of a primary and of every secondary. */
export const GLOBAL_MEMBER_RULES: readonly Rule<ElastiCacheTopology>[] = [
  rule({
    code: 'EC_GLOBAL_EXCLUDES_DURABILITY',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Durability.Limitations.html',
    fields: ['durability'],
    when: ({ durability }) => durability === 'sync' || durability === 'async',
    message: ({ durability }) =>
      `\`durability\` is "${durability}": a durable group cannot be a member of a Global Datastore. Leave one of them out.`,
  }),
  rule({
    code: 'EC_GLOBAL_EXCLUDES_SCALING',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoScaling.html',
    fields: ['scaling'],
    when: ({ scaling }) => scaling?.shards !== undefined || scaling?.replicas !== undefined,
    message: () =>
      '`scaling` is asked for: automatic scaling does not work on members of a Global Datastore. Leave it out, and change the shards of the whole datastore.',
  }),
  rule({
    code: 'EC_GLOBAL_NEEDS_LARGE_NODES',
    source: PREREQUISITES,
    fields: ['nodeType'],
    when: ({ nodeType }) => isTooSmall(nodeType),
    message: ({ nodeType }) =>
      `\`nodeType\` is ${describeGiven(nodeType)}: a Global Datastore needs nodes of the size large or above, and not of the families T, M4 or R4 or older. Choose for example "cache.r7g.large".`,
  }),
];

/** Of a secondary only. */
export const GLOBAL_SECONDARY_RULES: readonly Rule<ElastiCacheTopology>[] = [
  ...GLOBAL_MEMBER_RULES,
  rule({
    code: 'EC_GLOBAL_SECONDARY_EXCLUDES_LAYOUT',
    source: 'https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/elasticache_replication_group',
    fields: ['nodeGroups'],
    when: ({ nodeGroups }) => nodeGroups !== undefined,
    message: () =>
      '`nodeGroups` is given for a secondary of a Global Datastore: its shards and their slots are those of the primary. Leave it out.',
  }),
  rule({
    code: 'EC_GLOBAL_SECONDARY_EXCLUDES_PARAMETERS',
    source: 'https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/elasticache_replication_group',
    fields: ['parameters'],
    when: ({ parameters }) => Object.keys(parameters).length > 0,
    message: () =>
      '`parameters` are given for a secondary of a Global Datastore: its parameter group is that of the datastore. Set them on the primary, and leave them out here.',
  }),
];

function isTooSmall(nodeType: string): boolean {
  const type = tryNodeType(nodeType);
  if (type === undefined) return false;
  return /^(nano|micro|small|medium)$/.test(type.size) || /^(t|[cmr][1-4])/.test(type.family);
}
