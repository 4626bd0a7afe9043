import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Peer, Port, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { ServerlessCache, type ServerlessCacheProps } from '../../lib/aws/serverless-cache.ts';
import { emptyStack, only, problemsOf } from './fixture.ts';
import { SERVERLESS, serverlessWith } from './serverless-fixture.ts';

const IAM = { kind: 'rbac', userName: 'checkout', credential: 'iam' } as const;

describe('a serverless cache', () => {
  it('has users, a key, private subnets and snapshots without being asked', () => {
    const template = serverlessWith().template();
    expect(only(template, SERVERLESS).Properties).toMatchObject({
      ServerlessCacheName: 'shop',
      Engine: 'valkey',
      MajorEngineVersion: '8',
      SnapshotRetentionLimit: 15,
      UserGroupId: { Ref: expect.stringContaining('UserGroup') },
      KmsKeyId: { 'Fn::GetAtt': [expect.stringContaining('Key'), 'Arn'] },
      SubnetIds: [{ Ref: expect.stringContaining('Vpc') }, { Ref: expect.stringContaining('Vpc') }],
      SecurityGroupIds: [{ 'Fn::GetAtt': [expect.stringContaining('SecurityGroup'), 'GroupId'] }],
    });
    expect(only(template, SERVERLESS).Properties).not.toHaveProperty('CacheUsageLimits');
  });

  it('has the limits, the time and the network that are asked for', () => {
    const { template } = serverlessWith({
      storageGigabytes: { min: 1, max: 10 },
      ecpuPerSecond: { max: 5_000 },
      snapshotTime: '03:30',
      snapshotRetentionDays: 7,
      networkType: 'dual_stack',
      description: 'Baskets',
    });
    expect(only(template(), SERVERLESS).Properties).toMatchObject({
      CacheUsageLimits: {
        DataStorage: { Minimum: 1, Maximum: 10, Unit: 'GB' },
        ECPUPerSecond: { Maximum: 5_000 },
      },
      DailySnapshotTime: '03:30',
      SnapshotRetentionLimit: 7,
      NetworkType: 'dual_stack',
      Description: 'Baskets',
    });
  });

  it('tells every problem of the settings, the options and the subnets at once', () => {
    const stack = emptyStack();
    const vpc = new Vpc(stack, 'Vpc', {
      maxAzs: 1,
      natGateways: 0,
      subnetConfiguration: [{ name: 'cache', subnetType: SubnetType.PRIVATE_ISOLATED }],
    });
    const said = problemsOf(
      () =>
        new ServerlessCache(stack, 'Cache', {
          vpc: vpc as ServerlessCacheProps['vpc'],
          cache: { name: 'a--b', storageGigabytes: { max: 6_000 }, snapshotTime: '25:00' },
        }),
    );
    expect(said).toContain('EC_SERVERLESS_NAME_FORM name: ');
    expect(said).toContain('EC_SERVERLESS_STORAGE_RANGE storageGigabytes: ');
    expect(said).toContain('"03:00"');
    expect(said).toContain('AWS_MULTI_AZ_NEEDS_TWO_ZONES vpcSubnets: ');
  });

  it.each<[string, () => unknown]>([
    [
      'AWS_SECRET_NOT_USED',
      () => {
        const secret = Secret.fromSecretNameV2(emptyStack(), 'Given', 'given');
        return serverlessWith({ authentication: IAM }, { secret: secret as never });
      },
    ],
    [
      'AWS_FINAL_SNAPSHOT_NOT_USED',
      () => serverlessWith({}, { removalPolicy: RemovalPolicy.RETAIN, finalSnapshotName: 'x' }),
    ],
    [
      'AWS_ALARM_TOPIC_NOT_USED',
      () => serverlessWith({}, { alarms: false, alarmTopic: new Topic(emptyStack(), 'Topic') }),
    ],
    ['AWS_ROTATION_NOT_USED', () => serverlessWith({ authentication: IAM }, { rotation: {} })],
    ['AWS_ALARM_UNKNOWN', () => serverlessWith({}, { alarms: { Storage: 1 } })],
  ])('refuses options that would be ignored: %s', (code, make) => {
    expect(problemsOf(make)).toContain(`${code} `);
  });
});

