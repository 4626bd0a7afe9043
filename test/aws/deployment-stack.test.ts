import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { DEPLOYMENTS, deploymentNamed } from '../../deployments/index.ts';
import { DeploymentStack, type DeploymentStackProps } from '../../lib/aws/deployment-stack.ts';
import { VerifiedDeploymentStack } from '../../lib/aws/verified-deployment-stack.ts';
import type { ElastiCacheTopology } from '../../lib/topology/elasticache.ts';
import { problemsOf } from './fixture.ts';
import { renderTemplate } from './render-template.ts';

function stackOf(name: string, props: Partial<DeploymentStackProps> = {}): DeploymentStack {
  const context = { '@aws-cdk/core:validateAgainstDefaultRules': true };
  const app = new App({ analyticsReporting: false, context });
  return new DeploymentStack(app, `redoubt-${name}`, { deployment: deploymentNamed(name), ...props });
}

function stackWith(topology: Partial<ElastiCacheTopology>): DeploymentStack {
  const deployment = deploymentNamed('elasticache');
  return stackOf('elasticache', {
    deployment: { ...deployment, topology: { ...deployment.topology, ...topology } as ElastiCacheTopology },
  });
}

const SHIPPED = DEPLOYMENTS.filter(({ topology }) => topology.platform === 'elasticache').map(({ name }) => name);

describe('the stack of a deployment', () => {
  it.each(SHIPPED)('%s is what was reviewed', async (name) => {
    const template = Template.fromStack(stackOf(name)).toJSON();
    await expect(renderTemplate(template)).toMatchFileSnapshot(`snapshots/${name}.txt`);
  });

  it('has a VPC of its own without a way out, and tags that name the deployment', () => {
    const template = Template.fromStack(stackOf('elasticache'));
    template.resourceCountIs('AWS::EC2::Subnet', 2);
    template.resourceCountIs('AWS::EC2::InternetGateway', 0);
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', {
      Tags: Match.arrayWith([{ Key: 'redoubt:deployment', Value: 'elasticache' }]),
    });
    template.hasResourceProperties('AWS::ElastiCache::UserGroup', { Tags: Match.absent() });
  });

  it('has a VPC for IPv6 too where the topology asks for both, still without a way out', () => {
    const template = Template.fromStack(stackWith({ networkType: 'dual_stack' }));
    template.resourceCountIs('AWS::EC2::Subnet', 2);
    template.allResourcesProperties('AWS::EC2::Subnet', {
      CidrBlock: Match.anyValue(),
      Ipv6CidrBlock: Match.anyValue(),
      AssignIpv6AddressOnCreation: true,
    });
    template.resourceCountIs('AWS::EC2::EgressOnlyInternetGateway', 0);
    template.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', { NetworkType: 'dual_stack' });
    template.hasResourceProperties('AWS::Lambda::Function', {
      VpcConfig: Match.objectLike({ Ipv6AllowedForDualStack: true }),
    });
  });

  it('has IPv6-only subnets for a cache with only IPv6, and others for functions and endpoints', () => {
    const of = stackWith({ networkType: 'ipv6' });
    const verified = new VerifiedDeploymentStack(of.node.root as App, 'Verified', { of });
    const template = Template.fromStack(of);
    const isOnlyIpv6 = ({ Properties }: { Properties: Record<string, unknown> }) =>
      Properties.Ipv6Native === true && Properties.CidrBlock === undefined;
    const subnets = Object.entries(template.findResources('AWS::EC2::Subnet'));
    const ofCache = subnets.filter(([, subnet]) => isOnlyIpv6(subnet as never)).map(([id]) => ({ Ref: id }));
    const others = subnets.filter(([, subnet]) => !isOnlyIpv6(subnet as never)).map(([id]) => ({ Ref: id }));
    expect([ofCache.length, others.length]).toEqual([2, 2]);
    template.hasResourceProperties('AWS::ElastiCache::SubnetGroup', { SubnetIds: ofCache });
    template.allResourcesProperties('AWS::EC2::VPCEndpoint', { SubnetIds: others });
    template.hasResourceProperties('AWS::Lambda::Function', { VpcConfig: Match.objectLike({ SubnetIds: others }) });
    expect(JSON.stringify(Template.fromStack(verified).findResources('AWS::Lambda::Function'))).toMatch(
      /OutputRefVpcfunctionsSubnet1.*OutputRefVpcfunctionsSubnet2/,
    );
  });

  it('closes the default security group of its own VPC, and logs the traffic there for a month, encrypted', () => {
    const template = Template.fromStack(stackOf('elasticache'));
    template.resourceCountIs('Custom::VpcRestrictDefaultSG', 1);
    template.hasResourceProperties('AWS::EC2::FlowLog', { ResourceType: 'VPC', TrafficType: 'ALL' });
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      RetentionInDays: 30,
      KmsKeyId: Match.anyValue(),
      LogGroupName: Match.absent(),
    });
  });

  it('lets its own addresses, and nobody else, to the endpoints of its own VPC', () => {
    const groups = Object.entries(Template.fromStack(stackOf('elasticache')).findResources('AWS::EC2::SecurityGroup'));
    const ingress = groups.flatMap(([id, { Properties }]) =>
      id.startsWith('Vpc') ? Properties.SecurityGroupIngress : [],
    );
    const fromInside = { CidrIp: '10.0.0.0/16', FromPort: 443, ToPort: 443, IpProtocol: 'tcp' };
    expect(ingress).toMatchObject([fromInside, fromInside]);
  });

  it('stands in a given VPC, in which it makes and logs nothing, also while that is being looked up', () => {
    const env = { account: '111122223333', region: 'eu-west-1' };
    const template = Template.fromStack(stackOf('elasticache', { vpcId: 'vpc-0123456789abcdef0', env }));
    template.resourceCountIs('AWS::EC2::VPC', 0);
    template.resourceCountIs('AWS::EC2::FlowLog', 0);
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 0);
    template.resourceCountIs('AWS::ElastiCache::ReplicationGroup', 1);
  });

  it('cannot be made for another cloud', () => {
    expect(problemsOf(() => stackOf('azure-oss'))).toMatch(
      /AWS_DEPLOYMENT_OTHER_PLATFORM .*azure-managed-redis.*Pulumi/,
    );
  });
});
