import { App, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks, HIPAASecurityChecks, type NagPack, NIST80053R4Checks, NIST80053R5Checks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { DEPLOYMENTS, deploymentNamed } from '../../deployments/index.ts';
import { DeploymentStack } from '../../lib/aws/deployment-stack.ts';
import { ElastiCacheCluster } from '../../lib/aws/elasticache-cluster.ts';
import type { ElastiCacheTopologyInput } from '../../lib/aws/judge-topology.ts';
import { ServerlessCache } from '../../lib/aws/serverless-cache.ts';
import { VerifiedDeployment, type VerifiedDeploymentProps } from '../../lib/aws/verified-deployment.ts';
import { VerifiedDeploymentStack } from '../../lib/aws/verified-deployment-stack.ts';
import type { ServerlessCacheInput } from '../../lib/topology/elasticache-serverless-input.ts';
import { emptyStack, isolatedVpc, only, problemsOf, TOPOLOGY, vpcFor } from './fixture.ts';
import { renderTemplate } from './render-template.ts';

const RESOURCE = 'Custom::RedoubtVerification';

interface Made {
  readonly cluster: ElastiCacheCluster;
  readonly stack: Stack;
  readonly template: () => Template;
}

function verified(
  topology: Partial<ElastiCacheTopologyInput> = {},
  props: Partial<VerifiedDeploymentProps> = {},
  changeCluster: (cluster: ElastiCacheCluster) => void = () => {},
): Made {
  const own = emptyStack();
  const { vpc, ...subnets } = vpcFor(own, topology.networkType);
  const cluster = new ElastiCacheCluster(own, 'Cache', {
    vpc,
    ...subnets,
    topology: { ...TOPOLOGY, ...topology },
    rotation: false,
  });
  changeCluster(cluster);
  const stack = new Stack(own.node.root as App, 'TestVerified');
  new VerifiedDeployment(stack, 'Verified', { cluster, vpc, ...props });
  return { cluster, stack, template: () => Template.fromStack(stack) };
}

const IAM = { authentication: { kind: 'rbac', userName: 'checkout', credential: 'iam' } } as const;

/** The actions that the function's own role is given, each with its resources. */
function rightsOf(template: Template): Record<string, unknown>[] {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy'));
  const [, policy] = policies.find(([id]) => id.startsWith('VerifiedRole')) ?? [];
  return policy?.Properties.PolicyDocument.Statement;
}

describe('the verification of a deployment', () => {
  it('asks the function with the profile as it is deployed, and how long to try', () => {
    const { template } = verified();
    const { Properties } = only(template(), RESOURCE);
    expect(Properties).toMatchObject({
      SettleForMs: 120_000,
      ServiceTimeout: '480',
      Profile: { 'Fn::Join': ['', ['{{resolve:ssm:', { 'Fn::GetStackOutput': expect.anything() }, '}}']] },
    });
    expect(JSON.stringify(template())).not.toContain('resolve:secretsmanager');
  });

  it('is made after the rights and the network of the function', () => {
    const { template } = verified();
    const { DependsOn: resourceNeeds } = only(template(), RESOURCE);
    const [functionId = ''] = Object.keys(template().findResources('AWS::Lambda::Function')).filter((id) =>
      id.startsWith('VerifiedFunction'),
    );
    expect(resourceNeeds).toContain(functionId);
    const { DependsOn } = template().findResources('AWS::Lambda::Function')[functionId] ?? {};
    expect(DependsOn.join()).toMatch(/RoleDefaultPolicy.*SecurityGroup.*toTestCacheSecurityGroup/);
  });

  it('may read this one secret, and its key only for that', () => {
    const [network, secret, key, ...more] = rightsOf(verified().template());
    expect(network).toMatchObject({ Resource: '*', Action: expect.arrayContaining(['ec2:CreateNetworkInterface']) });
    expect(secret).toMatchObject({
      Action: 'secretsmanager:GetSecretValue',
      Resource: { 'Fn::GetStackOutput': expect.anything() },
    });
    expect(key).toMatchObject({
      Action: 'kms:Decrypt',
      Condition: { StringEquals: { 'kms:ViaService': expect.anything() } },
    });
    expect(more).toEqual([]);
  });

  it('may connect with IAM where the deployment has no password, and then needs no way to Secrets Manager', () => {
    const { template } = verified(IAM);
    expect(rightsOf(template())[1]).toMatchObject({ Action: 'elasticache:Connect' });
    expect(JSON.stringify(rightsOf(template()))).not.toContain('secretsmanager');
    expect(JSON.stringify(template().findResources('AWS::EC2::SecurityGroup'))).not.toContain('443');
  });

  it('lets the function to the cache and to port 443, and nobody else in', () => {
    const { template, cluster } = verified({ port: 6390 });
    template().hasResourceProperties('AWS::EC2::SecurityGroupEgress', { FromPort: 6390, ToPort: 6390 });
    template().hasResourceProperties('AWS::EC2::SecurityGroupIngress', { FromPort: 6390, ToPort: 6390 });
    template().hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupEgress: [Match.objectLike({ FromPort: 443, ToPort: 443 })],
      SecurityGroupIngress: Match.absent(),
    });
    Template.fromStack(Stack.of(cluster)).resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
  });

  it('leaves the stack of the cluster independent of its own', () => {
    const { cluster, stack, template } = verified();
    template();
    expect(stack.dependencies).toContain(Stack.of(cluster));
    expect(Stack.of(cluster).dependencies).toEqual([]);
  });

  it('gives the function time to try, to end and to answer', () => {
    const { template } = verified({}, { settleFor: Duration.minutes(10) });
    template().hasResourceProperties('AWS::Lambda::Function', { Timeout: 780, VpcConfig: Match.anyValue() });
    expect(only(template(), RESOURCE).Properties).toMatchObject({ SettleForMs: 600_000, ServiceTimeout: '960' });
  });

  it('hands on which checks may be unknown', () => {
    const { template } = verified({}, { mayBeUnknown: ['replicas-in-sync'] });
    expect(only(template(), RESOURCE).Properties).toMatchObject({ MayBeUnknown: ['replicas-in-sync'] });
  });

  it('lets unknown be what a declared access string does not let its user ask, and nothing else', () => {
    const accessString = 'on ~shop:* +@read +@connection -@dangerous +info +cluster|nodes +cluster|slots';
    const { template } = verified({ authentication: { kind: 'rbac', accessString } }, { mayBeUnknown: ['tls-chain'] });
    const { MayBeUnknown } = only(template(), RESOURCE).Properties;
    expect(MayBeUnknown).toEqual(['tls-chain', 'cluster-state', 'hash-tagged-lua']);
  });

  it('runs in IPv6 networks too', () => {
    const { template } = verified({ networkType: 'dual_stack' });
    template().hasResourceProperties('AWS::Lambda::Function', {
      VpcConfig: Match.objectLike({ Ipv6AllowedForDualStack: true }),
    });
  });
});

