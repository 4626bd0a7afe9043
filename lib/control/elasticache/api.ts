/** The few questions that are asked of ElastiCache, every answer whole (all pages), and what it is asked to do to one shard. */
import { ProblemError } from '../../base/problem.ts';
import type { Caller } from './caller.ts';
import type {
  CacheCluster,
  Event,
  GroupDescription,
  Parameter,
  ReplicationGroup,
  Tag,
  UpdateAction,
  User,
  UserGroup,
} from './description.ts';

/** The most that the service gives at once. */
const PAGE_SIZE = 100;

/** Everything that a comparison needs. */
export async function describe(caller: Caller, signal?: AbortSignal): Promise<GroupDescription> {
  // The group first: without it nothing else needs to be asked.
  const group = await describeGroup(caller, signal);
  const nodes = await describeNodes(caller, signal);
  const parameters = await describeParameters(caller, nodes, signal);
  const updateActions = await describeUpdateActions(caller, signal);
  // A role that was made for an older version may not ask these, and should still be told everything else.
  const userGroups = await unlessDenied(() => describeUserGroups(caller, group, signal));
  const users = await unlessDenied(() => describeUsers(caller, group, signal));
  const tags = await listTags(caller, group, signal);
  return {
    group,
    nodes,
    updateActions,
    ...(parameters === undefined ? {} : { parameters }),
    ...(userGroups.answer === undefined ? {} : { userGroups: userGroups.answer }),
    ...(users.answer === undefined ? {} : { users: users.answer }),
    unread: {
      ...(userGroups.denied === undefined ? {} : { DescribeUserGroups: userGroups.denied }),
      ...(users.denied === undefined ? {} : { DescribeUsers: users.denied }),
    },
    ...(tags === undefined ? {} : { tags }),
  };
}

/** What it answers, or the sentence that says which right is missing. */
async function unlessDenied<Answer>(
  ask: () => Promise<Answer>,
): Promise<{ readonly answer?: Answer; readonly denied?: string }> {
  try {
    return { answer: await ask() };
  } catch (error) {
    const problem = error instanceof ProblemError ? error.problems[0] : undefined;
    if (problem?.code !== 'AWS_ACCESS_DENIED') throw error;
    return { denied: problem.message };
  }
}

export function describeGroup(caller: Caller, signal?: AbortSignal): Promise<ReplicationGroup> {
  const { replicationGroupId, subject } = caller;
  return caller.call('DescribeReplicationGroups', signal, async ({ sdk, reader }, bounds) => {
    const command = new sdk.DescribeReplicationGroupsCommand({ ReplicationGroupId: replicationGroupId });
    const [group] = (await reader.send(command, bounds)).ReplicationGroups ?? [];
    if (group !== undefined) return group;
    const message = `DescribeReplicationGroups answered without a fault and without the ${subject}. Ask again, and report it if it stays so.`;
    throw new ProblemError({ code: 'AWS_GROUP_NOT_FOUND', message });
  });
}

/** The nodes of one group cannot be asked for, only those of the account. */
export function describeNodes(caller: Caller, signal?: AbortSignal): Promise<CacheCluster[]> {
  const groupId = caller.replicationGroupId.toLowerCase();
  return caller.call('DescribeCacheClusters', signal, async ({ sdk, reader: client }, bounds) => {
    const pages = sdk.paginateDescribeCacheClusters(
      { client, pageSize: PAGE_SIZE },
      { ShowCacheNodeInfo: true },
      bounds,
    );
    const all = await itemsOf(pages, ({ CacheClusters }) => CacheClusters);
    return all.filter(({ ReplicationGroupId }) => ReplicationGroupId?.toLowerCase() === groupId);
  });
}

export async function describeParameters(
  caller: Caller,
  nodes: readonly CacheCluster[],
  signal?: AbortSignal,
): Promise<Parameter[] | undefined> {
  const name = nodes[0]?.CacheParameterGroup?.CacheParameterGroupName;
  return name === undefined ? undefined : describeParametersOf(caller, name, signal);
}

