/** How clients prove who they are: one of RBAC with a password, RBAC with IAM, or an AUTH token. */
import type { CfnReplicationGroupProps } from 'aws-cdk-lib/aws-elasticache';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { SecretReference } from '../../profile/profile.ts';
import type { ElastiCacheTopology } from '../../topology/elasticache.ts';

export interface Authentication {
  /** What the replication group has to be told. */
  readonly groupProps: Pick<CfnReplicationGroupProps, 'userGroupIds' | 'authToken'>;
  /** Where the password or token is; absent with IAM. */
  readonly secret?: ISecret;
  /** Whose password the secret is; absent with an AUTH token. */
  readonly user?: { readonly userId: string; readonly userName: string };
  /** The same for the connection profile. Absent: the topology has no authentication, and so no profile. */
  readonly reference?: SecretReference;
  /** Lets a role or user sign in: it may read the secret, or with IAM call `elasticache:Connect`. */
  readonly grantConnect: (grantee: IGrantable) => Grant;
}

export interface AuthenticationProps {
  readonly topology: ElastiCacheTopology;
  readonly key: IKey;
  /** What the application's user may do. */
  readonly accessString: string;
  /** A password or token that exists already: the field `password` of its JSON. */
  readonly secret?: ISecret;
  /** Of a serverless cache, not of a replication group. Default: false. */
  readonly serverless?: boolean;
}

/** The field of a secret's JSON that holds the password or token. */
export const SECRET_FIELD = 'password';
