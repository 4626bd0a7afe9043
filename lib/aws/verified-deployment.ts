import { type IVpc, SecurityGroup, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { type CfnFunction, type Code, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  CfnDynamicReference,
  CfnDynamicReferenceService,
  CustomResource,
  Duration,
  Stack,
  Token,
} from 'aws-cdk-lib/core';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { type Problem, throwIfProblems } from '../base/problem.ts';
import { checkNameComplaint } from '../profile/check-names.ts';
import { untoldChecks } from '../topology/access-needs.ts';
import { describeGiven } from '../topology/input/describe.ts';
import { acknowledgeAnsweringFunction, acknowledgeAskedFunction } from './acknowledged-rules.ts';
import { letOutToApis, needAddressesOfFunctions } from './address-families.ts';
import type { ElastiCacheCluster } from './elasticache-cluster.ts';
import { functionRole, functionRoleInVpc } from './function-role.ts';
import { bundledFunctionCode, FUNCTION_HANDLER, FUNCTION_RUNTIME } from './functions/bundle.ts';
import { chosenSubnets, subnetsWithWayOut } from './network.ts';
import { optionNameProblems } from './option-names.ts';
import { clusterFormProblems, placeProblems } from './same-place.ts';
import type { ServerlessCache } from './serverless-cache.ts';
import { letSignIn, usesIam } from './sign-in.ts';
import { adviseWeakReferences, lookingFrom, revisionOf } from './weak-references.ts';

export interface VerifiedDeploymentProps {
  /** What is verified; its topology must have an authentication. */
  readonly cluster: ElastiCacheCluster | ServerlessCache;
  /** The VPC of the cluster. */
  readonly vpc: IVpc;
  /**
   * Where the function stands. Default: with a password, which it has to read, the private subnets with a way out, when there are some;
   * otherwise as the cluster.
   */
  readonly vpcSubnets?: SubnetSelection;
  /** How long a verification that does not pass is repeated: up to 10 minutes. Default: 2 minutes. */
  readonly settleFor?: Duration;
  /**
   * Names of checks (`redoubt list`) that may end `unknown`; what else could not be judged fails the deployment. Default: none, but of a
   * serverless cache `replicas-in-sync`, and of a declared access string those that it does not let its user ask (a warning names them).
   */
  readonly mayBeUnknown?: readonly string[];
  /**
   * Verify at every deployment, also when neither the cluster's template nor the function has changed. Then every
   * synthesis gives another template. Default: false.
   */
  readonly always?: boolean;
  /** How long the log is kept. Default: one month. */
  readonly logRetention?: RetentionDays;
}

const DEFAULT_SETTLE_FOR = Duration.minutes(2);
const SETTLE_FOR_MAX = Duration.minutes(10);

/** For the last verification to come to an end, and to answer. */
const AFTER_SETTLING = Duration.minutes(3);

/**
 * Verifies a cluster or a serverless cache while its stack is deployed, from inside the VPC, and fails the deployment with the failing sentences.
 * It belongs into a stack of its own, so that rolling it back leaves the cache as it is:
 *
 * ```ts
 * new VerifiedDeployment(new Stack(app, 'ShopVerified', { env }), 'Verified', { cluster, vpc });
 * ```
 *
 * The function needs a way to the cache, which it opens itself, and with a password one to Secrets Manager: an interface
 * endpoint of the VPC or a NAT gateway. CloudFormation is answered from outside the VPC, and the profile comes with its request.
 *
 * @throws ProblemError `AWS_VERIFY_WITHOUT_PROFILE`, `AWS_VERIFY_SETTLES_TOO_LONG`, `AWS_VERIFY_IN_STACK_OF_CLUSTER`, `AWS_VERIFY_CHECK_UNKNOWN`,
 * `AWS_VERIFY_OTHER_VPC`, `AWS_VERIFY_OTHER_ENVIRONMENT`, all at once
 */
export class VerifiedDeployment extends Construct {
  /** What verifies; its log has every check. */
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: VerifiedDeploymentProps) {
    super(lookingFrom(scope), id);
    throwIfProblems(clusterFormProblems(props.cluster));
    throwIfProblems([...optionNameProblems('VerifiedDeployment', props), ...problemsOf(this, props)]);
    adviseWeakReferences(this);
    const { cluster, settleFor = DEFAULT_SETTLE_FOR } = props;
    const mayBeUnknown = [...new Set([...(props.mayBeUnknown ?? []), ...notToldBy(cluster)])];
    const code = bundledFunctionCode('verify');
    this.function = verifyFunction(this, props, code, settleFor);
    const resource = new CustomResource(this, 'Verification', {
      resourceType: 'Custom::RedoubtVerification',
      serviceToken: answering(this, this.function, props).serviceToken,
      serviceTimeout: settleFor.plus(AFTER_SETTLING).plus(AFTER_SETTLING),
      properties: {
        // Resolved by CloudFormation: the profile's endpoint is known only after the cluster is there.
        Profile: new CfnDynamicReference(CfnDynamicReferenceService.SSM, profileParameterOf(cluster)).toString(),
        SettleForMs: settleFor.toMilliseconds(),
        // A change of it makes CloudFormation ask again, and resolve the profile anew.
        Revision: props.always === true ? new Date().toISOString() : revisionOf(props, resourceOf(this.function)),
        ...(mayBeUnknown.length === 0 ? {} : { MayBeUnknown: mayBeUnknown }),
      },
    });
    // Its rights and the rules of its security group are resources of their own, and must be there first.
    resource.node.addDependency(this.function);
  }
}

