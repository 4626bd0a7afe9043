import { RemovalPolicy } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { ElastiCacheCluster } from '../../lib/aws/elasticache-cluster.ts';
import type { ElastiCacheTopologyInput } from '../../lib/aws/judge-topology.ts';
import { clusterWith, emptyStack, GROUP, isolatedVpc, only, TOPOLOGY } from './fixture.ts';

/** Without cluster mode. */
const SINGLE = { clusterMode: 'disabled', shardCount: 1 } as const;

const groupOf = (topology: Partial<ElastiCacheTopologyInput>) =>
  only(clusterWith(topology).template(), GROUP).Properties;

describe('the replication group', () => {
  it('has the shards, replicas, failover and zones that were asked for, and TLS and encryption at rest always', () => {
    expect(groupOf({})).toMatchObject({
      ReplicationGroupId: 'shop',
      Engine: 'valkey',
      EngineVersion: '8.0',
      ClusterMode: 'enabled',
      CacheNodeType: 'cache.r7g.large',
      NumNodeGroups: 3,
      ReplicasPerNodeGroup: 1,
      AutomaticFailoverEnabled: true,
      MultiAZEnabled: true,
      TransitEncryptionEnabled: true,
      TransitEncryptionMode: 'required',
      AtRestEncryptionEnabled: true,
      AutoMinorVersionUpgrade: true,
      SnapshotRetentionLimit: 15,
      Port: 6379,
    });
  });

  it('keeps the data: shards are moved online, and a removed or replaced group leaves a snapshot', () => {
    expect(only(clusterWith().template(), GROUP)).toMatchObject({
      UpdatePolicy: { UseOnlineResharding: true },
      DeletionPolicy: 'Snapshot',
      UpdateReplacePolicy: 'Snapshot',
    });
    const retained = clusterWith({}, { removalPolicy: RemovalPolicy.RETAIN }).template();
    expect(only(retained, GROUP)).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  it('warns of a policy that keeps nothing of the data, and of no other', () => {
    const warned = (removalPolicy?: RemovalPolicy) =>
      Annotations.fromStack(clusterWith({}, removalPolicy === undefined ? {} : { removalPolicy }).stack).findWarning(
        '*',
        Match.stringLikeRegexp('redoubt:no-last-snapshot'),
      ).length;
    expect(warned(RemovalPolicy.DESTROY)).toBe(1);
    for (const policy of [undefined, RemovalPolicy.SNAPSHOT, RemovalPolicy.RETAIN]) expect(warned(policy)).toBe(0);
  });

  it('that is retained keeps what it needs: users, secret, key, network, logs; alarms go with the stack', () => {
    const { cluster, template } = clusterWith({}, { removalPolicy: RemovalPolicy.RETAIN });
    const all = Object.values(
      template().toJSON().Resources as Record<string, { Type: string; DeletionPolicy?: string }>,
    );
    const typesKept = (kept: boolean) => [
      ...new Set(all.filter(({ DeletionPolicy }) => (DeletionPolicy === 'Retain') === kept).map(({ Type }) => Type)),
    ];
    expect(cluster.secret).toBeDefined();
    expect(typesKept(true).sort()).toMatchInlineSnapshot(`
      [
        "AWS::EC2::SecurityGroup",
        "AWS::ElastiCache::ParameterGroup",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::ElastiCache::SubnetGroup",
        "AWS::ElastiCache::User",
        "AWS::ElastiCache::UserGroup",
        "AWS::KMS::Key",
        "AWS::Logs::LogGroup",
        "AWS::SNS::Topic",
        "AWS::SNS::TopicPolicy",
        "AWS::SecretsManager::Secret",
      ]
    `);
    expect(typesKept(false)).toEqual(expect.arrayContaining(['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::Dashboard']));
    const snapshotted = Object.values(clusterWith().template().findResources('AWS::ElastiCache::User'));
    expect(snapshotted.map(({ DeletionPolicy }) => DeletionPolicy)).not.toContain('Retain');
  });

  it('has an explicit layout in place of a common replica count', () => {
    const nodeGroups = [
      { slots: '0-9999', primaryZone: 'eu-west-1a', replicaZones: ['eu-west-1b'] },
      { id: '0007', slots: '10000-16383' },
    ];
    const properties = groupOf({ shardCount: 2, nodeGroups });
    expect(properties.NodeGroupConfiguration).toEqual([
      {
        NodeGroupId: '0001',
        ReplicaCount: 1,
        Slots: '0-9999',
        PrimaryAvailabilityZone: 'eu-west-1a',
        ReplicaAvailabilityZones: ['eu-west-1b'],
      },
      { NodeGroupId: '0007', ReplicaCount: 1, Slots: '10000-16383' },
    ]);
    expect(properties.NumNodeGroups).toBe(2);
    expect(properties).not.toHaveProperty('ReplicasPerNodeGroup');
  });

  it.each<[string, Partial<ElastiCacheTopologyInput>, Record<string, unknown>]>([
    ['data tiering', { nodeType: 'cache.r6gd.xlarge', dataTiering: true }, { DataTieringEnabled: true }],
    ['durability', { engineVersion: '9.0', durability: 'sync' }, { Durability: 'sync' }],
    [
      'durability of writes that wait for nobody',
      { engineVersion: '9.0', durability: 'async' },
      { Durability: 'async' },
    ],
    ['dual stack', { networkType: 'dual_stack' }, { NetworkType: 'dual_stack' }],
    ['an IPv6 network, announced as such', { networkType: 'ipv6' }, { NetworkType: 'ipv6', IpDiscovery: 'ipv6' }],
    [
      'the compatible cluster mode',
      { clusterMode: 'compatible', shardCount: 1 },
      { ClusterMode: 'compatible', NumCacheClusters: 2 },
    ],
    ['windows', { maintenanceWindow: 'sun:04:00-sun:05:00' }, { PreferredMaintenanceWindow: 'sun:04:00-sun:05:00' }],
    ['a snapshot window', { snapshotWindow: '02:00-03:00' }, { SnapshotWindow: '02:00-03:00' }],
    [
      'the migration to TLS',
      { transitEncryption: 'preferred', authentication: { kind: 'none' } },
      { TransitEncryptionEnabled: true, TransitEncryptionMode: 'preferred' },
    ],
    ['other counts', { shardCount: 5, replicasPerShard: 2 }, { NumNodeGroups: 5, ReplicasPerNodeGroup: 2 }],
    ['no Multi-AZ', { multiAz: false }, { MultiAZEnabled: false, AutomaticFailoverEnabled: true }],
    ['another engine', { engine: 'redis', engineVersion: '7.1' }, { Engine: 'redis', EngineVersion: '7.1' }],
    ['another version', { engineVersion: '9.1' }, { Engine: 'valkey', EngineVersion: '9.1' }],
    ['other nodes', { nodeType: 'cache.m7g.xlarge' }, { CacheNodeType: 'cache.m7g.xlarge' }],
    ['another port', { port: 7000 }, { Port: 7000 }],
    ['snapshots of other days', { snapshotRetentionDays: 35 }, { SnapshotRetentionLimit: 35 }],
    ['no minor upgrades by itself', { autoMinorVersionUpgrade: false }, { AutoMinorVersionUpgrade: false }],
  ])('has %s when asked for', (_, topology, expected) => {
    expect(groupOf(topology)).toMatchObject(expected);
  });

  it('counts its nodes together without cluster mode, which changes in place, and has no node groups', () => {
    const properties = groupOf({ ...SINGLE, replicasPerShard: 2 });
    expect(properties).toMatchObject({
      ClusterMode: 'disabled',
      NumCacheClusters: 3,
      AutomaticFailoverEnabled: true,
      MultiAZEnabled: true,
      ReplicationGroupDescription: 'shop, provisioned by redoubt',
    });
    for (const name of ['NumNodeGroups', 'ReplicasPerNodeGroup', 'NodeGroupConfiguration'])
      expect(properties).not.toHaveProperty(name);
  });

  it('is one node alone, which does not fail over', () => {
    expect(groupOf({ ...SINGLE, replicasPerShard: 0, multiAz: false, automaticFailover: false })).toMatchObject({
      NumCacheClusters: 1,
      AutomaticFailoverEnabled: false,
    });
  });

  it('takes a layout without cluster mode too, to keep it through all modes', () => {
    const properties = groupOf({ ...SINGLE, nodeGroups: [{}] });
    expect(properties).toMatchObject({ NumNodeGroups: 1, NodeGroupConfiguration: [{ ReplicaCount: 1 }] });
    expect(properties).not.toHaveProperty('NumCacheClusters');
  });

  it('says nothing about TLS modes to Redis OSS 6, which has none', () => {
    const properties = groupOf({ engine: 'redis', engineVersion: '6.2' });
    expect(properties.TransitEncryptionEnabled).toBe(true);
    expect(properties).not.toHaveProperty('TransitEncryptionMode');
  });
});

describe('the parameter group', () => {
  it.each([
    ['valkey', '7.2', 'valkey7'],
    ['valkey', '8.2', 'valkey8'],
    ['valkey', '9.1', 'valkey9'],
    ['redis', '6.2', 'redis6.x'],
    ['redis', '7.1', 'redis7'],
  ] as const)('of %s %s is of the family %s', (engine, engineVersion, family) => {
    const template = clusterWith({ engine, engineVersion }).template();
    expect(only(template, 'AWS::ElastiCache::ParameterGroup').Properties.CacheParameterGroupFamily).toBe(family);
  });

  it('has cluster mode on, the eviction policy and the given parameters, all as text', () => {
    const template = clusterWith({
      evictionPolicy: 'noeviction',
      parameters: { 'notify-keyspace-events': 'Ex' },
    }).template();
    expect(only(template, 'AWS::ElastiCache::ParameterGroup').Properties.Properties).toEqual({
      'cluster-enabled': 'yes',
      'maxmemory-policy': 'noeviction',
      'notify-keyspace-events': 'Ex',
    });
  });
});

describe('without cluster mode', () => {
  const { cluster, template } = clusterWith(SINGLE);
  const outputs = () => JSON.stringify(template().findOutputs('*'));

  it('the parameter group has it off, under an id of its own, because a group in use does not change it', () => {
    const [id, group] = Object.entries(template().findResources('AWS::ElastiCache::ParameterGroup'))[0] ?? [];
    expect(id).toMatch(/^CacheSingleParameterGroup/);
    expect(group?.Properties.Properties).toMatchObject({ 'cluster-enabled': 'no' });
  });

  it('the endpoints are those of the primary and of the readers', () => {
    expect(outputs()).toContain('PrimaryEndPoint.Address');
    expect(outputs()).toContain('ReaderEndPoint.Address');
    expect(outputs()).not.toContain('ConfigurationEndPoint');
    expect(cluster.readerHost).toBeDefined();
  });

  it('a node alone has no reader endpoint in its profile, where nothing would answer but the primary', () => {
    const alone = clusterWith({ ...SINGLE, replicasPerShard: 0, multiAz: false, automaticFailover: false });
    expect(alone.cluster.readerHost).toBeUndefined();
    expect(JSON.stringify(alone.template().findOutputs('*'))).not.toContain('ReaderEndPoint');
  });

  it('a group in cluster mode has no reader endpoint', () => {
    expect(clusterWith().cluster.readerHost).toBeUndefined();
  });

  it('warns of a primary that nobody replaces, although there is a replica', () => {
    const { stack } = clusterWith({ ...SINGLE, multiAz: false, automaticFailover: false });
    const warnings = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('redoubt:no-failover'));
    expect(warnings).toHaveLength(1);
    const kept = Annotations.fromStack(clusterWith({ ...SINGLE, multiAz: false }).stack);
    expect(kept.findWarning('*', Match.stringLikeRegexp('redoubt:no-failover'))).toHaveLength(0);
  });
});

describe('encryption', () => {
  it('uses a rotated key of its own that outlives the group', () => {
    const key = only(clusterWith().template(), 'AWS::KMS::Key');
    expect(key).toMatchObject({ Properties: { EnableKeyRotation: true }, DeletionPolicy: 'Retain' });
  });

  it('uses a given key for data, logs and secrets', () => {
    const stack = emptyStack();
    const arn = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const encryptionKey = Key.fromKeyArn(stack, 'Given', arn);
    new ElastiCacheCluster(stack, 'Cache', { vpc: isolatedVpc(stack), topology: TOPOLOGY, encryptionKey });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::KMS::Key', 0);
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('redoubt:key-policy'))).toHaveLength(1);
    expect(only(template, GROUP).Properties.KmsKeyId).toBe(arn);
    template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: arn });
    template.allResourcesProperties('AWS::SecretsManager::Secret', { KmsKeyId: arn });
  });
});

