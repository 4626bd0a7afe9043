import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { LinuxBuildImage } from 'aws-cdk-lib/aws-codebuild';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { AwsSolutionsChecks, HIPAASecurityChecks, type NagPack, NIST80053R4Checks, NIST80053R5Checks } from 'cdk-nag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ElastiCacheCluster } from '../../lib/aws/elasticache-cluster.ts';
import type { ElastiCacheTopologyInput } from '../../lib/aws/judge-topology.ts';
import { MaintenanceRehearsal, type MaintenanceRehearsalProps } from '../../lib/aws/maintenance-rehearsal.ts';
import { buildspec, REHEARSAL_SCRIPT } from '../../lib/aws/maintenance-rehearsal-script.ts';
import { emptyStack, isolatedVpc, only, problemsOf, TOPOLOGY } from './fixture.ts';

let folder: string;
let tarball: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redoubt-rehearsal-'));
  tarball = join(folder, 'redoubt-0.1.0.tgz');
  await writeFile(tarball, 'as packed');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Given {
  readonly topology?: Partial<ElastiCacheTopologyInput>;
  readonly props?: Partial<MaintenanceRehearsalProps>;
  readonly isolated?: boolean;
}

interface Made {
  readonly stack: Stack;
  readonly cluster: ElastiCacheCluster;
  readonly template: () => Template;
}

function rehearsal({ topology = {}, props = {}, isolated = false }: Given = {}): Made {
  const own = emptyStack();
  const vpc = isolated ? isolatedVpc(own) : (new Vpc(own, 'Vpc', { maxAzs: 2 }) as IVpc);
  const cluster = new ElastiCacheCluster(own, 'Cache', { vpc, topology: { ...TOPOLOGY, ...topology } });
  const stack = new Stack(own.node.root as App, 'TestRehearsal');
  const runner = props.image === undefined ? { package: tarball } : {};
  new MaintenanceRehearsal(stack, 'Rehearsal', { cluster, vpc, ...runner, ...props });
  return { stack, cluster, template: () => Template.fromStack(stack) };
}

const IAM = { authentication: { kind: 'rbac', userName: 'checkout', credential: 'iam' } } as const;
const PROJECT = 'AWS::CodeBuild::Project';

type Statement = { readonly Action: string | string[]; readonly Resource: unknown };

function rightsOf(template: Template): Statement[] {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy'));
  const [, policy] = policies.find(([id]) => id.startsWith('RehearsalRole')) ?? [];
  return policy?.Properties.PolicyDocument.Statement;
}

function resourcesOf(statements: Statement[], action: string): string {
  return JSON.stringify(
    statements.filter(({ Action }) => [Action].flat().includes(action)).map(({ Resource }) => Resource),
  );
}

function variablesOf(template: Template): Record<string, unknown> {
  const { EnvironmentVariables } = only(template, PROJECT).Properties.Environment as {
    EnvironmentVariables: { Name: string; Type: string; Value: unknown }[];
  };
  return Object.fromEntries(EnvironmentVariables.map(({ Name, Type, Value }) => [Name, { Type, Value }]));
}

