/**
 * Rotates the cluster's generated password or token without downtime: Secrets Manager calls a function of ours in the VPC, which
 * makes the cache accept the new one beside the former one (functions/rotation/steps.ts says how). Clients that read the secret
 * again when a login is refused, as ours does, never notice.
 */

import { type IVpc, SecurityGroup, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { CfnReplicationGroup, CfnServerlessCache } from 'aws-cdk-lib/aws-elasticache';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnRotationSchedule, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { ArnFormat, Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { throwIfProblems } from '../base/problem.ts';
import { acknowledgeRotationFunction } from './acknowledged-rules.ts';
import { letOutToApis, needAddressesOfFunctions } from './address-families.ts';
import { advise } from './advisories.ts';
import type { Authentication } from './authentication/authentication.ts';
import { arnForPolicies } from './authentication/secret.ts';
import type { ElastiCacheCluster } from './elasticache-cluster.ts';
import { functionRoleInVpc } from './function-role.ts';
import { bundledFunctionCode, FUNCTION_HANDLER, FUNCTION_RUNTIME } from './functions/bundle.ts';
import { ROTATION_ENVIRONMENT } from './functions/rotation/environment.ts';
import { hasWayOut, subnetsWithWayOut } from './network.ts';
import { secretFormProblems } from './option-forms.ts';
import { optionNameProblems } from './option-names.ts';
import { rotationAlarm } from './rotation-alarm.ts';
import { rotationProblems } from './rotation-problems.ts';
import { clusterFormProblems, vpcProblems } from './same-place.ts';
import type { ServerlessCache } from './serverless-cache.ts';

export interface RotationProps {
  /** From one rotation to the next: 4 hours to 1,000 days. The former password stays valid for as long. Default: 30 days. */
  readonly every?: Duration;
  /**
   * Where the function stands. It must reach the cache, Secrets Manager and the API of ElastiCache: through a NAT gateway, or
   * interface endpoints of the VPC. Default: the private subnets with a way out, or the isolated ones when there are none.
   */
  readonly vpcSubnets?: SubnetSelection;
  /** How long the log is kept. Default: one month. */
  readonly logRetention?: RetentionDays;
}

export interface PasswordRotationProps extends RotationProps {
  /** Whose password or token it is. */
  readonly cluster: ElastiCacheCluster | ServerlessCache;
  /** The VPC of the cluster. */
  readonly vpc: IVpc;
  /** Of the cluster: the password or token is in the field `password` of its JSON. */
  readonly secret: ISecret;
  /** Is told that a rotation failed, and that a later one succeeded. Default: nobody is. */
  readonly alarmTopic?: ITopic;
  /** The user whose password it is. Default: it is the AUTH token of the group. */
  readonly user?: { readonly userId: string; readonly userName: string };
}

/** What an author says of the rotation of a cache that is made. */
interface RotationChoice {
  readonly cluster: ElastiCacheCluster | ServerlessCache;
  readonly vpc: IVpc;
  /** Default: a generated secret is rotated, a given one is not. */
  readonly rotation?: boolean | RotationProps;
  readonly secret?: ISecret;
  readonly alarmTopic?: ITopic;
}

export function rotateSecretOf(
  scope: Construct,
  { cluster, vpc, secret: given, rotation = given === undefined, alarmTopic }: RotationChoice,
  { secret, user }: Authentication,
): void {
  if (secret === undefined || rotation === false) return;
  new PasswordRotation(scope, 'Rotation', {
    ...(rotation === true ? {} : rotation),
    cluster,
    vpc,
    secret,
    ...(user === undefined ? {} : { user }),
    ...(alarmTopic === undefined ? {} : { alarmTopic }),
  });
}

/** A user's change takes seconds, a token's minutes, and a rotation makes up to two of them. */
const FUNCTION_TIMEOUT = Duration.minutes(15);

const NEEDS_A_WAY_OUT =
  'The rotation stands in isolated subnets: give the VPC interface endpoints for Secrets Manager and ElastiCache, or it fails and the password stays as it is. Say where it stands with `rotation.vpcSubnets` when that is so, or `rotation: false`.';

/**
 * Rotates a secret that a cluster was given and does not rotate by itself, without downtime: the former password stays valid until the next rotation.
 *
 * @throws ProblemError `AWS_ROTATION_EVERY`, `AWS_ROTATION_OTHER_VPC`
 */
export class PasswordRotation extends Construct {
  /** Called by Secrets Manager. */
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: PasswordRotationProps) {
    super(scope, id);
    throwIfProblems(clusterFormProblems(props.cluster));
    throwIfProblems([
      ...optionNameProblems('PasswordRotation', props),
      ...rotationProblems(props, 'every'),
      ...secretFormProblems(props.secret ?? null),
      ...vpcProblems(props, { code: 'AWS_ROTATION', who: 'The rotation' }),
    ]);
    const { cluster, vpc, vpcSubnets, secret, user, every = Duration.days(30) } = props;
    const { networkType } = cluster.topology;
    if (vpcSubnets === undefined && !hasWayOut(vpc))
      advise(this, [{ id: 'redoubt:rotation-way-out', message: NEEDS_A_WAY_OUT }]);
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: `Rotation of ${cluster.topology.name}`,
      allowAllOutbound: false,
    });
    securityGroup.connections.allowToDefaultPort(cluster);
    letOutToApis(securityGroup, networkType, 'To Secrets Manager and ElastiCache');
    const logGroup = new LogGroup(this, 'Log', {
      retention: props.logRetention ?? RetentionDays.ONE_MONTH,
      encryptionKey: cluster.encryptionKey,
    });
    const role = functionRoleInVpc(this, 'Role', { logGroup });
    role.addToPolicy(changes(this, props));
    for (const statement of rightsOn(this, secret)) role.addToPolicy(statement);
    const subnets = subnetsWithWayOut(vpc, vpcSubnets);
    needAddressesOfFunctions(this, subnets);
    this.function = new LambdaFunction(this, 'Function', {
      description: `Rotates the ${user === undefined ? 'token' : 'password'} of ${cluster.topology.name}`,
      code: bundledFunctionCode('rotation'),
      handler: FUNCTION_HANDLER,
      runtime: FUNCTION_RUNTIME,
      timeout: FUNCTION_TIMEOUT,
      role,
      vpc,
      vpcSubnets: { subnets: [...subnets] },
      securityGroups: [securityGroup],
      ...(networkType === 'ipv4' ? {} : { ipv6AllowedForDualStack: true }),
      logGroup,
      environment: environmentOf(props),
    });
    acknowledgeRotationFunction(this.function, role);
    if (props.alarmTopic !== undefined) {
      rotationAlarm(this, { rotation: this.function, name: cluster.topology.name, topic: props.alarmTopic });
    }
    this.function.addPermission('Call', {
      principal: new ServicePrincipal('secretsmanager.amazonaws.com'),
      sourceAccount: Stack.of(this).account,
    });
    const schedule = new CfnRotationSchedule(this, 'Schedule', {
      secretId: secret.secretArn,
      rotationLambdaArn: this.function.functionArn,
      rotationRules: { scheduleExpression: `rate(${every.toHours()} hours)` },
      // The password is new when the cluster is, and what the function needs may not be there yet.
      rotateImmediatelyOnUpdate: false,
    });
    schedule.node.addDependency(this.function, resourceOf(cluster));
  }
}

