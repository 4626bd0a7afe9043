import {
  Connections,
  type IConnectable,
  type IVpc,
  Port,
  type SecurityGroup,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { CfnServerlessCache } from 'aws-cdk-lib/aws-elasticache';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { throwIfProblems } from '../base/problem.ts';
import type { AskedAccess } from '../topology/access-needs.ts';
import { applicationAccess, askedOf } from '../topology/application-access.ts';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';
import type { ServerlessCacheInput, ServerlessCacheSettings } from '../topology/elasticache-serverless.ts';
import { accessAdvisories, restricted } from './access-advisories.ts';
import { needAddresses } from './address-families.ts';
import { advise } from './advisories.ts';
import { authenticate } from './authentication/authenticate.ts';
import type { Authentication } from './authentication/authentication.ts';
import { letLogsUse, ownKey } from './encryption.ts';
import { given } from './given.ts';
import { judgeServerless, SERVERLESS_PORTS, topologyThatClientsSee } from './judge-serverless.ts';
import { chosenSubnets, securityGroup, subnetProblems } from './network.ts';
import { alarmTopic } from './notifications.ts';
import { ProfileOutput } from './profile-output.ts';
import { nothingKeptAdvisories, retainWithCache } from './retained.ts';
import { type RotationProps, rotateSecretOf } from './rotation.ts';
import { serverlessAlarms, serverlessDashboard } from './serverless-alarms.ts';
import { serverlessOptionProblems } from './serverless-options.ts';
import { refuseSharedName } from './shared-names.ts';

export interface ServerlessCacheProps {
  /** What is wanted: values, not tokens. All problems are told in one error. */
  readonly cache: ServerlessCacheInput;
  /** With private or isolated subnets, in two zones or more. */
  readonly vpc: IVpc;
  /** Default: the isolated subnets, or the private ones when there are none. Public ones are refused. They cannot be changed later. */
  readonly vpcSubnets?: SubnetSelection;
  /** Encrypts data, snapshots and secrets. Default: a key of the cache's own, which outlives it. It cannot be changed later. */
  readonly encryptionKey?: IKey;
  /** The password, in the field `password` of a JSON secret. Default: generated. */
  readonly secret?: ISecret;
  /**
   * Rotation of the generated password, without downtime. `false` for none. Default: every 30 days; not with IAM, which has nothing
   * to rotate, and not for a given `secret` unless it is asked for.
   */
  readonly rotation?: boolean | RotationProps;
  /**
   * What the application's user may do. An access string of Redis, as `authentication.accessString`
   * of a topology. Default: every command on every key, but not what counts as
   * administration or as dangerous (CONFIG, KEYS, FLUSHALL, SORT, …).
   */
  readonly accessString?: string;
  /**
   * What happens to the data when the cache is removed from the template. Default: `SNAPSHOT`, a last snapshot named
   * `finalSnapshotName`; `RETAIN` leaves the cache itself and what it needs, `DESTROY` leaves nothing.
   */
  readonly removalPolicy?: RemovalPolicy.SNAPSHOT | RemovalPolicy.RETAIN | RemovalPolicy.DESTROY;
  /** Default: the cache's name and `-last`. A snapshot of that name must not exist when the cache is removed. */
  readonly finalSnapshotName?: string;
  /** Told when an alarm is raised and when it is over. Default: an encrypted topic of the cache's own. */
  readonly alarmTopic?: ITopic;
  /**
   * `false` for none, or other thresholds by their ids, above which they are raised. Default: `Throttled` 0, `Evictions` 100 a minute, and four fifths of each
   * upper limit that is set: `Storage` in bytes, `Ecpu` in units a minute.
   */
  readonly alarms?: boolean | Readonly<Record<string, number>>;
  /** A dashboard of its metrics. Default: true. */
  readonly dashboard?: boolean;
  /** Name of the deployment in the connection profile. Default: the cache's name. */
  readonly deployment?: string;
}

/**
 * A serverless cache with what `ElastiCacheCluster` has around it: users, keys, private subnets, snapshots, alarms, and the same
 * connection profile, so that a team can start here and move to a cluster by pointing its clients at another profile.
 *
 * ```ts
 * const cache = new ServerlessCache(stack, 'Cache', { vpc, cache: { name: 'shop', storageGigabytes: { max: 10 } } });
 * cache.connections.allowDefaultPortFrom(service);
 * cache.grantConnect(taskRole);
 * ```
 *
 * @throws ProblemError with every problem of the settings, the options and the subnets at once. What only the whole app shows fails its synthesis:
 * `AWS_OPEN_TO_THE_WORLD`, `AWS_NAME_SHARED`, `AWS_USER_ID_SHARED`, `AWS_SUBNET_ADDRESSES`
 */
export class ServerlessCache extends Construct implements IConnectable {
  /** With every default filled in. */
  readonly settings: ServerlessCacheSettings;
  /** What its clients see: one shard in cluster mode. */
  readonly topology: ElastiCacheTopology;
  /** Nobody may connect until it is said here, for the primary's port and the replicas'; opening it to the internet, whole or in pieces, fails the synthesis. */
  readonly connections: Connections;
  readonly securityGroup: SecurityGroup;
  readonly serverlessCache: CfnServerlessCache;
  readonly encryptionKey: IKey;
  readonly host: string;
  /** The generated or given secret; absent with IAM. */
  readonly secret?: ISecret;
  readonly profile: ProfileOutput;
  /** A declared access string, and who has to work with it; undefined where none is declared or it is known only in the deployment. */
  readonly access: AskedAccess | undefined;

  readonly #authentication: Authentication;

  constructor(scope: Construct, id: string, props: ServerlessCacheProps) {
    super(scope, id);
    const judged = judgeServerless(props.cache);
    const { settings } = judged;
    const subnets = chosenSubnets(props.vpc, props.vpcSubnets);
    throwIfProblems([
      ...judged.problems,
      ...serverlessOptionProblems(props, judged),
      // It always stands in several zones.
      ...subnetProblems(props.vpc, subnets, { multiAz: true }),
    ]);
    this.settings = settings;
    this.topology = topologyThatClientsSee(settings);
    const declared = restricted(this.topology, props.accessString);
    this.access = askedOf(declared);
    const { name } = settings;
    needAddresses(this, subnets, settings.networkType);

    this.encryptionKey = props.encryptionKey ?? ownKey(this, name);
    if (!letLogsUse(this.encryptionKey)) advise(this, [{ id: 'redoubt:key-policy', message: KEY_POLICY_NOT_CHANGED }]);
    this.securityGroup = securityGroup(this, props.vpc, { name, ports: ALL_PORTS });
    const defaultPort = Port.tcpRange(ALL_PORTS.from, ALL_PORTS.to);
    this.connections = new Connections({ securityGroups: [this.securityGroup], defaultPort });
    this.#authentication = authenticate(this, {
      topology: this.topology,
      key: this.encryptionKey,
      accessString: props.accessString ?? applicationAccess(this.topology),
      serverless: true,
      ...(props.secret === undefined ? {} : { secret: props.secret }),
    });
    const { secret, reference, groupProps } = this.#authentication;
    if (secret !== undefined) this.secret = secret;

    const { removalPolicy = RemovalPolicy.SNAPSHOT, finalSnapshotName = `${name}-last` } = props;
    const keepsSnapshot = removalPolicy === RemovalPolicy.SNAPSHOT;
    const cache = new CfnServerlessCache(this, 'ServerlessCache', {
      ...cacheProps(settings),
      ...given({ userGroupId: groupProps.userGroupIds?.[0] }),
      kmsKeyId: this.encryptionKey.keyArn,
      subnetIds: subnets.map(({ subnetId }) => subnetId),
      securityGroupIds: [this.securityGroup.securityGroupId],
      ...(keepsSnapshot ? { finalSnapshotName } : {}),
    });
    this.serverlessCache = refuseSharedName(cache);
    // CloudFormation has no policy Snapshot for this type; the service takes the named snapshot before it deletes.
    this.serverlessCache.applyRemovalPolicy(keepsSnapshot ? RemovalPolicy.DESTROY : removalPolicy);
    retainWithCache(this, removalPolicy);
    this.host = this.serverlessCache.attrEndpointAddress;

    if (reference === undefined)
      throw new Error('A serverless cache has a user, and so a reference to its credential.');
    this.profile = new ProfileOutput(this, {
      deployment: props.deployment ?? name,
      topology: declared,
      host: this.host,
      reference,
      extraPortRange: { from: SERVERLESS_PORTS.replica, to: SERVERLESS_PORTS.replica },
      isVersionPinned: false,
    });
    this.#watch(props);
    advise(this, [...accessAdvisories(this.access), ...nothingKeptAdvisories(removalPolicy)]);
  }

  #watch(props: ServerlessCacheProps): void {
    const { settings } = this;
    const { name } = settings;
    const { alarms = true } = props;
    const topic = alarms === false ? undefined : (props.alarmTopic ?? alarmTopic(this, name, this.encryptionKey));
    rotateSecretOf(this, { ...props, cluster: this, ...given({ alarmTopic: topic }) }, this.#authentication);
    if (topic !== undefined) {
      serverlessAlarms(this, settings, { topic, thresholds: typeof alarms === 'boolean' ? {} : alarms });
    }
    if (props.dashboard ?? true) serverlessDashboard(this, settings);
  }

  /** Lets a role or user sign in: read the secret, or with IAM connect as the application's user. The network is `connections`. */
  grantConnect(grantee: IGrantable): Grant {
    return this.#authentication.grantConnect(grantee);
  }

  /** Lets a role or user read the connection profile. */
  grantRead(grantee: IGrantable): Grant {
    return this.profile.grantRead(grantee);
  }
}

