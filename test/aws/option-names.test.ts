import { type App, Aws, Stack } from 'aws-cdk-lib';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { ElastiCacheAlarms } from '../../lib/aws/alarms.ts';
import { ApplicationUsers } from '../../lib/aws/application-users.ts';
import { CacheAlias } from '../../lib/aws/cache-alias.ts';
import { ElastiCacheCluster } from '../../lib/aws/elasticache-cluster.ts';
import { ExistingCache } from '../../lib/aws/existing-cache.ts';
import { GlobalDatastore } from '../../lib/aws/global-datastore.ts';
import { MaintenanceRehearsal } from '../../lib/aws/maintenance-rehearsal.ts';
import { PasswordRotation } from '../../lib/aws/rotation.ts';
import { VerifiedDeployment } from '../../lib/aws/verified-deployment.ts';
import { ELASTICACHE, profileOf } from '../profile/fixture.ts';
import { clusterWith, emptyStack, isolatedVpc, problemsOf, TOPOLOGY } from './fixture.ts';
import { serverlessWith } from './serverless-fixture.ts';

/** As plain JavaScript would give it. */
const loose = (props: object) => props as never;
const AUTH_TOKEN = { authentication: { kind: 'auth-token' } } as const;
const IAM = { authentication: { kind: 'rbac', userName: 'checkout', credential: 'iam' } } as const;

function beside(make: (scope: Construct, cluster: ElastiCacheCluster) => unknown, topology = {}): string {
  const { stack, cluster } = clusterWith(topology);
  const other = new Stack(stack.node.root as App, 'Other');
  return problemsOf(() => make(other, cluster));
}

describe('a property that a construct does not have', () => {
  it.each<[string, string, () => string]>([
    ['ElastiCacheCluster', 'dashbord', () => problemsOf(() => clusterWith({}, loose({ dashbord: false })))],
    ['ServerlessCache', 'alarmTopik', () => problemsOf(() => serverlessWith({}, loose({ alarmTopik: 1 })))],
    [
      'VerifiedDeployment',
      'setleFor',
      () => beside((scope, cluster) => new VerifiedDeployment(scope, 'V', loose({ cluster, setleFor: 1 }))),
    ],
    [
      'MaintenanceRehearsal',
      'schedul',
      () => beside((scope, cluster) => new MaintenanceRehearsal(scope, 'R', loose({ cluster, schedul: 1 }))),
    ],
    [
      'PasswordRotation',
      'evry',
      () => beside((scope, cluster) => new PasswordRotation(scope, 'P', loose({ cluster, evry: 1 }))),
    ],
    [
      'ApplicationUsers',
      'deploymnt',
      () =>
        beside(
          (scope, cluster) =>
            new ApplicationUsers(scope, 'U', loose({ cluster, authentication: { kind: 'rbac' }, deploymnt: 'x' })),
          AUTH_TOKEN,
        ),
    ],
    [
      'GlobalDatastore',
      'sufix',
      () => beside((scope, primary) => new GlobalDatastore(scope, 'G', loose({ primary, sufix: 'x' }))),
    ],
    [
      'ExistingCache',
      'encriptionKey',
      () =>
        beside(
          (scope) =>
            new ExistingCache(
              scope,
              'E',
              loose({
                profile: profileOf(ELASTICACHE),
                securityGroup: SecurityGroup.fromSecurityGroupId(scope, 'S', 'sg-1'),
                encriptionKey: 1,
              }),
            ),
        ),
    ],
    [
      'CacheAlias',
      'timeToLife',
      () => beside((scope, cache) => new CacheAlias(scope, 'C', loose({ cache, timeToLife: 1 }))),
    ],
    [
      'ElastiCacheAlarms',
      'treshold',
      () =>
        beside(
          (scope, { topology }) =>
            new ElastiCacheAlarms(scope, 'A', loose({ topology, topic: new Topic(scope, 'T'), treshold: 1 })),
        ),
    ],
  ])('is refused with the one that was meant: %s', (_, name, make) => {
    expect(make()).toMatch(
      new RegExp(`AWS_OPTION_UNKNOWN ${name}: "${name}" is no property here; did you mean "\\w+"\\? There are `),
    );
  });

  it('is refused of a rotation too, together with what else is wrong, and not when it is undefined', () => {
    const rotation = { evry: 1 };
    const said = problemsOf(() => clusterWith({ port: 0 }, loose({ rotation, rotatoin: true })));
    expect(said).toMatch(/AWS_OPTION_UNKNOWN rotation\.evry: "rotation\.evry" .*did you mean "rotation\.every"/);
    expect(said).toMatch(/AWS_OPTION_UNKNOWN rotatoin: .*did you mean "rotation"/);
    expect(said).toContain('EC_PORT_RANGE');
    expect(problemsOf(() => clusterWith({}, loose({ rotatoin: undefined })))).toBe('made');
  });

  it('is left alone where it is like none of them: a class that extends the construct hands its own on', () => {
    expect(problemsOf(() => clusterWith({}, loose({ team: 'shop', env: { region: 'eu-west-1' } })))).toBe('made');
  });
});

