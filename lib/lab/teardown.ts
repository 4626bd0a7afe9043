/** Ending a lab: every process it started, its addresses, its directory. Works on a lab in any phase, by anybody who owns its files. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { releaseSubnet } from './address-claim.ts';
import { nodeConfigPath } from './node-config.ts';
import { letPacketsThrough } from './packet-drop.ts';
import { processesOn } from './process-identity.ts';
import { removeRunDirectory, STATE_FILE } from './run-directory.ts';
import { stopProcess } from './server-process.ts';
import { serviceConfigPath } from './service-process.ts';
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

export async function tearDown(runDirectory: string, state: LabState, keepRunDirectory = false): Promise<void> {
  await stopProcesses(runDirectory, state);
  await Promise.all(state.droppedHosts.map((host) => letPacketsThrough(state, host)));
  releaseSubnet(state.addresses.subnet, runDirectory);
  if (!keepRunDirectory) return removeRunDirectory(runDirectory);
  // What is kept is for reading: without its state it is no lab any more, and its secrets open nothing.
  for (const name of [STATE_FILE, 'secrets', 'tls']) rmSync(join(runDirectory, name), { recursive: true, force: true });
}
