/**
 * What a lab is right now, as a file, so that any process can open a lab that another one started. Changes are made
 * under a lock (`updateState`); readers just read, since the file is replaced in one step.
 */
import { readFileSync, rmSync } from 'node:fs';
import { link, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ProblemError } from '../base/problem.ts';
import { waitUntil } from '../base/wait-until.ts';
import type { Topology } from '../topology/topology.ts';
import type { LabNode, RetiredAddress } from './lab.ts';
import { identityOf, isRunning, type ProcessIdentity } from './process-identity.ts';
import { STATE_FILE } from './run-directory.ts';
import { writePrivateFile } from './write-file.ts';

export const LAB_STATE_VERSION = 1;

/**
 * What was done to a node on purpose. `joining`: started, not yet a member that others may count on. `retiring`: on its way
 * out, its process may be gone or silent already.
 */
export type NodeCondition = 'joining' | 'running' | 'frozen' | 'crashed' | 'retiring';

export interface NodeRecord extends Omit<LabNode, 'pid'> {
  readonly busPort: number;
  readonly condition: NodeCondition;
  /** Absent until the process has been started. */
  readonly process?: ProcessIdentity;
}

/** A process that outlives its membership: a silent old node. */
export interface Leftover {
  readonly nodeId: string;
  readonly host: string;
  readonly process: ProcessIdentity;
}

export interface ServiceProcess {
  /** Name of its folder in the run directory, which its configuration file is in. */
  readonly name: string;
  readonly process?: ProcessIdentity;
}

export interface LabState {
  readonly version: typeof LAB_STATE_VERSION;
  readonly labId: string;
  readonly deployment: string;
  readonly topology: Topology;
  readonly phase: 'booting' | 'ready' | 'stopping';
  readonly detached: boolean;
  /** The process that started the lab. A lab that is not detached does not outlive it. */
  readonly owner: ProcessIdentity;
  readonly server: { readonly path: string; readonly kind: 'redis' | 'valkey'; readonly version: string };
  readonly nodeTimeoutMs: number;
  /** Whether the lab's nodes are a Redis Cluster (all but NoCluster and ElastiCache without cluster mode). */
  readonly clustered: boolean;
  /** The name every certificate is verified against; also the name of the application's endpoint. */
  readonly endpointName: string;
  readonly endpoint: { readonly host: string; readonly port: number };
  /** ElastiCache without cluster mode: the name that leads to the replicas. */
  readonly readerEndpointName?: string;
  /** ElastiCache without cluster mode: the node that the endpoint's name leads to. */
  readonly primaryNodeId?: string;
  /** Prefix that renamed commands carry; known to the administrator only. */
  readonly commandPrefix: string;
  readonly addresses: AddressPlan;
  /** Network namespace (as the system names it) when the lab runs in one of its own. */
  readonly networkNamespace?: string;
  readonly lastNodeNumber: number;
  readonly nodes: readonly NodeRecord[];
  readonly retired: readonly RetiredAddress[];
  readonly leftovers: readonly Leftover[];
  /** Addresses to and from which packets are dropped. */
  readonly droppedHosts: readonly string[];
  readonly services: readonly ServiceProcess[];
}

/** Where the next node goes. Addresses are given out in order and never twice. */
export interface AddressPlan {
  /** First three numbers of the lab's own loopback addresses, `127.84.3`; absent where only 127.0.0.1 can be used. */
  readonly subnet?: string;
  /** Whether every node has an address of its own (else all share one and differ by port). */
  readonly perNodeHost: boolean;
  readonly lastHostNumber: number;
  /** Next data port to try when nodes differ by port; the same port for all where each has its own address. */
  readonly nextPort: number;
}

/** @throws ProblemError `LAB_NOT_FOUND`, `LAB_STATE_UNREADABLE` */
export function readState(runDirectory: string): LabState {
  const path = join(runDirectory, STATE_FILE);
  try {
    const state = JSON.parse(readFileSync(path, 'utf8')) as LabState;
    if (state.version !== LAB_STATE_VERSION)
      throw new Error(`its version is ${String(state.version)}, this program knows ${LAB_STATE_VERSION}`);
    if (!hasItsLists(state)) throw new Error('it lacks what a lab writes there');
    return state;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const message = missing
      ? `There is no lab in ${runDirectory}. "redoubt lab status" lists those that run.`
      : `The lab's state in ${path} cannot be read: ${(error as Error).message}. "redoubt lab down" removes what is left of it.`;
    throw new ProblemError({ code: missing ? 'LAB_NOT_FOUND' : 'LAB_STATE_UNREADABLE', message }, { cause: error });
  }
}

