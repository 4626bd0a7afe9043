import { Aws, Duration, Fn, RemovalPolicy, Token } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { ElastiCacheCluster, type ElastiCacheClusterProps } from '../../lib/aws/elasticache-cluster.ts';
import type { ElastiCacheTopologyInput } from '../../lib/aws/judge-topology.ts';
import type { ServerlessCacheProps } from '../../lib/aws/serverless-cache.ts';
import { clusterWith, emptyStack, isolatedVpc, problemsOf, TOPOLOGY } from './fixture.ts';
import { serverlessWith } from './serverless-fixture.ts';

describe('an option that would be ignored', () => {
  const iam = { authentication: { kind: 'rbac', userName: 'checkout', credential: 'iam' } } as const;

  it.each<[string, Partial<ElastiCacheTopologyInput>, Partial<ElastiCacheClusterProps>, RegExp]>([
    [
      'AWS_ACCESS_STRING_NOT_USED',
      { authentication: { kind: 'auth-token' } },
      { accessString: 'on ~* +@read' },
      /"auth-token"/,
    ],
    [
      'AWS_ACCESS_STRING_TWICE',
      { authentication: { kind: 'rbac', accessString: 'on ~* +@read' } },
      { accessString: 'on ~* +@read' },
      /Leave one of them out/,
    ],
    [
      'AWS_LOG_RETENTION_NOT_USED',
      {},
      { logDeliveryStream: 'cache-logs', logRetention: RetentionDays.ONE_YEAR },
      /the logs go to the stream/,
    ],
    ['AWS_ALARM_UNKNOWN', {}, { alarms: { Memori: 70 } }, /"Memori".*did you mean "Memory"\? It has Cpu, Memory/],
    [
      'AWS_ALARM_UNKNOWN',
      { evictionPolicy: 'noeviction' },
      { alarms: { Evictions: 1 } },
      /"Evictions", which this topology/,
    ],
  ])('is a problem: %s', (code, topology, props, says) => {
    expect(() => clusterWith(topology, props)).toThrow(code);
    expect(() => clusterWith(topology, props)).toThrow(says);
  });

  it('is a problem: a secret where there is nothing to keep secret', () => {
    const stack = emptyStack();
    const props = { vpc: isolatedVpc(stack), secret: Secret.fromSecretNameV2(stack, 'Given', 'shop') };
    const make = (topology: ElastiCacheTopologyInput) => new ElastiCacheCluster(stack, 'Cache', { ...props, topology });
    expect(() => make({ ...TOPOLOGY, ...iam })).toThrow(/^AWS_SECRET_NOT_USED secret: /);
  });
});

/** The codes that making this throws, with the places. */
function told(make: () => unknown): string[] {
  const lines = problemsOf(make).split('\n');
  return lines.map((line) => /^(?:ProblemError: )?(\w+ [\w.]+): /.exec(line)?.[1] ?? line);
}

const TOO_OFTEN = { every: Duration.hours(1) };
const malformed = (fields: object) => fields as Partial<ElastiCacheTopologyInput>;

describe('an access string that is given to a construct', () => {
  it.each([
    ['EC_ACCESS_STRING_OFF', '~shop:* +@all', /nobody could sign in/],
    ['EC_ACCESS_STRING_FORM', 'on >hunter2 ~* +@all', /word 2; not repeated here/],
    ['EC_ACCESS_STRING_LOCKS_OUT', 'on ~shop:* +@read', /Add `\+cluster\|slots`/],
    ['EC_ACCESS_STRING_CATEGORY', 'on ~* +@all -@dangrous', /did you mean @dangerous/],
  ])('is held to what one in a topology is held to: %s', (code, accessString, says) => {
    for (const make of [() => clusterWith({}, { accessString }), () => serverlessWith({}, { accessString })]) {
      expect(told(make)).toEqual([`${code} accessString`]);
      expect(make).toThrow(says);
      expect(problemsOf(make)).not.toContain('hunter2');
    }
  });

  it('is not judged while it is not known', () => {
    expect(() => clusterWith({}, { accessString: Aws.STACK_NAME })).not.toThrow();
  });
});

