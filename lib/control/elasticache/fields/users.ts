/** Who may sign in, where the group has users: the application's user is there and on, and nobody has a way around it. */
import { accessMeaning, commandDifference } from '../../../topology/access-string.ts';
import type { ElastiCacheTopology } from '../../../topology/elasticache.ts';
import { failed, listed, passed, undecided } from '../../../verify/judging.ts';
import type { User, UserGroup } from '../description.ts';
import { type Comparison, type FieldCheck, judged } from '../field.ts';

export const USER_FIELDS: readonly FieldCheck[] = [
  judged('user-status', judgeStatus),
  judged('application-user', judgeApplicationUser),
  judged('default-user', judgeDefaultUser),
  judged('users-without-password', judgeWithoutPassword),
];

type Rbac = Extract<ElastiCacheTopology['authentication'], { kind: 'rbac' }>;

/** As DescribeUsers names them. */
const TYPE_OF = { password: 'password', iam: 'iam' } as const satisfies Record<Rbac['credential'], string>;
const NO_PASSWORD = 'no-password';

const DEFAULT = 'default';

/** Without users nobody signs in by name at all, which is the drift of `authentication`. */
function hasUsers({ topology: { authentication }, description: { group } }: Comparison): boolean {
  return authentication.kind === 'rbac' && group.UserGroupIds?.length !== 0;
}

/** Until a change is over, servers may still allow what they did before. */
function judgeStatus(comparison: Comparison) {
  if (!hasUsers(comparison)) return undefined;
  const { group, userGroups, users } = comparison.description;
  const declared = 'The user group and its users should be active';
  const missing = group.UserGroupIds?.filter((id) => !userGroups?.some(({ UserGroupId }) => UserGroupId === id));
  if (userGroups === undefined || missing === undefined || missing.length > 0)
    return untold('USER_STATUS', declared, comparison, 'DescribeUserGroups');
  if (users === undefined) return untold('USER_STATUS', declared, comparison);
  const members = [
    ...userGroups.map(({ UserGroupId, Status }) => ({ what: `user group ${UserGroupId}`, status: Status })),
    ...users.map(({ UserName, Status }) => ({ what: `user "${UserName}"`, status: Status })),
  ];
  const changing = [
    ...members.flatMap(({ what, status = 'active' }) => (status === 'active' ? [] : [`${what} is ${status}`])),
    ...userGroups.flatMap(pendingText),
  ];
  if (changing.length > 0)
    return failed(
      'USER_NOT_ACTIVE',
      `${declared}, and ${listed(changing)}. Wait until the change is over (a rotation is one), and look at the events if it is none of yours.`,
    );
  const unclear = members.filter(({ status }) => status === undefined).map(({ what }) => what);
  if (unclear.length > 0)
    return undecided('USER_STATUS_NOT_TOLD', `${declared}; the API does not say it of ${listed(unclear)}.`);
  return passed(`${declared}, and ${listed(members.map(({ what }) => what))} are.`);
}

function pendingText({ UserGroupId, PendingChanges: { UserIdsToAdd = [], UserIdsToRemove = [] } = {} }: UserGroup) {
  return [
    ...UserIdsToAdd.map((id) => `user group ${UserGroupId} is about to get ${id}`),
    ...UserIdsToRemove.map((id) => `user group ${UserGroupId} is about to lose ${id}`),
  ];
}

