/** RBAC with IAM: no password exists; who may `elasticache:Connect` makes tokens that live for 15 minutes. */

import { CfnUser } from 'aws-cdk-lib/aws-elasticache';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { ArnFormat, Stack, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Authentication, AuthenticationProps } from './authentication.ts';
import { userGroup } from './user-group.ts';
import { adviseOwnName, refuseSharedId } from './user-ids.ts';

export function iamUser(scope: Construct, props: AuthenticationProps, userName: string): Authentication {
  const { topology, accessString, serverless = false } = props;
  const user = new CfnUser(scope, 'User', {
    engine: topology.engine,
    // "User Id and User name must be same for authentication type: iam".
    userId: userName,
    userName,
    accessString,
    authenticationMode: { Type: 'iam' },
  });
  refuseSharedId(user);
  adviseOwnName(scope, userName);
  return {
    groupProps: { userGroupIds: [userGroup(scope, props, user).ref] },
    reference: {
      kind: 'aws-iam',
      cacheName: inSmallLetters(topology.name),
      region: Stack.of(scope).region,
      serverless,
      userId: userName,
    },
    grantConnect: (grantee) =>
      grantIamConnect(scope, grantee, { cacheName: inSmallLetters(topology.name), userId: userName, serverless }),
  };
}

/** Both are needed: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html. The service keeps ids in small letters. */
export function grantIamConnect(
  scope: Construct,
  grantee: IGrantable,
  {
    cacheName,
    userId,
    serverless,
  }: { readonly cacheName: string; readonly userId: string; readonly serverless: boolean },
): Grant {
  const arnOf = (resource: string, resourceName: string) =>
    Stack.of(scope).formatArn({
      service: 'elasticache',
      resource,
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  return Grant.addToPrincipal({
    grantee,
    actions: ['elasticache:Connect'],
    resourceArns: [arnOf(serverless ? 'serverlesscache' : 'replicationgroup', cacheName), arnOf('user', userId)],
  });
}

/** A token's text must stay as it is. */
function inSmallLetters(name: string): string {
  return Token.isUnresolved(name) ? name : name.toLowerCase();
}