describe('options are judged at once with the topology', () => {
  it('when it breaks a rule, and when it is malformed', () => {
    const options = { accessString: 'on', rotation: TOO_OFTEN, alarms: { Memori: 1 } };
    const topology = { authentication: { kind: 'auth-token' }, port: 0, shardCount: 'three', tires: 4 };
    expect(told(() => clusterWith(malformed(topology), options))).toEqual(
      expect.arrayContaining([
        'EC_PORT_RANGE port',
        expect.stringMatching(/ shardCount$/),
        expect.stringMatching(/ tires$/),
        'AWS_ACCESS_STRING_NOT_USED accessString',
        'AWS_ROTATION_EVERY rotation.every',
        'AWS_ALARM_UNKNOWN alarms.Memori',
      ]),
    );
  });

  it('those of a secondary of a Global Datastore too', () => {
    const make = () =>
      clusterWith(
        { port: 0, durability: 'sync', parameters: { timeout: Aws.REGION } },
        { globalDatastore: 'ldgnf-shop' },
      );
    expect(told(make)).toEqual(
      expect.arrayContaining([
        'EC_PORT_RANGE port',
        'EC_GLOBAL_EXCLUDES_DURABILITY durability',
        'EC_GLOBAL_SECONDARY_EXCLUDES_PARAMETERS parameters',
      ]),
    );
  });

  it('but where what they depend on cannot be read, nothing is said of them', () => {
    const options = { accessString: 'on', rotation: {}, alarms: { Evictions: 1, ReplicationLag: 1 } };
    for (const authentication of [{ kind: 'rbacc' }, 'rbac', Token.asAny('later')]) {
      const said = told(() => clusterWith(malformed({ authentication, evictionPolicy: 'none' }), options));
      expect(said.filter((line) => line.startsWith('AWS_') && !line.startsWith('AWS_TOKEN'))).toEqual([]);
      expect(said.join()).toMatch(/authentication/);
    }
  });

  it('whatever is given for a topology, its problems are told and nothing else is thrown', () => {
    for (const topology of [undefined, null, 'shop', 7, [], {}]) {
      const stack = emptyStack();
      const props = { vpc: isolatedVpc(stack), topology: topology as never, rotation: TOO_OFTEN };
      const said = problemsOf(() => new ElastiCacheCluster(stack, 'Cache', props));
      expect(said, String(topology)).toMatch(/^ProblemError: .*AWS_ROTATION_EVERY/s);
    }
  });
});

describe('options of a serverless cache are judged at once with its settings', () => {
  it('when they break a rule, and when they are malformed', () => {
    const props: Partial<ServerlessCacheProps> = {
      rotation: TOO_OFTEN,
      alarms: { Storages: 1 },
      removalPolicy: RemovalPolicy.DESTROY,
      finalSnapshotName: 'last',
    };
    const settings = { name: 'a--b', storageGigabytes: 'ten' } as never;
    expect(told(() => serverlessWith(settings, props))).toEqual(
      expect.arrayContaining([
        'EC_SERVERLESS_NAME_FORM name',
        expect.stringMatching(/ storageGigabytes$/),
        'AWS_FINAL_SNAPSHOT_NOT_USED finalSnapshotName',
        'AWS_ROTATION_EVERY rotation.every',
        'AWS_ALARM_UNKNOWN alarms.Storages',
      ]),
    );
  });

  it('but where what they depend on cannot be read, nothing is said of them', () => {
    const settings = { storageGigabytes: 'ten', ecpuPerSecond: 'few', authentication: { kind: 'auth-token' } } as never;
    const alarmTopic = new Topic(emptyStack(), 'Topic');
    const said = told(() => serverlessWith(settings, { alarms: { Storage: 1, Ecpu: 1 }, rotation: {}, alarmTopic }));
    expect(said.filter((line) => line.startsWith('AWS_'))).toEqual([]);
    expect(said.join()).toMatch(/storageGigabytes.*ecpuPerSecond.*authentication/);
  });

  it('whatever is given for them, their problems are told and nothing else is thrown', () => {
    for (const cache of [undefined, null, 'shop', 7, [], {}]) {
      const said = problemsOf(() => serverlessWith({}, { cache: cache as never, rotation: TOO_OFTEN }));
      expect(said, String(cache)).toMatch(/^ProblemError: .*AWS_ROTATION_EVERY/s);
    }
  });
});

