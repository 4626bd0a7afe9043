/** A fresh node for a shard: started with a nodes.conf that already knows the cluster, then introduced to every member. */
import { ProblemError } from '../../base/problem.ts';
import { type Address, takeAddresses } from '../addresses.ts';
import type { ClusterMember } from '../cluster-file.ts';
import type { LabContext } from '../context.ts';
import { writeHosts } from '../hosts-file.ts';
import { startNode, writeNodeFiles } from '../node-files.ts';
import { freeNodeName, memberAddress, newClusterNodeId } from '../plan.ts';
import { waitUntilReady } from '../readiness.ts';
import { textOf } from '../reply.ts';
import { readCredentials } from '../secrets.ts';
import { stopProcess } from '../server-process.ts';
import { parseClusterNodes, readServerView } from '../server-view.ts';
import { type LabState, lock, type NodeRecord, readState, updateNode, updateState } from '../state.ts';
import { introduce } from './introduce.ts';
import { forgetEverywhere } from './retire.ts';

const READY_TIMEOUT_MS = 15_000;
/** For the nodes that are entered ahead of this one. */
const ENTER_TIMEOUT_MS = 10_000;

/** @throws ProblemError `LAB_SHARD_WITHOUT_PRIMARY`, `LAB_PORTS_EXHAUSTED`, `LAB_NODE_DIED`, `WAIT_TIMED_OUT` */
export async function addReplica(context: LabContext, shardIndex: number, signal?: AbortSignal): Promise<NodeRecord> {
  const { runDirectory, administrator } = context;
  const primary = await primaryOf(context, shardIndex);
  const node = await enter(context, shardIndex);
  try {
    const state = readState(runDirectory);
    const members = state.clustered ? await membersWith(context, state, node, primary) : [];
    const replicaOf = state.clustered ? {} : { replicaOf: { host: primary.host, port: primary.port } };
    writeNodeFiles({
      runDirectory,
      state,
      node,
      credentials: readCredentials(runDirectory, state.topology),
      members,
      ...replicaOf,
    });
    const process = await startNode(runDirectory, state, node);
    await updateState(runDirectory, (current) => updateNode(current, node.id, { process: process.identity }));
    const expected = { clustered: state.clustered, role: 'replica' } as const;
    const bounds = { timeoutMs: READY_TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) };
    const ready = waitUntilReady({ administrator, runDirectory, node, process, expected, ...bounds });
    const [joined] = await Promise.all([join(context, node, primary, signal), ready]);
    return joined;
  } catch (error) {
    await leave(context, node.id);
    throw error;
  }
}

async function primaryOf({ runDirectory, administrator }: LabContext, shardIndex: number): Promise<NodeRecord> {
  const state = readState(runDirectory);
  const view = await readServerView(administrator, state, 1_000);
  const primaryId = view.shards.find((shard) => shard.shardIndex === shardIndex)?.primaryNodeId;
  const primary = state.nodes.find(({ id }) => id === primaryId);
  if (primary !== undefined) return primary;
  const message = `Shard ${shardIndex} has no primary that a new node could replicate; there are ${view.shards.length} shards, counted from 0.`;
  throw new ProblemError({ code: 'LAB_SHARD_WITHOUT_PRIMARY', message });
}

/**
 * Takes an address, a name and a number, and writes them down before anything is started. One at a time: whether an address
 * is free is found out by listening there for a moment, so two that look at once each find it taken by the other.
 */
async function enter({ runDirectory }: LabContext, shardIndex: number): Promise<NodeRecord> {
  const release = await lock(runDirectory, 'addresses', ENTER_TIMEOUT_MS);
  try {
    const before = readState(runDirectory);
    const { addresses, plan } = await takeAddresses(before.addresses, 1);
    const [address] = addresses as [Address];
    throwIfElsewhere(before, address);
    const state = await updateState(runDirectory, (current) => {
      if (current.phase !== 'ready') throw notReady(current);
      const lastNodeNumber = current.lastNodeNumber + 1;
      const announcedName = freeNodeName(current.topology, current.labId, shardIndex, current.nodes);
      const entered: NodeRecord = {
        id: `node-${lastNodeNumber}`,
        ...address,
        ...(announcedName === undefined ? {} : { announcedName }),
        ...(current.clustered ? { clusterNodeId: newClusterNodeId() } : {}),
        shardIndex,
        condition: 'joining',
      };
      return { ...current, addresses: plan, lastNodeNumber, nodes: [...current.nodes, entered] };
    });
    return state.nodes.at(-1) as NodeRecord;
  } finally {
    release();
  }
}

/** ElastiCache's configuration endpoint is a name with one port, so a node on another port could not be reached through it. */
function throwIfElsewhere({ topology, nodes }: LabState, { host, port }: Address): void {
  const wanted = nodes[0]?.port;
  if (topology.platform !== 'elasticache' || wanted === undefined || port === wanted) return;
  const message = `Port ${wanted} of ${host} is taken, and a new node must have the port of all others. Stop what listens on that port of every address, then try again.`;
  throw new ProblemError({ code: 'LAB_PORTS_EXHAUSTED', message });
}

function notReady({ phase }: LabState): ProblemError {
  const message = `The lab is ${phase}, so no node can be added to it. Wait until it is ready, or start another one.`;
  return new ProblemError({ code: 'LAB_NOT_READY', message });
}

/** The cluster as its primary sees it, and the new node in it. */
async function membersWith(
  context: LabContext,
  state: LabState,
  node: NodeRecord,
  primary: NodeRecord,
): Promise<ClusterMember[]> {
  const [reply] = await context.administrator.ask(primary, [['CLUSTER', 'NODES']]);
  const byClusterId = new Map(state.nodes.map((known) => [known.clusterNodeId, known]));
  const members = parseClusterNodes(textOf(reply)).flatMap((line): ClusterMember[] => {
    const known = byClusterId.get(line.clusterNodeId);
    if (known === undefined || line.flags.includes('handshake') || line.flags.includes('fail')) return [];
    const { primaryId, epoch, slots } = line;
    return [{ ...memberAddress(known), epoch, slots, ...(primaryId === undefined ? {} : { primaryId }) }];
  });
  return [...members, { ...memberAddress(node), epoch: 0, slots: [], primaryId: primary.clusterNodeId as string }];
}

/** One after the other, so that nodes which are added together know one another as well. */
async function join(
  context: LabContext,
  node: NodeRecord,
  primary: NodeRecord,
  signal?: AbortSignal,
): Promise<NodeRecord> {
  const { runDirectory } = context;
  const release = await lock(runDirectory, 'join', READY_TIMEOUT_MS, signal);
  try {
    if (readState(runDirectory).clustered) await introduce(context, node, primary, signal);
    const state = await updateState(runDirectory, (current) => updateNode(current, node.id, { condition: 'running' }));
    writeHosts(runDirectory, state);
    return state.nodes.find(({ id }) => id === node.id) as NodeRecord;
  } finally {
    release();
  }
}

/**
 * A node that did not make it leaves nothing but its number and its address, which nobody gets again. Members that have met
 * it already would list it as failed for ever.
 */
async function leave(context: LabContext, nodeId: string): Promise<void> {
  const { runDirectory } = context;
  const { nodes, clustered } = readState(runDirectory);
  const node = nodes.find(({ id }) => id === nodeId);
  await stopProcess(node?.process, runDirectory);
  await updateState(runDirectory, (state) => ({ ...state, nodes: state.nodes.filter(({ id }) => id !== nodeId) }));
  // Why it did not make it matters more than a member that cannot be told.
  if (clustered && node !== undefined) await forgetEverywhere(context, node).catch(() => undefined);
}
