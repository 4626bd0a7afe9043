/** `AWS::ElastiCache::User` and `AWS::ElastiCache::UserGroup`: no data, but without them nobody gets in. */
import { inPlace, type Row } from '../../row.ts';
import { SOURCES } from '../sources.ts';

function newUser(property: string, code: string): Row {
  return {
    property,
    effect: 'interruption',
    replaces: true,
    code,
    message: `${property} belongs to the identity of the user, so the user is replaced: clients that log in with it are refused in between.`,
    alternative: 'Add a second user, move the clients, then remove this one.',
    source: SOURCES.user,
  };
}

function newGroup(property: string, code: string): Row {
  return {
    property,
    effect: 'interruption',
    replaces: true,
    code,
    message: `${property} belongs to the identity of the user group, so the group is replaced: nobody may log in until the new one is attached.`,
    alternative: 'Add a second user group, attach it, then remove this one.',
    source: SOURCES.userGroup,
  };
}

export const USER_ROWS: readonly Row[] = [
  {
    property: 'AccessString',
    effect: 'interruption',
    code: 'EU_ACCESS_CHANGES',
    message:
      'What the user may do changes in place, also for connections that are open: commands that are no longer allowed fail.',
    source: SOURCES.rbac,
  },
  {
    property: 'AuthenticationMode',
    effect: 'interruption',
    code: 'EU_AUTHENTICATION_CHANGES',
    message: 'How the user logs in changes in place: clients that log in the old way are refused from then on.',
    alternative: 'A user may have two passwords: add the new one, move the clients, then remove the old one.',
    source: SOURCES.rbac,
  },
  newUser('Engine', 'EU_ENGINE_REPLACES'),
  {
    property: 'NoPasswordRequired',
    effect: 'interruption',
    code: 'EU_NO_PASSWORD_CHANGES',
    message: 'Whether the user needs a password changes in place.',
    source: SOURCES.user,
  },
  {
    property: 'Passwords',
    effect: 'interruption',
    code: 'EU_PASSWORDS_CHANGE',
    message: 'The passwords change in place: clients that still use a removed one are refused when they next connect.',
    alternative: 'A user may have two passwords: add the new one, move the clients, then remove the old one.',
    source: SOURCES.rbac,
  },
  inPlace('Tags', 'EU_TAGS', 'Tags change in place.', SOURCES.user),
  newUser('UserId', 'EU_USER_ID_REPLACES'),
  newUser('UserName', 'EU_USER_NAME_REPLACES'),
];

export const USER_GROUP_ROWS: readonly Row[] = [
  newGroup('Engine', 'EG_ENGINE_REPLACES'),
  inPlace('Tags', 'EG_TAGS', 'Tags change in place.', SOURCES.userGroup),
  newGroup('UserGroupId', 'EG_GROUP_ID_REPLACES'),
  {
    property: 'UserIds',
    effect: 'interruption',
    code: 'EG_USERS_CHANGE',
    message: 'Members change in place: a user that leaves is refused from then on.',
    source: SOURCES.rbac,
  },
];