describe('the data of a serverless cache that is removed', () => {
  it.each<[string, Partial<ServerlessCacheProps>, string, string | undefined]>([
    ['is in a last snapshot', {}, 'Delete', 'shop-last'],
    ['is in a last snapshot of a given name', { finalSnapshotName: 'goodbye' }, 'Delete', 'goodbye'],
    ['stays where it is', { removalPolicy: RemovalPolicy.RETAIN }, 'Retain', undefined],
    ['is gone', { removalPolicy: RemovalPolicy.DESTROY }, 'Delete', undefined],
  ])('%s', (_, props, policy, snapshot) => {
    const resource = only(serverlessWith({}, props).template(), SERVERLESS);
    expect(resource.DeletionPolicy).toBe(policy);
    expect(resource.Properties.FinalSnapshotName).toBe(snapshot);
    const users = Object.values(serverlessWith({}, props).template().findResources('AWS::ElastiCache::User'));
    expect(users.map(({ DeletionPolicy }) => DeletionPolicy === 'Retain')).toEqual(
      users.map(() => policy === 'Retain'),
    );
    expect(users).not.toEqual([]);
  });
});

describe('who may connect to a serverless cache', () => {
  it('is said for the port of the primary and that of the replicas', () => {
    const { cache, template } = serverlessWith();
    cache.connections.allowDefaultPortFrom(Peer.ipv4('10.0.0.0/16'));
    template().hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Clients of shop',
      SecurityGroupIngress: [Match.objectLike({ FromPort: 6379, ToPort: 6380, CidrIp: '10.0.0.0/16' })],
    });
  });

  it('is never the world', () => {
    const { cache, template } = serverlessWith();
    cache.connections.allowFrom(Peer.anyIpv4(), Port.tcp(6379));
    expect(template).toThrow('AWS_OPEN_TO_THE_WORLD');
  });

  it('reads the secret, or with IAM connects to this cache as this user', () => {
    const granted = (settings: Parameters<typeof serverlessWith>[0]) => {
      const { cache, stack, template } = serverlessWith(settings);
      cache.grantConnect(new Role(stack, 'Task', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') }));
      return JSON.stringify(template().findResources('AWS::IAM::Policy'));
    };
    expect(granted({})).toContain('secretsmanager:GetSecretValue');
    expect(granted({ name: 'Shop', authentication: IAM })).toMatch(
      /elasticache:Connect.*serverlesscache:shop.*user:checkout/,
    );
  });
});

describe('the profile of a serverless cache', () => {
  const profileOf = (settings: Parameters<typeof serverlessWith>[0]) => {
    const text = JSON.stringify(only(serverlessWith(settings).template(), 'AWS::SSM::Parameter').Properties.Value);
    return text.replaceAll('\\', '');
  };

  it('is of one shard in cluster mode, of no certain minor version, behind TLS', () => {
    const text = profileOf({});
    expect(text).toContain('"clientMode":"cluster"');
    expect(text).toContain('"port":6379');
    expect(text).toContain('"expected":{"shardCount":1,"replicasPerShard":1}');
    // Where it announces its replica.
    expect(text).toContain('"extraPortRange":{"from":6380,"to":6380}');
    expect(text).toContain('Endpoint.Address');
    expect(text).toContain('"kind":"aws-secrets-manager"');
  });

  it('names a serverless cache where the user signs in with IAM', () => {
    const text = profileOf({ authentication: IAM });
    expect(text).toContain('"kind":"aws-iam","cacheName":"shop"');
    expect(text).toContain('"serverless":true,"userId":"checkout"');
  });
});

