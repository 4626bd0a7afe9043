import {
  Artifacts,
  type BuildEnvironmentVariable,
  BuildEnvironmentVariableType,
  BuildSpec,
  ComputeType,
  type IBuildImage,
  LinuxBuildImage,
  Project,
  Source,
} from 'aws-cdk-lib/aws-codebuild';
import { type IVpc, SecurityGroup, type SubnetSelection, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { Rule, type Schedule } from 'aws-cdk-lib/aws-events';
import { CodeBuildProject } from 'aws-cdk-lib/aws-events-targets';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { CfnOutput, Duration, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { type Problem, throwIfProblems } from '../base/problem.ts';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';
import { acknowledgeSourceWithoutRepository } from './acknowledged-rules.ts';
import { letOutToApis } from './address-families.ts';
import { advise } from './advisories.ts';
import type { ElastiCacheCluster } from './elasticache-cluster.ts';
import { rehearsalAlarms } from './maintenance-rehearsal-alarms.ts';
import { packageProblem, rehearsalPackage } from './maintenance-rehearsal-package.ts';
import { reportsBucket } from './maintenance-rehearsal-reports.ts';
import { rehearsalRole } from './maintenance-rehearsal-role.ts';
import { buildspec, installScript } from './maintenance-rehearsal-script.ts';
import { chosenSubnets } from './network.ts';
import { optionNameProblems } from './option-names.ts';
import { clusterFormProblems, placeProblems } from './same-place.ts';
import { usesIam } from './sign-in.ts';
import { adviseWeakReferences, lookingFrom, revisionOf } from './weak-references.ts';

export interface MaintenanceRehearsalProps {
  /** What is disturbed; its topology must have an authentication. */
  readonly cluster: ElastiCacheCluster;
  /** The VPC of the cluster. */
  readonly vpc: IVpc;
  /** Where the runner stands. Default: private subnets with a way out. */
  readonly vpcSubnets?: SubnetSelection;
  /** When it runs by itself. Default: never; it is started by hand. */
  readonly schedule?: Schedule;
  /**
   * The name of the deployment, said by a person: a group that is tagged as production is not disturbed without it. Default: none.
   */
  readonly iMean?: string;
  /** Which shards are failed over, as `0001`. Default: all, one by one; the service allows 15 in 24 hours. */
  readonly nodeGroups?: readonly string[];
  /** Path of the .tgz that `npm pack` wrote. Default: the installed package that this construct is imported from. */
  readonly package?: string;
  /** Instead of the package, an image with Node and `redoubt` on its PATH. Default: an image of CodeBuild, into which the package is installed. */
  readonly image?: IBuildImage;
  /** How long one rehearsal may take: 5 minutes to 8 hours. Default: 2 hours. */
  readonly timeout?: Duration;
  /** How long reports are kept. Default: a year. */
  readonly reportsKeptFor?: Duration;
  /** Where alarms are told. Default: the cluster's notification topic. */
  readonly alarmTopic?: ITopic;
  /** How long the log is kept. Default: one month. */
  readonly logRetention?: RetentionDays;
}

/**
 * Rehearses maintenance inside the VPC: a CodeBuild project runs `redoubt drill --aws` with the service's own test failover,
 * on a schedule or on demand (`aws codebuild start-build --project-name …`), keeps the reports and alarms when it does not
 * pass. It belongs into a stack of its own.
 *
 * ```ts
 * new MaintenanceRehearsal(new Stack(app, 'ShopRehearsal', { env }), 'Rehearsal', {
 *   cluster, vpc, schedule: Schedule.cron({ weekDay: 'TUE', hour: '10', minute: '0' }),
 * });
 * ```
 *
 * The subnets need a way out: to the ElastiCache API, to CloudWatch Logs and S3, and to the package registry unless an `image` is given.
 *
 * @throws ProblemError `AWS_REHEARSAL_WITHOUT_PROFILE`, `…_TIMEOUT`, `…_IMAGE_AND_PACKAGE`, `…_IN_STACK_OF_CLUSTER`, `…_PACKAGE_MISSING`, `…_NO_REPLICAS`,
 * `…_NO_FAILOVER`, `…_OTHER_VPC`, `…_OTHER_ENVIRONMENT`, all at once
 */
export class MaintenanceRehearsal extends Construct {
  readonly project: Project;
  /** Where the reports are kept. */
  readonly reports: IBucket;

  constructor(scope: Construct, id: string, props: MaintenanceRehearsalProps) {
    super(lookingFrom(scope), id);
    throwIfProblems(clusterFormProblems(props.cluster));
    throwIfProblems([...optionNameProblems('MaintenanceRehearsal', props), ...problemsOf(this, props)]);
    adviseWeakReferences(this);
    const { cluster } = props;
    // By its ARN, so that rights on it are given to the roles of this stack and its policy stays as it is.
    const key = Key.fromKeyArn(this, 'Key', cluster.encryptionKey.keyArn);
    this.reports = reportsBucket(this, { key, keptFor: props.reportsKeptFor ?? Duration.days(365) });
    const logGroup = new LogGroup(this, 'Log', {
      retention: props.logRetention ?? RetentionDays.ONE_MONTH,
      encryptionKey: cluster.encryptionKey,
    });
    const { asset, source, install } = runnerOf(this, props);
    const network = networkOf(this, props);
    const { subnets } = network.subnetSelection;
    const { reports } = this;
    const role = rehearsalRole(this, {
      cluster,
      subnets,
      logGroup,
      reports,
      ...(asset === undefined ? {} : { asset }),
    });
    this.project = new Project(this, 'Project', {
      description: `Rehearses a failover of ${cluster.topology.name} with clients under load`,
      role: role.withoutPolicyUpdates(),
      ...(source === undefined ? {} : { source }),
      buildSpec: BuildSpec.fromObject(buildspec(install)),
      environment: {
        buildImage: props.image ?? LinuxBuildImage.AMAZON_LINUX_2023_5,
        // The load must not be late because of its own machine: four processors.
        computeType: ComputeType.MEDIUM,
      },
      environmentVariables: variablesOf(props),
      artifacts: Artifacts.s3({ bucket: this.reports, name: 'reports', includeBuildId: true, packageZip: false }),
      encryptionKey: key,
      ...network,
      logging: { cloudWatch: { logGroup } },
      timeout: props.timeout ?? Duration.hours(2),
      // Two drills at once would each see the other's failovers.
      concurrentBuildLimit: 1,
      grantReportGroupPermissions: false,
    });
    // CodeBuild tries the rights on the network when the project is made.
    this.project.node.addDependency(role);
    acknowledgeSourceWithoutRepository(this.project);
    rehearsalAlarms(this, {
      deployment: cluster.topology.name,
      project: this.project,
      logGroup,
      topic: props.alarmTopic ?? cluster.notificationTopic,
    });
    if (props.schedule !== undefined) {
      new Rule(this, 'Schedule', { schedule: props.schedule, targets: [new CodeBuildProject(this.project)] });
    }
    new CfnOutput(this, 'ProjectName', { value: this.project.projectName });
    new CfnOutput(this, 'ReportsBucket', { value: this.reports.bucketName });
  }
}

const TIMEOUT_MINUTES = { min: 5, max: 480 };

function problemsOf(scope: Construct, props: MaintenanceRehearsalProps): Problem[] {
  const { cluster, timeout, image } = props;
  const problems: Problem[] = [];
  if (cluster.profile === undefined) {
    const message =
      'The cluster has no authentication and so no profile, and without one nobody can sign in to it. Give its topology an `authentication` other than "none".';
    problems.push({ code: 'AWS_REHEARSAL_WITHOUT_PROFILE', message, path: 'cluster' });
  }
  const minutes = timeout?.toMinutes({ integral: false });
  if (minutes !== undefined && (minutes < TIMEOUT_MINUTES.min || minutes > TIMEOUT_MINUTES.max)) {
    const message = `\`timeout\` is ${timeout?.toHumanString()}; CodeBuild allows 5 minutes to 8 hours.`;
    problems.push({ code: 'AWS_REHEARSAL_TIMEOUT', message, path: 'timeout' });
  }
  if (image !== undefined && props.package !== undefined) {
    const message = 'Both `image` and `package` are given: an image has redoubt already. Leave one of them out.';
    problems.push({ code: 'AWS_REHEARSAL_IMAGE_AND_PACKAGE', message, path: 'image' });
  }
  if (Stack.of(scope) === Stack.of(cluster)) {
    const message =
      'The rehearsal is in the stack of the cluster, whose updates it would hold up. Make it in a stack of its own.';
    problems.push({ code: 'AWS_REHEARSAL_IN_STACK_OF_CLUSTER', message });
  }
  problems.push(
    ...failoverProblems(cluster.topology),
    ...placeProblems(scope, props, { code: 'AWS_REHEARSAL', who: 'The rehearsal' }),
  );
  const missing = image === undefined ? packageProblem(props.package) : undefined;
  return missing === undefined ? problems : [...problems, missing];
}

/** `test-failover` refuses every run of these (lib/control/elasticache), so that the alarm would be raised at each. */
function failoverProblems({ replicasPerShard, automaticFailover, scaling }: ElastiCacheTopology): Problem[] {
  const problems: Problem[] = [];
  if (replicasPerShard === 0 && scaling?.replicas === undefined) {
    const message =
      '`replicasPerShard` of the cluster is 0: nothing can be failed over to, so every rehearsal would be refused. Give the shards a replica, or leave the rehearsal out.';
    problems.push({ code: 'AWS_REHEARSAL_NO_REPLICAS', message, path: 'cluster' });
  }
  if (!automaticFailover) {
    const message =
      '`automaticFailover` of the cluster is false: the service tests no failover then, so every rehearsal would be refused. Switch it on, or leave the rehearsal out.';
    problems.push({ code: 'AWS_REHEARSAL_NO_FAILOVER', message, path: 'cluster' });
  }
  return problems;
}

interface Runner {
  readonly asset?: Asset;
  readonly source?: Source;
  readonly install?: string;
}

function runnerOf(scope: Construct, { image, package: tarball }: MaintenanceRehearsalProps): Runner {
  if (image !== undefined) return {};
  const { asset, source, libraries } = rehearsalPackage(scope, tarball);
  return {
    asset,
    source: Source.s3({ bucket: asset.bucket, path: asset.s3ObjectKey }),
    install: installScript(source, libraries),
  };
}

/** The password is read by CodeBuild itself, which hides it in logs; so the subnets need no way to Secrets Manager. */
function variablesOf(props: MaintenanceRehearsalProps): Record<string, BuildEnvironmentVariable> {
  const plain = (value: string) => ({ type: BuildEnvironmentVariableType.PLAINTEXT, value });
  const { cluster, iMean, nodeGroups } = props;
  const { profile, secret, topology } = cluster;
  return {
    REDOUBT_PROFILE: { type: BuildEnvironmentVariableType.PARAMETER_STORE, value: profile?.parameter.parameterName },
    // Nobody reads it: a cluster that has changed is looked up again.
    REDOUBT_CLUSTER_REVISION: plain(revisionOf(props)),
    REDOUBT_GROUP: plain(Token.isUnresolved(topology.name) ? topology.name : topology.name.toLowerCase()),
    ...(secret === undefined || usesIam(cluster)
      ? {}
      : {
          REDIS_PASSWORD: { type: BuildEnvironmentVariableType.SECRETS_MANAGER, value: `${secret.secretArn}:password` },
        }),
    ...(iMean === undefined ? {} : { REDOUBT_I_MEAN: plain(iMean) }),
    ...(nodeGroups === undefined ? {} : { REDOUBT_NODE_GROUPS: plain(nodeGroups.join(' ')) }),
  };
}

function networkOf(scope: Construct, { cluster, vpc, vpcSubnets, image }: MaintenanceRehearsalProps) {
  const selection =
    vpcSubnets ?? (vpc.privateSubnets.length > 0 ? { subnetType: SubnetType.PRIVATE_WITH_EGRESS } : undefined);
  const subnets = chosenSubnets(vpc, selection);
  const isolated = new Set(vpc.isolatedSubnets.map(({ subnetId }) => subnetId));
  if (image === undefined && subnets.some(({ subnetId }) => isolated.has(subnetId))) {
    const message =
      'The runner stands in isolated subnets, from which the package registry cannot be reached unless the VPC has a way that is not visible here. Choose subnets with a NAT gateway, or give an `image` and endpoints for elasticache, logs and s3.';
    advise(scope, [{ id: 'redoubt:rehearsal-network', message }]);
  }
  const securityGroup = new SecurityGroup(scope, 'SecurityGroup', {
    vpc,
    description: `Rehearsals of ${cluster.topology.name}`,
    allowAllOutbound: false,
  });
  securityGroup.connections.allowToDefaultPort(cluster);
  letOutToApis(securityGroup, cluster.topology.networkType, 'To the APIs and the package registry');
  return { vpc, subnetSelection: { subnets: [...subnets] }, securityGroups: [securityGroup] };
}
