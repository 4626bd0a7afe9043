/**
 * The users of the account: those that the lab's servers have, without the lab's administrator. What they may do is read from a server
 * and written anew as the service does; ids, states and whether a password is a token of IAM are the topology's.
 */
import type { User, UserGroup } from '../../../../lib/control/elasticache/description.ts';
import { withAdministrator } from '../../../../lib/drill/targets/replication.ts';
import { ADMINISTRATOR, refusals } from '../../../../lib/lab/acl.ts';
import type { Lab } from '../../../../lib/lab/lab.ts';
import type { Reply } from '../../../../lib/lab/reply.ts';
import { accessMeaning, commandDifference } from '../../../../lib/topology/access-string.ts';
import { applicationAccess } from '../../../../lib/topology/application-access.ts';
import type { ElastiCacheTopology } from '../../../../lib/topology/elasticache.ts';
import { asService } from './access-string.ts';
import type { Account } from './account.ts';
import { topologyOf, userGroupIdOf } from './description.ts';

/** Ids are known to whoever changes a user; the name of the user is what the servers know. */
export function userIdOf(userName: string): string {
  return userName === 'default' ? 'off' : userName;
}

export async function usersOf({ lab, busyUsers }: Pick<Account, 'lab' | 'busyUsers'>): Promise<User[]> {
  const topology = topologyOf(lab);
  const { engine, authentication } = topology;
  if (authentication.kind !== 'rbac') return [];
  return (await accessesOf(lab)).map(({ userName, access, needsPassword }) => ({
    UserId: userIdOf(userName),
    UserName: userName,
    Status: busyUsers.has(userIdOf(userName)) ? 'modifying' : 'active',
    Engine: engine,
    UserGroupIds: [userGroupIdOf(topology)],
    AccessString: asService(userName === authentication.userName ? withoutRefusals(access, topology) : access),
    Authentication: { Type: typeOf(userName, needsPassword, authentication) },
  }));
}

export async function userGroupsOf(lab: Lab): Promise<UserGroup[]> {
  const topology = topologyOf(lab);
  const { engine, authentication } = topology;
  if (authentication.kind !== 'rbac') return [];
  const users = await accessesOf(lab);
  const UserIds = users.map(({ userName }) => userIdOf(userName));
  return [{ UserGroupId: userGroupIdOf(topology), Engine: engine, Status: 'active', UserIds }];
}

type Rbac = Extract<ElastiCacheTopology['authentication'], { kind: 'rbac' }>;

/** A server knows passwords only; a token of IAM is one for a while. */
function typeOf(userName: string, needsPassword: boolean, { userName: application, credential }: Rbac) {
  if (!needsPassword) return 'no-password';
  return userName === application ? credential : 'password';
}

/**
 * What the service refuses by itself, the lab takes from its application's user, so nothing can be told from its absence: such a command
 * is described as declared. Its presence is somebody's change.
 */
function withoutRefusals(access: string, topology: ElastiCacheTopology): string {
  const [found, declared] = [access, applicationAccess(topology)].map((text) => accessMeaning(text).commands);
  const { missing } = commandDifference(found ?? '', declared ?? '');
  const refused = new Set(refusals(topology).map((word) => word.slice(1)));
  const taken = missing.filter((command) => refused.has(command) || refused.has(command.split('|')[0] ?? ''));
  return [access, ...taken.map((command) => `+${command}`)].join(' ');
}

interface Access {
  readonly userName: string;
  readonly access: string;
  readonly needsPassword: boolean;
}

/** By the word of the first primary: all servers have the same. */
function accessesOf(lab: Lab): Promise<Access[]> {
  return withAdministrator(lab, async (administrator) => {
    const [shard] = (await lab.serverView()).shards;
    const node = lab.nodes().find(({ id }) => id === shard?.primaryNodeId);
    if (node === undefined) throw new Error('The lab has no primary that could tell its users.');
    const [names] = await administrator.ask(node, [['ACL', 'USERS']]);
    const userNames = textsOf(names).filter((name) => name !== ADMINISTRATOR);
    const replies = await administrator.ask(
      node,
      userNames.map((name) => ['ACL', 'GETUSER', name]),
    );
    return userNames.map((userName, index) => accessOf(userName, fieldsOf(replies[index])));
  });
}

function accessOf(userName: string, fields: ReadonlyMap<string, Reply>): Access {
  const flags = textsOf(fields.get('flags'));
  const selectors = listOf(fields.get('selectors')).map((selector) => `(${rightsIn(fieldsOf(selector))})`);
  const access = [flags.includes('on') ? 'on' : 'off', rightsIn(fields), ...selectors].join(' ');
  return { userName, access, needsPassword: !flags.includes('nopass') };
}

function rightsIn(fields: ReadonlyMap<string, Reply>): string {
  const [keys, channels, commands] = ['keys', 'channels', 'commands'].map((name) => String(fields.get(name) ?? ''));
  return [keys, channels === '' ? 'resetchannels' : channels, commands].filter((text) => text !== '').join(' ');
}

/** Names and values in turn. */
function fieldsOf(reply: Reply | undefined): Map<string, Reply> {
  const items = listOf(reply);
  return new Map(
    items.flatMap((name, index) => (index % 2 === 0 ? [[String(name), items[index + 1] as Reply] as const] : [])),
  );
}

function textsOf(reply: Reply | undefined): string[] {
  return listOf(reply).map(String);
}

function listOf(reply: Reply | undefined): Reply[] {
  if (reply instanceof Error) throw reply;
  return Array.isArray(reply) ? reply : [];
}
