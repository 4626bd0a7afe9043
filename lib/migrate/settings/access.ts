/** Who may sign in, and what they may do. */
import { lockedOutComplaint, unknownCategoriesComplaint } from '../../topology/access-needs.ts';
import { groupOf } from '../commands.ts';
import type { AccessAssignment, AccessPolicies, ClassicCache, OldCache } from '../old-cache.ts';
import { type Contribution, NEWER_API, type Setting, type StackSetting } from '../setting.ts';
import { SOURCES } from '../sources.ts';
import type { Target } from '../target.ts';

/** https://learn.microsoft.com/azure/azure-cache-for-redis/cache-configure-role-based-access-control */
const BUILT_IN: Readonly<Record<string, string>> = {
  'Data Owner': '+@all ~*',
  'Data Contributor': '+@all -@dangerous +cluster|info +cluster|nodes +cluster|slots ~*',
  'Data Reader': '+@read +@connection +cluster|info +cluster|nodes +cluster|slots ~*',
};
const EVERYTHING = '+@all ~*';

export function access(cache: OldCache, target: Target): Contribution {
  const users = cache.kind === 'classic' ? usersOf(cache.access) : [];
  const usesEntra = cache.kind === 'classic' && (cache.entra || users.length > 0);
  const firstId = users[0]?.objectId;
  return {
    settings: [accessKeys(cache), ...(cache.kind === 'classic' ? entra(cache, target, users) : [])],
    topology: {
      authentication: cache.accessKeys
        ? { kind: 'access-key' }
        : { kind: 'entra', ...(firstId === undefined ? {} : { objectId: firstId }) },
    },
    stack: [
      ...(cache.accessKeys ? [{ key: 'accessKeyVault', value: 'KEY_VAULT' }] : []),
      ...(usesEntra || !cache.accessKeys ? userSettings(users) : []),
    ],
  };
}

interface User {
  readonly name: string;
  readonly objectId: string;
  readonly policy: string;
  /** Undefined: its policy's permissions were not given. */
  readonly accessString: string | undefined;
}

/** Each object once; the name of an assignment has letters and digits only. */
function usersOf(policies: AccessPolicies | undefined): User[] {
  const users: User[] = [];
  for (const assignment of policies?.assignments ?? []) {
    if (users.some(({ objectId }) => objectId === assignment.objectId)) continue;
    const plain = assignment.alias.replace(/[^A-Za-z0-9]/g, '').slice(0, 50) || 'user';
    const name = users.some((user) => user.name === plain) ? `${plain}${users.length + 1}` : plain;
    users.push({
      name,
      objectId: assignment.objectId,
      policy: assignment.policy,
      accessString: stringOf(assignment, policies),
    });
  }
  return users;
}

function stringOf({ policy }: AccessAssignment, policies: AccessPolicies | undefined): string | undefined {
  const permissions = policies?.permissions.get(policy) ?? BUILT_IN[policy];
  return permissions?.replace(/\ballkeys\b/g, '~*').trim();
}

function userSettings(users: readonly User[]): StackSetting[] {
  if (users.length === 0) return [{ key: 'users[0]', value: 'NAME=OBJECT_ID' }];
  const limited = users.filter(({ accessString }) => accessString !== undefined && accessString !== EVERYTHING);
  return [
    ...users.map(({ name, objectId }, index) => ({ key: `users[${index}]`, value: `${name}=${objectId}` })),
    ...limited.map(({ name, accessString }, index) => ({
      key: `accessStrings[${index}]`,
      value: `${name}=${accessString}`,
    })),
    ...(limited.length > 0 ? [NEWER_API] : []),
  ];
}

function accessKeys(cache: OldCache): Setting {
  const shared = { setting: 'accessKeys', source: SOURCES.entra };
  if (!cache.accessKeys) {
    const message = 'Access keys stay off.';
    return { ...shared, before: 'off', after: 'off', outcome: 'kept', code: 'MIGRATE_ACCESS_KEYS_OFF', message };
  }
  return {
    ...shared,
    before: 'on',
    after: 'on, into a Key Vault',
    outcome: 'changed',
    code: 'MIGRATE_ACCESS_KEYS_NEW',
    message:
      'The new database has keys of its own, which are off unless asked for; the deployment puts the primary one into a Key Vault.',
    action:
      'Name the vault (accessKeyVault) and let the applications read the secret there; or take the chance and sign in with Microsoft Entra.',
  };
}

function entra(cache: ClassicCache, target: Target, users: readonly User[]): Setting[] {
  const { name } = cache;
  const group = groupOf(cache);
  const shared = { setting: 'accessPolicyAssignments', source: SOURCES.accessStrings };
  if (cache.access === undefined) {
    if (!cache.entra && cache.accessKeys) return [];
    return [
      {
        ...shared,
        before: 'not given',
        after: 'none',
        outcome: 'unknown',
        code: 'MIGRATE_ACCESS_POLICIES_NOT_GIVEN',
        message: 'Microsoft Entra is on, and who may do what stands in documents of its own.',
        action: `Give both with --access-policies: what \`az redis access-policy-assignment list --name ${name} --resource-group ${group}\` and \`az redis access-policy list --name ${name} --resource-group ${group}\` print.`,
      },
    ];
  }
  return users.map((user) => assignment(user, cache, target));
}

function assignment(user: User, cache: ClassicCache, target: Target): Setting {
  const { name } = cache;
  const group = groupOf(cache);
  const shared = {
    setting: `accessPolicyAssignments.${user.name}`,
    before: user.policy,
    after: user.accessString ?? 'not known',
    source: SOURCES.accessStrings,
  };
  if (user.accessString === undefined) {
    return {
      ...shared,
      outcome: 'unknown',
      code: 'MIGRATE_ACCESS_POLICY_NOT_GIVEN',
      message: 'It is a policy of your own, and what it permits was not given.',
      action: `Give it with --access-policies too, as \`az redis access-policy list --name ${name} --resource-group ${group}\` prints it.`,
    };
  }
  if (user.accessString === EVERYTHING) {
    const message = 'The user may do everything, which is the built-in policy "default" there.';
    return { ...shared, outcome: 'kept', code: 'MIGRATE_USER_KEPT', message };
  }
  return {
    ...shared,
    outcome: 'changed',
    code: 'MIGRATE_ACCESS_STRING',
    message: [
      'Policies have no names there; what a user may do is an access string of the assignment (API version 2026-09-01).',
      ...refusedWords(user.accessString, target),
    ].join(' '),
    action:
      'The stack sets it. Try what the user has to be able to do, and what not: no page says that every word of the old policy is accepted.',
  };
}

/** What the preview of the new stack would refuse, said while there is time to change the string. */
function refusedWords(accessString: string, { clientMode }: Target): string[] {
  const name = 'accessString';
  const complaints = [
    lockedOutComplaint(name, { accessString, clientMode, isRedis6: false }),
    unknownCategoriesComplaint(name, accessString),
  ];
  return complaints.flatMap((complaint) => complaint ?? []);
}