const ALL_PORTS = { from: SERVERLESS_PORTS.primary, to: SERVERLESS_PORTS.replica };

const KEY_POLICY_NOT_CHANGED =
  'The policy of the given `encryptionKey` cannot be changed from here: it must let CloudWatch (cloudwatch.amazonaws.com) use the key, or no alarm is told, and CloudWatch Logs (logs.REGION.amazonaws.com), or the log of the rotation cannot be made.';

function cacheProps(settings: ServerlessCacheSettings) {
  const { name, engine, majorEngineVersion, storageGigabytes, ecpuPerSecond, networkType } = settings;
  const limits = given({
    dataStorage: isLimited(storageGigabytes) ? { ...ends(storageGigabytes), unit: 'GB' } : undefined,
    ecpuPerSecond: isLimited(ecpuPerSecond) ? ends(ecpuPerSecond) : undefined,
  });
  return {
    serverlessCacheName: name,
    engine,
    majorEngineVersion,
    description: settings.description ?? `Serverless cache ${name}`,
    snapshotRetentionLimit: settings.snapshotRetentionDays,
    ...given({
      cacheUsageLimits: Object.keys(limits).length === 0 ? undefined : limits,
      dailySnapshotTime: settings.snapshotTime,
      networkType: networkType === 'ipv4' ? undefined : networkType,
    }),
  };
}

type Usage = ServerlessCacheSettings['ecpuPerSecond'];

function isLimited({ min, max }: Usage): boolean {
  return min !== undefined || max !== undefined;
}

function ends({ min, max }: Usage) {
  return given({ minimum: min, maximum: max });
}
