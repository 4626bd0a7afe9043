/** Ending a lab: every process it started, its addresses, its directory. Works on a lab in any phase, by anybody who owns its files. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { releaseSubnet } from './address-claim.ts';
import { nodeConfigPath } from './node-config.ts';
import { letPacketsThrough } from './packet-drop.ts';
import { processesOn } from './process-identity.ts';
import { refuseOtherDirectories, removeRunDirectory, STATE_FILE } from './run-directory.ts';
import { stopProcess } from './server-process.ts';
import { serviceConfigPath } from './service-process.ts';
import { SERVICE_NAMES } from './services.ts';
import type { LabState } from './state.ts';

/** Ends all processes of the lab and waits until they are gone. */
export async function stopProcesses(runDirectory: string, state: LabState): Promise<void> {
  const recorded = [...state.services, ...state.nodes, ...state.leftovers].map(({ process }) => process);
  // A starter that was killed may have started what it could not write down any more.
  const unrecorded = [
    ...state.nodes.filter(({ process }) => process === undefined).map(({ id }) => nodeConfigPath(runDirectory, id)),
    ...state.services
      .filter(({ process }) => process === undefined)
      .map(({ name }) => serviceConfigPath(runDirectory, name)),
  ].flatMap(processesOn);
  await Promise.all([...recorded, ...unrecorded].map((identity) => stopProcess(identity, runDirectory)));
}

/** @throws ProblemError `LAB_DIRECTORY_NOT_OURS` */
export async function tearDown(runDirectory: string, state: LabState, keepRunDirectory = false): Promise<void> {
  refuseOtherDirectories(runDirectory);
  await stopProcesses(runDirectory, state);
  await Promise.all(state.droppedHosts.map((host) => letPacketsThrough(state, host)));
  releaseSubnet(state.addresses.subnet, runDirectory);
  if (!keepRunDirectory) return removeRunDirectory(runDirectory);
  // What is kept is for reading: without its state it is no lab any more, and its secrets open nothing.
  for (const name of [STATE_FILE, 'secrets', 'tls']) rmSync(join(runDirectory, name), { recursive: true, force: true });
}

/**
 * For a lab whose state cannot be read: its processes are those that were started on its configuration files (Linux; elsewhere they
 * have to be ended by hand), and its claim on addresses ends with the directory.
 * @throws ProblemError `LAB_DIRECTORY_NOT_OURS`
 */
export async function tearDownUnread(runDirectory: string): Promise<void> {
  refuseOtherDirectories(runDirectory);
  const files = [
    ...namesIn(join(runDirectory, 'nodes')).map((id) => nodeConfigPath(runDirectory, id)),
    ...SERVICE_NAMES.map((name) => serviceConfigPath(runDirectory, name)),
  ];
  await Promise.all(files.flatMap(processesOn).map((identity) => stopProcess(identity, runDirectory)));
  removeRunDirectory(runDirectory);
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
