/** A stack for one declared deployment: the cluster, and a VPC for it when none is given. */
import { Stack, type StackProps, Tags, Validations } from 'aws-cdk-lib';
import { InterfaceVpcEndpointAwsService, IpAddresses, type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { ProblemError } from '../base/problem.ts';
import type { Deployment } from '../topology/deployment.ts';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';
import { ElastiCacheCluster } from './elasticache-cluster.ts';

export interface DeploymentStackProps extends StackProps {
  readonly deployment: Deployment;
  /**
   * Id of a VPC that exists, looked up in the account that the stack's `env` names. Default: a VPC of the stack's own
   * with isolated subnets in two zones and no way out but endpoints of Secrets Manager, where the password is, and of
   * ElastiCache, where it is rotated.
   */
  readonly vpcId?: string;
}

/** @throws ProblemError `AWS_DEPLOYMENT_OTHER_PLATFORM`, or what ElastiCacheCluster throws */
export class DeploymentStack extends Stack {
  readonly deployment: Deployment;
  readonly vpc: IVpc;
  readonly cluster: ElastiCacheCluster;

  constructor(scope: Construct, id: string, { deployment, vpcId, ...props }: DeploymentStackProps) {
    super(scope, id, { description: deployment.description, ...props });
    const { name, topology } = deployment;
    if (topology.platform !== 'elasticache') {
      const message = `The deployment ${name} is for ${topology.platform}, which the CDK cannot make. Choose one for elasticache, or provision it with Pulumi.`;
      throw new ProblemError({ code: 'AWS_DEPLOYMENT_OTHER_PLATFORM', message, path: 'topology.platform' });
    }
    this.deployment = deployment;
    this.vpc = vpcId === undefined ? ownVpc(this) : foundVpc(this, vpcId);
    this.cluster = new ElastiCacheCluster(this, 'Cache', {
      vpc: this.vpc,
      topology,
      deployment: name,
      // Its own VPC gets the endpoints that a rotation needs.
      ...(vpcId === undefined && hasSecret(topology)
        ? { rotation: { vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } } }
        : {}),
    });
    if (vpcId === undefined && this.cluster.secret !== undefined) {
      this.vpc.addInterfaceEndpoint('SecretsManager', { service: InterfaceVpcEndpointAwsService.SECRETS_MANAGER });
      this.vpc.addInterfaceEndpoint('ElastiCache', { service: InterfaceVpcEndpointAwsService.ELASTICACHE });
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

function ownVpc(stack: Stack): IVpc {
  const vpc = new Vpc(stack, 'Vpc', {
    ipAddresses: IpAddresses.cidr('10.0.0.0/16'),
    maxAzs: 2,
    natGateways: 0,
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: [{ name: 'cache', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 22 }],
  });
  // The library's class and interface differ in `vpnGatewayId` under exactOptionalPropertyTypes.
  return vpc as IVpc;
}
