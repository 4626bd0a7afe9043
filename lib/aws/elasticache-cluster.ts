import {
  Connections,
  type IConnectable,
  type ISubnet,
  type IVpc,
  Port,
  type SecurityGroup,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { CfnReplicationGroup, type CfnReplicationGroupProps } from 'aws-cdk-lib/aws-elasticache';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { throwIfProblems } from '../base/problem.ts';
import type { GlobalRole } from '../profile/profile.ts';
import type { AskedAccess } from '../topology/access-needs.ts';
import { applicationAccess, askedOf } from '../topology/application-access.ts';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';
import { GLOBAL_SECONDARY_RULES } from '../topology/rules/elasticache-global.ts';
import { brokenRules } from '../topology/rules/rule.ts';
import { accessAdvisories, restricted } from './access-advisories.ts';
import { acknowledgeInheritedEncryption, acknowledgeUsersInsteadOfToken } from './acknowledged-rules.ts';
import { needAddresses } from './address-families.ts';
import { type Advisory, advise, advisoriesFor } from './advisories.ts';
import { ElastiCacheAlarms } from './alarms.ts';
import { authenticate } from './authentication/authenticate.ts';
import type { Authentication } from './authentication/authentication.ts';
import { dashboard } from './dashboard.ts';
import { letLogsUse, ownKey } from './encryption.ts';
import { given } from './given.ts';
import { type ElastiCacheTopologyInput, judgeTopology } from './judge-topology.ts';
import { logDelivery } from './logs.ts';
import { chosenSubnets, securityGroup, subnetGroup, subnetProblems } from './network.ts';
import { ownTopic, topicProblems } from './notifications.ts';
import { optionProblems } from './option-problems.ts';
import { parameterGroup } from './parameter-group.ts';
import { ProfileOutput } from './profile-output.ts';
import { replicationGroupProps, secondaryOf } from './replication-group.ts';
import { nothingKeptAdvisories, retainWithCache } from './retained.ts';
import { type RotationProps, rotateSecretOf } from './rotation.ts';
import { scale } from './scaling.ts';
import { refuseSharedName } from './shared-names.ts';
import type { TemplateCounts } from './template-counts.ts';
import { zoneProblems } from './zone-problems.ts';

export { ElastiCacheAlarms, type ElastiCacheAlarmsProps } from './alarms.ts';
export type { ElastiCacheTopologyInput } from './judge-topology.ts';
export type { TemplateCounts } from './template-counts.ts';

export interface ElastiCacheClusterProps {
  /**
   * What is wanted. Judged by the rules of the service, all problems in one error. CDK tokens may stand in `name`, `nodeType`, `nodeGroups`,
   * `parameters`, the windows and `snapshotRetentionDays`; what they hide is not judged.
   */
  readonly topology: ElastiCacheTopologyInput;
  /**
   * What the deployed template says of counts that were changed without it (`aws elasticache increase-replica-count`, automatic
   * scaling): it goes on saying so, and the group is left alone, while alarms and connection profile follow the topology.
   * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticache-replicationgroup.html. Default: the
   * topology's counts.
   */
  readonly templateCounts?: TemplateCounts;
  /** With private or isolated subnets, in two zones or more for Multi-AZ. */
  readonly vpc: IVpc;
  /**
   * Makes it a secondary of the Global Datastore with this id, whose writes it gets and which it serves reads of
   * (`GlobalDatastore.globalReplicationGroupId`). Default: a group of its own.
   */
  readonly globalDatastore?: string;
  /**
   * What the connection profile says of its place in a Global Datastore, so that `verify` expects it. Default: `secondary` with
   * `globalDatastore`, otherwise none. After a failover to another region, `primary` for the one and `secondary` for the other:
   * `globalDatastore` itself stays as it is.
   */
  readonly globalRole?: GlobalRole;
  /** Default: the isolated subnets, or the private ones when there are none. Public ones are refused. */
  readonly vpcSubnets?: SubnetSelection;
  /** Encrypts data, snapshots, logs and secrets. Default: a key of the cluster's own, which outlives it. It cannot be changed later. */
  readonly encryptionKey?: IKey;
  /** The password or token, in the field `password` of a JSON secret. Default: generated. */
  readonly secret?: ISecret;
  /**
   * Rotation of the generated password or token, without downtime. `false` for none. Default: every 30 days; not with IAM, which has
   * nothing to rotate, and not for a given `secret` unless it is asked for.
   */
  readonly rotation?: boolean | RotationProps;
  /**
   * What the application's user may do. An access string of Redis, as `authentication.accessString`
   * of a topology. Default: the topology's, or every command on every key, but not what
   * counts as administration or as dangerous (CONFIG, KEYS, FLUSHALL, SORT, …).
   */
  readonly accessString?: string;
  /** How long engine and slow log are kept. Default: one month. */
  readonly logRetention?: RetentionDays;
  /**
   * Name of an Amazon Data Firehose stream in this account and region that gets the logs. Default: encrypted log groups.
   * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Log_Delivery.html
   */
  readonly logDeliveryStream?: string;
  /** Where failovers and node replacements are told; it must not be encrypted. Default: a topic of the cluster's own. */
  readonly notificationTopic?: ITopic;
  /**
   * What happens to the data when the group is removed from the template. `RETAIN` leaves the group and what it needs: users,
   * secret, key, security group and the rest. Default: a last snapshot is kept.
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Alarms on every node, told on the notification topic: `false` for none, or other thresholds by their ids, above which they are raised. Default:
   * `Cpu` 90 % of one CPU, `Memory` 80 %, `Evictions` 100 a minute, `ReplicationLag` 10 seconds, `Connections` 52,000, `Swap` 50 MiB in bytes, `BandwidthIn`, `BandwidthOut`,
   * `Packets` and `TrackedConnections` 0 over the allowance. A percentage is above 0 and below 100, the rest 0 or more. For more than about 400 nodes make `ElastiCacheAlarms` in other stacks.
   */
  readonly alarms?: boolean | Readonly<Record<string, number>>;
  /** A dashboard of all nodes. Default: true. */
  readonly dashboard?: boolean;
  /**
   * For a group in cluster mode that came from one without: its first shard's nodes are watched by the ids that they had there
   * (`shop-001` instead of `shop-0001-001`). `aws elasticache describe-replication-groups` shows which they have. Default: false.
   */
  readonly keptNodeIds?: boolean;
  /** Name of the deployment in the connection profile. Default: the topology's name. */
  readonly deployment?: string;
}

const KEY_POLICY_NOT_CHANGED =
  'The policy of the given `encryptionKey` cannot be changed from here: it must let CloudWatch Logs (logs.REGION.amazonaws.com) use the key, or the log groups cannot be made.';

/**
 * A replication group from a topology and a VPC, in cluster mode or behind a primary endpoint, with everything around it that a reviewer asks for: TLS,
 * users, keys, private subnets, logs, snapshots, policies that keep the data, and a connection profile as its product.
 *
 * ```ts
 * const cluster = new ElastiCacheCluster(stack, 'Cache', { vpc, topology: { platform: 'elasticache', name: 'shop', shardCount: 3, replicasPerShard: 1 } });
 * cluster.connections.allowDefaultPortFrom(service);
 * cluster.grantConnect(taskRole);
 * ```
 *
 * @throws ProblemError with every problem of the topology, the options, the subnets and the topic at once. What only the whole app shows fails its synthesis:
 * `AWS_OPEN_TO_THE_WORLD`, `AWS_NAME_SHARED`, `AWS_USER_ID_SHARED`, `AWS_SUBNET_ADDRESSES`
 */
export class ElastiCacheCluster extends Construct implements IConnectable {
  /** With every default filled in. */
  readonly topology: ElastiCacheTopology;
  /** Nobody may connect until it is said here; opening it to the internet, whole or in pieces, fails the synthesis. */
  readonly connections: Connections;
  readonly securityGroup: SecurityGroup;
  readonly replicationGroup: CfnReplicationGroup;
  readonly encryptionKey: IKey;
  readonly notificationTopic: ITopic;
  /** Host of the configuration endpoint; without cluster mode, of the primary endpoint. */
  readonly host: string;
  /** Host of the reader endpoint, which leads to the replicas; only without cluster mode, and where there are some. */
  readonly readerHost?: string;
  /** The generated or given secret; absent with IAM or without authentication. */
  readonly secret?: ISecret;
  /** Absent for a topology without authentication, which has no profile. */
  readonly profile?: ProfileOutput;
  /** Place in a Global Datastore, as the profile says it; absent for none. */
  readonly globalRole?: GlobalRole;
  /** A declared access string, and who has to work with it; undefined where none is declared or it is known only in the deployment. */
  readonly access: AskedAccess | undefined;

  readonly #authentication: Authentication;

  constructor(scope: Construct, id: string, props: ElastiCacheClusterProps) {
    super(scope, id);
    const judged = judgeTopology(props.topology);
    const { topology, malformed } = judged;
    const subnets = chosenSubnets(props.vpc, props.vpcSubnets);
    throwIfProblems([
      ...judged.problems,
      ...optionProblems(props, judged),
      ...(props.globalDatastore === undefined ? [] : brokenRules(GLOBAL_SECONDARY_RULES, topology, { malformed })),
      ...subnetProblems(props.vpc, subnets, topology),
      ...zoneProblems(topology, subnets),
      ...topicProblems(props.notificationTopic),
    ]);
    this.topology = topology;
    const declared = restricted(topology, props.accessString);
    this.access = askedOf(declared);
    needAddresses(this, subnets, topology.networkType);

    this.encryptionKey = props.encryptionKey ?? ownKey(this, topology.name);
    if (!letLogsUse(this.encryptionKey)) advise(this, [{ id: 'redoubt:key-policy', message: KEY_POLICY_NOT_CHANGED }]);
    this.notificationTopic = props.notificationTopic ?? ownTopic(this, topology.name);
    const ports = { from: topology.port, to: topology.port };
    this.securityGroup = securityGroup(this, props.vpc, { name: topology.name, ports });
    this.connections = new Connections({ securityGroups: [this.securityGroup], defaultPort: Port.tcp(topology.port) });
    this.#authentication = authenticate(this, {
      topology,
      key: this.encryptionKey,
      accessString: props.accessString ?? applicationAccess(topology),
      ...(props.secret === undefined ? {} : { secret: props.secret }),
    });
    if (this.#authentication.secret !== undefined) this.secret = this.#authentication.secret;

    const group = new CfnReplicationGroup(this, 'ReplicationGroup', this.#groupProps(props, subnets));
    this.replicationGroup = refuseSharedName(group);
    if (props.globalDatastore !== undefined) acknowledgeInheritedEncryption(this.replicationGroup);
    if (topology.authentication.kind === 'rbac') acknowledgeUsersInsteadOfToken(this.replicationGroup);
    const { removalPolicy = RemovalPolicy.SNAPSHOT } = props;
    this.replicationGroup.applyRemovalPolicy(removalPolicy);
    retainWithCache(this, removalPolicy);
    // Without it a changed number of shards replaces the whole group.
    this.replicationGroup.cfnOptions.updatePolicy = { useOnlineResharding: true };
    if (topology.clusterMode === 'disabled') {
      this.host = this.replicationGroup.attrPrimaryEndPointAddress;
      if (topology.replicasPerShard > 0) this.readerHost = this.replicationGroup.attrReaderEndPointAddress;
    } else this.host = this.replicationGroup.attrConfigurationEndPointAddress;

    scale(this, this.replicationGroup, topology);
    const globalRole = props.globalRole ?? (props.globalDatastore === undefined ? undefined : 'secondary');
    if (globalRole !== undefined) this.globalRole = globalRole;
    const { reference } = this.#authentication;
    if (reference !== undefined) {
      const deployment = props.deployment ?? topology.name;
      const { host, readerHost } = this;
      const optional = given({ readerHost, globalRole });
      this.profile = new ProfileOutput(this, { deployment, topology: declared, host, reference, ...optional });
    }
    const { alarms = true, keptNodeIds = false } = props;
    const alarmTopic = alarms === false ? undefined : this.notificationTopic;
    rotateSecretOf(this, { ...props, cluster: this, ...given({ alarmTopic }) }, this.#authentication);
    if (alarms !== false) {
      const thresholds = alarms === true ? {} : alarms;
      new ElastiCacheAlarms(this, 'Alarms', { topology, topic: this.notificationTopic, thresholds, keptNodeIds });
    }
    if (props.dashboard ?? true) dashboard(this, topology, { keptNodeIds });
    advise(this, [...this.#advisories(), ...nothingKeptAdvisories(removalPolicy)]);
  }

  #advisories(): Advisory[] {
    return [...advisoriesFor(this.topology), ...accessAdvisories(this.access)];
  }

  #groupProps(props: ElastiCacheClusterProps, subnets: readonly ISubnet[]): CfnReplicationGroupProps {
    const { topology, encryptionKey } = this;
    const { globalDatastore, logRetention = RetentionDays.ONE_MONTH, logDeliveryStream } = props;
    const logs = {
      topology,
      key: encryptionKey,
      retention: logRetention,
      ...given({ deliveryStream: logDeliveryStream }),
    };
    const own: CfnReplicationGroupProps = {
      ...replicationGroupProps(topology, props.templateCounts),
      ...this.#authentication.groupProps,
      kmsKeyId: encryptionKey.keyArn,
      cacheSubnetGroupName: subnetGroup(this, subnets, topology.name).ref,
      securityGroupIds: [this.securityGroup.securityGroupId],
      ...(globalDatastore === undefined ? { cacheParameterGroupName: parameterGroup(this, topology).ref } : {}),
      notificationTopicArn: this.notificationTopic.topicArn,
      logDeliveryConfigurations: logDelivery(this, logs),
    };
    return globalDatastore === undefined ? own : secondaryOf(globalDatastore, own);
  }

  /** Lets a role or user sign in: read the secret, or with IAM connect as the application's user. The network is `connections`. */
  grantConnect(grantee: IGrantable): Grant {
    return this.#authentication.grantConnect(grantee);
  }

  /** Lets a role or user read the connection profile. */
  grantRead(grantee: IGrantable): Grant | undefined {
    return this.profile?.grantRead(grantee);
  }
}