describe('an ARN instead of a construct', () => {
  const key = 'arn:aws:kms:eu-west-1:123456789012:key/shop';
  const topic = 'arn:aws:sns:eu-west-1:123456789012:shop';

  it('is a problem of the option, all at once', () => {
    const props = { encryptionKey: key, notificationTopic: topic } as unknown as Partial<ElastiCacheClusterProps>;
    expect(told(() => clusterWith({}, props))).toEqual([
      'AWS_KEY_FORM encryptionKey',
      'AWS_TOPIC_FORM notificationTopic',
    ]);
    expect(problemsOf(() => clusterWith({}, props))).toMatch(/`Key\.fromKeyArn`[\s\S]*`Topic\.fromTopicArn`/);
  });

  it('is one of a serverless cache, too', () => {
    const props = { encryptionKey: key, alarmTopic: topic } as unknown as Partial<ServerlessCacheProps>;
    expect(told(() => serverlessWith({}, props))).toEqual(['AWS_KEY_FORM encryptionKey', 'AWS_TOPIC_FORM alarmTopic']);
  });

  it('is none where it is imported, as a value or known in the deployment only', () => {
    const stack = emptyStack();
    const props = {
      vpc: isolatedVpc(stack),
      encryptionKey: Key.fromKeyArn(stack, 'Key', Fn.importValue('Key')),
      notificationTopic: Topic.fromTopicArn(stack, 'Topic', topic),
    };
    expect(new ElastiCacheCluster(stack, 'Cache', { ...props, topology: TOPOLOGY }).notificationTopic.topicArn).toBe(
      topic,
    );
  });
});

describe('a rotation every number of days', () => {
  it('is a problem, as the CDK knows durations', () => {
    const rotation = { every: 30 } as unknown as { every: Duration };
    expect(problemsOf(() => clusterWith({}, { rotation }))).toMatch(
      /^ProblemError: AWS_ROTATION_EVERY rotation\.every: `rotation\.every` is 30: .*`Duration\.days\(30\)`/,
    );
  });
});

describe('a token where a value is judged', () => {
  const later = Token.asNumber({ Ref: 'Later' });

  it('is told as one in a serverless cache, at once with what else is wrong', () => {
    const make = () =>
      serverlessWith({ name: Fn.importValue('Name'), storageGigabytes: { max: later }, majorEngineVersion: '3' });
    expect(told(make).slice(0, 2)).toEqual(['AWS_TOKEN_NOT_JUDGED name', 'AWS_TOKEN_NOT_JUDGED storageGigabytes']);
    expect(told(make)).toHaveLength(3);
    expect(problemsOf(make)).not.toMatch(/Token\[|e\+/);
  });

  it('is taken where a serverless cache has nothing to judge', () => {
    expect(problemsOf(() => serverlessWith({ description: Fn.importValue('Description') }))).toBe('made');
  });

  it('is told as one in `templateCounts`, once', () => {
    expect(told(() => clusterWith({}, { templateCounts: { shardCount: later, replicasPerShard: 1 } }))).toEqual([
      'AWS_TOKEN_SHAPES_TEMPLATE templateCounts',
    ]);
  });
});
