/** What the ElastiCache API says of one replication group: its own answers, unchanged, read at one time. Only types of the SDK are known here. */
import type {
  CacheCluster,
  NodeGroupMember,
  Parameter,
  ReplicationGroup,
  Tag,
  UpdateAction,
  User,
  UserGroup,
} from '@aws-sdk/client-elasticache';
import type { GlobalRole } from '../../profile/profile.ts';

export type {
  CacheCluster,
  CacheParameterGroup,
  Event,
  GlobalReplicationGroup,
  GlobalReplicationGroupInfo,
  NodeGroup,
  NodeGroupMember,
  Parameter,
  ReplicationGroup,
  Tag,
  UpdateAction,
  User,
  UserGroup,
} from '@aws-sdk/client-elasticache';

export interface GroupDescription {
  /** DescribeReplicationGroups. */
  readonly group: ReplicationGroup;
  /** DescribeCacheClusters with node information, those of this group. */
  readonly nodes: readonly CacheCluster[];
  /** DescribeCacheParameters of the nodes' parameter group; absent where no node names one. */
  readonly parameters?: readonly Parameter[];
  /** DescribeUpdateActions. */
  readonly updateActions: readonly UpdateAction[];
  /** DescribeUserGroups, those that the group names; absent where they may not be read. */
  readonly userGroups?: readonly UserGroup[];
  /** DescribeUsers, those of the group's user groups; absent where the group does not say which those are, or they may not be read. */
  readonly users?: readonly User[];
  /** Why something may not be read, as a sentence for each action. */
  readonly unread?: { readonly DescribeUserGroups?: string; readonly DescribeUsers?: string };
  /** ListTagsForResource; absent where the group has no ARN. */
  readonly tags?: readonly Tag[];
}

/** `shop-0001-001 (node group 0001)` and what is known of it from either of the two lists. */
export interface Member {
  readonly nodeId: string;
  /** Absent where the group does not list it. */
  readonly nodeGroupId?: string;
  readonly zone?: string;
  /** DNS name, in small letters. */
  readonly host?: string;
  readonly port?: number;
}

/** Its place in a Global Datastore, by the API; undefined for none. */
export function globalRoleOf({ group }: Pick<GroupDescription, 'group'>): GlobalRole | undefined {
  const role = group.GlobalReplicationGroupInfo?.GlobalReplicationGroupMemberRole?.toLowerCase();
  return role === 'primary' || role === 'secondary' ? role : undefined;
}

/** Every node that either answer lists, in the order of their ids. */
export function membersOf({ group, nodes }: GroupDescription): Member[] {
  const inGroup = new Map(
    (group.NodeGroups ?? []).flatMap(({ NodeGroupId, NodeGroupMembers = [] }) =>
      NodeGroupMembers.map((member) => [member.CacheClusterId ?? '', { ...member, NodeGroupId }] as const),
    ),
  );
  const described = new Map(nodes.map((node) => [node.CacheClusterId ?? '', node]));
  const ids = new Set([...(group.MemberClusters ?? []), ...inGroup.keys(), ...described.keys()]);
  return [...ids].toSorted().map((nodeId) => member(nodeId, inGroup.get(nodeId), described.get(nodeId)));
}

function member(
  nodeId: string,
  inGroup: (NodeGroupMember & { readonly NodeGroupId: string | undefined }) | undefined,
  node: CacheCluster | undefined,
): Member {
  const endpoint = node?.CacheNodes?.[0]?.Endpoint ?? inGroup?.ReadEndpoint;
  const zone = node?.PreferredAvailabilityZone ?? inGroup?.PreferredAvailabilityZone;
  return {
    nodeId,
    ...(inGroup?.NodeGroupId === undefined ? {} : { nodeGroupId: inGroup.NodeGroupId }),
    ...(zone === undefined ? {} : { zone }),
    ...(endpoint?.Address === undefined ? {} : { host: endpoint.Address.toLowerCase() }),
    ...(endpoint?.Port === undefined ? {} : { port: endpoint.Port }),
  };
}