/** Not a schema: it is our own file, replaced in one step; this tells it from somebody else's. */
function hasItsLists(state: Partial<LabState>): boolean {
  const { nodes, services, leftovers, retired, droppedHosts, deployment, owner, addresses } = state;
  const lists = [nodes, services, leftovers, retired, droppedHosts];
  return lists.every(Array.isArray) && typeof deployment === 'string' && owner !== undefined && addresses !== undefined;
}

export function writeState(runDirectory: string, state: LabState): void {
  writePrivateFile(join(runDirectory, STATE_FILE), `${JSON.stringify(state, undefined, 2)}\n`);
}

/** Reads, changes and writes the state while nobody else can. `change` must be quick and must not wait for anything. */
export async function updateState(runDirectory: string, change: (state: LabState) => LabState): Promise<LabState> {
  const release = await lock(runDirectory, 'state', 10_000);
  try {
    const next = change(readState(runDirectory));
    writeState(runDirectory, next);
    return next;
  } finally {
    release();
  }
}

/**
 * The state of a lab that is to be ended. Marked as such where that can be written, so that nobody begins anything with it; on a
 * full disk the lab is ended all the same.
 * @throws ProblemError `LAB_NOT_FOUND`, `LAB_STATE_UNREADABLE`
 */
export async function stoppingState(runDirectory: string): Promise<LabState> {
  try {
    return await updateState(runDirectory, (current) => ({ ...current, phase: 'stopping' }));
  } catch {
    return readState(runDirectory);
  }
}

export function updateNode(state: LabState, nodeId: string, change: Partial<NodeRecord>): LabState {
  return { ...state, nodes: state.nodes.map((node) => (node.id === nodeId ? { ...node, ...change } : node)) };
}

export function updateService(state: LabState, name: string, change: Partial<ServiceProcess>): LabState {
  return {
    ...state,
    services: state.services.map((service) => (service.name === name ? { ...service, ...change } : service)),
  };
}

/**
 * Waits for a lock of the lab and returns what releases it. A lock is a file with its holder's identity; one whose holder
 * is gone is taken over.
 */
export async function lock(
  runDirectory: string,
  name: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<() => void> {
  // Outside the wait: a run directory that cannot be written is said at once.
  const release = await tryLock(runDirectory, name);
  if (release !== undefined) return release;
  return waitUntil({
    what: `another command to finish with the lab in ${runDirectory}`,
    timeoutMs,
    everyMs: 5,
    ...(signal === undefined ? {} : { signal }),
    probe: () => tryLock(runDirectory, name),
  });
}

/** The lock, or undefined when somebody who still runs holds it. */
export async function tryLock(runDirectory: string, name: string): Promise<(() => void) | undefined> {
  const path = lockPath(runDirectory, name);
  const mine = `${path}.${process.pid}.${crypto.randomUUID()}`;
  try {
    await writeFile(mine, JSON.stringify(identityOf(process.pid)), { mode: 0o600 });
  } catch (error) {
    await unlink(mine).catch(() => undefined);
    throw lockNotWritten(path, error);
  }
  // A hard link appears with its content or not at all, so a reader never sees a lock without a holder.
  const take = () =>
    link(mine, path).then(
      () => true,
      () => false,
    );
  try {
    if (await take()) return () => rmSync(path, { force: true });
    await removeDeadLock(runDirectory, name);
    return (await take()) ? () => rmSync(path, { force: true }) : undefined;
  } finally {
    await unlink(mine);
  }
}

/**
 * Two who wait after a crash must not both take the dead lock away, or the second one takes the first one's new lock. So
 * only who holds the lock of taking over may, and looks once more; a holder of that who dies is taken over likewise.
 */
async function removeDeadLock(runDirectory: string, name: string): Promise<void> {
  const path = lockPath(runDirectory, name);
  if (!isDead(path)) return;
  const release = await tryLock(runDirectory, `${name}.takeover`);
  if (release === undefined) return;
  try {
    if (isDead(path)) rmSync(path, { force: true });
  } finally {
    release();
  }
}

function lockNotWritten(path: string, error: unknown): ProblemError {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
    const message = `There is no lab in ${dirname(path)}. "redoubt lab status" lists those that run.`;
    return new ProblemError({ code: 'LAB_NOT_FOUND', message }, { cause: error });
  }
  const message = `The lab could not write ${path}: ${(error as Error).message}. Make room, or give another base directory.`;
  return new ProblemError({ code: 'LAB_FILE_NOT_WRITTEN', message }, { cause: error });
}

function isDead(path: string): boolean {
  try {
    return !isRunning(JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity);
  } catch {
    // Gone in the meantime: the next attempt takes it.
    return false;
  }
}

function lockPath(runDirectory: string, name: string): string {
  return join(runDirectory, `${name}.lock`);
}
