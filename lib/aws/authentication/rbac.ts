/** RBAC with a password: an application user whose generated secret only those read who are granted it. */

import { createHash } from 'node:crypto';
import { CfnUser } from 'aws-cdk-lib/aws-elasticache';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { DEFAULT_USER_NAME } from '../../topology/elasticache.ts';
import type { Authentication, AuthenticationProps } from './authentication.ts';
import { dynamicReference, generatedSecret, grantSecret, referenceTo } from './secret.ts';
import { accountWideId, userGroup } from './user-group.ts';
import { refuseSharedId } from './user-ids.ts';

export function passwordUser(scope: Construct, props: AuthenticationProps, userName: string): Authentication {
  const { topology, key, accessString } = props;
  const secret =
    props.secret ??
    generatedSecret(scope, 'Secret', { description: `User ${userName} of ${topology.name}`, userName, key });
  const user = new CfnUser(scope, 'User', {
    engine: topology.engine,
    userId: accountWideId(scope, props, suffixOf(userName)),
    userName,
    accessString,
    authenticationMode: { Type: 'password', Passwords: [dynamicReference(secret)] },
  });
  refuseSharedId(user);
  return {
    groupProps: { userGroupIds: [userGroup(scope, props, user).ref] },
    secret,
    user: { userId: user.userId, userName },
    reference: referenceTo(scope, secret),
    grantConnect: (grantee) => grantSecret(secret, grantee, Stack.of(scope).region),
  };
}

/** The name is part of the id, because another name replaces the user, and the new one is made before the old one goes. */
function suffixOf(userName: string): string {
  if (userName === DEFAULT_USER_NAME) return 'app';
  return `app-${createHash('sha256').update(userName).digest('hex').slice(0, 6)}`;
}
