/**
 * An operator moves every primary's role to its replica and back again (`CLUSTER FAILOVER` on the replica). No node goes
 * away, every address stays: clients need only follow the slots.
 */
import type { Disturbance, Scenario } from '../scenario.ts';
import { labOf, type ServerNode } from '../target.ts';
import { addressOf, oldPrimaryOf, shardMembers } from './primaries.ts';
import { missingCapabilities, noReplica } from './refusals.ts';

const BETWEEN_MOVES_MS = 1_000;

export const plannedFailover: Scenario = {
  name: 'planned-failover',
  story: 'Every primary hands its role to its replica and takes it back; no node goes away.',
  planned: true,
  proof: 'roles-moved',
  heeds: ['order'],
  refusals: (target) => [...missingCapabilities(target, ['fail-over']), ...noReplica(target)],
  disturb: async (disturbance) => {
    const before = await shardMembers(disturbance.target);
    const there = before.flatMap(({ shardIndex, replicas: [replica] }) =>
      replica === undefined ? [] : [{ shardIndex, to: replica }],
    );
    const back = before.map(({ shardIndex, primary }) => ({ shardIndex, to: primary }));
    await moveAll(there, disturbance);
    await disturbance.pause(BETWEEN_MOVES_MS);
    await moveAll(back, disturbance);
  },
};

interface Move {
  readonly shardIndex: number;
  readonly to: ServerNode;
}

async function moveAll(moves: readonly Move[], disturbance: Disturbance): Promise<void> {
  if (disturbance.options.order === 'all-at-once') {
    await Promise.all(moves.map((move) => moveRole(move, disturbance)));
    return;
  }
  for (const [index, move] of disturbance.random.shuffle(moves).entries()) {
    if (index > 0) await disturbance.pause(BETWEEN_MOVES_MS);
    await moveRole(move, disturbance);
  }
}

async function moveRole({ shardIndex, to }: Move, { target, signal, now, event, fault }: Disturbance): Promise<void> {
  const members = (await shardMembers(target)).find((shard) => shard.shardIndex === shardIndex);
  if (members === undefined) throw new Error(`Shard ${shardIndex + 1} is no longer served by anybody.`);
  const injectedMs = now();
  event('fault', `shard ${shardIndex + 1}: ${addressOf(members.primary)} hands over to ${addressOf(to)}`);
  fault({ shardIndex, injectedMs, oldPrimary: oldPrimaryOf(members) });
  await labOf(target).promote(to.id, signal);
}
