import { Duration } from 'aws-cdk-lib';
import { Match, Annotations as Said, Template } from 'aws-cdk-lib/assertions';
import { IpAddresses, type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { describe, expect, test } from 'vitest';
import { ApplicationUsers } from '../../lib/aws/application-users.ts';
import { ElastiCacheCluster } from '../../lib/aws/elasticache-cluster.ts';
import { PasswordRotation } from '../../lib/aws/rotation.ts';
import { clusterAsGiven, clusterWith, emptyStack, only, problemsOf, TOPOLOGY } from './fixture.ts';

const TOKEN = { authentication: { kind: 'auth-token' } } as const;
const IAM = { authentication: { kind: 'rbac', userName: 'checkout', credential: 'iam' } } as const;
const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';
const FUNCTION = 'AWS::Lambda::Function';

function policyOf(template: Template): string {
  return JSON.stringify(template.findResources('AWS::IAM::Policy'));
}

describe('the password of a user', () => {
  test('is rotated every 30 days by a function in the VPC that may change this user and nothing else', () => {
    const template = clusterAsGiven().template();
    expect(only(template, SCHEDULE).Properties).toMatchObject({
      RotateImmediatelyOnUpdate: false,
      RotationRules: { ScheduleExpression: 'rate(720 hours)' },
    });
    expect(only(template, FUNCTION).Properties).toMatchObject({
      Timeout: 900,
      VpcConfig: { SubnetIds: expect.any(Array), SecurityGroupIds: expect.any(Array) },
      Environment: {
        Variables: { CACHE_PORT: '6379', CACHE_USER_ID: 'shop-valkey-app', CACHE_USER_NAME: 'application' },
      },
    });
    const policy = policyOf(template);
    expect(policy).toContain('"elasticache:DescribeUsers","elasticache:ModifyUser"');
    expect(policy).toContain(':user:shop-valkey-app');
    expect(policy).not.toContain('ModifyReplicationGroup');
  });

  test('lets Secrets Manager call the function, and the function into the cache', () => {
    const template = clusterAsGiven().template();
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      Principal: 'secretsmanager.amazonaws.com',
    });
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      FromPort: 6379,
      ToPort: 6379,
      IpProtocol: 'tcp',
    });
  });

  const failedAlarms = (template: Template) =>
    Object.values(template.findResources('AWS::CloudWatch::Alarm', { Properties: { Namespace: 'AWS/Lambda' } }));

  test('has an alarm for a rotation that fails, which stays until one has succeeded', () => {
    const { cluster, stack, template } = clusterAsGiven();
    const [alarm, ...more] = failedAlarms(template());
    expect(more).toEqual([]);
    const topic = [stack.resolve(cluster.notificationTopic.topicArn)];
    expect(alarm?.Properties).toMatchObject({
      MetricName: 'Errors',
      Statistic: 'Sum',
      Threshold: 1,
      TreatMissingData: 'ignore',
      AlarmActions: topic,
      OKActions: topic,
    });
  });

  test('has no such alarm where alarms are not wanted, or nothing is rotated', () => {
    expect(failedAlarms(clusterAsGiven({}, { alarms: false }).template())).toEqual([]);
    expect(failedAlarms(clusterAsGiven({}, { rotation: false }).template())).toEqual([]);
  });

  test('is in no property of the function', () => {
    expect(JSON.stringify(only(clusterAsGiven().template(), FUNCTION))).not.toContain('resolve:secretsmanager');
  });

  test('is rotated as often as is asked for', () => {
    const template = clusterAsGiven({}, { rotation: { every: Duration.days(7) } }).template();
    expect(only(template, SCHEDULE).Properties).toMatchObject({
      RotationRules: { ScheduleExpression: 'rate(168 hours)' },
    });
  });
});

test('a token is rotated by a function that may change this group and nothing else', () => {
  const template = clusterAsGiven(TOKEN).template();
  const { Environment } = only(template, FUNCTION).Properties as { Environment: { Variables: object } };
  expect(Object.keys(Environment.Variables).sort()).toEqual(['CACHE_GROUP_ID', 'CACHE_HOST', 'CACHE_PORT']);
  expect(policyOf(template)).toContain('"elasticache:DescribeReplicationGroups","elasticache:ModifyReplicationGroup"');
  expect(policyOf(template)).not.toContain('ModifyUser');
});

