/** A client's process, as the drill holds it: prepared, started, ended, and in any case stopped. */
import { type ChildProcess, fork } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProblemError } from '../../base/problem.ts';
import type { ClientHistory } from '../history.ts';
import { columnProblems, fromColumns } from '../load/columns.ts';
import type { LoadPlan } from '../load/plan.ts';
import { type Notice, type Order, workerResultSchema } from './messages.ts';

/** From the end of the drain to the result on disk: enough for a worker that has millions of late answers to swallow. */
const WRITE_TIMEOUT_MS = 15_000;
/** Of what a worker wrote to its standard error, this much is kept for the sentence about it. */
const STDERR_KEPT = 2_000;

export interface ClientProcess {
  readonly name: LoadPlan['client'];
  readonly pid: number | undefined;
  /** Resolves when the client is connected and has reached every shard. @throws ProblemError `CLIENT_NOT_READY` */
  prepared(timeoutMs: number, signal: AbortSignal): Promise<void>;
  start(startedAtEpochMs: number): void;
  /** Ends the load and returns what was recorded. Never throws: a process that failed is a history that says `broken`. */
  finish(atMs: number, drainMs: number, shardCount: number): Promise<ClientHistory>;
  /** Ends the process at once and takes its result file away. Safe to call twice. */
  stop(): Promise<void>;
}

export interface ClientProcessOptions {
  readonly plan: LoadPlan;
  readonly profilePath: string;
  readonly outputDirectory: string;
}

export function startClientProcess({ plan, profilePath, outputDirectory }: ClientProcessOptions): ClientProcess {
  const resultPath = join(outputDirectory, `.${plan.client}-${plan.runId}.json`);
  // Beside this file, with the same ending: .ts in the sources, .js in the published package.
  const worker = fileURLToPath(new URL(`./worker${extname(import.meta.url)}`, import.meta.url));
  const child = fork(worker, [], { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const life = watch(child);
  const order = (message: Order) => void (child.connected && child.send(message, () => undefined));
  order({ kind: 'prepare', plan, profilePath, resultPath });
  return {
    name: plan.client,
    pid: child.pid,
    prepared: async (timeoutMs, signal) => {
      const reason = await life.until('ready', timeoutMs, signal);
      if (reason === undefined) return;
      const message = `The ${plan.client} client could not be made ready for the drill: ${reason}. Run \`redoubt verify\` to see what the deployment lacks.`;
      throw new ProblemError({ code: 'CLIENT_NOT_READY', message });
    },
    start: (startedAtEpochMs) => order({ kind: 'start', startedAtEpochMs }),
    finish: async (atMs, drainMs, shardCount) => {
      order({ kind: 'end', atMs, drainMs });
      const reason = await life.until('written', drainMs + WRITE_TIMEOUT_MS);
      if (reason !== undefined) return brokenHistory(plan, reason);
      return readResult(resultPath, plan, shardCount).catch((error: Error) => brokenHistory(plan, error.message));
    },
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await life.ended;
      await rm(resultPath, { force: true });
    },
  };
}

interface Life {
  /** Undefined once the worker has said it; otherwise why it will not. */
  until(kind: Notice['kind'], timeoutMs: number, signal?: AbortSignal): Promise<string | undefined>;
  readonly ended: Promise<void>;
}

function watch(child: ChildProcess): Life {
  const said = new Set<Notice['kind']>();
  let failure: string | undefined;
  let stderr = '';
  let wake = Promise.withResolvers<void>();
  const stir = () => {
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };
  const ended = Promise.withResolvers<void>();
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-STDERR_KEPT);
  });
  child.on('message', (notice: Notice) => {
    said.add(notice.kind);
    if (notice.kind === 'broken') failure ??= notice.reason;
    stir();
  });
  child.on('error', (error) => {
    failure ??= error.message;
    // Without a process there will be no exit either.
    if (child.pid === undefined) ended.resolve();
    stir();
  });
  child.on('exit', (code, signal) => {
    const lastLine = stderr.trim().split('\n').at(-1) ?? '';
    failure ??= `its process ended (${signal ?? `exit code ${code}`})${lastLine === '' ? '' : `; it last wrote: ${lastLine}`}`;
    ended.resolve();
    stir();
  });
  return {
    ended: ended.promise,
    until: async (kind, timeoutMs, signal) => {
      const timer = AbortSignal.timeout(timeoutMs);
      const bound = signal === undefined ? timer : AbortSignal.any([timer, signal]);
      const bounded = new Promise<void>((resolve) => bound.addEventListener('abort', () => resolve(), { once: true }));
      while (!said.has(kind)) {
        if (failure !== undefined) return failure;
        signal?.throwIfAborted();
        if (timer.aborted) return `it was not ${kind} within ${timeoutMs} ms`;
        await Promise.race([wake.promise, bounded]);
      }
      return undefined;
    },
  };
}

async function readResult(path: string, plan: LoadPlan, shardCount: number): Promise<ClientHistory> {
  const result = workerResultSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  const problems = columnProblems(result.operations, shardCount, result.errors.length, 'operations');
  if (problems.length > 0) throw new ProblemError(problems);
  return {
    name: plan.client,
    description: result.description,
    operations: fromColumns(result.operations),
    errors: result.errors,
    dials: result.dials.map(([atMs, host, port]) => ({ atMs, host, port })),
    ...(result.broken === undefined ? {} : { broken: result.broken }),
  };
}

function brokenHistory(plan: LoadPlan, reason: string): ClientHistory {
  return { name: plan.client, description: 'unknown', operations: [], errors: [], dials: [], broken: reason };
}
