/**
 * A group has one AUTH token, and beside it for a while the one of before: ROTATE adds and drops the oldest of two, SET leaves only the
 * given one, which must be the last that was added (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html#auth-modifyng-token).
 * SET belongs to the rotation that follows, so that the former token is accepted for as long as the former password of a user is.
 */
import type { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { ProblemError } from '../../../base/problem.ts';
import { type SettlePace, untilSettled } from './settled.ts';
import type { Acceptance } from './steps.ts';

type Sdk = typeof import('@aws-sdk/client-elasticache');

interface TokenGroup {
  readonly replicationGroupId: string;
  /** Whether the cache lets somebody in with it. */
  readonly isAccepted: (token: string) => Promise<boolean>;
}

export function acceptAuthTokens(
  sdk: Sdk,
  client: ElastiCacheClient,
  { replicationGroupId, isAccepted }: TokenGroup,
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
    await settle();
    // The step came again after it was done: another ROTATE would drop the oldest token, and that is the current one.
    if (await isAccepted(pending)) return;
    if (!isFirst) await update(current, 'SET').catch((error) => throwStray(replicationGroupId, error as Error));
    await update(pending, 'ROTATE');
  };
}

/** A rotation that was given up after its ROTATE, or a person, has added a token that the secret does not know. */
function throwStray(replicationGroupId: string, error: Error): never {
  if (!error.name.startsWith('InvalidParameter')) throw error;
  const message = `ElastiCache does not take the current token of ${replicationGroupId} for the last one that was added (${error.message}), so a token that the secret does not name was added since: by a rotation that was given up, or by hand. The current one stays accepted. Make that other token the current version of the secret (a given-up version can be read by its id), then start the rotation again.`;
  throw new ProblemError({ code: 'ROTATION_STRAY_TOKEN', message }, { cause: error });
}
