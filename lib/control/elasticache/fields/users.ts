/** Who may sign in, where the group has users: the application's user is there and on, and `default` is not a way around it. */
import type { ElastiCacheTopology } from '../../../topology/elasticache.ts';
import { failed, listed, passed, undecided } from '../../../verify/judging.ts';
import type { User } from '../description.ts';
import { type Comparison, type FieldCheck, judged } from '../field.ts';

export const USER_FIELDS: readonly FieldCheck[] = [
  judged('application-user', judgeApplicationUser),
  judged('default-user', judgeDefaultUser),
];

type Rbac = Extract<ElastiCacheTopology['authentication'], { kind: 'rbac' }>;

/** As DescribeUsers names them. */
const TYPE_OF = { password: 'password', iam: 'iam' } as const satisfies Record<Rbac['credential'], string>;

function judgeApplicationUser({ topology: { authentication }, description: { users } }: Comparison) {
  if (authentication.kind !== 'rbac') return undefined;
  const { userName, credential } = authentication;
  const declared = `The application's user: "${userName}" with ${TYPE_OF[credential]} is declared`;
  if (users === undefined) return untold('APPLICATION_USER', declared);
  const found = users.find((user) => user.UserName === userName);
  if (found === undefined) {
    const names = listed(users.map(({ UserName }) => `"${UserName}"`));
    return failed(
      'DRIFT_APPLICATION_USER',
      `${declared}, the group's users by the API are ${names}. The application cannot sign in: put the user back into the user group, or declare the one it uses.`,
    );
  }
  const type = found.Authentication?.Type;
  if (type === undefined || found.AccessString === undefined) return untold('APPLICATION_USER', declared);
  if (type === TYPE_OF[credential] && isOn(found)) return passed(`${declared}, the API says ${type} and on.`);
  return failed(
    'DRIFT_APPLICATION_USER',
    `${declared}, the API says ${type} and ${isOn(found) ? 'on' : 'off'}. Deploy again, or declare how it signs in.`,
  );
}

/** Clients that name no user are `default`, whose rights nobody declared. */
function judgeDefaultUser({ topology: { authentication }, description: { users } }: Comparison) {
  // Without users nobody signs in by name at all, which is the drift of `authentication`.
  if (authentication.kind !== 'rbac' || users?.length === 0) return undefined;
  const declared = 'The user default: off is declared';
  const found = users?.find(({ UserName }) => UserName === 'default');
  if (users === undefined) return untold('DEFAULT_USER', declared);
  // A Valkey group may be without it.
  if (found === undefined) return passed(`${declared}, the group has none by the API.`);
  if (found.AccessString === undefined) return untold('DEFAULT_USER', declared);
  if (!isOn(found)) return passed(`${declared}, the API says off.`);
  return failed(
    'DRIFT_DEFAULT_USER',
    `${declared}, the API says on ("${found.AccessString}"). Whoever names no user gets these rights: switch it off.`,
  );
}

function untold(code: string, declared: string) {
  return undecided(`${code}_NOT_TOLD`, `${declared}, the API does not say (DescribeUsers).`);
}

function isOn({ AccessString = '' }: User): boolean {
  return AccessString.split(' ').includes('on');
}