describe('what is not given as it must be is told, not thrown as a TypeError', () => {
  it.each([undefined, null, 'vpc-0123456789abcdef0', {}])('a VPC: %j', (vpc) => {
    const said = /AWS_VPC_FORM vpc: `vpc` is .*Vpc\.fromLookup/;
    const topology = { ...TOPOLOGY, port: 0 };
    const both = problemsOf(() => new ElastiCacheCluster(emptyStack(), 'Cache', loose({ vpc, topology })));
    expect(both).toMatch(said);
    expect(both).toContain('EC_PORT_RANGE');
    expect(problemsOf(() => serverlessWith({}, loose({ vpc })))).toMatch(said);
    expect(beside((scope, cluster) => new VerifiedDeployment(scope, 'V', loose({ cluster, vpc })))).toMatch(said);
  });

  it.each([undefined, 'shop', {}])('a cluster: %j', (cluster) => {
    const vpc = isolatedVpc(emptyStack());
    for (const Looking of [VerifiedDeployment, MaintenanceRehearsal, PasswordRotation, ApplicationUsers]) {
      expect(problemsOf(() => new Looking(emptyStack(), 'Look', loose({ cluster, vpc })))).toMatch(
        /^ProblemError: AWS_CLUSTER_FORM cluster: `cluster` is /,
      );
    }
  });

  it.each(['hunter2', 7, {}])('a secret, which is not repeated: %j', (secret) => {
    for (const make of [() => clusterWith({}, loose({ secret })), () => serverlessWith({}, loose({ secret }))]) {
      expect(problemsOf(make)).toMatch(/AWS_SECRET_FORM secret: .*never the password itself/);
      expect(problemsOf(make)).not.toContain('hunter2');
    }
  });

  it.each(['a b/c', '', '-x', 'x'.repeat(61), 7])('the name of a deployment: %j', (deployment) => {
    const said = /AWS_DEPLOYMENT_FORM deployment: .*1 to 60 letters/;
    expect(problemsOf(() => clusterWith({}, loose({ deployment })))).toMatch(said);
    expect(problemsOf(() => serverlessWith({}, loose({ deployment })))).toMatch(said);
  });

  it.each(['', 'a stream', 'x'.repeat(65)])('the name of a stream of logs: %j', (logDeliveryStream) => {
    expect(problemsOf(() => clusterWith({}, { logDeliveryStream }))).toMatch(
      /AWS_LOG_STREAM_FORM logDeliveryStream: .*Firehose/,
    );
  });

  it('and what is right, or not known before the deployment, is taken', () => {
    expect(
      problemsOf(() => clusterWith({}, { deployment: 'Shop-1.eu_west', logDeliveryStream: 'logs.of_shop-1' })),
    ).toBe('made');
    expect(problemsOf(() => clusterWith({}, { deployment: Aws.STACK_NAME, logDeliveryStream: Aws.STACK_NAME }))).toBe(
      'made',
    );
    const stack = emptyStack();
    const secret = Secret.fromSecretNameV2(stack, 'Secret', 'shop');
    const props = { vpc: isolatedVpc(stack), topology: TOPOLOGY, secret };
    expect(problemsOf(() => new ElastiCacheCluster(stack, 'Cache', props))).toBe('made');
  });
});

describe('rotation: true where there is nothing to rotate', () => {
  it('is refused, as options of it are, and `false` is not', () => {
    for (const make of [
      (rotation: boolean) => clusterWith(IAM, { rotation }),
      (rotation: boolean) => serverlessWith(IAM, { rotation }),
    ]) {
      expect(problemsOf(() => make(true))).toMatch(/^ProblemError: AWS_ROTATION_NOT_USED rotation: /);
      expect(problemsOf(() => make(false))).toBe('made');
    }
  });
});

describe('alarms of very many nodes', () => {
  const large = { shardCount: 250, replicasPerShard: 1, nodeQuota: 500 };

  it('are refused beside a cluster where its stack cannot hold them, with the way', () => {
    expect(problemsOf(() => clusterWith(large))).toMatch(
      /AWS_ALARMS_OVER_STACK alarms: 500 nodes have 500 alarms here, .*500 resources\. Say `alarms: false`, and make `ElastiCacheAlarms` .*`only`\): Cpu, Memory/,
    );
    expect(problemsOf(() => clusterWith(large, { alarms: false }))).toBe('made');
  });

  it('are shared out to stacks with `only`', () => {
    const { cluster, stack } = clusterWith({ ...large, shardCount: 83, replicasPerShard: 5 }, { alarms: false });
    const make = (id: string, only?: readonly string[]) => {
      const scope = new Stack(stack.node.root as App, id);
      const topic = new Topic(scope, 'Topic');
      return new ElastiCacheAlarms(scope, 'Alarms', { topology: cluster.topology, topic, ...(only && { only }) });
    };
    expect(problemsOf(() => make('All'))).toMatch(/AWS_ALARMS_OVER_STACK only: 498 nodes .*with `only`/);
    expect(make('Some', ['Cpu', 'Memory']).alarms).toHaveLength(2 * 83);
    expect(problemsOf(() => make('Wrong', ['Memori']))).toMatch(
      /AWS_ALARM_UNKNOWN only: `only` names "Memori".*did you mean "Memory"/,
    );
  });

  it('are not counted of counts that are refused anyway', () => {
    expect(problemsOf(() => clusterWith({ shardCount: 1e12 }))).not.toContain('AWS_ALARMS_OVER_STACK');
  });
});
