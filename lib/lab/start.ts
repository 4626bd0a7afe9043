/**
 * Boots a lab: files first (certificates, a redis.conf and a nodes.conf per node), then all processes at once, then every
 * node is asked whether it is ready. Whatever goes wrong, or an abort at any moment, leaves nothing behind.
 */
import { randomBytes } from 'node:crypto';
import { ProblemError } from '../base/problem.ts';
import { planState } from './boot/plan-state.ts';
import { type Boot, startProcesses } from './boot/start-processes.ts';
import type { Lab, StartLabOptions } from './lab.ts';
import { openLab } from './open.ts';
import { findRedisServer, type RedisServer } from './redis-binary.ts';
import { defaultBaseDirectory, makePrivateDirectory, makeRunDirectory, removeRunDirectory } from './run-directory.ts';
import { type LabState, writeState } from './state.ts';
import { sweepDeadLabs } from './sweep.ts';
import { tearDown } from './teardown.ts';

/** A port can be taken between the look and the start; other ports then. */
const BOOT_ATTEMPTS = 3;

/**
 * @throws ProblemError what is missing or wrong (`REDIS_SERVER_…`, `LAB_…`, `PROFILE_NEEDS_AUTHENTICATION`); the signal's
 * reason when it is aborted. Nothing is left running or on disk in either case.
 */
export async function startLab(options: StartLabOptions): Promise<Lab> {
  options.signal?.throwIfAborted();
  const baseDirectory = options.baseDirectory ?? defaultBaseDirectory();
  makePrivateDirectory(baseDirectory);
  // Loading the certificate library takes a while; the server program is looked for meanwhile.
  const preparations = [
    findRedisServer(process.env),
    import('./boot/write-files.ts'),
    sweepDeadLabs(baseDirectory),
  ] as const;
  const [server, { writeFiles }] = await Promise.all(preparations);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await bootOnce(options, baseDirectory, server, writeFiles);
    } catch (error) {
      if (attempt >= BOOT_ATTEMPTS || !isAddressInUse(error)) throw error;
      options.progress?.('an address was taken by somebody else meanwhile; trying others');
    }
  }
}

type WriteFiles = (runDirectory: string, state: LabState) => Promise<void>;

async function bootOnce(
  options: StartLabOptions,
  baseDirectory: string,
  server: RedisServer,
  writeFiles: WriteFiles,
): Promise<Lab> {
  const labId = randomBytes(4).toString('hex');
  const runDirectory = makeRunDirectory(baseDirectory, options.deployment, labId);
  let boot: Boot | undefined;
  try {
    boot = { state: await planState(options, runDirectory, labId, server) };
    writeState(runDirectory, boot.state);
    await writeFiles(runDirectory, boot.state);
    sayPlan(options, boot.state);
    options.signal?.throwIfAborted();
    await startProcesses(runDirectory, boot, options.signal);
    options.progress?.('ready: every node answers for the whole deployment');
    return await openLab(runDirectory);
  } catch (error) {
    if (boot === undefined) removeRunDirectory(runDirectory);
    else await tearDown(runDirectory, boot.state);
    throw error;
  }
}

function sayPlan({ progress, topology }: StartLabOptions, state: LabState): void {
  if (progress === undefined) return;
  const [first] = state.nodes;
  progress(
    `starting ${state.nodes.length} nodes of ${state.server.kind}-server ${state.server.version} from ${first?.host}:${first?.port} on`,
  );
  if (state.endpoint.port !== topology.port) {
    progress(
      `port ${topology.port} is taken on this machine; the lab's endpoint is on port ${state.endpoint.port} instead`,
    );
  }
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof ProblemError && error.problems.some(({ code }) => code === 'LAB_ADDRESS_IN_USE');
}