/** @throws ProblemError `AWS_PARAMETER_GROUP_NOT_FOUND` */
export function describeParametersOf(caller: Caller, name: string, signal?: AbortSignal): Promise<Parameter[]> {
  return caller.call('DescribeCacheParameters', signal, ({ sdk, reader: client }, bounds) => {
    const input = { CacheParameterGroupName: name };
    const pages = sdk.paginateDescribeCacheParameters({ client, pageSize: PAGE_SIZE }, input, bounds);
    return itemsOf(pages, ({ Parameters }) => Parameters);
  });
}

function describeUpdateActions(caller: Caller, signal?: AbortSignal): Promise<UpdateAction[]> {
  return caller.call('DescribeUpdateActions', signal, ({ sdk, reader: client }, bounds) => {
    const input = { ReplicationGroupIds: [caller.replicationGroupId] };
    // Its largest page is not published, so it is left to the service.
    return itemsOf(sdk.paginateDescribeUpdateActions({ client }, input, bounds), ({ UpdateActions }) => UpdateActions);
  });
}

/** The user groups of this replication group: at most one, by the service's own limit. */
export async function describeUserGroups(
  caller: Caller,
  { UserGroupIds = [] }: ReplicationGroup,
  signal?: AbortSignal,
): Promise<UserGroup[]> {
  const groups: UserGroup[] = [];
  for (const UserGroupId of UserGroupIds) {
    const found = await caller.call('DescribeUserGroups', signal, ({ sdk, reader: client }, bounds) =>
      itemsOf(sdk.paginateDescribeUserGroups({ client }, { UserGroupId }, bounds), ({ UserGroups }) => UserGroups),
    );
    groups.push(...found);
  }
  return groups;
}

/** Those of the group's user groups; of the account's they can only be picked out. */
export async function describeUsers(
  caller: Caller,
  { UserGroupIds }: ReplicationGroup,
  signal?: AbortSignal,
): Promise<User[] | undefined> {
  if (UserGroupIds === undefined) return undefined;
  if (UserGroupIds.length === 0) return [];
  return caller.call('DescribeUsers', signal, async ({ sdk, reader: client }, bounds) => {
    const pages = sdk.paginateDescribeUsers({ client, pageSize: PAGE_SIZE }, {}, bounds);
    const all = await itemsOf(pages, ({ Users }) => Users);
    return all.filter((user) => user.UserGroupIds?.some((id) => UserGroupIds.includes(id)));
  });
}

export async function listTags(
  caller: Caller,
  { ARN }: ReplicationGroup,
  signal?: AbortSignal,
): Promise<Tag[] | undefined> {
  if (ARN === undefined) return undefined;
  return caller.call('ListTagsForResource', signal, async ({ sdk, reader }, bounds) => {
    const answer = await reader.send(new sdk.ListTagsForResourceCommand({ ResourceName: ARN }), bounds);
    return answer.TagList ?? [];
  });
}

/** Events of everything in the account and region, oldest first. The service keeps them for 14 days. */
export function describeEvents(caller: Caller, minutes: number, signal?: AbortSignal): Promise<Event[]> {
  return caller.call('DescribeEvents', signal, async ({ sdk, reader: client }, bounds) => {
    const pages = sdk.paginateDescribeEvents({ client, pageSize: PAGE_SIZE }, { Duration: minutes }, bounds);
    const events = await itemsOf(pages, ({ Events }) => Events);
    return events.toSorted((left, right) => (left.Date?.getTime() ?? 0) - (right.Date?.getTime() ?? 0));
  });
}

export function testFailover(caller: Caller, nodeGroupId: string, signal?: AbortSignal): Promise<void> {
  return caller.call('TestFailover', signal, async ({ sdk, doer }, bounds) => {
    const input = { ReplicationGroupId: caller.replicationGroupId, NodeGroupId: nodeGroupId };
    await doer.send(new sdk.TestFailoverCommand(input), bounds);
  });
}

export async function itemsOf<Page, Item>(
  pages: AsyncIterable<Page>,
  items: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const all: Item[] = [];
  for await (const page of pages) all.push(...(items(page) ?? []));
  return all;
}
