/** Labs on this machine, and the end of those that nobody owns any more. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ProblemError } from '../base/problem.ts';
import { lastingFaults } from './lasting-faults.ts';
import { isOurs, isRunning } from './process-identity.ts';
import {
  defaultBaseDirectory,
  isRunDirectory,
  removeRunDirectory,
  runDirectoriesIn,
  STATE_FILE,
} from './run-directory.ts';
import { type LabState, readState, stoppingState } from './state.ts';
import { tearDown, tearDownUnread } from './teardown.ts';

/** From the making of a run directory to its first state file it is a fraction of a second. */
const UNBORN_AFTER_MS = 60_000;

export interface LabSummary {
  readonly runDirectory: string;
  readonly deployment: string;
  readonly phase: LabState['phase'];
  readonly detached: boolean;
  /** Processes of its nodes that run now, and how many there are to be. */
  readonly runningNodes: number;
  readonly nodeCount: number;
  /** What is not as it was started: `node-3 is frozen`. Of a drill that runs now, or of one that was killed: the next one heals it. */
  readonly faults: readonly string[];
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
    faults: state.phase === 'ready' ? lastingFaults(state) : [],
    dead: isDead(runDirectory, state),
  }));
}

/** Ends every dead lab: its processes, its directory. @returns the run directories it cleared */
export async function sweepDeadLabs(baseDirectory = defaultBaseDirectory()): Promise<string[]> {
  const labs = labsIn(baseDirectory).filter(({ runDirectory, state }) => isDead(runDirectory, state));
  await Promise.all(labs.map(({ runDirectory, state }) => tearDown(runDirectory, state)));
  const unborn = runDirectoriesIn(baseDirectory).filter(wasNeverStarted);
  for (const runDirectory of unborn) removeRunDirectory(runDirectory);
  return [...labs.map(({ runDirectory }) => runDirectory), ...unborn];
}

/**
 * Ends the lab in a run directory, whatever its phase, and also when its profile or even its state is of no use, or its disk is
 * full. Does nothing when there is none.
 * @throws ProblemError `LAB_DIRECTORY_NOT_OURS`
 */
export async function endLab(runDirectory: string): Promise<void> {
  if (!existsSync(join(runDirectory, STATE_FILE))) return;
  let state: LabState;
  try {
    state = await stoppingState(runDirectory);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return tearDownUnread(runDirectory);
  }
  await tearDown(runDirectory, state);
}

/** Labs that were made here and whose state cannot be read: damaged, or of another version of this program. */
export function unreadableLabs(baseDirectory = defaultBaseDirectory()): string[] {
  const readable = new Set(labsIn(baseDirectory).map(({ runDirectory }) => runDirectory));
  return runDirectoriesIn(baseDirectory).filter(
    (directory) => isRunDirectory(directory) && existsSync(join(directory, STATE_FILE)) && !readable.has(directory),
  );
}

/** Its starter was killed before it had written anything down, so nothing of it can run. */
function wasNeverStarted(runDirectory: string): boolean {
  if (!isRunDirectory(runDirectory)) return false;
  // What was kept of a lab for reading has no secrets any more.
  if (existsSync(join(runDirectory, STATE_FILE)) || !existsSync(join(runDirectory, 'secrets'))) return false;
  return Date.now() - statSync(runDirectory).mtimeMs > UNBORN_AFTER_MS;
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
    if (!isRunDirectory(runDirectory) || !existsSync(join(runDirectory, STATE_FILE))) return [];
    try {
      return [{ runDirectory, state: readState(runDirectory) }];
    } catch {
      // Written by another version, or half gone: not ours to judge.
      return [];
    }
  });
}
