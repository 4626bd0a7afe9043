/** The nodes that a topology leads to, by the ids under which they report metrics: there is no metric of a whole group. */
import { Token } from 'aws-cdk-lib/core';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';
import { nodeGroupId } from '../topology/rules/elasticache/layout.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create-alarm-on-metric-math-expression.html */
export const METRICS_PER_ALARM = 10;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
export const RESOURCES_PER_STACK = 500;

/** A group that came from one without cluster mode may keep the ids of its nodes in the first shard. */
export interface NodeNaming {
  readonly keptNodeIds?: boolean;
}

/** `shop-0001-001`: group, shard, node; `shop-001` without cluster mode. With automatic scaling, all that there may be. */
export function nodeIds(topology: ElastiCacheTopology, naming: NodeNaming = {}): string[] {
  return nodesByShard(topology, naming).flat();
}

/** Whole shards together, as many as fit into one alarm. */
export function nodesInGroups(
  topology: ElastiCacheTopology,
  nodesPerGroup: number,
  naming: NodeNaming = {},
): string[][] {
  const shards = nodesByShard(topology, naming);
  const shardsPerGroup = Math.max(1, Math.floor(nodesPerGroup / (shards[0]?.length ?? 1)));
  const groups: string[][] = [];
  for (let first = 0; first < shards.length; first += shardsPerGroup) {
    groups.push(shards.slice(first, first + shardsPerGroup).flat());
  }
  return groups;
}

function shardIds({ shardCount, nodeGroups, scaling }: ElastiCacheTopology): string[] {
  if (nodeGroups !== undefined) return nodeGroups.map((group, index) => nodeGroupId(group, index).padStart(4, '0'));
  return Array.from({ length: scaling?.shards?.max ?? shardCount }, (_, index) => nodeGroupId({}, index));
}

function nodesByShard(topology: ElastiCacheTopology, { keptNodeIds = false }: NodeNaming): string[][] {
  // A group that is `compatible` comes from one without cluster mode, and keeps its nodes.
  const firstKeeps = keptNodeIds || topology.clusterMode !== 'enabled';
  return shardIds(topology).map((shard, index) =>
    nodeIdsOfShard(topology, firstKeeps && index === 0 ? '' : `-${shard}`),
  );
}

function nodeIdsOfShard({ name, replicasPerShard, scaling }: ElastiCacheTopology, shard: string): string[] {
  // The service keeps ids in small letters; a token's text must stay as it is.
  const prefix = (Token.isUnresolved(name) ? name : name.toLowerCase()) + shard;
  const nodeCount = 1 + (scaling?.replicas?.max ?? replicasPerShard);
  return Array.from({ length: nodeCount }, (_, index) => `${prefix}-${String(index + 1).padStart(3, '0')}`);
}
