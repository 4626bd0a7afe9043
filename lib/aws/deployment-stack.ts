/** A stack for one declared deployment: the cluster, and a VPC for it when none is given. */

import { type IVpc, type SubnetSelection, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Stack, type StackProps, Tags, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ProblemError } from '../base/problem.ts';
import type { Deployment } from '../topology/deployment.ts';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';
import { ElastiCacheCluster, type TemplateCounts } from './elasticache-cluster.ts';
import { addEndpointsForRotation, logTraffic, ownVpc } from './own-vpc.ts';

export interface DeploymentStackProps extends StackProps {
  readonly deployment: Deployment;
  /**
   * Id of a VPC that exists, looked up in the account that the stack's `env` names. Default: a VPC of the stack's own
   * with isolated subnets in two zones, for IPv6 too where the topology's `networkType` says so, and no way out but endpoints
   * of Secrets Manager, where the password is, and of ElastiCache, where it is rotated; its default security group is closed and
   * its traffic is logged.
   */
  readonly vpcId?: string;
  /** Of the cluster: counts that the template keeps although there are others by now. Default: the topology's. */
  readonly templateCounts?: TemplateCounts;
}

/** @throws ProblemError `AWS_DEPLOYMENT_OTHER_PLATFORM`, or what ElastiCacheCluster throws */
export class DeploymentStack extends Stack {
  readonly deployment: Deployment;
  readonly vpc: IVpc;
  readonly cluster: ElastiCacheCluster;
  /** Where functions can stand in the stack's own VPC; absent for a VPC that was given. */
  readonly subnetsForFunctions?: SubnetSelection;

  constructor(scope: Construct, id: string, { deployment, vpcId, templateCounts, ...props }: DeploymentStackProps) {
    super(scope, id, { description: deployment.description, ...props });
    const { name, topology } = deployment;
    if (topology.platform !== 'elasticache') {
      const message = `The deployment ${name} is for ${topology.platform}, which the CDK cannot make. Choose one for elasticache, or provision it with Pulumi.`;
      throw new ProblemError({ code: 'AWS_DEPLOYMENT_OTHER_PLATFORM', message, path: 'topology.platform' });
    }
    this.deployment = deployment;
    const own = vpcId === undefined ? ownVpc(this, topology.networkType) : undefined;
    this.vpc = own === undefined ? foundVpc(this, vpcId as string) : own.vpc;
    this.cluster = new ElastiCacheCluster(this, 'Cache', {
      vpc: this.vpc,
      topology,
      deployment: name,
      ...(templateCounts === undefined ? {} : { templateCounts }),
      ...(own === undefined ? {} : { vpcSubnets: own.forCache }),
      // Its own VPC gets the endpoints that a rotation needs.
      ...(own !== undefined && hasSecret(topology) ? { rotation: { vpcSubnets: own.forFunctions } } : {}),
    });
    if (own !== undefined) {
      this.subnetsForFunctions = own.forFunctions;
      logTraffic(own, this.cluster.encryptionKey);
      if (this.cluster.secret !== undefined) addEndpointsForRotation(own);
    }
    Tags.of(this).add('redoubt:deployment', name);
  }
}

function hasSecret({ authentication }: ElastiCacheTopology): boolean {
  if (authentication.kind === 'none') return false;
  return !(authentication.kind === 'rbac' && authentication.credential === 'iam');
}

/** The first of the two passes of a look-up sees a stand-in, whose ids CloudFormation's own checks would refuse. */
function foundVpc(stack: Stack, vpcId: string): IVpc {
  const vpc = Vpc.fromLookup(stack, 'Vpc', { vpcId });
  if (vpc.vpcId !== vpcId) {
    const reason = 'These ids stand in for those that are looked up after this pass.';
    const ids = ['CloudFormation-Validate::E1151', 'CloudFormation-Validate::F3031'];
    Validations.of(stack).acknowledge(...ids.map((id) => ({ id, reason })));
  }
  return vpc;
}
