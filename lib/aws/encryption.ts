/** The key of everything the cluster keeps: data at rest, snapshots, logs and secrets. */

import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** A key of the cluster's own, which outlives it: without it the last snapshot could not be read. */
export function ownKey(scope: Construct, name: string): Key {
  return new Key(scope, 'Key', {
    description: `Data, logs and secrets of the ElastiCache cluster ${name}`,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

/**
 * CloudWatch Logs encrypts with the key on behalf of log groups of this account only.
 * @returns false for an imported key, whose policy is somebody else's
 */
export function letLogsUse(key: IKey): boolean {
  const stack = Stack.of(key);
  const { statementAdded } = key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:${stack.partition}:logs:${stack.region}:${stack.account}:log-group:*`,
        },
      },
    }),
  );
  return statementAdded;
}
