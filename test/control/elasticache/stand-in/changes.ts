/** What can be asked to be done to nodes, done to real processes. */
import { waitUntil } from '../../../../lib/base/wait-until.ts';
import type { LabNode } from '../../../../lib/lab/lab.ts';
import { type Account, addEvent, inBackground, statusesOf } from './account.ts';
import { cacheClusterId, nodeGroupIdOf, topologyOf } from './description.ts';
import { invalidState, invalidValue, nodeGroupNotFound, quotaExceeded } from './fault.ts';

/** As published; the page is cited in lib/control/elasticache/failover-preconditions.ts. */
const QUOTA = { nodeGroups: 15, withinMs: 24 * 3_600_000 };
const PROMOTION_TIMEOUT_MS = 30_000;

/** Kills the primary, lets the cluster promote a replica by itself, then starts the old one again. Events as the service's page lists them. */
export async function testFailover(account: Account, nodeGroupId: string): Promise<void> {
  const { lab, events } = account;
  const view = await lab.serverView();
  const shard = view.shards.find(({ shardIndex }) => nodeGroupIdOf(shardIndex) === nodeGroupId);
  if (shard === undefined) throw nodeGroupNotFound(nodeGroupId);
  expectAvailable(account);
  if (shard.replicaNodeIds.length === 0)
    throw invalidState(`Node group ${nodeGroupId} has no replica to fail over to.`);
  const since = Date.now() - QUOTA.withinMs;
  const calls = events.filter(
    ({ Message = '', Date: date }) => Message.startsWith('Test Failover API called') && (date?.getTime() ?? 0) > since,
  );
  if (calls.length >= QUOTA.nodeGroups) throw quotaExceeded();
  const groupId = topologyOf(lab).name.toLowerCase();
  const node = (id: string) => lab.nodes().find((candidate) => candidate.id === id) as LabNode;
  const old = node(shard.primaryNodeId);
  addEvent(account, 'replication-group', groupId, `Test Failover API called for node group ${nodeGroupId}`);
  inBackground(account, { shards: [shard.shardIndex] }, async () => {
    await lab.crash(old.id);
    const heir = await promotedIn(account, shard.shardIndex, old.id);
    const promoted = `Failover from primary node ${cacheClusterId(old)} to replica node ${cacheClusterId(node(heir))} completed`;
    addEvent(account, 'cache-cluster', cacheClusterId(old), promoted);
    addEvent(account, 'replication-group', groupId, promoted);
    addEvent(account, 'cache-cluster', cacheClusterId(old), 'Recovering cache nodes 0001');
    await lab.restart(old.id);
    addEvent(account, 'cache-cluster', cacheClusterId(old), 'Finished recovery for cache nodes 0001');
  });
}

async function promotedIn({ lab, closing }: Account, shardIndex: number, oldId: string): Promise<string> {
  return waitUntil({
    what: `a replica of shard ${shardIndex} to take over`,
    timeoutMs: PROMOTION_TIMEOUT_MS,
    everyMs: 50,
    signal: closing,
    probe: async () => {
      const { shards } = await lab.serverView();
      const primary = shards.find((shard) => shard.shardIndex === shardIndex)?.primaryNodeId;
      return primary === oldId ? undefined : primary;
    },
  });
}

/** The number of replicas that each named node group, or every one, shall have. */
export async function increaseReplicaCount(
  account: Account,
  wanted: ReadonlyMap<string, number> | number,
): Promise<void> {
  const { lab } = account;
  expectAvailable(account);
  const { shards } = await lab.serverView();
  const countOf = (id: string) => (typeof wanted === 'number' ? wanted : wanted.get(id));
  if (typeof wanted !== 'number') {
    const known = shards.map(({ shardIndex }) => nodeGroupIdOf(shardIndex));
    const unknown = [...wanted.keys()].find((id) => !known.includes(id));
    if (unknown !== undefined) throw nodeGroupNotFound(unknown);
  }
  const missing = shards.flatMap(({ shardIndex, replicaNodeIds }) => {
    const count = (countOf(nodeGroupIdOf(shardIndex)) ?? replicaNodeIds.length) - replicaNodeIds.length;
    return Array.from({ length: Math.max(0, count) }, () => shardIndex);
  });
  if (missing.length === 0) throw invalidValue('The new replica count must be larger than the present one.');
  inBackground(account, { shards: missing }, async () => {
    await Promise.all(missing.map((shardIndex) => lab.addReplica(shardIndex, account.closing)));
  });
}

export function expectAvailable(account: Account): void {
  const { group } = statusesOf(account);
  if (group !== 'available') throw invalidState(`Replication group must be in available state, and is ${group}.`);
}