describe('there is no rotation', () => {
  test.each([
    ['with IAM, which has no password', clusterAsGiven(IAM)],
    ['where it is switched off', clusterAsGiven({}, { rotation: false })],
  ])('%s', (_when, { template }) => {
    template().resourceCountIs(SCHEDULE, 0);
    template().resourceCountIs(FUNCTION, 0);
  });

  test('of a secret that was given, unless it is asked for', () => {
    const given = (rotation?: true) => {
      const stack = emptyStack();
      const secret = Secret.fromSecretCompleteArn(
        stack,
        'Given',
        'arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop-AbCdEf',
      );
      const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2 }) as IVpc;
      const rotated = rotation === undefined ? {} : { rotation };
      new ElastiCacheCluster(stack, 'Cache', { vpc, topology: TOPOLOGY, secret: secret as never, ...rotated });
      return Template.fromStack(stack);
    };
    given().resourceCountIs(SCHEDULE, 0);
    given(true).resourceCountIs(SCHEDULE, 1);
    expect(policyOf(given(true))).toContain('secret:shop-AbCdEf"');
  });

  test('that its role may not do: a secret known by its name ends in characters that nobody has said', () => {
    const stack = emptyStack();
    const secret = Secret.fromSecretNameV2(stack, 'Given', 'shop');
    const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2 }) as IVpc;
    new ElastiCacheCluster(stack, 'Cache', { vpc, topology: TOPOLOGY, secret: secret as never, rotation: true });
    expect(policyOf(Template.fromStack(stack))).toContain(':secret:shop-??????"');
  });

  test.each([Duration.hours(3), Duration.days(1_001), Duration.minutes(250)])(
    'every %s, which the service refuses',
    (every) => {
      expect(problemsOf(() => clusterWith({}, { rotation: { every } }))).toMatch(
        /AWS_ROTATION_EVERY rotation.every: .*from 4 hours/,
      );
    },
  );

  test('at such a distance either of a user beside a cluster, or alone', () => {
    const every = Duration.hours(3);
    const { cluster, stack } = clusterWith({ authentication: { kind: 'auth-token' } });
    const vpc = stack.node.findChild('Vpc') as unknown as IVpc;
    const authentication = { kind: 'rbac' } as const;
    const beside = () => new ApplicationUsers(stack, 'Users', { cluster, authentication, rotation: { every, vpc } });
    expect(problemsOf(beside)).toMatch(/AWS_ROTATION_EVERY rotation.every: /);
    const secret = cluster.secret as never;
    const alone = () => new PasswordRotation(stack, 'Rotation', { cluster, vpc, secret, every });
    expect(problemsOf(alone)).toMatch(/AWS_ROTATION_EVERY every: `every` is 3 hours/);
  });

  test('to be asked for where nothing could be rotated', () => {
    const made = problemsOf(() => clusterAsGiven(IAM, { rotation: { every: Duration.days(7) } }));
    expect(made).toMatch(/AWS_ROTATION_NOT_USED rotation: .*no password or token/);
  });
});

describe('where the function stands', () => {
  test('is in the private subnets with a way out, and then nothing is warned of', () => {
    const stack = emptyStack();
    const vpc = new Vpc(stack, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.0.0.0/16'),
      maxAzs: 2,
      subnetConfiguration: [
        { name: 'out', subnetType: SubnetType.PUBLIC },
        { name: 'application', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
        { name: 'cache', subnetType: SubnetType.PRIVATE_ISOLATED },
      ],
    });
    new ElastiCacheCluster(stack, 'Cache', { vpc: vpc as IVpc, topology: TOPOLOGY });
    const { VpcConfig } = only(Template.fromStack(stack), FUNCTION).Properties as { VpcConfig: { SubnetIds: unknown } };
    expect(JSON.stringify(VpcConfig.SubnetIds)).toMatch(/application.*application/);
    Said.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('rotation stands'));
  });

  test('is warned of where there is no way out, until somebody says where', () => {
    Said.fromStack(clusterAsGiven().stack).hasWarning('*', Match.stringLikeRegexp('interface endpoints'));
    const said = clusterAsGiven({}, { rotation: { vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } } });
    Said.fromStack(said.stack).hasNoWarning('*', Match.stringLikeRegexp('interface endpoints'));
  });
});
