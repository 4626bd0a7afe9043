/**
 * A node that was away while others were retired still remembers them, and its gossip would bring them back once the
 * server's ban on forgotten nodes (60 s) is over.
 */
import type { LabContext } from '../context.ts';
import { textOf } from '../reply.ts';
import { parseClusterNodes } from '../server-view.ts';
import { type NodeRecord, readState } from '../state.ts';

/** Makes a node that is back forget everybody who is no member of the lab. */
export async function forgetStrangers({ runDirectory, administrator }: LabContext, node: NodeRecord): Promise<void> {
  const { nodes, clustered } = readState(runDirectory);
  if (!clustered) return;
  const members = new Set(nodes.map(({ clusterNodeId }) => clusterNodeId));
  const [reply] = await administrator.ask(node, [['CLUSTER', 'NODES']], ANSWER_TIMEOUT_MS);
  const strangers = parseClusterNodes(textOf(reply)).filter(({ clusterNodeId }) => !members.has(clusterNodeId));
  if (strangers.length === 0) return;
  await administrator.ask(
    node,
    strangers.map(({ clusterNodeId }) => ['CLUSTER', 'FORGET', clusterNodeId]),
  );
}

/** A node that was frozen has a backlog to work through first. */
const ANSWER_TIMEOUT_MS = 5_000;
