import { App, CrossStackReferences, ReferenceStrength, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { LinuxBuildImage } from 'aws-cdk-lib/aws-codebuild';
import { IpAddresses, type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { describe, expect, it } from 'vitest';
import { ElastiCacheCluster } from '../../lib/aws/elasticache-cluster.ts';
import type { ElastiCacheTopologyInput } from '../../lib/aws/judge-topology.ts';
import { MaintenanceRehearsal } from '../../lib/aws/maintenance-rehearsal.ts';
import { VerifiedDeployment } from '../../lib/aws/verified-deployment.ts';
import { only, TOPOLOGY } from './fixture.ts';

const STRENGTH = '@aws-cdk/core:defaultCrossStackReferences';
const PASSWORD = { authentication: { kind: 'rbac' } } as const;
const IAM = { authentication: { kind: 'rbac', userName: 'checkout', credential: 'iam' } } as const;
const TOKEN = { authentication: { kind: 'auth-token' } } as const;

interface Looked {
  readonly network: Stack;
  readonly own: Stack;
  readonly looking: Stack;
  readonly cluster: ElastiCacheCluster;
}

type Looking = (stack: Stack, seen: { cluster: ElastiCacheCluster; vpc: IVpc }) => unknown;

const image = LinuxBuildImage.fromDockerRegistry('example/redoubt-runner');
const verify: Looking = (stack, seen) => new VerifiedDeployment(stack, 'Verified', seen);
const rehearse: Looking = (stack, seen) => new MaintenanceRehearsal(stack, 'Rehearsal', { ...seen, image });

interface Given {
  readonly topology?: Partial<ElastiCacheTopologyInput>;
  readonly cidr?: string;
  /** What the app says of all its stacks. */
  readonly strength?: string;
  readonly before?: (stack: Stack) => unknown;
}

/** Network, cache and what looks at it, each in a stack of its own. */
function looked(
  look: Looking,
  { topology = {}, cidr = '10.0.0.0/16', strength = 'strong', before }: Given = {},
): Looked {
  const app = new App({ analyticsReporting: false, context: { [STRENGTH]: strength } });
  const network = new Stack(app, 'Network');
  const own = new Stack(app, 'Cache');
  const looking = new Stack(app, 'Looking');
  // Functions without a password to read stand in other subnets than those with one.
  const vpc = new Vpc(network, 'Vpc', {
    maxAzs: 2,
    ipAddresses: IpAddresses.cidr(cidr),
    subnetConfiguration: [
      { name: 'public', subnetType: SubnetType.PUBLIC },
      { name: 'inner', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      { name: 'cache', subnetType: SubnetType.PRIVATE_ISOLATED },
    ],
  }) as IVpc;
  const quiet = { rotation: false, alarms: false, dashboard: false };
  const cluster = new ElastiCacheCluster(own, 'Cache', { vpc, topology: { ...TOPOLOGY, ...topology }, ...quiet });
  before?.(looking);
  look(looking, { cluster, vpc });
  return { network, own, looking, cluster };
}

const textOf = (stack: Stack) => JSON.stringify(Template.fromStack(stack).toJSON());

function exportsOf(stack: Stack): string[] {
  const outputs = Template.fromStack(stack).findOutputs('*', { Export: Match.anyValue() });
  return Object.keys(outputs).toSorted();
}

const LOOKING: readonly [string, Looking][] = [
  ['a verification', verify],
  ['a rehearsal', rehearse],
];

describe.each(LOOKING)('%s', (_name, look) => {
  it('reads outputs of the stack with the cluster, which exports nothing for it', () => {
    const { own, looking } = looked(look);
    expect(exportsOf(own)).toEqual([]);
    expect(textOf(looking)).toContain('{"Fn::GetStackOutput":{"StackName":"Cache"');
    expect(textOf(looking)).not.toContain('Fn::ImportValue');
  });

  it('reads only outputs that the other stacks have', () => {
    const { network, own, looking } = looked(look);
    const names = [...textOf(looking).matchAll(/"StackName":"(\w+)".*?"OutputName":"(\w+)"/g)];
    const of = { Network: Template.fromStack(network), Cache: Template.fromStack(own) };
    expect(names.length).toBeGreaterThan(3);
    for (const [, stack, output = ''] of names) {
      expect(of[stack as keyof typeof of].findOutputs(output), output).not.toEqual({});
    }
  });

  it.each<[string, Partial<ElastiCacheTopologyInput>]>([
    ['IAM', IAM],
    ['a token', TOKEN],
  ])('lets the authentication be changed to %s: no exported value changes', (_to, topology) => {
    const [before, after] = [looked(look, { topology: PASSWORD }), looked(look, { topology })];
    expect(textOf(before.looking)).toContain('CacheSecret');
    expect(exportsOf(after.own)).toEqual(exportsOf(before.own));
    // The network is exported to the cluster, and to it only.
    expect(exportsOf(after.network)).toEqual(exportsOf(before.network));
  });

  it('is deployed after the cluster all the same', () => {
    const { own, looking } = looked(look);
    textOf(looking);
    expect(looking.dependencies).toContain(own);
  });

  it('leaves other stacks of the app as strong as the app wants them', () => {
    const { own, cluster } = looked(look);
    const service = new Stack(own.node.root as App, 'Service');
    new StringParameter(service, 'Host', { stringValue: cluster.host });
    expect(textOf(service)).toContain('Fn::ImportValue');
  });

  it('goes the way of the CDK from exports to outputs, where that is wanted', () => {
    const { own, looking } = looked(look, { strength: 'both' });
    expect(textOf(looking)).toContain('Fn::GetStackOutput');
    expect(exportsOf(own)).not.toEqual([]);
  });

  it('warns in a stack that was begun by others, whose references stay strong', () => {
    const { looking } = looked(look, { before: (stack) => new Topic(stack, 'Earlier') });
    Annotations.fromStack(looking).hasWarning('*', Match.stringLikeRegexp('takes what it needs.*strong-references'));
    expect(textOf(looking)).toContain('Fn::ImportValue');
  });

  it.each(['weak', 'both'])('does not warn there when the references of that stack are %s', (strength) => {
    const { looking } = looked(look, { strength, before: (stack) => new Topic(stack, 'Earlier') });
    Annotations.fromStack(looking).hasNoWarning('*', Match.stringLikeRegexp('strong-references'));
  });

  it('does not warn when it is the first, nor when another of them is', () => {
    const both: Looking = (stack, seen) => [verify(stack, seen), rehearse(stack, seen)];
    for (const each of [look, both]) {
      const { looking } = looked(each);
      Annotations.fromStack(looking).hasNoWarning('*', Match.stringLikeRegexp('strong-references'));
    }
  });

  it('takes the strength that was chosen for its own stack when it was new', () => {
    const weaken = (stack: Stack) => {
      CrossStackReferences.of(stack).consume(ReferenceStrength.WEAK);
      new Topic(stack, 'Earlier');
    };
    const { looking } = looked(look, { before: weaken });
    expect(textOf(looking)).not.toContain('Fn::ImportValue');
  });
});

describe('a rehearsal is deployed anew', () => {
  const revision = (given: Given = {}) => {
    const { Environment } = only(
      Template.fromStack(looked(rehearse, given).looking),
      'AWS::CodeBuild::Project',
    ).Properties;
    const { EnvironmentVariables } = Environment as { EnvironmentVariables: { Name: string; Value: unknown }[] };
    return EnvironmentVariables.find(({ Name }) => Name === 'REDOUBT_CLUSTER_REVISION')?.Value;
  };

  it('not when nothing has changed', () => {
    expect(revision()).toBe(revision());
  });

  it.each<[string, Given]>([
    ['the cluster', { topology: { replicasPerShard: 2 } }],
    ['its network', { cidr: '10.1.0.0/16' }],
  ])('when %s has, as its references are written the same', (_what, given) => {
    expect(revision(given)).not.toBe(revision());
  });
});
