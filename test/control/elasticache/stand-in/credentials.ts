/** Changes of passwords and tokens, done to the access lists of the real processes. Connections that are there already stay. */
import { sleep } from '../../../../lib/base/wait-until.ts';
import { withAdministrator } from '../../../../lib/drill/targets/replication.ts';
import type { Lab } from '../../../../lib/lab/lab.ts';
import { readSecret } from '../../../../lib/profile/secret.ts';
import { type Account, inBackground, statusesOf } from './account.ts';
import { topologyOf } from './description.ts';
import { invalidCombination, invalidState, invalidUserState, invalidValue, userNotFound } from './fault.ts';
import { usersOf } from './users.ts';

/** A change takes seconds to minutes on the service, and until then the servers accept what they did. */
const CHANGE_MS = 200;

/** Of `ModifyUser`: exactly these passwords from now on. Whatever else could be changed is refused. */
export async function modifyUser(account: Account, parameters: URLSearchParams): Promise<string> {
  const id = parameters.get('UserId') ?? '';
  const user = (await usersOf(account)).find(({ UserId }) => UserId === id);
  if (user === undefined) throw userNotFound(id);
  if (account.busyUsers.has(id)) throw invalidUserState(`User ${id} is not in a modifiable state.`);
  const type = parameters.get('AuthenticationMode.Type');
  if (type !== 'password') throw invalidCombination(`The stand-in changes passwords, and nothing to ${type}.`);
  const passwords = listOf(parameters, 'AuthenticationMode.Passwords.member.');
  if (passwords.length < 1 || passwords.length > 2)
    throw invalidCombination('Password authentication requires 1-2 passwords.');
  for (const password of passwords) expectPassword(password);
  inBackground(account, { users: [id] }, async () => {
    await sleep(CHANGE_MS);
    await setPasswords(account.lab, user.UserName as string, passwords);
  });
  return id;
}

/**
 * Of `ModifyReplicationGroup`, as https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html has it: ROTATE adds a token and
 * drops the oldest of two, SET takes the last one that was added. Where the page is silent (a token that is there already is rotated in
 * again) it does what would hurt most: the token counts as a new one.
 */
export async function modifyToken(account: Account, parameters: URLSearchParams): Promise<void> {
  const { group } = statusesOf(account);
  if (group !== 'available') throw invalidState(`Replication group must be in available state, and is ${group}.`);
  if (topologyOf(account.lab).authentication.kind !== 'auth-token')
    throw invalidCombination('The replication group has users and no AUTH token.');
  const token = parameters.get('AuthToken');
  const strategy = parameters.get('AuthTokenUpdateStrategy');
  const present = account.tokens ?? [await readSecret(account.lab.profile.authentication.secret)];
  const tokens = tokensAfter(present, strategy, token, listOf(parameters, 'UserGroupIdsToAdd.member.'));
  account.tokens = tokens;
  const shards = (await account.lab.serverView()).shards.map(({ shardIndex }) => shardIndex);
  inBackground(account, { shards }, async () => {
    await sleep(CHANGE_MS);
    await setPasswords(account.lab, 'default', tokens);
  });
}

function tokensAfter(
  present: readonly string[],
  strategy: string | null,
  token: string | null,
  userGroups: readonly string[],
): string[] {
  if (strategy === 'DELETE') {
    if (token === null && userGroups.length > 0) return [];
    throw invalidCombination('The strategy DELETE goes without a token and with a user group that takes its place.');
  }
  if (token === null) throw invalidCombination('AuthToken is needed with AuthTokenUpdateStrategy.');
  expectPassword(token);
  if (strategy === 'ROTATE') return [...present, token].slice(-2);
  if (strategy !== 'SET') throw invalidValue(`AuthTokenUpdateStrategy ${strategy} is not one of SET, ROTATE, DELETE.`);
  if (present.length === 2 && present.at(-1) !== token)
    throw invalidValue('The AUTH token must be the last AUTH token rotated.');
  return [token];
}

function expectPassword(text: string): void {
  if (!/^[!-~]{16,128}$/.test(text)) throw invalidValue('Passwords and tokens have 16 to 128 printable characters.');
}

/** `Name.member.1=…&Name.member.2=…` */
function listOf(parameters: URLSearchParams, prefix: string): string[] {
  return [...parameters].filter(([name]) => name.startsWith(prefix)).map(([, value]) => value);
}

/** On every node; without any the user is switched off. */
export function setPasswords(lab: Lab, userName: string, passwords: readonly string[]): Promise<void> {
  const words = passwords.length === 0 ? ['off'] : ['on', ...passwords.map((password) => `>${password}`)];
  return changeUser(lab, userName, ['resetpass', ...words]);
}

/** On every node, by words of Redis' ACL. */
export function changeUser(lab: Lab, userName: string, words: readonly string[]): Promise<void> {
  return everyNode(lab, ['ACL', 'SETUSER', userName, ...words]);
}

/** As the lab's administrator. */
export async function everyNode(lab: Lab, command: readonly string[]): Promise<void> {
  await withAdministrator(lab, async (administrator) => {
    for (const node of lab.nodes()) {
      const [reply] = await administrator.ask(node, [command]);
      if (reply instanceof Error) throw reply;
    }
  });
}
