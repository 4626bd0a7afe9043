/** An RBAC user has up to two passwords: the current one and the one that is to follow. */
import type { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { type SettlePace, untilSettled } from './settled.ts';
import type { Acceptance } from './steps.ts';

type Sdk = typeof import('@aws-sdk/client-elasticache');

/** The older of two is dropped by not naming it, so there is nothing to do about it before (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html). */
export function acceptUserPasswords(
  sdk: Sdk,
  client: ElastiCacheClient,
  userId: string,
  pace: SettlePace,
): Acceptance['acceptBoth'] {
  const status = async () => {
    const { Users } = await client.send(new sdk.DescribeUsersCommand({ UserId: userId }));
    return Users?.[0]?.Status;
  };
  return async ({ current, pending }) => {
    // A change of before may still be under way, when the step is called again.
    await untilSettled(`The user ${userId}`, 'active', status, pace);
    await client.send(
      new sdk.ModifyUserCommand({
        UserId: userId,
        AuthenticationMode: { Type: 'password', Passwords: [current, pending] },
      }),
    );
    await untilSettled(`The user ${userId}`, 'active', status, pace);
  };
}
