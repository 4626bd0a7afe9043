/** A planned failover to one replica, as an administrator orders it. */
import { ProblemError } from '../../base/problem.ts';
import { waitUntil } from '../../base/wait-until.ts';
import { answeringNodes, findNode, type LabContext } from '../context.ts';
import { leadEndpointTo } from '../hosts-file.ts';
import { textOf } from '../reply.ts';
import { parseClusterNodes, parseInfo } from '../server-view.ts';
import { type LabState, lock, type NodeRecord, readState } from '../state.ts';

const PROMOTE_TIMEOUT_MS = 15_000;
const POLL_EVERY_MS = 10;
/** For the promotions that are ahead of this one. */
const TURN_TIMEOUT_MS = 60_000;
/** A manual failover that was granted is over within this (the server's own limit is 5 s; usual are 10 to 100 ms). */
const ASK_AGAIN_AFTER_MS = 500;
/** How long a primary of a pair waits for its replica before it gives the failover up. */
const FAILOVER_TIMEOUT_MS = 5_000;

/**
 * Returns once the node is the primary in the eyes of every node. Does nothing when it is already.
 * @throws ProblemError `LAB_NODE_UNKNOWN`, `LAB_NODE_NOT_RUNNING`, `WAIT_TIMED_OUT`
 */
export async function promote(context: LabContext, nodeId: string, signal?: AbortSignal): Promise<void> {
  const { state, node } = findNode(context, nodeId);
  if (node.condition !== 'running') {
    const message = `${nodeId} is ${node.condition}, so it cannot take over its shard. Heal it first, or promote another replica.`;
    throw new ProblemError({ code: 'LAB_NODE_NOT_RUNNING', message });
  }
  // One at a time: elections that start together share an epoch, every node votes once per epoch, and the losers wait
  // four node timeouts before they try again.
  const release = await lock(context.runDirectory, 'promote', TURN_TIMEOUT_MS, signal);
  try {
    if (state.clustered) await promoteInCluster(context, node, signal);
    else await promoteInPair(context, state, node, signal);
  } finally {
    release();
  }
}

async function promoteInCluster(context: LabContext, node: NodeRecord, signal?: AbortSignal): Promise<void> {
  let askedAt = Number.NEGATIVE_INFINITY;
  let lastSeen = 'nothing yet';
  await waitUntil({
    what: `${node.id} to be the primary of its shard everywhere`,
    timeoutMs: PROMOTE_TIMEOUT_MS,
    everyMs: POLL_EVERY_MS,
    ...(signal === undefined ? {} : { signal }),
    lastSeen: () => lastSeen,
    probe: async () => {
      const others = await nodesThatSeeAnotherRole(context, node);
      if (others.length === 0) return true;
      lastSeen = `not yet in the eyes of ${others.map(({ id }) => id).join(', ')}`;
      // The command answers OK and does nothing when it comes too early, so it is asked again until the role changes.
      if (others.some(({ id }) => id === node.id) && performance.now() - askedAt > ASK_AGAIN_AFTER_MS) {
        askedAt = performance.now();
        const [reply] = await context.administrator.ask(node, [['CLUSTER', 'FAILOVER']]);
        if (reply instanceof Error) lastSeen = reply.message;
      }
      return undefined;
    },
  });
}

/** Nodes that do not (yet) see it as a primary with slots. One that does not answer counts as not seeing it. */
async function nodesThatSeeAnotherRole(
  { runDirectory, administrator }: LabContext,
  promoted: NodeRecord,
): Promise<NodeRecord[]> {
  const asked = answeringNodes(readState(runDirectory));
  const seen = await Promise.all(
    asked.map(async (node) => {
      try {
        const [reply] = await administrator.ask(node, [['CLUSTER', 'NODES']]);
        const line = parseClusterNodes(textOf(reply)).find(
          ({ clusterNodeId }) => clusterNodeId === promoted.clusterNodeId,
        );
        return line?.flags.includes('master') === true && line.slots.length > 0;
      } catch {
        return false;
      }
    }),
  );
  return asked.filter((_, index) => !seen[index]);
}

/**
 * Standalone pair: FAILOVER on the primary stops its writes, waits until the replica has everything, and swaps the roles,
 * so no acknowledged write is lost. Without a primary that answers, the replica is promoted as it is.
 */
async function promoteInPair(
  context: LabContext,
  state: LabState,
  node: NodeRecord,
  signal?: AbortSignal,
): Promise<void> {
  const command = (name: string, ...rest: string[]) => [`${state.commandPrefix}-${name}`, ...rest];
  let lastSeen = 'nothing yet';
  let underWayUntil = 0;
  await waitUntil({
    what: `${node.id} to be the primary of the pair`,
    timeoutMs: PROMOTE_TIMEOUT_MS,
    everyMs: POLL_EVERY_MS,
    ...(signal === undefined ? {} : { signal }),
    lastSeen: () => lastSeen,
    probe: async () => {
      if ((await roleOf(context, node)) === 'master') return true;
      if (performance.now() < underWayUntil) return undefined;
      const primary = await primaryOfPair(context, state);
      // Refused while the replica is not in sync yet, or a failover is under way: asked again.
      const [reply] =
        primary === undefined
          ? await context.administrator.ask(node, [command('replicaof', 'NO', 'ONE')])
          : await context.administrator.ask(primary, [
              command('failover', 'TO', node.host, String(node.port), 'TIMEOUT', String(FAILOVER_TIMEOUT_MS)),
            ]);
      // Between the two roles of an accepted failover there is no primary at all. Whoever promotes the replica by hand then
      // makes the old primary give up and take its role back: two primaries, and what the wrong one acknowledges is lost.
      if (!(reply instanceof Error)) underWayUntil = performance.now() + FAILOVER_TIMEOUT_MS;
      lastSeen = reply instanceof Error ? reply.message : 'the failover was accepted';
      return undefined;
    },
  });
  await leadEndpointTo(context.runDirectory, node.id);
  // Every other node follows the new primary; the old one already does.
  const others = answeringNodes(state).filter(({ id }) => id !== node.id);
  await Promise.all(
    others.map((other) => context.administrator.ask(other, [command('replicaof', node.host, String(node.port))])),
  );
}

async function primaryOfPair(context: LabContext, state: LabState): Promise<NodeRecord | undefined> {
  const nodes = answeringNodes(state);
  const roles = await Promise.all(nodes.map((node) => roleOf(context, node).catch(() => undefined)));
  return nodes.find((_, index) => roles[index] === 'master');
}

async function roleOf({ administrator }: LabContext, node: NodeRecord): Promise<string | undefined> {
  const [reply] = await administrator.ask(node, [['INFO', 'replication']]);
  return parseInfo(textOf(reply)).get('role');
}
