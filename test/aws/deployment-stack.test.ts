import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { DEPLOYMENTS, deploymentNamed } from '../../deployments/index.ts';
import { DeploymentStack, type DeploymentStackProps } from '../../lib/aws/deployment-stack.ts';
import { problemsOf } from './fixture.ts';
import { renderTemplate } from './render-template.ts';

function stackOf(name: string, props: Partial<DeploymentStackProps> = {}): DeploymentStack {
  const context = { '@aws-cdk/core:validateAgainstDefaultRules': true };
  const app = new App({ analyticsReporting: false, context });
  return new DeploymentStack(app, `redoubt-${name}`, { deployment: deploymentNamed(name), ...props });
}

const SHIPPED = DEPLOYMENTS.filter(({ topology }) => topology.platform === 'elasticache').map(({ name }) => name);

/** Where a deployment differs from the first one, which is shown whole: the cache itself and what is told of it. */
function ownPart(template: Record<string, unknown>): Record<string, unknown> {
  const resources = Object.entries(template.Resources as Record<string, { Type: string }>);
  const isOwn = ({ Type }: { Type: string }) =>
    /^AWS::(ElastiCache::(ReplicationGroup|ParameterGroup)|SSM::)/.test(Type);
  return {
    Resources: Object.fromEntries(resources.filter(([, resource]) => isOwn(resource))),
    Outputs: template.Outputs,
  };
}

describe('the stack of a deployment', () => {
  it.each(SHIPPED)('%s is what was reviewed', async (name) => {
    const template = Template.fromStack(stackOf(name)).toJSON();
    const shown = name === 'elasticache' ? template : ownPart(template);
    await expect(renderTemplate(shown)).toMatchFileSnapshot(`snapshots/${name}.txt`);
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

  it('stands in a given VPC, also while that is being looked up', () => {
    const env = { account: '111122223333', region: 'eu-west-1' };
    const template = Template.fromStack(stackOf('elasticache', { vpcId: 'vpc-0123456789abcdef0', env }));
    template.resourceCountIs('AWS::EC2::VPC', 0);
    template.resourceCountIs('AWS::ElastiCache::ReplicationGroup', 1);
  });

  it('cannot be made for another cloud', () => {
    expect(problemsOf(() => stackOf('azure-oss'))).toMatch(
      /AWS_DEPLOYMENT_OTHER_PLATFORM .*azure-managed-redis.*Pulumi/,
    );
  });
});
