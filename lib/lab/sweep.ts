/** Labs on this machine, and the end of those that nobody owns any more. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isOurs, isRunning } from './process-identity.ts';
import { defaultBaseDirectory, runDirectoriesIn, STATE_FILE } from './run-directory.ts';
import { type LabState, readState } from './state.ts';
import { tearDown } from './teardown.ts';

export interface LabSummary {
  readonly runDirectory: string;
  readonly deployment: string;
  readonly phase: LabState['phase'];
  readonly detached: boolean;
  /** Processes of its nodes that run now, and how many there are to be. */
  readonly runningNodes: number;
  readonly nodeCount: number;
  /** Nobody owns it any more; the next `startLab`, `sweepDeadLabs` or `stop` clears it. */
  readonly dead: boolean;
}

export async function listLabs(baseDirectory = defaultBaseDirectory()): Promise<LabSummary[]> {
  return labsIn(baseDirectory).map(({ runDirectory, state }) => ({
    runDirectory,
    deployment: state.deployment,
    phase: state.phase,
    detached: state.detached,
    runningNodes: state.nodes.filter(({ process }) => process !== undefined && isOurs(process, runDirectory)).length,
    nodeCount: state.nodes.length,
    dead: isDead(runDirectory, state),
  }));
}

/** Ends every dead lab: its processes, its directory. @returns the run directories it cleared */
export async function sweepDeadLabs(baseDirectory = defaultBaseDirectory()): Promise<string[]> {
  const dead = labsIn(baseDirectory).filter(({ runDirectory, state }) => isDead(runDirectory, state));
  await Promise.all(dead.map(({ runDirectory, state }) => tearDown(runDirectory, state)));
  return dead.map(({ runDirectory }) => runDirectory);
}

/**
 * A lab that is being started, or ended, or that is not detached, lives as long as its owner. A detached one that is
 * ready lives as long as any of its processes.
 */
function isDead(runDirectory: string, state: LabState): boolean {
  if (state.phase !== 'ready' || !state.detached) return !isRunning(state.owner);
  const processes = [...state.nodes, ...state.services].flatMap(({ process }) => process ?? []);
  return !processes.some((process) => isOurs(process, runDirectory));
}

function labsIn(baseDirectory: string): { runDirectory: string; state: LabState }[] {
  return runDirectoriesIn(baseDirectory).flatMap((runDirectory) => {
    if (!existsSync(join(runDirectory, STATE_FILE))) return [];
    try {
      return [{ runDirectory, state: readState(runDirectory) }];
    } catch {
      // Written by another version, or half gone: not ours to judge.
      return [];
    }
  });
}
