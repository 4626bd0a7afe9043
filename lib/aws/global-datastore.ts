import { CfnGlobalReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import { CfnOutput, RemovalPolicy, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { type Problem, throwIfProblems } from '../base/problem.ts';
import { ELASTICACHE_LIMITS } from '../topology/limits.ts';
import { GLOBAL_MEMBER_RULES } from '../topology/rules/elasticache-global.ts';
import { brokenRules } from '../topology/rules/rule.ts';
import type { ElastiCacheCluster } from './elasticache-cluster.ts';
import { optionNameProblems } from './option-names.ts';

export interface GlobalSecondary {
  /** Name in the secondary's topology. */
  readonly replicationGroupId: string;
  /** Its region, like `us-east-2`. */
  readonly region: string;
}

export interface GlobalDatastoreProps {
  /** In this stack's region. Its topology may not have durability, automatic scaling or small nodes. */
  readonly primary: ElastiCacheCluster;
  /** End of the datastore's id, which the service begins with five characters of its own. Default: the primary's name. */
  readonly suffix?: string;
  /**
   * Secondaries that exist, so that the template says what there is. A secondary joins by its own `globalDatastore`, and can
   * be named here only after that. At most two, in other regions. Default: none is named.
   */
  readonly secondaries?: readonly GlobalSecondary[];
  /** Default: it stays, and with it the link between the regions; the service deletes none that still has secondaries. */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A Global Datastore: a cluster whose writes are copied to up to two other regions, where secondaries serve reads and can be
 * promoted by hand. The primary and the datastore are deployed first, each secondary from the stack of its region after them:
 *
 * ```ts
 * const primary = new ElastiCacheCluster(frankfurt, 'Cache', { vpc, topology, globalRole: 'primary' });
 * const datastore = new GlobalDatastore(frankfurt, 'Global', { primary });
 * new ElastiCacheCluster(ohio, 'Cache', { vpc: vpcThere, topology: { ...topology, name: 'shop-ohio' }, globalDatastore: datastore.globalReplicationGroupId });
 * ```
 *
 * Stacks of different regions need `crossRegionReferences: true`, or the id as a text. Node type, version and the number of
 * shards are changed for all members together, on `globalReplicationGroup`.
 *
 * @throws ProblemError `EC_GLOBAL_…` of the primary, `AWS_GLOBAL_SECONDARIES`, `AWS_GLOBAL_OTHER_REGION`, `AWS_GLOBAL_PRIMARY_IS_SECONDARY`
 */
export class GlobalDatastore extends Construct {
  readonly globalReplicationGroup: CfnGlobalReplicationGroup;
  /** What secondaries are given as `globalDatastore`. */
  readonly globalReplicationGroupId: string;

  constructor(scope: Construct, id: string, props: GlobalDatastoreProps) {
    super(scope, id);
    const { primary, secondaries = [] } = props;
    const { region } = Stack.of(this);
    throwIfProblems([
      ...optionNameProblems('GlobalDatastore', props),
      ...brokenRules(GLOBAL_MEMBER_RULES, primary.topology, { at: 'primary.topology' }),
      ...primaryProblems(primary, region),
      ...secondaryProblems(secondaries, region),
    ]);
    this.globalReplicationGroup = new CfnGlobalReplicationGroup(this, 'GlobalReplicationGroup', {
      globalReplicationGroupIdSuffix: props.suffix ?? primary.topology.name,
      globalReplicationGroupDescription: `Global Datastore of ${primary.topology.name}`,
      // Must be on in cluster mode.
      automaticFailoverEnabled: primary.topology.automaticFailover,
      members: [
        {
          replicationGroupId: primary.replicationGroup.ref,
          replicationGroupRegion: Stack.of(primary).region,
          role: 'PRIMARY',
        },
        ...secondaries.map((secondary) => ({
          replicationGroupId: secondary.replicationGroupId,
          replicationGroupRegion: secondary.region,
          role: 'SECONDARY',
        })),
      ],
    });
    this.globalReplicationGroup.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.RETAIN);
    this.globalReplicationGroupId = this.globalReplicationGroup.attrGlobalReplicationGroupId;
    new CfnOutput(this, 'GlobalReplicationGroupId', { value: this.globalReplicationGroupId });
  }
}

function primaryProblems(primary: ElastiCacheCluster, region: string): Problem[] {
  const problems: Problem[] = [];
  if (primary.replicationGroup.globalReplicationGroupId !== undefined) {
    const message =
      'The primary is itself a secondary of a Global Datastore, and a group belongs to one only. Give the cluster that accepts the writes.';
    problems.push({ code: 'AWS_GLOBAL_PRIMARY_IS_SECONDARY', message, path: 'primary' });
  }
  const there = Stack.of(primary).region;
  if (!Token.isUnresolved(there) && !Token.isUnresolved(region) && there !== region) {
    const message = `The primary is in ${there}, the datastore in ${region}: it is made in the region of its primary. Make it in the primary's stack.`;
    problems.push({ code: 'AWS_GLOBAL_OTHER_REGION', message, path: 'primary' });
  }
  return problems;
}

function secondaryProblems(secondaries: readonly GlobalSecondary[], region: string): Problem[] {
  const regions = secondaries.map((secondary) => secondary.region);
  const isRight =
    regions.length <= ELASTICACHE_LIMITS.globalSecondaries.max &&
    new Set([region, ...regions]).size === regions.length + 1;
  if (isRight) return [];
  const message = `\`secondaries\` names ${regions.length}, in ${regions.join(', ')}: a Global Datastore has up to ${ELASTICACHE_LIMITS.globalSecondaries.max}, each in a region of its own that is not the primary's (${region}). Correct them.`;
  return [{ code: 'AWS_GLOBAL_SECONDARIES', message, path: 'secondaries' }];
}
