/** A lab that runs, seen from any process: all it knows is in the run directory. */
import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readProfile } from '../profile/file.ts';
import { administratorOf } from './administrator.ts';
import type { LabContext } from './context.ts';
import { addReplica } from './controls/add-replica.ts';
import { heal } from './controls/heal.ts';
import { occupy } from './controls/occupy.ts';
import { promote } from './controls/promote.ts';
import { restart } from './controls/restart.ts';
import { retire } from './controls/retire.ts';
import { crash, freeze, thaw } from './controls/signals.ts';
import { stop } from './controls/stop.ts';
import type { Lab, LabNode } from './lab.ts';
import { lastingFaults } from './lasting-faults.ts';
import { mayDrop } from './packet-drop.ts';
import { readServerView } from './server-view.ts';
import { type NodeRecord, readState } from './state.ts';

const USUAL_VIEW_TIMEOUT_MS = 1_000;

/** @throws ProblemError `LAB_NOT_FOUND`, `LAB_STATE_UNREADABLE`, or what is wrong with its profile */
export async function openLab(runDirectory: string): Promise<Lab> {
  const directory = existing(resolve(runDirectory));
  const state = readState(directory);
  const profilePath = join(directory, 'profile.json');
  const profile = await readProfile(profilePath);
  const administrator = administratorOf(directory, state.endpointName);
  const context: LabContext = { runDirectory: directory, administrator };
  const read = () => readState(directory);
  return {
    runDirectory: directory,
    profilePath,
    profile,
    topology: state.topology,
    serverVersion: state.server.version,
    canDropPackets: mayDrop(state),
    nodes: () => read().nodes.flatMap(labNode),
    retiredAddresses: () => [...read().retired],
    serverView: (timeoutMs = USUAL_VIEW_TIMEOUT_MS) => readServerView(administrator, read(), timeoutMs),
    addReplica: async (shardIndex, signal) => labNode(await addReplica(context, shardIndex, signal))[0] as LabNode,
    promote: (nodeId, signal) => promote(context, nodeId, signal),
    retire: (nodeId, mode) => retire(context, nodeId, mode),
    crash: (nodeId) => crash(context, nodeId),
    freeze: (nodeId) => freeze(context, nodeId),
    thaw: (nodeId) => thaw(context, nodeId),
    restart: (nodeId) => restart(context, nodeId),
    occupy: (nodeId, durationMs) => occupy(context, nodeId, durationMs),
    lastingFaults: () => lastingFaults(read()),
    heal: () => heal(context),
    stop: (options) => stop(context, options?.keepRunDirectory ?? false),
  };
}

function existing(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Reading the state says it with a sentence.
    return path;
  }
}

/** What others see of a node; nothing while it is joining. */
function labNode(record: NodeRecord): LabNode[] {
  const { busPort: _busPort, condition, process, ...node } = record;
  return condition === 'joining' || condition === 'retiring' || process === undefined
    ? []
    : [{ ...node, pid: process.pid }];
}
