/** A node leaves for good: no member remembers it, its address is never used again, its old clients meet the mode. */
import { ProblemError } from '../../base/problem.ts';
import { waitUntil } from '../../base/wait-until.ts';
import { answeringNodes, findNode, type LabContext } from '../context.ts';
import { writeHosts } from '../hosts-file.ts';
import type { OldNodeMode } from '../lab.ts';
import { dropPackets } from '../packet-drop.ts';
import { textOf } from '../reply.ts';
import { signalProcess, stopProcess } from '../server-process.ts';
import { parseClusterNodes, readServerView } from '../server-view.ts';
import { type LabState, type NodeRecord, readState, updateNode, updateState } from '../state.ts';

const FORGET_TIMEOUT_MS = 5_000;

/**
 * @throws ProblemError `LAB_NODE_UNKNOWN`, `LAB_NODE_OWNS_SLOTS`, `LAB_CANNOT_DROP_PACKETS`, `WAIT_TIMED_OUT`
 */
export async function retire(context: LabContext, nodeId: string, mode: OldNodeMode): Promise<void> {
  const { state, node } = findNode(context, nodeId);
  await refuseOwner(context, state, node);
  if (mode === 'dropped') await drop(context, state, node);
  await finishRetirement(context, node, mode);
}

/** The part of it that cannot be refused any more; also what `heal` does for a retirement that was cut off. */
export async function finishRetirement(context: LabContext, node: NodeRecord, mode: OldNodeMode): Promise<void> {
  const { runDirectory } = context;
  const { clustered } = await updateState(runDirectory, (state) =>
    updateNode(state, node.id, { condition: 'retiring' }),
  );
  // Silenced before it is forgotten, so that its own gossip cannot bring it back.
  await silence(context, node, mode);
  if (clustered) await forgetEverywhere(context, node);
  const after = await updateState(runDirectory, (state) => withoutNode(state, node, mode));
  writeHosts(runDirectory, after);
  context.administrator.drop(node);
}

async function refuseOwner({ administrator }: LabContext, state: LabState, node: NodeRecord): Promise<void> {
  const view = await readServerView(administrator, state, 1_000);
  const shard = view.shards.find(({ primaryNodeId }) => primaryNodeId === node.id);
  if (shard === undefined) return;
  const message = `${node.id} is the primary of shard ${shard.shardIndex}, so it cannot be retired. Promote one of its replicas first (${shard.replicaNodeIds.join(', ') || 'it has none: add one'}).`;
  throw new ProblemError({ code: 'LAB_NODE_OWNS_SLOTS', message });
}

async function drop({ runDirectory }: LabContext, state: LabState, node: NodeRecord): Promise<void> {
  await dropPackets(state, node.host);
  await updateState(runDirectory, (current) => ({ ...current, droppedHosts: [...current.droppedHosts, node.host] }));
}

async function silence({ runDirectory }: LabContext, node: NodeRecord, mode: OldNodeMode): Promise<void> {
  if (node.process === undefined) return;
  if (mode === 'closed') await stopProcess(node.process, runDirectory);
  else signalProcess(node.process, runDirectory, 'SIGSTOP');
}

/**
 * FORGET everywhere, and again where gossip was faster: a member that has not been told yet mentions the node to one that
 * has. The server bans a forgotten node for 60 s, so this ends.
 */
export async function forgetEverywhere({ runDirectory, administrator }: LabContext, node: NodeRecord): Promise<void> {
  let lastSeen = 'nobody was asked';
  await waitUntil({
    what: `every node to forget ${node.id}`,
    timeoutMs: FORGET_TIMEOUT_MS,
    everyMs: 20,
    lastSeen: () => lastSeen,
    probe: async () => {
      // Read anew each time: others may be retiring as well.
      const members = answeringNodes(readState(runDirectory));
      const stillKnown = await Promise.all(
        members.map(async (member) => {
          const [forgotten, known] = await administrator.ask(member, [
            ['CLUSTER', 'FORGET', node.clusterNodeId as string],
            ['CLUSTER', 'NODES'],
          ]);
          if (!parseClusterNodes(textOf(known)).some(({ clusterNodeId }) => clusterNodeId === node.clusterNodeId))
            return false;
          lastSeen = `${member.id} said ${forgotten instanceof Error ? forgotten.message : 'OK'} and still knows it`;
          return true;
        }),
      );
      return stillKnown.includes(true) ? undefined : true;
    },
  });
}

function withoutNode(state: LabState, node: NodeRecord, mode: OldNodeMode): LabState {
  const stays = mode !== 'closed' && node.process !== undefined;
  const { id: nodeId, host, port } = node;
  return {
    ...state,
    nodes: state.nodes.filter(({ id }) => id !== nodeId),
    retired: [...state.retired, { host, port, retiredAtEpochMs: Date.now() }],
    leftovers: stays ? [...state.leftovers, { nodeId, host, process: node.process }] : state.leftovers,
  };
}
