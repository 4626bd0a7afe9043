/** The user group: the application's user, and the user `default` switched off. */

import { CfnUser, CfnUserGroup } from 'aws-cdk-lib/aws-elasticache';
import { Names, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { DEFAULT_USER_ACCESS } from '../../topology/application-access.ts';
import { ELASTICACHE_LIMITS } from '../../topology/limits.ts';
import { acknowledgeUnrotatedSecret } from '../acknowledged-rules.ts';
import type { AuthenticationProps } from './authentication.ts';
import { dynamicReference, generatedSecret } from './secret.ts';
import { refuseSharedId } from './user-ids.ts';

/** A Redis group must have a user named `default` ("DefaultUserRequired"); a Valkey group takes password and IAM users only. */
export function userGroup(scope: Construct, props: AuthenticationProps, applicationUser: CfnUser): CfnUserGroup {
  const { topology, key } = props;
  const secret = generatedSecret(scope, 'DefaultUserSecret', {
    description: `Password of the switched-off user default of ${topology.name}; nobody needs it`,
    userName: 'default',
    key,
  });
  acknowledgeUnrotatedSecret(secret);
  const defaultUser = new CfnUser(scope, 'DefaultUser', {
    engine: topology.engine,
    userId: accountWideId(scope, props, 'default'),
    userName: 'default',
    accessString: DEFAULT_USER_ACCESS,
    authenticationMode: { Type: 'password', Passwords: [dynamicReference(secret)] },
  });
  refuseSharedId(defaultUser);
  const group = new CfnUserGroup(scope, 'UserGroup', {
    engine: topology.engine,
    userGroupId: accountWideId(scope, props, 'users'),
    userIds: [defaultUser.ref, applicationUser.ref],
  });
  // A changed tag makes CloudFormation's update of a user group fail (https://github.com/aws/aws-cdk/issues/16266), so it has none.
  group.addPropertyDeletionOverride('Tags');
  group.addResourceDependency(defaultUser);
  group.addResourceDependency(applicationUser);
  return group;
}

/**
 * User and group ids are shared by a whole account and region. The engine is part of them, because a change of engine
 * replaces users, and the new ones are made before the old ones go.
 */
export function accountWideId(
  scope: Construct,
  { topology, serverless = false }: AuthenticationProps,
  suffix: string,
): string {
  const { name, engine } = topology;
  // A serverless cache and the cluster that is to follow it may stand side by side under one name.
  const kind = serverless ? `${engine}-serverless` : engine;
  const readable = `${name}-${kind}-${suffix}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const fits = readable.length <= ELASTICACHE_LIMITS.userIdLength.max && !Token.isUnresolved(name);
  if (fits && /^[a-z].*[a-z0-9]$/.test(readable)) return readable;
  const room = ELASTICACHE_LIMITS.userIdLength.max - suffix.length - 2;
  const unique = Names.uniqueResourceName(scope, { maxLength: room }).toLowerCase();
  return `r${unique}-${suffix}`.slice(0, ELASTICACHE_LIMITS.userIdLength.max);
}