function resourceOf(cluster: PasswordRotationProps['cluster']): CfnReplicationGroup | CfnServerlessCache {
  return 'replicationGroup' in cluster ? cluster.replicationGroup : cluster.serverlessCache;
}

/**
 * Not by the library's `addRotationSchedule`: it names the role in the policy of the key, which also encrypts the log that the role
 * names, and CloudFormation takes no circles. The key trusts the account, so the role's own policy is enough.
 */
function rightsOn(scope: Construct, secret: ISecret): PolicyStatement[] {
  const via = { StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(scope).region}.amazonaws.com` } };
  const ofSecret = ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'];
  return [
    new PolicyStatement({
      actions: ofSecret.map((action) => `secretsmanager:${action}`),
      resources: [arnForPolicies(secret)],
    }),
    new PolicyStatement({ actions: ['secretsmanager:GetRandomPassword'], resources: ['*'] }),
    ...(secret.encryptionKey === undefined
      ? []
      : [
          new PolicyStatement({
            actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
            resources: [secret.encryptionKey.keyArn],
            conditions: via,
          }),
        ]),
  ];
}

/** Of this one user, or this one group, and nothing else. */
function changes(scope: Construct, { cluster, user }: PasswordRotationProps): PolicyStatement {
  const arnOf = (resource: string, resourceName: string) =>
    Stack.of(scope).formatArn({
      service: 'elasticache',
      resource,
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  return user === undefined
    ? new PolicyStatement({
        actions: ['elasticache:DescribeReplicationGroups', 'elasticache:ModifyReplicationGroup'],
        resources: [arnOf('replicationgroup', resourceOf(cluster).ref)],
      })
    : new PolicyStatement({
        actions: ['elasticache:DescribeUsers', 'elasticache:ModifyUser'],
        resources: [arnOf('user', user.userId)],
      });
}

function environmentOf({ cluster, user }: PasswordRotationProps): Record<string, string> {
  const where = {
    [ROTATION_ENVIRONMENT.host]: cluster.host,
    [ROTATION_ENVIRONMENT.port]: String(cluster.topology.port),
  };
  if (user === undefined) return { ...where, [ROTATION_ENVIRONMENT.replicationGroupId]: resourceOf(cluster).ref };
  return { ...where, [ROTATION_ENVIRONMENT.userId]: user.userId, [ROTATION_ENVIRONMENT.userName]: user.userName };
}
