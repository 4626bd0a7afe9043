/** Which nodes a topology needs, before any of them exists. */
import { randomBytes } from 'node:crypto';
import { evenSlotRanges, type SlotRange } from '../topology/slot.ts';
import { replicasPerShardOf, type Topology } from '../topology/topology.ts';
import type { Address } from './addresses.ts';
import type { ClusterMember } from './cluster-file.ts';
import type { NodeRecord } from './state.ts';

/** Redis Cluster nodes everywhere but behind NoCluster and without cluster mode, which are one primary with its replicas. */
export function isClustered(topology: Topology): boolean {
  return topology.platform === 'elasticache'
    ? topology.clusterMode !== 'disabled'
    : topology.clusteringPolicy !== 'NoCluster';
}

/** ElastiCache without cluster mode: a name leads to the primary, and every failover leads it to another node. */
export function hasPrimaryEndpoint(topology: Topology): boolean {
  return topology.platform === 'elasticache' && topology.clusterMode === 'disabled';
}

/** Whether the application talks to the nodes themselves, or to one endpoint process in front of them. */
export function nodesAreReachable(topology: Topology): boolean {
  return topology.platform === 'elasticache' || topology.clusteringPolicy === 'OSSCluster';
}

/**
 * The name in every certificate, and of the endpoint. Shaped as the services shape theirs
 * (`clustercfg.<name>.<id>.apn2.cache.amazonaws.com`, `master.<name>.…`, `<name>.koreacentral.redis.azure.net`) under a domain
 * that cannot exist.
 */
export function endpointNameOf(topology: Topology, labId: string): string {
  if (hasPrimaryEndpoint(topology)) return `master.${elastiCacheDomain(topology, labId)}`;
  if (topology.platform === 'elasticache') return `clustercfg.${elastiCacheDomain(topology, labId)}`;
  return `${topology.name}.${labId}.redis.redoubt.internal`;
}

/** The name that leads to the replicas, where there are some and ElastiCache is without cluster mode. */
export function readerEndpointNameOf(topology: Topology, labId: string): string | undefined {
  if (!hasPrimaryEndpoint(topology) || replicasPerShardOf(topology) === 0) return undefined;
  return `replica.${elastiCacheDomain(topology, labId)}`;
}

/** Names the server certificate is valid for. */
export function certificateNames(topology: Topology, labId: string): string[] {
  if (topology.platform !== 'elasticache') return [endpointNameOf(topology, labId)];
  return [`*.${elastiCacheDomain(topology, labId)}`];
}

/** `<name>-0001-002.<name>.<id>…`: second node of the first shard; `<name>-002` without cluster mode. Azure announces addresses instead. */
export function nodeNameOf(topology: Topology, labId: string, shardIndex: number, place: number): string | undefined {
  if (topology.platform !== 'elasticache') return undefined;
  const shard = topology.clusterMode === 'enabled' ? `-${String(shardIndex + 1).padStart(4, '0')}` : '';
  return `${topology.name}${shard}-${String(place).padStart(3, '0')}.${elastiCacheDomain(topology, labId)}`;
}

/** The lowest name of the shard that no node has: a replaced node's name lives on at another address. */
export function freeNodeName(
  topology: Topology,
  labId: string,
  shardIndex: number,
  nodes: readonly NodeRecord[],
): string | undefined {
  const used = new Set(nodes.map(({ announcedName }) => announcedName));
  for (let place = 1; ; place += 1) {
    const name = nodeNameOf(topology, labId, shardIndex, place);
    if (name === undefined || !used.has(name)) return name;
  }
}

/** Shard by shard, primary first. */
export function plannedNodes(topology: Topology, labId: string, addresses: readonly Address[]): NodeRecord[] {
  const nodesPerShard = 1 + replicasPerShardOf(topology);
  return addresses.map((address, index) => {
    const shardIndex = Math.floor(index / nodesPerShard);
    const announcedName = nodeNameOf(topology, labId, shardIndex, (index % nodesPerShard) + 1);
    return {
      id: `node-${index + 1}`,
      ...address,
      ...(announcedName === undefined ? {} : { announcedName }),
      ...(isClustered(topology) ? { clusterNodeId: newClusterNodeId() } : {}),
      shardIndex,
      condition: 'joining',
    };
  });
}

/** The first node of its shard is the primary when a lab starts. */
export function plannedPrimary(nodes: readonly NodeRecord[], shardIndex: number): NodeRecord {
  const primary = nodes.find((node) => node.shardIndex === shardIndex);
  if (primary === undefined) throw new RangeError(`No node was planned for shard ${shardIndex}.`);
  return primary;
}

/** The cluster as every node's file says it before the first start: one epoch per primary, no two alike. */
export function plannedMembers(topology: Topology, nodes: readonly NodeRecord[]): ClusterMember[] {
  const slotRanges = evenSlotRanges(topology.shardCount);
  return nodes.map((node) => {
    const primary = plannedPrimary(nodes, node.shardIndex);
    return {
      ...memberAddress(node),
      epoch: node.shardIndex + 1,
      ...(primary === node
        ? { slots: [slotRanges[node.shardIndex] as SlotRange] }
        : { slots: [], primaryId: primary.clusterNodeId as string }),
    };
  });
}

export function memberAddress(
  node: NodeRecord,
): Pick<ClusterMember, 'clusterNodeId' | 'host' | 'port' | 'busPort' | 'announcedName'> {
  const { clusterNodeId, host, port, busPort, announcedName } = node;
  return {
    clusterNodeId: clusterNodeId as string,
    host,
    port,
    busPort,
    ...(announcedName === undefined ? {} : { announcedName }),
  };
}

export function newClusterNodeId(): string {
  return randomBytes(20).toString('hex');
}

function elastiCacheDomain(topology: Topology, labId: string): string {
  return `${topology.name}.${labId}.cache.redoubt.internal`;
}
