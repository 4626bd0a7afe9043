/**
 * A group has one AUTH token, and beside it for a while the one of before: ROTATE adds, SET leaves only the given one
 * (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html#auth-modifyng-token). SET belongs to the rotation that follows, so
 * that the former token is accepted for as long as the former password of a user is.
 */
import type { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { type SettlePace, untilSettled } from './settled.ts';
import type { Acceptance } from './steps.ts';

type Sdk = typeof import('@aws-sdk/client-elasticache');

export function acceptAuthTokens(
  sdk: Sdk,
  client: ElastiCacheClient,
  replicationGroupId: string,
  pace: SettlePace,
): Acceptance['acceptBoth'] {
  const status = async () => {
    const found = await client.send(
      new sdk.DescribeReplicationGroupsCommand({ ReplicationGroupId: replicationGroupId }),
    );
    return found.ReplicationGroups?.[0]?.Status;
  };
  const settle = () => untilSettled(`The replication group ${replicationGroupId}`, 'available', status, pace);
  const update = async (token: string, strategy: 'ROTATE' | 'SET') => {
    await settle();
    await client.send(
      new sdk.ModifyReplicationGroupCommand({
        ReplicationGroupId: replicationGroupId,
        AuthToken: token,
        AuthTokenUpdateStrategy: strategy,
        ApplyImmediately: true,
      }),
    );
    await settle();
  };
  return async ({ current, pending, isFirst }) => {
    if (!isFirst) await update(current, 'SET');
    await update(pending, 'ROTATE');
  };
}
