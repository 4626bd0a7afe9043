/** Who is primary of what right now, with addresses: what every fault record starts from. */
import type { ServerView } from '../../lab/lab.ts';
import type { FaultRecord } from '../history.ts';
import type { ServerNode, Target } from '../target.ts';

export interface ShardMembers {
  readonly shardIndex: number;
  readonly primary: ServerNode;
  readonly replicas: readonly ServerNode[];
  readonly epoch: number;
}

/** @throws when the servers name a primary that is not one of the deployment's nodes: the lab is not what it says. */
export async function shardMembers(target: Target): Promise<ShardMembers[]> {
  const view = await target.servers.serverView();
  const nodes = new Map(target.servers.nodes().map((node) => [node.id, node]));
  return view.shards.map((shard) => membersOf(shard, nodes));
}

function membersOf(shard: ServerView['shards'][number], nodes: ReadonlyMap<string, ServerNode>): ShardMembers {
  const primary = nodes.get(shard.primaryNodeId);
  if (primary === undefined) {
    throw new Error(
      `Shard ${shard.shardIndex + 1} is served by ${shard.primaryNodeId}, which is not one of the deployment's nodes.`,
    );
  }
  const replicas = shard.replicaNodeIds.flatMap((id) => nodes.get(id) ?? []);
  return { shardIndex: shard.shardIndex, primary, replicas, epoch: shard.epoch };
}

export function oldPrimaryOf({ primary, epoch }: ShardMembers): FaultRecord['oldPrimary'] {
  return { host: primary.host, port: primary.port, epoch };
}

/** `127.0.0.1:8503`. */
export function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host}:${port}`;
}
