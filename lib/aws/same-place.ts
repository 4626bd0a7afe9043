/** What looks at a cache from inside must stand where the cache stands: in its VPC, so in its account and region. */
import { Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import type { CfnSecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { CfnVPC } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Problem } from '../base/problem.ts';
import type { ElastiCacheCluster } from './elasticache-cluster.ts';
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

export function placeProblems(scope: Construct, { cluster, vpc }: Place, { code, who }: Looking): Problem[] {
  const [own, others] = [Stack.of(scope).environment, Stack.of(cluster).environment];
  if (own !== others) {
    const message = `${who} is in a stack for ${own}, and the cluster in one for ${others}: from there it cannot reach the cluster's VPC. Give both stacks the same \`env\`.`;
    return [{ code: `${code}_OTHER_ENVIRONMENT`, message }];
  }
  const problem = vpcProblem({ cluster, vpc }, { code, who });
  return problem === undefined ? [] : [problem];
}

/** Undefined also where it is not known whether they are the same. */
export function vpcProblem({ cluster, vpc }: Place, { code, who }: Looking): Problem | undefined {
  const ofCluster = vpcIdOf(cluster);
  if (!areKnownToDiffer(vpc.vpcId, ofCluster)) return;
  const message = `${who} is given the VPC ${nameOf(vpc.vpcId)}, and the cluster stands in ${nameOf(ofCluster)}. Give \`vpc\` that of the cluster.`;
  return { code: `${code}_OTHER_VPC`, message, path: 'vpc' };
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
  return madeHere(vpcId)?.node.path ?? vpcId;
}
