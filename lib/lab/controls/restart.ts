import { ProblemError } from '../../base/problem.ts';
import { findNode, type LabContext } from '../context.ts';
import { refreshHosts } from '../hosts-file.ts';
import { startNode, writeNodeConfig } from '../node-files.ts';
import { isRunning } from '../process-identity.ts';
import { waitUntilReady } from '../readiness.ts';
import { readCredentials } from '../secrets.ts';
import { readServerView } from '../server-view.ts';
import { type LabState, type NodeRecord, updateNode, updateState } from '../state.ts';
import { forgetStrangers } from './forget-strangers.ts';
import { promote } from './promote.ts';

const READY_TIMEOUT_MS = 20_000;

/**
 * Starts a crashed node where it was, with the nodes.conf it had; the cluster tells it what it is now. Returns once it is
 * ready. Does nothing when it runs.
 */
export async function restart(context: LabContext, nodeId: string): Promise<void> {
  const { runDirectory, administrator } = context;
  const { state, node } = findNode(context, nodeId);
  if (node.process !== undefined && isRunning(node.process)) return;
  if (!state.clustered) await pointAtPrimary(context, state, node);
  const process = await startNode(runDirectory, state, node);
  await updateState(runDirectory, (current) =>
    updateNode(current, nodeId, { process: process.identity, condition: 'running' }),
  );
  const expected = { clustered: state.clustered, role: await expectedRole(context, state, node) };
  await waitUntilReady({ administrator, runDirectory, node, expected, process, timeoutMs: READY_TIMEOUT_MS });
  await forgetStrangers(context, node);
  refreshHosts(runDirectory);
}

/** A shard that lost its only node gets it back as a primary; everywhere else somebody took over. */
async function expectedRole(
  { administrator }: LabContext,
  state: LabState,
  node: NodeRecord,
): Promise<'replica' | 'any'> {
  const view = await readServerView(administrator, state, 1_000);
  const primary = view.shards.find(({ shardIndex }) => shardIndex === node.shardIndex)?.primaryNodeId;
  return primary === undefined || primary === node.id ? 'any' : 'replica';
}

async function pointAtPrimary(context: LabContext, state: LabState, node: NodeRecord): Promise<void> {
  const { runDirectory } = context;
  const credentials = readCredentials(runDirectory, state.topology);
  if (state.nodes.length === 1) {
    writeNodeConfig({ runDirectory, state, node, credentials });
    return;
  }
  const primary = await successorOf(context, state, node);
  if (primary?.process === undefined) {
    throw new ProblemError({
      code: 'LAB_SHARD_WITHOUT_PRIMARY',
      message: `There is no primary that ${node.id} could replicate. Promote the other node first.`,
    });
  }
  writeNodeConfig({ runDirectory, state, node, credentials, replicaOf: { host: primary.host, port: primary.port } });
}

/** Nobody has taken over yet, or ever would: it comes back empty, and a replica that followed it would be emptied too. */
async function successorOf(context: LabContext, state: LabState, node: NodeRecord): Promise<NodeRecord | undefined> {
  const seen = async () => (await readServerView(context.administrator, state, 1_000)).shards[0];
  let shard = await seen();
  const [heir] = shard?.replicaNodeIds ?? [];
  if (shard?.primaryNodeId === node.id && heir !== undefined) {
    await promote(context, heir);
    shard = await seen();
  }
  return state.nodes.find(({ id }) => id === shard?.primaryNodeId && id !== node.id);
}
