/** Undoes every fault that still lasts. What was written down before the fault happened is found here, whoever caused it. */
import type { LabContext } from '../context.ts';
import { letPacketsThrough } from '../packet-drop.ts';
import { isRunning } from '../process-identity.ts';
import { stopProcess } from '../server-process.ts';
import { startService, waitUntilServiceReady } from '../service-process.ts';
import { serviceOf } from '../services.ts';
import { type LabState, type NodeCondition, readState, updateService, updateState } from '../state.ts';
import { restart } from './restart.ts';
import { finishRetirement } from './retire.ts';
import { thaw } from './signals.ts';

const HEALABLE: readonly NodeCondition[] = ['running', 'frozen', 'crashed'];

export async function heal(context: LabContext): Promise<void> {
  const state = readState(context.runDirectory);
  await endLeftovers(context, state);
  const leaving = state.nodes.filter(({ condition }) => condition === 'retiring');
  await Promise.all(leaving.map((node) => finishRetirement(context, node, 'closed')));
  await Promise.all(
    state.nodes.filter(({ condition }) => condition === 'frozen').map((node) => revive(context, node.id)),
  );
  const down = state.nodes.filter(
    ({ condition, process }) => HEALABLE.includes(condition) && (process === undefined || !isRunning(process)),
  );
  await Promise.all(down.map((node) => restart(context, node.id)));
  await restartServices(context, state);
}

/** The endpoint or the failover agent, should one have died. */
async function restartServices({ runDirectory }: LabContext, state: LabState): Promise<void> {
  const down = state.services.filter(({ process }) => process === undefined || !isRunning(process));
  for (const { name } of down) {
    const process = await startService(runDirectory, serviceOf(name, runDirectory, state));
    await updateState(runDirectory, (current) => updateService(current, name, { process: process.identity }));
    await waitUntilServiceReady(runDirectory, name, process);
  }
}

/** Thaws it, or starts it again when it died while it was frozen. */
async function revive(context: LabContext, nodeId: string): Promise<void> {
  await thaw(context, nodeId).catch(() => restart(context, nodeId));
}

/** Old nodes first end, then packets pass again: nothing may come back to life in between. */
async function endLeftovers({ runDirectory }: LabContext, state: LabState): Promise<void> {
  await Promise.all(state.leftovers.map(({ process }) => stopProcess(process, runDirectory)));
  await Promise.all(state.droppedHosts.map((host) => letPacketsThrough(state, host)));
  const ended = new Set(state.leftovers.map(({ nodeId }) => nodeId));
  const passing = new Set(state.droppedHosts);
  await updateState(runDirectory, (current) => ({
    ...current,
    leftovers: current.leftovers.filter(({ nodeId }) => !ended.has(nodeId)),
    droppedHosts: current.droppedHosts.filter((host) => !passing.has(host)),
  }));
}
