import { Connections, type IConnectable, type ISecurityGroup, Port } from 'aws-cdk-lib/aws-ec2';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { ArnFormat, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ProblemError, throwIfProblems } from '../base/problem.ts';
import { profileOrThrow } from '../profile/parse.ts';
import type { ConnectionProfile, ConnectionProfileInput } from '../profile/profile.ts';
import { grantIamConnect } from './authentication/iam.ts';
import { grantSecret } from './authentication/secret.ts';
import { optionNameProblems } from './option-names.ts';

export interface ExistingCacheProps {
  /** As `redoubt profile` writes it. */
  readonly profile: ConnectionProfileInput;
  /** Of the cache. */
  readonly securityGroup: ISecurityGroup;
  /** Of the secret, when it is encrypted with a key of your own: reading it needs the key. Default: the key of the service. */
  readonly encryptionKey?: IKey;
}

/**
 * A cache that exists already, made by another stack or by hand, from its connection profile (`redoubt profile`): its network
 * and its credential are granted as those of a cluster made here. Nothing of it is created or changed but rules of the security
 * group.
 *
 * ```ts
 * const cache = new ExistingCache(stack, 'Cache', { profile, securityGroup: SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0123456789abcdef0') });
 * cache.connections.allowDefaultPortFrom(service);
 * cache.grantConnect(service.taskRole);
 * ```
 *
 * @throws ProblemError every problem of the profile, `AWS_EXISTING_OTHER_PLATFORM`
 */
export class ExistingCache extends Construct implements IConnectable {
  readonly profile: ConnectionProfile;
  readonly connections: Connections;
  readonly host: string;
  /** Where the profile refers to Secrets Manager. */
  readonly secret?: ISecret;

  constructor(scope: Construct, id: string, props: ExistingCacheProps) {
    super(scope, id);
    throwIfProblems(optionNameProblems('ExistingCache', props));
    const { profile, securityGroup, encryptionKey } = props;
    this.profile = profileOrThrow(profile);
    if (this.profile.platform !== 'elasticache') {
      const message = `The profile is of ${this.profile.platform}, which no security group of AWS leads to. Give that of an ElastiCache deployment.`;
      throw new ProblemError({ code: 'AWS_EXISTING_OTHER_PLATFORM', message, path: 'profile.platform' });
    }
    this.host = this.profile.endpoint.host;
    this.connections = new Connections({
      securityGroups: [securityGroup],
      defaultPort: Port.tcp(this.profile.endpoint.port),
    });
    const reference = this.profile.authentication.secret;
    if (reference.kind === 'aws-secrets-manager') this.secret = secretAt(this, reference.secretId, encryptionKey);
  }

  /**
   * Lets a role or user sign in: read the secret, or with IAM connect as the profile's user.
   * @throws ProblemError `AWS_EXISTING_SECRET_ELSEWHERE`
   */
  grantConnect(grantee: IGrantable): Grant {
    const reference = this.profile.authentication.secret;
    if (this.secret !== undefined && reference.kind === 'aws-secrets-manager') {
      return grantSecret(this.secret, grantee, reference.region ?? Stack.of(this).region);
    }
    if (reference.kind === 'aws-iam') return grantIamConnect(this, grantee, reference);
    const message = `The profile's secret is in a place of kind "${reference.kind}", which nobody can be granted here. Refer to AWS Secrets Manager or use IAM, or hand it over yourself.`;
    throw new ProblemError({
      code: 'AWS_EXISTING_SECRET_ELSEWHERE',
      message,
      path: 'profile.authentication.secret.kind',
    });
  }
}

/** Whole ARNs end in six characters that Secrets Manager adds; names and ARNs without them mean any. */
const WHOLE_ARN = /^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:.+-[A-Za-z0-9]{6}$/;

function secretAt(scope: Construct, secretId: string, encryptionKey: IKey | undefined): ISecret {
  const key = encryptionKey === undefined ? {} : { encryptionKey };
  if (WHOLE_ARN.test(secretId)) {
    return Secret.fromSecretAttributes(scope, 'Secret', { secretCompleteArn: secretId, ...key });
  }
  const secretPartialArn = secretId.startsWith('arn:')
    ? secretId
    : Stack.of(scope).formatArn({
        service: 'secretsmanager',
        resource: 'secret',
        resourceName: secretId,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
  return Secret.fromSecretAttributes(scope, 'Secret', { secretPartialArn, ...key });
}
