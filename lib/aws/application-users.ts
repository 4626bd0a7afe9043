import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { CfnUserGroup } from 'aws-cdk-lib/aws-elasticache';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnOutput } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { throwIfProblems } from '../base/problem.ts';
import { applicationAccess, askedOf } from '../topology/application-access.ts';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';
import type { RbacInput } from '../topology/elasticache-input.ts';
import { accessAdvisories, restricted } from './access-advisories.ts';
import { accessStringProblems } from './access-string-problems.ts';
import { advise } from './advisories.ts';
import { authenticate } from './authentication/authenticate.ts';
import type { Authentication } from './authentication/authentication.ts';
import type { ElastiCacheCluster } from './elasticache-cluster.ts';
import { given } from './given.ts';
import { judgeTopology } from './judge-topology.ts';
import { deploymentFormProblems } from './option-forms.ts';
import { optionNameProblems } from './option-names.ts';
import { ProfileOutput } from './profile-output.ts';
import { type RotationProps, rotateSecretOf } from './rotation.ts';
import { rotationProblems } from './rotation-problems.ts';
import { clusterFormProblems } from './same-place.ts';

export interface ApplicationUsersProps {
  /** Its topology says `auth-token`, and goes on saying so. */
  readonly cluster: ElastiCacheCluster;
  /** The user, as in a topology. */
  readonly authentication: RbacInput;
  /**
   * What the user may do. An access string of Redis, as `authentication.accessString`
   * of a topology. Default: the topology's, or every command on every key, but not what
   * counts as administration or as dangerous (CONFIG, KEYS, FLUSHALL, SORT, …).
   */
  readonly accessString?: string;
  /** Rotation of the generated password. It needs users that are attached, so switch it on after that. Default: none. */
  readonly rotation?: RotationProps & { readonly vpc: IVpc };
  /** Name of the deployment in the users' connection profile. Default: the cluster's name and `-users`. */
  readonly deployment?: string;
}

/**
 * Users for a cluster that was created with an AUTH token, without replacing it: CloudFormation replaces a group whose token is
 * taken out of the template (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2356), while the API
 * changes it in place. So the users are made beside the cluster, the API attaches them, and the template keeps the token.
 *
 * ```ts
 * const users = new ApplicationUsers(stack, 'Users', { cluster, authentication: { kind: 'rbac', userName: 'checkout' } });
 * users.grantConnect(service.taskRole);
 * ```
 *
 * The output `…SwitchCommand…` is the command that attaches them. Clients read their profile from `users.profile`.
 *
 * @throws ProblemError `AWS_USERS_NEED_AUTH_TOKEN`, or what is wrong with the user
 */
export class ApplicationUsers extends Construct {
  /** The generated password; absent with IAM. */
  readonly secret?: ISecret;
  readonly userGroup: CfnUserGroup;
  /** As the cluster's, with the user instead of the token; right once the users are attached. */
  readonly profile: ProfileOutput;

  readonly #authentication: Authentication;

  constructor(scope: Construct, id: string, props: ApplicationUsersProps) {
    super(scope, id);
    const { cluster } = props;
    throwIfProblems(clusterFormProblems(cluster));
    const topology = topologyOrThrow(props);
    this.#authentication = authenticate(this, {
      topology,
      key: cluster.encryptionKey,
      accessString: props.accessString ?? applicationAccess(topology),
    });
    const { secret, reference } = this.#authentication;
    if (secret !== undefined) this.secret = secret;
    const { rotation } = props;
    if (rotation !== undefined) {
      rotateSecretOf(this, { cluster, vpc: rotation.vpc, rotation }, this.#authentication);
    }
    if (reference === undefined) throw new Error('A user has a reference to its credential.');
    this.userGroup = this.node.findChild('UserGroup') as CfnUserGroup;
    const deployment = props.deployment ?? `${topology.name}-users`;
    const { host, readerHost, globalRole } = cluster;
    const optional = given({ readerHost, globalRole });
    const declared = restricted(topology, props.accessString);
    this.profile = new ProfileOutput(this, { deployment, topology: declared, host, reference, ...optional });
    advise(this, accessAdvisories(askedOf(declared)));
    new CfnOutput(this, 'SwitchCommand', {
      description: 'Attaches the users and removes the AUTH token, in place',
      value: `aws elasticache modify-replication-group --apply-immediately --replication-group-id ${cluster.replicationGroup.ref} --auth-token-update-strategy DELETE --user-group-ids-to-add ${this.userGroup.ref}`,
    });
  }

  /** Lets a role or user sign in: read the user's secret, or with IAM connect as the user. */
  grantConnect(grantee: IGrantable): Grant {
    return this.#authentication.grantConnect(grantee);
  }

  /** Lets a role or user read the users' connection profile. */
  grantRead(grantee: IGrantable): Grant {
    return this.profile.grantRead(grantee);
  }
}

function topologyOrThrow(props: ApplicationUsersProps): ElastiCacheTopology {
  const { cluster, authentication, accessString, rotation } = props;
  const { topology, problems } = judgeTopology({ ...cluster.topology, authentication });
  const { kind } = cluster.topology.authentication;
  const message = `The cluster has authentication "${kind}": these users are for a cluster with an AUTH token. Change \`authentication\` in its topology instead.`;
  const useless =
    '`rotation` is given, but the user signs in with IAM and has no password that could be rotated. Leave it out.';
  const twice = '`accessString` is given, and `authentication` has one as well. Leave one of them out.';
  throwIfProblems([
    ...optionNameProblems('ApplicationUsers', props),
    ...deploymentFormProblems(props.deployment),
    ...(rotation !== undefined && authentication.credential === 'iam'
      ? [{ code: 'AWS_ROTATION_NOT_USED', message: useless, path: 'rotation' }]
      : []),
    ...(accessString !== undefined && authentication.accessString !== undefined
      ? [{ code: 'AWS_ACCESS_STRING_TWICE', message: twice, path: 'accessString' }]
      : []),
    // One of several users: a metrics exporter, for example, connects to nodes and needs no view of the cluster.
    ...accessStringProblems(accessString, undefined),
    ...rotationProblems(rotation),
    ...(kind === 'auth-token' ? [] : [{ code: 'AWS_USERS_NEED_AUTH_TOKEN', message, path: 'cluster' }]),
    ...problems,
  ]);
  return topology;
}