describe('the verification of a serverless cache', () => {
  const serverless = (cache: Partial<ServerlessCacheInput> = {}, props: Partial<VerifiedDeploymentProps> = {}) => {
    const own = emptyStack();
    const vpc = isolatedVpc(own);
    const made = new ServerlessCache(own, 'Cache', { vpc, cache: { name: 'shop', ...cache }, rotation: false });
    const stack = new Stack(own.node.root as App, 'TestVerified');
    new VerifiedDeployment(stack, 'Verified', { cluster: made, vpc, ...props });
    return Template.fromStack(stack);
  };

  it('asks with its profile, over both of its ports', () => {
    const template = serverless();
    expect(JSON.stringify(only(template, RESOURCE).Properties.Profile)).toMatch(/resolve:ssm.*OutputRefCacheProfile/);
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', { FromPort: 6379, ToPort: 6380 });
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { FromPort: 6379, ToPort: 6380 });
  });

  it('lets the function read its one secret, or connect to it with IAM', () => {
    expect(JSON.stringify(rightsOf(serverless()))).toMatch(/GetSecretValue.*OutputRefCacheSecret/);
    const rights = JSON.stringify(rightsOf(serverless(IAM)));
    expect(rights).toContain(':serverlesscache:shop"');
    expect(rights).not.toContain('secretsmanager');
  });

  it('does not ask how replication goes behind the endpoint, beside what else may be unknown', () => {
    const unknown = (template: Template) => only(template, RESOURCE).Properties.MayBeUnknown;
    expect(unknown(serverless())).toEqual(['replicas-in-sync']);
    const mayBeUnknown = ['hash-tagged-lua', 'replicas-in-sync'];
    expect(unknown(serverless({}, { mayBeUnknown }))).toEqual(mayBeUnknown);
    expect(unknown(verified().template())).toBeUndefined();
  });

  it('is refused in its stack', () => {
    const stack = emptyStack();
    const vpc = isolatedVpc(stack);
    const cluster = new ServerlessCache(stack, 'Cache', { vpc, cache: { name: 'shop' } });
    expect(problemsOf(() => new VerifiedDeployment(stack, 'Verified', { cluster, vpc }))).toContain(
      'AWS_VERIFY_IN_STACK_OF_CLUSTER',
    );
  });
});

describe('it is verified again', () => {
  const revision = (made: Made) => only(made.template(), RESOURCE).Properties.Revision;

  it('never when nothing has changed', () => {
    expect(revision(verified())).toBe(revision(verified()));
  });

  it.each<[string, Made]>([
    ['the topology changes', verified({ replicasPerShard: 2 })],
    [
      'anything of the cluster’s template changes',
      verified({}, {}, ({ replicationGroup }) => {
        replicationGroup.addPropertyOverride('AutoMinorVersionUpgrade', false);
      }),
    ],
    ['the function changes', verified({}, { settleFor: Duration.minutes(3) })],
  ])('when %s', (_what, made) => {
    expect(revision(made)).not.toBe(revision(verified()));
  });

  it('at every deployment, when that is wanted', () => {
    expect(revision(verified({}, { always: true }))).toMatch(/^\d{4}-\d\d-\d\dT/);
  });
});

