/** The nodes that a topology leads to, by the ids under which they report metrics: there is no metric of a whole group. */
import { Token } from 'aws-cdk-lib/core';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';
import { nodeGroupId } from '../topology/rules/elasticache/layout.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create-alarm-on-metric-math-expression.html */
export const METRICS_PER_ALARM = 10;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
export const RESOURCES_PER_STACK = 500;

/** `shop-0001-001`: group, shard, node; `shop-001` without cluster mode. With automatic scaling, all that there may be. */
export function nodeIds(topology: ElastiCacheTopology): string[] {
  return shardIds(topology).flatMap((shard) => nodeIdsOfShard(topology, shard));
}

/** Whole shards together, as many as fit into one alarm. */
export function nodesInGroups(topology: ElastiCacheTopology, nodesPerGroup: number): string[][] {
  const shards = shardIds(topology).map((shard) => nodeIdsOfShard(topology, shard));
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

function nodeIdsOfShard(
  { name, replicasPerShard, scaling, clusterMode }: ElastiCacheTopology,
  shard: string,
): string[] {
  // The service keeps ids in small letters; a token's text must stay as it is.
  const group = Token.isUnresolved(name) ? name : name.toLowerCase();
  // A group that is `compatible` comes from one without cluster mode, and keeps its nodes.
  const prefix = clusterMode === 'enabled' ? `${group}-${shard}` : group;
  const nodeCount = 1 + (scaling?.replicas?.max ?? replicasPerShard);
  return Array.from({ length: nodeCount }, (_, index) => `${prefix}-${String(index + 1).padStart(3, '0')}`);
}
