/**
 * The provider patches the machines: every node is replaced by a new one at a new address, primaries and replicas alike.
 *
 *     per shard:  old primary + old replicas   ->   new nodes join as replicas, one is promoted, the old ones go
 *
 * `one-by-one` does so shard after shard, as ElastiCache does; `all-at-once` prepares every new node first and then moves
 * all shards in one step, so that no address a client knows survives (Azure Managed Redis replaces every machine and with
 * them every IP address and port: learn.microsoft.com/azure/redis/failover).
 *
 * An old node that is `closed` goes after it has told its clients where the slots are now; one that is `silent` or
 * `dropped` goes with the role, and tells nobody.
 */
import type { ConnectionProfile } from '../../profile/profile.ts';
import type { Disturbance, Scenario } from '../scenario.ts';
import { type Capability, labOf, type ServerNode } from '../target.ts';
import { waitUntilCaughtUp } from '../targets/replication.ts';
import { handOverSilently } from '../targets/silent-handover.ts';
import { addressOf, oldPrimaryOf, type ShardMembers, shardMembers } from './primaries.ts';
import { missingCapabilities } from './refusals.ts';

/** Between one shard and the next: long enough that their outages can be told apart. */
const BETWEEN_SHARDS_MS = 1_000;

export const plannedReplacement: Scenario = {
  name: 'planned-replacement',
  story: 'Every node is replaced by a new one at a new address, as in a provider’s maintenance; the role moves first.',
  planned: true,
  proof: 'roles-moved',
  heeds: ['oldNode', 'order'],
  refusals: (target, { oldNode }) => {
    const needed: Capability[] = ['replace-node'];
    if (oldNode === 'silent') needed.push('silence');
    if (oldNode === 'dropped') needed.push('drop-packets');
    return missingCapabilities(target, needed);
  },
  disturb: async (disturbance) => {
    const shards = await shardMembers(disturbance.target);
    if (disturbance.options.order === 'all-at-once') return replaceStep(shards, disturbance);
    for (const [index, shard] of disturbance.random.shuffle(shards).entries()) {
      if (index > 0) await disturbance.pause(BETWEEN_SHARDS_MS);
      await replaceStep([shard], disturbance);
    }
  },
};

/** Everything that is replaced in one step: all new nodes ready, then all roles moved, then all old nodes gone. */
async function replaceStep(shards: readonly ShardMembers[], disturbance: Disturbance): Promise<void> {
  const successors = await Promise.all(shards.map((shard) => prepare(shard, disturbance)));
  const moved = await Promise.all(
    shards.map(async (shard, index) => ({
      shard,
      injectedMs: await handOver(shard, successors[index] as ServerNode, disturbance),
    })),
  );
  await silenceOldNodes(shards, disturbance);
  // One after the other: every member must forget the node, and one that is just going would not answer.
  for (const { shard, injectedMs } of moved) await removeOldPrimary(shard, injectedMs, disturbance);
  for (const shard of shards) await removeOldReplicas(shard, disturbance);
}

/** A new node for each old one, all in sync before anything moves; the first is to be the primary. */
async function prepare(shard: ShardMembers, { target, signal, event }: Disturbance): Promise<ServerNode> {
  const [successor, ...others] = await Promise.all([
    labOf(target).addReplica(shard.shardIndex, signal),
    ...shard.replicas.map(() => labOf(target).addReplica(shard.shardIndex, signal)),
  ]);
  await waitUntilCaughtUp(labOf(target), shard.primary, successor, signal);
  event(
    'note',
    `shard ${shard.shardIndex + 1}: ${[successor, ...others].map(addressOf).join(', ')} joined and in sync`,
  );
  return successor;
}

/** Returns when it was asked for. */
async function handOver(shard: ShardMembers, successor: ServerNode, disturbance: Disturbance): Promise<number> {
  const { target, options, signal, now, event } = disturbance;
  const injectedMs = now();
  event('fault', `shard ${shard.shardIndex + 1}: ${addressOf(shard.primary)} hands over to ${addressOf(successor)}`);
  const silently = options.oldNode !== 'closed' && meetsNodes(target.profile);
  if (silently) await handOverSilently(labOf(target), shard.primary, successor, signal);
  else await labOf(target).promote(successor.id, signal);
  return injectedMs;
}

/** Whether clients talk to the nodes themselves: to each of a cluster, or to the one that ElastiCache's primary endpoint leads to. */
function meetsNodes({ clientMode, platform }: ConnectionProfile): boolean {
  return clientMode === 'cluster' || platform === 'elasticache';
}

/** All of them at the same moment, before the members are told one by one. */
async function silenceOldNodes(shards: readonly ShardMembers[], { target, options }: Disturbance): Promise<void> {
  if (options.oldNode === 'closed') return;
  await Promise.all(
    shards.flatMap(({ primary, replicas }) => [primary, ...replicas]).map(({ id }) => labOf(target).freeze(id)),
  );
}

async function removeOldPrimary(shard: ShardMembers, injectedMs: number, disturbance: Disturbance): Promise<void> {
  const { target, options, now, event, fault } = disturbance;
  await labOf(target).retire(shard.primary.id, options.oldNode);
  fault({ shardIndex: shard.shardIndex, injectedMs, oldNodeGoneMs: now(), oldPrimary: oldPrimaryOf(shard) });
  event('fault', `shard ${shard.shardIndex + 1}: ${addressOf(shard.primary)} is gone (${options.oldNode})`);
}

async function removeOldReplicas(shard: ShardMembers, { target, options, event }: Disturbance): Promise<void> {
  for (const replica of shard.replicas) {
    await labOf(target).retire(replica.id, options.oldNode);
    event('note', `shard ${shard.shardIndex + 1}: replica ${addressOf(replica)} is gone (${options.oldNode})`);
  }
}