describe('it is refused', () => {
  it('for a cluster without a profile, and for more time than a function has, both at once', () => {
    const make = () =>
      verified(
        { authentication: { kind: 'none' }, transitEncryption: 'preferred' },
        { settleFor: Duration.minutes(11) },
      );
    expect(problemsOf(make)).toMatch(
      /AWS_VERIFY_WITHOUT_PROFILE cluster: .*\n.*AWS_VERIFY_SETTLES_TOO_LONG settleFor: .*11 minutes/,
    );
  });

  it('for names of checks that there are not, all of them', () => {
    const mayBeUnknown = ['nonsense', 'replicas-in-sink', 7 as unknown as string, Lazy.string({ produce: () => 'x' })];
    const said = problemsOf(() => verified({}, { mayBeUnknown })).split('\n');
    expect(said).toHaveLength(3);
    expect(said[0]).toMatch(/AWS_VERIFY_CHECK_UNKNOWN mayBeUnknown.0: "nonsense" is no check. `redoubt list`/);
    expect(said[1]).toMatch(/mayBeUnknown.1: .*Did you mean "replicas-in-sync"\?/);
    expect(said[2]).toMatch(/mayBeUnknown.2: 7 is no check/);
    const inOneText = 'replicas-in-sync' as unknown as string[];
    expect(problemsOf(() => verified({}, { mayBeUnknown: inOneText }))).toMatch(/AWS_VERIFY_CHECK_UNKNOWN .*an array/);
  });

  it('in the stack of the cluster', () => {
    const stack = emptyStack();
    const vpc = isolatedVpc(stack);
    const cluster = new ElastiCacheCluster(stack, 'Cache', { vpc, topology: TOPOLOGY });
    expect(problemsOf(() => new VerifiedDeployment(stack, 'Verified', { cluster, vpc }))).toMatch(
      /AWS_VERIFY_IN_STACK_OF_CLUSTER: .*stack of its own/,
    );
  });
});

const PACKS: readonly [string, () => NagPack][] = [
  ['AwsSolutions', () => new AwsSolutionsChecks()],
  ['HIPAA', () => new HIPAASecurityChecks()],
  ['NIST 800-53 R4', () => new NIST80053R4Checks()],
  ['NIST 800-53 R5', () => new NIST80053R5Checks()],
];

it.each(PACKS)('the rules of %s find nothing in it', (_name, make) => {
  for (const topology of [{}, IAM]) {
    const { stack } = verified(topology);
    expect(make().validateScope(stack).violations).toEqual([]);
  }
});

const SHIPPED = DEPLOYMENTS.filter(({ topology }) => topology.platform === 'elasticache').map(({ name }) => name);

describe('the stack that verifies a shipped deployment', () => {
  it.each(SHIPPED)('%s is what was reviewed, whatever the mode of the cluster', async (name) => {
    const app = new App({ analyticsReporting: false, context: { '@aws-cdk/core:validateAgainstDefaultRules': true } });
    // Under one name, because a name is part of every id: nothing else may differ.
    const of = new DeploymentStack(app, 'redoubt-elasticache', { deployment: deploymentNamed(name) });
    const stack = new VerifiedDeploymentStack(app, 'redoubt-elasticache-verified', { of });
    const text = renderTemplate(Template.fromStack(stack).toJSON());
    await expect(withoutHashes(text).replaceAll(name, 'elasticache')).toMatchFileSnapshot(
      'snapshots/elasticache-verified.txt',
    );
  });

  it('has a way to the password in a VPC of its own', () => {
    const of = new DeploymentStack(new App({ analyticsReporting: false }), 'own', {
      deployment: deploymentNamed('elasticache'),
    });
    Template.fromStack(of).hasResourceProperties('AWS::EC2::VPCEndpoint', {
      ServiceName: { 'Fn::Join': ['', ['com.amazonaws.', Match.anyValue(), '.secretsmanager']] },
      PrivateDnsEnabled: true,
    });
  });
});

/** Of assets, of the revision and of outputs: they change with what they name, which is reviewed elsewhere. */
function withoutHashes(text: string): string {
  return text
    .replaceAll(/\b[0-9a-f]{64}\b/g, '<hash>')
    .replaceAll(/(Revision: )[0-9a-f]{16}/g, '$1<hash>')
    .replaceAll(/(PublishOutput\w+?)[0-9A-F]{8}[0-9A-F]{8}\b/g, '$1')
    .replaceAll(/[0-9A-F]{8}(?=\w*$)/gm, '');
}