/**
 * What goes on behind the endpoint of a serverless cache is the service's own affair, and how much INFO tells of it is not documented.
 * What a declared access string does not let its user ask was said at synth.
 */
function notToldBy(cluster: VerifiedDeploymentProps['cluster']): readonly string[] {
  const ofUser = cluster.access === undefined ? [] : untoldChecks(cluster.access).map(({ check }) => check);
  return 'serverlessCache' in cluster ? ['replicas-in-sync', ...ofUser] : ofUser;
}

function problemsOf(scope: Construct, props: VerifiedDeploymentProps): Problem[] {
  const { cluster, settleFor, mayBeUnknown } = props;
  const problems: Problem[] = [];
  if (cluster.profile === undefined) {
    const message =
      'The cluster has no authentication and so no profile, and without one nothing can be verified. Give its topology an `authentication` other than "none".';
    problems.push({ code: 'AWS_VERIFY_WITHOUT_PROFILE', message, path: 'cluster' });
  }
  if (settleFor !== undefined && settleFor.toSeconds() > SETTLE_FOR_MAX.toSeconds()) {
    const message = `\`settleFor\` is ${settleFor.toHumanString()}; a function lives for 15 minutes, so it may be up to ${SETTLE_FOR_MAX.toHumanString()}.`;
    problems.push({ code: 'AWS_VERIFY_SETTLES_TOO_LONG', message, path: 'settleFor' });
  }
  if (Stack.of(scope) === Stack.of(cluster)) {
    const message =
      'The verification is in the stack of the cluster, where its failure would roll back the cluster too, and at the first deployment delete it. Make it in a stack of its own.';
    problems.push({ code: 'AWS_VERIFY_IN_STACK_OF_CLUSTER', message });
  }
  return [
    ...problems,
    ...checkNameProblems(mayBeUnknown),
    ...placeProblems(scope, props, { code: 'AWS_VERIFY', who: 'The verification' }),
  ];
}

/** A name that is not one would let nothing be unknown, and the deployment fail. */
function checkNameProblems(names: VerifiedDeploymentProps['mayBeUnknown']): Problem[] {
  if (names === undefined || Token.isUnresolved(names)) return [];
  if (!Array.isArray(names)) {
    const message = `\`mayBeUnknown\` is ${describeGiven(names)}: give names of checks in an array.`;
    return [{ code: 'AWS_VERIFY_CHECK_UNKNOWN', message, path: 'mayBeUnknown' }];
  }
  return names.flatMap((name, index) => {
    const complaint = Token.isUnresolved(name) ? undefined : checkNameComplaint(name);
    return complaint === undefined
      ? []
      : [{ code: 'AWS_VERIFY_CHECK_UNKNOWN', message: complaint, path: `mayBeUnknown.${index}` }];
  });
}

function verifyFunction(
  scope: Construct,
  { cluster, vpc, vpcSubnets, logRetention }: VerifiedDeploymentProps,
  code: Code,
  settleFor: Duration,
): LambdaFunction {
  const { name, networkType } = cluster.topology;
  const securityGroup = new SecurityGroup(scope, 'SecurityGroup', {
    vpc,
    description: `Verification of ${name}`,
    allowAllOutbound: false,
  });
  securityGroup.connections.allowToDefaultPort(cluster);
  if (!usesIam(cluster)) letOutToApis(securityGroup, networkType, 'To Secrets Manager');
  const logGroup = functionLog(scope, 'Log', cluster, logRetention);
  const role = functionRoleInVpc(scope, 'Role', { logGroup });
  letSignIn(role, cluster);
  const subnets = (usesIam(cluster) ? chosenSubnets : subnetsWithWayOut)(vpc, vpcSubnets);
  needAddressesOfFunctions(scope, subnets);
  const made = new LambdaFunction(scope, 'Function', {
    description: `Verifies ${name} when it is deployed`,
    code,
    handler: FUNCTION_HANDLER,
    runtime: FUNCTION_RUNTIME,
    // TLS to every node at once; more memory is also more processor.
    memorySize: 512,
    timeout: settleFor.plus(AFTER_SETTLING),
    role,
    vpc,
    vpcSubnets: { subnets: [...subnets] },
    securityGroups: [securityGroup],
    ...(networkType === 'ipv4' ? {} : { ipv6AllowedForDualStack: true }),
    logGroup,
  });
  made.node.addDependency(securityGroup);
  acknowledgeAskedFunction(made);
  return made;
}

/** Outside the VPC, so that CloudFormation can be answered from subnets without a way out. */
function answering(scope: Construct, onEventHandler: LambdaFunction, props: VerifiedDeploymentProps): Provider {
  const logGroup = functionLog(scope, 'ProviderLog', props.cluster, props.logRetention);
  const role = functionRole(scope, 'ProviderRole', { logGroup });
  const provider = new Provider(scope, 'Provider', { onEventHandler, logGroup, frameworkOnEventRole: role });
  acknowledgeAnsweringFunction(provider, role, resourceOf(onEventHandler));
  return provider;
}

function resourceOf(made: LambdaFunction): CfnFunction {
  return made.node.defaultChild as CfnFunction;
}

function functionLog(
  scope: Construct,
  id: string,
  { encryptionKey }: VerifiedDeploymentProps['cluster'],
  retention: RetentionDays = RetentionDays.ONE_MONTH,
): LogGroup {
  return new LogGroup(scope, id, { retention, encryptionKey });
}

function profileParameterOf({ profile }: VerifiedDeploymentProps['cluster']): string {
  if (profile === undefined) throw new Error('A cluster without a profile has been refused.');
  return profile.parameter.parameterName;
}
