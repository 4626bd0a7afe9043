/** What crash and freeze have in common: one primary goes without a word, and the servers have to notice by themselves. */
import { waitUntil } from '../../base/wait-until.ts';
import type { Disturbance } from '../scenario.ts';
import type { ServerNode } from '../target.ts';
import { addressOf, oldPrimaryOf, shardMembers } from './primaries.ts';

/** Detection (up to 1.5 x cluster-node-timeout), the election's delay and one repetition of it, with room to spare. */
const PROMOTION_TIMEOUT_MS = 20_000;

export async function losePrimary(
  disturbance: Disturbance,
  verb: string,
  lose: (node: ServerNode) => Promise<void>,
): Promise<void> {
  const { target, random, signal, now, event, fault } = disturbance;
  const victim = random.pick(await shardMembers(target));
  const injectedMs = now();
  await lose(victim.primary);
  fault({ shardIndex: victim.shardIndex, injectedMs, oldNodeGoneMs: now(), oldPrimary: oldPrimaryOf(victim) });
  event('fault', `shard ${victim.shardIndex + 1}: primary ${addressOf(victim.primary)} ${verb}`);
  await waitUntil({
    what: `the servers to promote a replica of shard ${victim.shardIndex + 1}`,
    timeoutMs: PROMOTION_TIMEOUT_MS,
    everyMs: 100,
    signal,
    probe: async () => {
      const { shards } = await target.servers.serverView();
      const shard = shards.find(({ shardIndex }) => shardIndex === victim.shardIndex);
      return shard !== undefined && shard.primaryNodeId !== victim.primary.id ? true : undefined;
    },
  });
}
