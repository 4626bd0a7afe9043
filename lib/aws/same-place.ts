/** What looks at a cache from inside must stand where the cache stands: in its VPC, so in its account and region. */

import { type CfnSecurityGroup, CfnVPC, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { Reference, Stack, Token, Tokenization } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Problem } from '../base/problem.ts';
import { describeGiven } from '../topology/input/describe.ts';
import type { ElastiCacheCluster } from './elasticache-cluster.ts';
import { isVpc, vpcFormProblems } from './option-forms.ts';
import type { ServerlessCache } from './serverless-cache.ts';

interface Place {
  readonly cluster: ElastiCacheCluster | ServerlessCache;
  readonly vpc: IVpc;
}

interface Looking {
  /** `AWS_VERIFY`, before `_OTHER_VPC`. */
  readonly code: string;
  /** `The verification`, for the beginning of a sentence. */
  readonly who: string;
}

/** Without a cluster there is nothing else to judge. */
export function clusterFormProblems(cluster: unknown): Problem[] {
  if (typeof cluster === 'object' && cluster !== null && 'topology' in cluster && 'securityGroup' in cluster) return [];
  const message = `\`cluster\` is ${describeGiven(cluster)}: give the construct of the cache that is made in this app.`;
  return [{ code: 'AWS_CLUSTER_FORM', message, path: 'cluster' }];
}

export function placeProblems(scope: Construct, { cluster, vpc }: Place, { code, who }: Looking): Problem[] {
  const [own, others] = [Stack.of(scope).environment, Stack.of(cluster).environment];
  if (own !== others) {
    const message = `${who} is in a stack for ${own}, and the cluster in one for ${others}: from there it cannot reach the cluster's VPC. Give both stacks the same \`env\`.`;
    return [{ code: `${code}_OTHER_ENVIRONMENT`, message }];
  }
  return vpcProblems({ cluster, vpc }, { code, who });
}

/** None where it is not known whether they are the same. */
export function vpcProblems({ cluster, vpc }: Place, { code, who }: Looking): Problem[] {
  if (!isVpc(vpc)) return vpcFormProblems(vpc);
  const ofCluster = vpcIdOf(cluster);
  if (!areKnownToDiffer(vpc.vpcId, ofCluster)) return [];
  const message = `${who} is given the VPC ${nameOf(vpc.vpcId)}, and the cluster stands in ${nameOf(ofCluster)}. Give \`vpc\` that of the cluster.`;
  return [{ code: `${code}_OTHER_VPC`, message, path: 'vpc' }];
}

function vpcIdOf({ securityGroup }: Place['cluster']): string {
  return (securityGroup.node.defaultChild as CfnSecurityGroup).vpcId as string;
}

/** The CDK's stand-in in the first pass of a look-up (aws-cdk-lib/aws-ec2, `DUMMY_VPC_PROPS`). */
const STANDS_IN = 'vpc-12345';

/** Two ids, or two VPCs of this app; an id and a VPC of this app may be the same one. */
function areKnownToDiffer(one: string, other: string): boolean {
  if (one === other || one === STANDS_IN || other === STANDS_IN) return false;
  if (!Token.isUnresolved(one) && !Token.isUnresolved(other)) return true;
  const [ofOne, ofOther] = [madeHere(one), madeHere(other)];
  return ofOne !== undefined && ofOther !== undefined && ofOne !== ofOther;
}

function madeHere(vpcId: string): CfnVPC | undefined {
  const token = Token.isUnresolved(vpcId) ? Tokenization.reverseString(vpcId).firstToken : undefined;
  return Reference.isReference(token) && token.target instanceof CfnVPC ? token.target : undefined;
}

function nameOf(vpcId: string): string {
  return madeHere(vpcId)?.node.path.replace(/\/Resource$/, '') ?? vpcId;
}