describe('a rehearsal', () => {
  it('runs the script on the package, one at a time, for a bounded time', () => {
    const { template } = rehearsal();
    const { Properties } = only(template(), PROJECT);
    expect(Properties).toMatchObject({ ConcurrentBuildLimit: 1, TimeoutInMinutes: 120 });
    const { Source } = Properties as { Source: { BuildSpec: string; Location: unknown } };
    const spec = JSON.parse(Source.BuildSpec);
    expect(spec.phases.build.commands).toEqual([REHEARSAL_SCRIPT]);
    expect(spec.phases.install.commands[0]).toMatch(
      /^npm install --global .* \.\/redoubt\.tgz .*'@aws-sdk\/client-elasticache@\^[\d.]+'/,
    );
    expect(spec.phases.install.commands[0]).not.toMatch(/aws-cdk-lib|pulumi|azure/);
    // CodeBuild unpacks its source, and only a .zip.
    expect(JSON.stringify(Source.Location)).toMatch(/[0-9a-f]{64}\.zip"/);
  });

  it('has the tarball, and nothing else of its folder, as its source', () => {
    const { stack } = rehearsal();
    const { directory } = (stack.node.root as App).synth();
    const assets = readdirSync(directory).filter((name) => existsSync(join(directory, name, 'redoubt.tgz')));
    expect(assets).toHaveLength(1);
    expect(readdirSync(join(directory, assets[0] as string))).toEqual(['redoubt.tgz']);
  });

  it('runs in a given image without installing anything', () => {
    const image = LinuxBuildImage.fromDockerRegistry('example/redoubt-runner');
    const { Source, Environment } = only(rehearsal({ props: { image } }).template(), PROJECT).Properties as {
      Source: { Type: string; BuildSpec: string };
      Environment: { Image: string };
    };
    expect(Source.Type).toBe('NO_SOURCE');
    expect(JSON.parse(Source.BuildSpec)).toEqual(buildspec(undefined));
    expect(Environment.Image).toBe('example/redoubt-runner');
  });

  it('is given the profile and the password by reference only', () => {
    const { template } = rehearsal();
    expect(variablesOf(template())).toEqual({
      REDOUBT_PROFILE: { Type: 'PARAMETER_STORE', Value: { 'Fn::GetStackOutput': expect.anything() } },
      REDOUBT_CLUSTER_REVISION: { Type: 'PLAINTEXT', Value: expect.stringMatching(/^[0-9a-f]{16}$/) },
      REDOUBT_GROUP: { Type: 'PLAINTEXT', Value: 'shop' },
      REDIS_PASSWORD: { Type: 'SECRETS_MANAGER', Value: { 'Fn::Join': ['', [expect.anything(), ':password']] } },
    });
    expect(JSON.stringify(template())).not.toContain('resolve:secretsmanager');
  });

  it('is told what a person meant, and which shards', () => {
    const props = { iMean: 'shop', nodeGroups: ['0001', '0003'] };
    expect(variablesOf(rehearsal({ props }).template())).toMatchObject({
      REDOUBT_I_MEAN: { Value: 'shop' },
      REDOUBT_NODE_GROUPS: { Value: '0001 0003' },
    });
  });

  it('may fail over this one group, and write reports it cannot take back', () => {
    const rights = rightsOf(rehearsal({ topology: { name: 'Shop' } }).template());
    expect(resourcesOf(rights, 'elasticache:TestFailover')).toContain(':replicationgroup:shop');
    const actions = rights.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /^elasticache:(?!Describe|List)/.test(action))).toEqual([
      'elasticache:TestFailover',
    ]);
    expect(actions.filter((action) => action.startsWith('s3:')).toSorted()).toEqual([
      's3:GetBucketAcl',
      's3:GetBucketLocation',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:PutObject',
    ]);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    expect(resourcesOf(rights, 'secretsmanager:GetSecretValue')).toMatch(/GetStackOutput.*CacheSecret/);
  });

  it('signs in with tokens of its role where the deployment uses IAM', () => {
    const { template } = rehearsal({ topology: IAM });
    expect(variablesOf(template())).not.toHaveProperty('REDIS_PASSWORD');
    const rights = rightsOf(template());
    expect(resourcesOf(rights, 'elasticache:Connect')).toContain(':user:checkout');
    expect(resourcesOf(rights, 'secretsmanager:GetSecretValue')).toBe('[]');
  });

  it('keeps its reports encrypted, private, over TLS, and for a year', () => {
    const { template } = rehearsal();
    template().hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            Match.objectLike({ ServerSideEncryptionByDefault: Match.objectLike({ SSEAlgorithm: 'aws:kms' }) }),
          ],
        },
        LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 365, Status: 'Enabled' })] },
        PublicAccessBlockConfiguration: Match.objectLike({ BlockPublicAcls: true, RestrictPublicBuckets: true }),
        VersioningConfiguration: { Status: 'Enabled' },
      },
    });
    template().hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      }),
    });
    expect(only(template(), PROJECT).Properties.Artifacts).toMatchObject({
      NamespaceType: 'BUILD_ID',
      Packaging: 'NONE',
    });
  });

  it('alarms on the topic of the cluster, a failure and an undecided run apart', () => {
    const { template } = rehearsal();
    template().resourceCountIs('AWS::CloudWatch::Alarm', 3);
    for (const verdict of ['fail', 'unknown']) {
      template().hasResourceProperties('AWS::Logs::MetricFilter', {
        FilterPattern: `"redoubt-rehearsal verdict=${verdict}"`,
        MetricTransformations: [Match.objectLike({ MetricName: `shop-${verdict}`, MetricValue: '1' })],
      });
      template().hasResourceProperties('AWS::CloudWatch::Alarm', {
        MetricName: `shop-${verdict}`,
        Threshold: 1,
        TreatMissingData: 'notBreaching',
        AlarmActions: [
          { 'Fn::GetStackOutput': Match.objectLike({ OutputName: Match.stringLikeRegexp('CacheEvents') }) },
        ],
      });
    }
    template().hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/CodeBuild',
      MetricName: 'FailedBuilds',
    });
  });

  it('never starts by itself, unless a schedule says so', () => {
    rehearsal().template().resourceCountIs('AWS::Events::Rule', 0);
    const schedule = Schedule.cron({ weekDay: 'TUE', hour: '10', minute: '0' });
    rehearsal({ props: { schedule } })
      .template()
      .hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'cron(0 10 ? * TUE *)', State: 'ENABLED' });
  });

  it('stands in subnets with a way out, let to the cache and to port 443', () => {
    const { template, stack } = rehearsal();
    expect(JSON.stringify(only(template(), PROJECT).Properties.VpcConfig)).toContain('PrivateSubnet');
    template().hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupEgress: [Match.objectLike({ FromPort: 443, ToPort: 443 })],
    });
    template().hasResourceProperties('AWS::EC2::SecurityGroupIngress', { FromPort: 6379 });
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('package registry'));
  });

  it('warns that isolated subnets do not lead to the package registry, and not when an image needs none', () => {
    Annotations.fromStack(rehearsal({ isolated: true }).stack).hasWarning(
      '*',
      Match.stringLikeRegexp('package registry'),
    );
    const image = LinuxBuildImage.fromDockerRegistry('example/redoubt-runner');
    const { stack } = rehearsal({ isolated: true, props: { image } });
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('package registry'));
  });

  it('leaves the stack of the cluster independent of its own', () => {
    const { cluster, stack, template } = rehearsal({ props: { schedule: Schedule.rate(Duration.days(7)) } });
    template();
    expect(stack.dependencies).toContain(Stack.of(cluster));
    expect(Stack.of(cluster).dependencies).toEqual([]);
  });
});

