/** One entry for each action of the API that the stand-in knows: parameters in, the members of the result out. */
import { type Account, statusesOf } from './account.ts';
import { increaseReplicaCount, testFailover } from './changes.ts';
import { modifyToken, modifyUser } from './credentials.ts';
import { datastoreNamed, described, disassociate, failOver, membershipOf } from './datastore.ts';
import { arnOf, cacheClusters, replicationGroup, topologyOf } from './description.ts';
import { ApiFault, invalidValue, replicationGroupNotFound, userNotFound } from './fault.ts';
import { modifyEngine } from './modify-engine.ts';
import { parameterGroupNamed } from './parameter-groups.ts';
import { userGroupsOf, usersOf } from './users.ts';

export type Action = (account: Account, parameters: URLSearchParams) => Promise<object>;

export const ACTIONS: Readonly<Record<string, Action>> = {
  DescribeReplicationGroups: async (account, parameters) => {
    const id = parameters.get('ReplicationGroupId');
    if (id !== null) expectGroup(account, id);
    return { ReplicationGroups: [await describedGroup(account)] };
  },
  DescribeCacheClusters: async (account, parameters) => {
    const id = parameters.get('CacheClusterId')?.toLowerCase();
    const all = cacheClusters(account.lab, statusesOf(account));
    const found = all.filter(({ CacheClusterId }) => id === undefined || CacheClusterId === id);
    if (found.length === 0) throw new ApiFault('CacheClusterNotFound', 404, `CacheCluster ${id} not found.`);
    const isWhole = parameters.get('ShowCacheNodeInfo') === 'true';
    return { CacheClusters: found.map(({ CacheNodes, ...node }) => (isWhole ? { ...node, CacheNodes } : node)) };
  },
  DescribeCacheParameters: async (account, parameters) => ({
    Parameters: parameterGroupNamed(account, parameters.get('CacheParameterGroupName') ?? '').parameters,
  }),
  DescribeCacheParameterGroups: async (account, parameters) => {
    const { name, family } = parameterGroupNamed(account, parameters.get('CacheParameterGroupName') ?? '');
    return { CacheParameterGroups: [{ CacheParameterGroupName: name, CacheParameterGroupFamily: family }] };
  },
  DescribeUserGroups: async ({ lab }, parameters) => {
    const id = parameters.get('UserGroupId');
    const found = (await userGroupsOf(lab)).filter(({ UserGroupId }) => UserGroupId === id);
    if (found.length === 0) throw new ApiFault('UserGroupNotFound', 404, `UserGroup ${id} not found.`);
    return { UserGroups: found };
  },
  DescribeUpdateActions: async () => ({ UpdateActions: [] }),
  DescribeUsers: async (account, parameters) => {
    const id = parameters.get('UserId');
    const all = await usersOf(account);
    const found = all.filter(({ UserId }) => id === null || UserId === id);
    if (id !== null && found.length === 0) throw userNotFound(id);
    return { Users: found };
  },
  ModifyUser: async (account, parameters) => {
    const id = await modifyUser(account, parameters);
    return (await usersOf(account)).find(({ UserId }) => UserId === id) as object;
  },
  ModifyReplicationGroup: async (account, parameters) => {
    expectGroup(account, parameters.get('ReplicationGroupId'));
    if (parameters.get('ApplyImmediately') !== 'true')
      throw invalidValue('The stand-in has no maintenance window to wait for.');
    await (parameters.has('AuthToken') ? modifyToken : modifyEngine)(account, parameters);
    return { ReplicationGroup: await describedGroup(account) };
  },
  ListTagsForResource: async (account, parameters) => {
    const arn = parameters.get('ResourceName') ?? '';
    if (arn !== arnOf(account.region, topologyOf(account.lab)))
      throw new ApiFault('InvalidARN', 400, `${arn} is not a known ARN.`);
    return { TagList: account.tags };
  },
  DescribeEvents: async ({ events }, parameters) => {
    const start = parameters.get('StartTime');
    const since = start === null ? Date.now() - Number(parameters.get('Duration') ?? 60) * 60_000 : Date.parse(start);
    const wanted = (value: string | undefined, name: string) => [null, value].includes(parameters.get(name));
    return {
      Events: events.filter(
        ({ Date: date, SourceType, SourceIdentifier }) =>
          (date?.getTime() ?? 0) >= since &&
          wanted(SourceType, 'SourceType') &&
          wanted(SourceIdentifier, 'SourceIdentifier'),
      ),
    };
  },
  TestFailover: async (account, parameters) => {
    expectGroup(account, parameters.get('ReplicationGroupId'));
    await testFailover(account, parameters.get('NodeGroupId') ?? '');
    return { ReplicationGroup: await describedGroup(account) };
  },
  DescribeGlobalReplicationGroups: async (account, parameters) => {
    const datastore = datastoreNamed(account, parameters.get('GlobalReplicationGroupId'));
    return { GlobalReplicationGroups: [described(datastore, parameters.get('ShowMemberInfo') === 'true')] };
  },
  FailoverGlobalReplicationGroup: async (account, parameters) => ({
    GlobalReplicationGroup: described(failOver(account, parameters), true),
  }),
  DisassociateGlobalReplicationGroup: async (account, parameters) => ({
    GlobalReplicationGroup: described(disassociate(account, parameters), true),
  }),
  IncreaseReplicaCount: async (account, parameters) => {
    expectGroup(account, parameters.get('ReplicationGroupId'));
    if (parameters.get('ApplyImmediately') !== 'true')
      throw invalidValue('ApplyImmediately=false is not currently supported.');
    await increaseReplicaCount(account, wantedReplicas(parameters));
    return { ReplicationGroup: await describedGroup(account) };
  },
};

async function describedGroup(account: Account) {
  const group = replicationGroup(account.lab, await account.lab.serverView(), statusesOf(account));
  return { ...group, GlobalReplicationGroupInfo: membershipOf(account) };
}

function expectGroup({ lab }: Account, id: string | null): void {
  if (id?.toLowerCase() !== topologyOf(lab).name.toLowerCase()) throw replicationGroupNotFound(id ?? '');
}

/** `ReplicaConfiguration.ConfigureShard.1.NodeGroupId=0001`, or one number for all. */
function wantedReplicas(parameters: URLSearchParams): ReadonlyMap<string, number> | number {
  const prefix = 'ReplicaConfiguration.ConfigureShard.';
  const places = [
    ...new Set([...parameters.keys()].flatMap((name) => (name.startsWith(prefix) ? (name.split('.')[2] ?? []) : []))),
  ];
  if (places.length === 0) return Number(parameters.get('NewReplicaCount'));
  return new Map(
    places.map((place) => [
      parameters.get(`${prefix}${place}.NodeGroupId`) ?? '',
      Number(parameters.get(`${prefix}${place}.NewReplicaCount`)),
    ]),
  );
}