describe('the password of a serverless cache', () => {
  const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';

  it('is rotated by a function that may change its user and reach it', () => {
    const { template } = serverlessWith({}, { rotation: { every: Duration.days(7) } });
    expect(only(template(), SCHEDULE).Properties.RotationRules).toEqual({ ScheduleExpression: 'rate(168 hours)' });
    expect(only(template(), SCHEDULE).DependsOn).toContainEqual(expect.stringContaining('ServerlessCache'));
    template().hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          CACHE_HOST: { 'Fn::GetAtt': [Match.stringLikeRegexp('ServerlessCache'), 'Endpoint.Address'] },
          CACHE_USER_ID: 'shop-valkey-serverless-app',
          CACHE_USER_NAME: 'application',
        },
      },
    });
  });

  it('is rotated by a function with the addresses of its network', () => {
    const both = Match.objectLike({ Ipv6AllowedForDualStack: true });
    const { template } = serverlessWith({ networkType: 'dual_stack' });
    template().hasResourceProperties('AWS::Lambda::Function', { VpcConfig: both });
  });

  it.each<[string, Parameters<typeof serverlessWith>]>([
    ['none is wanted', [{}, { rotation: false }]],
    ['there is none', [{ authentication: IAM }]],
  ])('is not rotated where %s', (_, args) => {
    expect(
      Object.keys(
        serverlessWith(...args)
          .template()
          .findResources(SCHEDULE),
      ),
    ).toEqual([]);
  });
});

describe('the alarms of a serverless cache', () => {
  it('watch throttling and evictions, and storage and ECPU where there is an upper limit', () => {
    const alarmsOf = (settings: Parameters<typeof serverlessWith>[0], props = {}) =>
      Object.values(
        serverlessWith(settings, props)
          .template()
          .findResources('AWS::CloudWatch::Alarm', { Properties: { Namespace: 'AWS/ElastiCache' } }),
      ).map(({ Properties: { MetricName, Threshold, Dimensions, TreatMissingData } }) => {
        expect(Dimensions).toEqual([{ Name: 'clusterId', Value: 'shop' }]);
        expect(TreatMissingData).toBe('notBreaching');
        return [MetricName, Threshold];
      });
    expect(alarmsOf({ name: 'Shop' })).toEqual([
      ['ThrottledCmds', 0],
      ['Evictions', 100],
    ]);
    expect(alarmsOf({ storageGigabytes: { max: 10 }, ecpuPerSecond: { max: 1_000 } }, { alarms: { Ecpu: 7 } })).toEqual(
      [
        ['ThrottledCmds', 0],
        ['Evictions', 100],
        ['BytesUsedForCache', 8_000_000_000],
        ['ElastiCacheProcessingUnits', 7],
      ],
    );
    expect(alarmsOf({}, { alarms: false })).toEqual([]);
  });

  it('are told on an encrypted topic, whose key lets CloudWatch use it', () => {
    const { template } = serverlessWith();
    expect(only(template(), 'AWS::SNS::Topic').Properties).toHaveProperty('KmsMasterKeyId');
    template().hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: Match.arrayWith(['kms:Decrypt']),
          }),
        ]),
      }),
    });
  });

  it('are warned of where the policy of a given key is out of reach', () => {
    const stack = emptyStack();
    const key = Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/1234');
    const { cache } = serverlessWith({}, { encryptionKey: key });
    const warned = cache.node.metadata.filter(({ data }) => String(data).includes('redoubt:key-policy'));
    expect(warned).toHaveLength(1);
  });

  it('are on a dashboard, unless none is wanted', () => {
    expect(Object.keys(serverlessWith().template().findResources('AWS::CloudWatch::Dashboard'))).toHaveLength(1);
    const without = serverlessWith({}, { dashboard: false }).template();
    expect(Object.keys(without.findResources('AWS::CloudWatch::Dashboard'))).toHaveLength(0);
  });
});
