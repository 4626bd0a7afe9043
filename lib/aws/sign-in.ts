/** Lets a role of another stack sign in to a cluster, without a trace of it in the stack of the cluster. */

import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import { arnForPolicies } from './authentication/secret.ts';
import type { ElastiCacheCluster } from './elasticache-cluster.ts';
import type { ServerlessCache } from './serverless-cache.ts';

/**
 * Not `cluster.grantConnect`: with a secret it would put the role into the policy of the key, and the stack of the cluster
 * would depend on the role's. The key trusts the account, so the role's own policy is enough.
 */
export function letSignIn(role: Role, cluster: ElastiCacheCluster | ServerlessCache): void {
  const { secret } = cluster;
  if (secret === undefined) {
    cluster.grantConnect(role);
    return;
  }
  const read = { actions: ['secretsmanager:GetSecretValue'], resources: [arnForPolicies(secret)] };
  role.addToPolicy(new PolicyStatement(read));
  if (secret.encryptionKey === undefined) return;
  const via = { StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(role).region}.amazonaws.com` } };
  const decrypt = { actions: ['kms:Decrypt'], resources: [secret.encryptionKey.keyArn], conditions: via };
  role.addToPolicy(new PolicyStatement(decrypt));
}

/** Whether clients sign in with tokens of their role, so that there is no password to be read. */
export function usesIam({ topology: { authentication } }: ElastiCacheCluster | ServerlessCache): boolean {
  return authentication.kind === 'rbac' && authentication.credential === 'iam';
}
