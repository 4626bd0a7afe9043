/** Faults that are signals: a crash, a freeze and its end. */
import { ProblemError } from '../../base/problem.ts';
import { findNode, type LabContext } from '../context.ts';
import { refreshHosts } from '../hosts-file.ts';
import { isRunning, type ProcessIdentity } from '../process-identity.ts';
import { signalProcess, stopProcess } from '../server-process.ts';
import { type NodeCondition, type NodeRecord, updateNode, updateState } from '../state.ts';
import { forgetStrangers } from './forget-strangers.ts';

/** SIGKILL; returns once the process is gone. */
export async function crash(context: LabContext, nodeId: string): Promise<void> {
  const { process } = await expectProcess(context, nodeId);
  // Written first: whoever heals must know of a fault whose author was killed halfway.
  await setCondition(context, nodeId, 'crashed');
  await stopProcess(process, context.runDirectory);
}

/** SIGSTOP: the kernel still accepts and acknowledges, nothing answers. */
export async function freeze(context: LabContext, nodeId: string): Promise<void> {
  const { process } = await expectProcess(context, nodeId);
  await setCondition(context, nodeId, 'frozen');
  signalProcess(process, context.runDirectory, 'SIGSTOP');
}

/** SIGCONT. */
export async function thaw(context: LabContext, nodeId: string): Promise<void> {
  const { node, process } = await expectProcess(context, nodeId);
  signalProcess(process, context.runDirectory, 'SIGCONT');
  await setCondition(context, nodeId, 'running');
  await forgetStrangers(context, node);
}

async function expectProcess(
  context: LabContext,
  nodeId: string,
): Promise<{ node: NodeRecord; process: ProcessIdentity }> {
  const { node } = findNode(context, nodeId);
  if (node.process !== undefined && isRunning(node.process)) return { node, process: node.process };
  const message = `${nodeId} (${node.host}:${node.port}) does not run, so nothing can be done to it. Restart it first.`;
  throw new ProblemError({ code: 'LAB_NODE_NOT_RUNNING', message });
}

async function setCondition({ runDirectory }: LabContext, nodeId: string, condition: NodeCondition): Promise<void> {
  await updateState(runDirectory, (state) => updateNode(state, nodeId, { condition }));
  // A reader endpoint leads to the replicas that work.
  refreshHosts(runDirectory);
}