function judgeApplicationUser(comparison: Comparison) {
  const {
    topology: { authentication },
    description: { users },
  } = comparison;
  if (authentication.kind !== 'rbac') return undefined;
  const { userName, credential } = authentication;
  const declared = `The application's user: "${userName}" with ${TYPE_OF[credential]} is declared`;
  if (users === undefined) return untold('APPLICATION_USER', declared, comparison);
  const found = users.find((user) => user.UserName === userName);
  if (found === undefined)
    return failed(
      'DRIFT_APPLICATION_USER',
      `${declared}, the group's users by the API are ${namesOf(users)}. The application cannot sign in: put the user back into the user group, or declare the one it uses.`,
    );
  const type = found.Authentication?.Type;
  if (type === undefined || found.AccessString === undefined) return untold('APPLICATION_USER', declared, comparison);
  const { isOn } = accessMeaning(found.AccessString);
  if (type === TYPE_OF[credential] && isOn) return passed(`${declared}, the API says ${type} and on.`);
  return failed(
    'DRIFT_APPLICATION_USER',
    `${declared}, the API says ${type} and ${isOn ? 'on' : 'off'}. Deploy again, or declare how it signs in.`,
  );
}

/** Clients that name no user are `default`, whose rights nobody declared. */
function judgeDefaultUser(comparison: Comparison) {
  if (!hasUsers(comparison)) return undefined;
  const { users } = comparison.description;
  const declared = 'The user default: off is declared';
  const found = users?.find(({ UserName }) => UserName === DEFAULT);
  if (users === undefined) return untold('DEFAULT_USER', declared, comparison);
  // A Valkey group may be without it.
  if (found === undefined) return passed(`${declared}, the group has none by the API.`);
  if (found.AccessString === undefined) return untold('DEFAULT_USER', declared, comparison);
  const { isOn, keys, commands, selectors, unknownPlaces } = accessMeaning(found.AccessString);
  if (!isOn) return passed(`${declared}, the API says off.`);
  const mayNothing = commandDifference(commands, '').added.length + selectors.length + unknownPlaces.length === 0;
  if (mayNothing) return passed(`${declared}, the API says on, with no command that it may use.`);
  // By meaning: a word that is not understood may be a password.
  const rights = [
    `keys ${keys}`,
    `commands ${commands}`,
    ...(selectors.length === 0 ? [] : [`selectors ${listed(selectors)}`]),
    ...(unknownPlaces.length === 0 ? [] : [`word ${listed(unknownPlaces.map(String))} not understood`]),
  ];
  return failed(
    'DRIFT_DEFAULT_USER',
    `${declared}, the API says on (${rights.join('; ')}). Whoever names no user gets these rights: switch it off.`,
  );
}

/** Whoever reaches the endpoint is such a user. What others may do is not compared, but nobody should be there unseen. */
function judgeWithoutPassword(comparison: Comparison) {
  if (!hasUsers(comparison)) return undefined;
  const { users } = comparison.description;
  const declared = 'Every user signs in with a password or IAM, as declared';
  if (users === undefined) return untold('USERS_WITHOUT_PASSWORD', declared, comparison);
  const open = users.filter(({ Authentication }) => Authentication?.Type === NO_PASSWORD);
  if (open.length > 0)
    return failed(
      'DRIFT_USERS_WITHOUT_PASSWORD',
      `Every user should sign in with a password or IAM, and by the API ${namesOf(open)} needs no password: whoever reaches the endpoint may be that user. Give it one, or take it out of the user group.`,
    );
  const unclear = users.filter(({ Authentication }) => Authentication?.Type === undefined);
  if (unclear.length > 0)
    return undecided(
      'USERS_WITHOUT_PASSWORD_NOT_TOLD',
      `${declared}? The API does not say it of ${namesOf(unclear)} (Authentication of DescribeUsers).`,
    );
  return passed(`${declared}: by the API ${namesOf(users)}.`);
}

function namesOf(users: readonly User[]): string {
  return listed(users.map(({ UserName }) => `"${UserName}"`));
}

function untold(
  code: string,
  declared: string,
  { description: { unread = {} } }: Comparison,
  action: 'DescribeUsers' | 'DescribeUserGroups' = 'DescribeUsers',
) {
  const why = unread[action];
  return undecided(
    `${code}_NOT_TOLD`,
    `${declared}, the API does not say (${action})${why === undefined ? '.' : `. ${why}`}`,
  );
}