describe('it is refused', () => {
  it('for a cluster that the service does not fail over, with every reason', () => {
    const alone = { replicasPerShard: 0, multiAz: false };
    expect(problemsOf(() => rehearsal({ topology: alone }))).toMatch(
      /AWS_REHEARSAL_NO_REPLICAS cluster: .*every rehearsal/,
    );
    const byHand = { clusterMode: 'disabled', shardCount: 1, automaticFailover: false, multiAz: false } as const;
    expect(problemsOf(() => rehearsal({ topology: byHand }))).toMatch(/AWS_REHEARSAL_NO_FAILOVER cluster: /);
    const neither = problemsOf(() => rehearsal({ topology: { ...byHand, replicasPerShard: 0 } }));
    expect(neither).toMatch(/NO_REPLICAS.*\n.*NO_FAILOVER/);
  });

  it('with everything that is wrong at once', () => {
    const make = () =>
      rehearsal({
        topology: { authentication: { kind: 'none' }, transitEncryption: 'preferred' },
        props: { timeout: Duration.minutes(2), package: join(folder, 'gone.tgz') },
      });
    const said = problemsOf(make);
    expect(said).toMatch(/AWS_REHEARSAL_WITHOUT_PROFILE cluster: /);
    expect(said).toMatch(/AWS_REHEARSAL_TIMEOUT timeout: .*2 minutes/);
    expect(said).toMatch(/AWS_REHEARSAL_PACKAGE_MISSING package: .*gone\.tgz/);
  });

  it('with an image and a package', () => {
    const image = LinuxBuildImage.fromDockerRegistry('example/redoubt-runner');
    expect(problemsOf(() => rehearsal({ props: { image, package: tarball } }))).toMatch(
      /AWS_REHEARSAL_IMAGE_AND_PACKAGE/,
    );
  });

  it('in a checkout without either', () => {
    const { cluster } = rehearsal();
    const stack = new Stack(cluster.node.root as App, 'Other');
    const make = () => new MaintenanceRehearsal(stack, 'Rehearsal', { cluster, vpc: vpcOf(stack) });
    expect(problemsOf(make)).toMatch(/AWS_REHEARSAL_PACKAGE_MISSING package: .*npm pack/);
  });

  it('in the stack of the cluster', () => {
    const { cluster } = rehearsal();
    const own = Stack.of(cluster);
    const make = () => new MaintenanceRehearsal(own, 'Rehearsal', { cluster, vpc: vpcOf(own), package: tarball });
    expect(problemsOf(make)).toMatch(/AWS_REHEARSAL_IN_STACK_OF_CLUSTER: /);
  });
});

function vpcOf(stack: Stack): IVpc {
  return new Vpc(stack, 'OtherVpc') as IVpc;
}

const PACKS: readonly [string, () => NagPack][] = [
  ['AwsSolutions', () => new AwsSolutionsChecks()],
  ['HIPAA', () => new HIPAASecurityChecks()],
  ['NIST 800-53 R4', () => new NIST80053R4Checks()],
  ['NIST 800-53 R5', () => new NIST80053R5Checks()],
];

it.each(PACKS)('the rules of %s find nothing in it', (_name, make) => {
  for (const topology of [{}, IAM]) {
    const { stack } = rehearsal({ topology, props: { schedule: Schedule.rate(Duration.days(7)) } });
    expect(make().validateScope(stack).violations).toEqual([]);
  }
});
