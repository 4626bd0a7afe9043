/** Starts all processes of a planned lab at once and waits until every one of them is ready. */
import { rmSync } from 'node:fs';
import { administratorOf } from '../administrator.ts';
import { seedPath, startNode } from '../node-files.ts';
import { plannedPrimary } from '../plan.ts';
import { waitUntilReady } from '../readiness.ts';
import type { StartedProcess } from '../server-process.ts';
import { startService, waitUntilServiceReady } from '../service-process.ts';
import { serviceOf } from '../services.ts';
import { type LabState, type NodeRecord, updateNode, updateService, writeState } from '../state.ts';

const READY_TIMEOUT_MS = 20_000;

/** A boot in progress: what has been made so far, so that it can be undone. */
export interface Boot {
  state: LabState;
}

/** `boot.state` always says what has been started, also when this throws. */
export async function startProcesses(runDirectory: string, boot: Boot, signal: AbortSignal | undefined): Promise<void> {
  const { nodes, services } = boot.state;
  const started = new Map<string, StartedProcess>();
  const startingNodes = nodes.map(async (node) => {
    const process = await startNode(runDirectory, boot.state, node);
    started.set(node.id, process);
    boot.state = updateNode(boot.state, node.id, { process: process.identity });
  });
  const startingServices = services.map(async ({ name }) => {
    const process = await startService(runDirectory, serviceOf(name, runDirectory, boot.state));
    started.set(name, process);
    boot.state = updateService(boot.state, name, { process: process.identity });
  });
  // All of them, also when one fails: what is still being started could not be undone.
  throwFirst(await Promise.allSettled([...startingNodes, ...startingServices]));
  writeState(runDirectory, boot.state);
  await waitForAll(runDirectory, boot.state, started, signal);
  // A node that is restarted later has to ask its primary for everything.
  for (const { id } of nodes) rmSync(seedPath(runDirectory, id), { force: true });
  const running = boot.state.nodes.map((node): NodeRecord => ({ ...node, condition: 'running' }));
  boot.state = { ...boot.state, phase: 'ready', nodes: running };
  writeState(runDirectory, boot.state);
}

async function waitForAll(
  runDirectory: string,
  state: LabState,
  started: ReadonlyMap<string, StartedProcess>,
  outerSignal: AbortSignal | undefined,
): Promise<void> {
  const administrator = administratorOf(runDirectory, state.endpointName);
  const failure = new AbortController();
  const signal = outerSignal === undefined ? failure.signal : AbortSignal.any([outerSignal, failure.signal]);
  const waitForNode = (node: NodeRecord) => {
    const role = plannedPrimary(state.nodes, node.shardIndex).id === node.id ? 'primary' : 'replica';
    const expected = { clustered: state.clustered, knownNodes: state.nodes.length, role } as const;
    const process = started.get(node.id) as StartedProcess;
    const timeoutMs = READY_TIMEOUT_MS;
    return waitUntilReady({ administrator, runDirectory, node, expected, process, timeoutMs, signal });
  };
  const waits = [
    ...state.nodes.map(waitForNode),
    ...state.services.map(({ name }) =>
      waitUntilServiceReady(runDirectory, name, started.get(name) as StartedProcess, signal),
    ),
  ];
  // The first failure is the reason for all others, and nobody needs to wait on.
  for (const wait of waits) wait.catch((error: unknown) => failure.abort(error));
  try {
    throwFirst(await Promise.allSettled(waits), signal);
  } finally {
    administrator.close();
  }
}

function throwFirst(results: readonly PromiseSettledResult<unknown>[], signal?: AbortSignal): void {
  const rejected = results.find((result) => result.status === 'rejected');
  if (rejected !== undefined) throw signal?.aborted ? signal.reason : rejected.reason;
}