describe('logs and notifications', () => {
  it('delivers the engine log and the slow log as JSON to encrypted groups that are kept for a month', () => {
    const template = clusterWith().template();
    template.resourceCountIs('AWS::Logs::LogGroup', 2);
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30, KmsKeyId: Match.anyValue() });
    template.hasResourceProperties(GROUP, {
      LogDeliveryConfigurations: [
        Match.objectLike({ LogType: 'engine-log', LogFormat: 'json' }),
        Match.objectLike({ LogType: 'slow-log', LogFormat: 'json' }),
      ],
    });
  });

  it('keeps logs as long as asked, and asks Redis OSS 6.0 for no engine log', () => {
    const template = clusterWith(
      { engine: 'redis', engineVersion: '6.0' },
      { logRetention: RetentionDays.ONE_YEAR },
    ).template();
    expect(only(template, 'AWS::Logs::LogGroup').Properties.RetentionInDays).toBe(365);
  });

  it('delivers both logs to a stream, and makes no log groups then', () => {
    const template = clusterWith({}, { logDeliveryStream: 'cache-logs' }).template();
    template.resourceCountIs('AWS::Logs::LogGroup', 0);
    const toStream = {
      LogFormat: 'json',
      DestinationType: 'kinesis-firehose',
      DestinationDetails: { KinesisFirehoseDetails: { DeliveryStream: 'cache-logs' } },
    };
    expect(only(template, GROUP).Properties.LogDeliveryConfigurations).toEqual([
      { LogType: 'engine-log', ...toStream },
      { LogType: 'slow-log', ...toStream },
    ]);
  });

  it('tells of events on a topic that ElastiCache can publish to: not encrypted, its policy with SourceOwner', () => {
    const template = clusterWith().template();
    expect(only(template, 'AWS::SNS::Topic').Properties).not.toHaveProperty('KmsMasterKeyId');
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Condition: { StringEquals: { 'aws:SourceOwner': { Ref: 'AWS::AccountId' } } } }),
        ]),
      },
    });
    template.hasResourceProperties(GROUP, { NotificationTopicArn: Match.anyValue() });
  });

  it('refuses an encrypted topic, together with everything else that is wrong', () => {
    const stack = emptyStack();
    const notificationTopic = new Topic(stack, 'Topic', { masterKey: new Key(stack, 'Key') });
    const topology = { ...TOPOLOGY, shardCount: 0, engineVersion: '8.0.1' };
    expect(
      () => new ElastiCacheCluster(stack, 'Cache', { vpc: isolatedVpc(stack), topology, notificationTopic }),
    ).toThrow(/EC_SHARD_COUNT_RANGE[\s\S]*EC_ENGINE_VERSION_PATCH_LEVEL[\s\S]*AWS_TOPIC_ENCRYPTED/);
  });
});

describe('a warning', () => {
  it.each<[string, Partial<ElastiCacheTopologyInput>]>([
    ['no-replicas', { multiAz: false, replicasPerShard: 0 }],
    ['one-zone', { multiAz: false }],
    ['tls-preferred', { transitEncryption: 'preferred', authentication: { kind: 'none' } }],
    ['auth-token', { authentication: { kind: 'auth-token' } }],
    ['no-snapshots', { snapshotRetentionDays: 0 }],
    ['burstable-nodes', { nodeType: 'cache.t4g.small' }],
    ['scaled-counts', { scaling: { shards: { min: 2, max: 6 } } }],
  ])('is given for %s', (id, topology) => {
    const { stack } = clusterWith(topology);
    const [warning, ...others] = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp(`redoubt:${id}`));
    expect(warning?.id).toBe('/Test/Cache');
    expect(others).toEqual([]);
  });

  it('is not given for a cluster with replicas in two zones, snapshots and users', () => {
    expect(Annotations.fromStack(clusterWith().stack).findWarning('*', Match.anyValue())).toEqual([]);
  });
});
