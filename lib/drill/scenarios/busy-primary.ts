/**
 * One primary runs a slow script: it answers nobody for two seconds, and then everybody. Nothing moves, so the right
 * thing to do is to wait. A client that cuts healthy connections by a time-out alone is found out here.
 */
import type { Scenario } from '../scenario.ts';
import { labOf } from '../target.ts';
import { addressOf, oldPrimaryOf, shardMembers } from './primaries.ts';
import { missingCapabilities } from './refusals.ts';

/** Below the lab's cluster-node-timeout and the services', so that the servers themselves keep calm. */
export const BUSY_MS = 2_000;

export const busyPrimary: Scenario = {
  name: 'busy-primary',
  story: 'One primary is busy with a slow script for two seconds; nothing moves, and a client should only wait.',
  planned: false,
  proof: 'server-busy',
  heeds: [],
  refusals: (target) => missingCapabilities(target, ['occupy']),
  disturb: async ({ target, random, now, event, fault, pause }) => {
    const victim = random.pick(await shardMembers(target));
    const injectedMs = now();
    await labOf(target).occupy(victim.primary.id, BUSY_MS);
    fault({ shardIndex: victim.shardIndex, injectedMs, oldPrimary: oldPrimaryOf(victim) });
    event('fault', `shard ${victim.shardIndex + 1}: ${addressOf(victim.primary)} is busy for ${BUSY_MS} ms`);
    await pause(BUSY_MS);
  },
};
