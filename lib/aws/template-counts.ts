/**
 * Counts that a template goes on saying although the group has others by now: what they are for, and what is wrong with them.
 */
import { z } from 'zod';
import type { Problem } from '../base/problem.ts';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';
import { checkInput } from '../topology/input/check-input.ts';
import { ELASTICACHE_LIMITS } from '../topology/limits.ts';
import { brokenRules, type Rule, ruleMaker } from '../topology/rules/rule.ts';
import { holdsToken } from './tokens.ts';

/**
 * What the deployed template says of counts that were changed without it: by `aws elasticache increase-replica-count`, or by
 * automatic scaling. The topology says what there is.
 */
export interface TemplateCounts {
  /**
   * Replicas per shard that the group was created with, 0 to 5. CloudFormation replaces the group, with its data, when
   * `ReplicasPerNodeGroup` changes ("Update requires: Replacement",
   * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticache-replicationgroup.html), and refuses
   * another `ReplicaCount` in a layout. Default: the topology's `replicasPerShard`.
   */
  readonly replicasPerShard?: number | undefined;
  /**
   * Shards that the deployed template says, 1 to 500, so that a deployment does not move the slots back. Default: the topology's
   * `shardCount`, to which CloudFormation reshards online.
   */
  readonly shardCount?: number | undefined;
}

const { shardCount: shardLimits, replicasPerShard: replicaLimits } = ELASTICACHE_LIMITS;

const schema = z.strictObject({
  templateCounts: z.strictObject({
    replicasPerShard: z.int().min(replicaLimits.min).max(replicaLimits.max).optional(),
    shardCount: z.int().min(shardLimits.min).max(shardLimits.max).optional(),
  }),
});

type Asked = ElastiCacheTopology & {
  readonly templateCounts: TemplateCounts;
  readonly globalDatastore?: string | undefined;
};

const rule = ruleMaker<Asked>();
const TEMPLATE =
  'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticache-replicationgroup.html';

export const TEMPLATE_COUNT_RULES: readonly Rule<Asked>[] = [
  rule({
    code: 'AWS_TEMPLATE_REPLICAS_NOT_USED',
    source: `${TEMPLATE} (NumCacheClusters: "Update requires: No interruption")`,
    fields: ['templateCounts', 'clusterMode', 'nodeGroups'],
    when: ({ templateCounts, clusterMode, nodeGroups }) =>
      templateCounts.replicasPerShard !== undefined && clusterMode !== 'enabled' && nodeGroups === undefined,
    message: ({ clusterMode }) =>
      `\`templateCounts.replicasPerShard\` is given with \`clusterMode\` "${clusterMode}": there the template counts all nodes together (NumCacheClusters), which CloudFormation changes in place. Leave it out and deploy the topology's \`replicasPerShard\`.`,
  }),
  rule({
    code: 'AWS_TEMPLATE_SHARDS_NOT_USED',
    source: 'Redoubt: what would be ignored in silence was not meant.',
    fields: ['templateCounts', 'clusterMode', 'nodeGroups', 'globalDatastore'],
    when: (asked) => asked.templateCounts.shardCount !== undefined && whyNoShards(asked) !== undefined,
    message: (asked) => `\`templateCounts.shardCount\` is given, but ${whyNoShards(asked)}. Leave it out.`,
  }),
  rule({
    code: 'AWS_TEMPLATE_ZONES_NOT_KNOWN',
    source: `${TEMPLATE} (NodeGroupConfiguration)`,
    fields: ['templateCounts', 'nodeGroups', 'replicasPerShard'],
    when: ({ templateCounts, nodeGroups = [], replicasPerShard }) =>
      (templateCounts.replicasPerShard ?? 0) > replicasPerShard &&
      nodeGroups.some(({ replicaZones }) => replicaZones !== undefined),
    message: ({ templateCounts, replicasPerShard }) =>
      `\`templateCounts.replicasPerShard\` is ${templateCounts.replicasPerShard} and \`nodeGroups\` names the zones of ${replicasPerShard}: those of the replicas that have gone still stand in the deployed template, and are not known here. Leave \`replicaZones\` out, and keep the template's with \`cluster.replicationGroup.addPropertyOverride('NodeGroupConfiguration.0.ReplicaAvailabilityZones', […])\` for each shard.`,
  }),
];

/** @param options what was given, of whatever type */
export function templateCountProblems(
  options: { readonly templateCounts?: unknown; readonly globalDatastore?: unknown },
  { topology, malformed }: { readonly topology: ElastiCacheTopology; readonly malformed: ReadonlySet<string> },
): Problem[] {
  const { templateCounts, globalDatastore } = options;
  if (templateCounts === undefined) return [];
  if (holdsToken(templateCounts)) {
    const message =
      '`templateCounts` holds a value that is known only when CloudFormation runs (a token), and the template is shaped by it. Give the numbers that the deployed template says.';
    return [{ code: 'AWS_TOKEN_SHAPES_TEMPLATE', message, path: 'templateCounts' }];
  }
  const { value, problems } = checkInput(schema, { templateCounts });
  if (value === undefined) return [...problems];
  return brokenRules(TEMPLATE_COUNT_RULES, { ...topology, ...value, globalDatastore } as Asked, { malformed });
}

function whyNoShards({
  clusterMode,
  nodeGroups,
  globalDatastore,
}: Pick<Asked, 'clusterMode' | 'nodeGroups' | 'globalDatastore'>): string | undefined {
  if (clusterMode !== 'enabled')
    return `with \`clusterMode\` "${clusterMode}" there is one shard, and the template does not count it`;
  if (nodeGroups !== undefined) return '`nodeGroups` names each shard, so the template says which there are';
  if (globalDatastore !== undefined)
    return 'a secondary of a Global Datastore takes its shards from the primary, and its template says none';
  return undefined;
}
