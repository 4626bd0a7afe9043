/**
 * Runs one of our functions as Lambda does: the bundled file in a process of its own, with nothing but its environment and the SDK that
 * the runtime brings. Names lead to where a test says (the VPC's resolver), and its authority stands for the public ones.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BUNDLE_FILE, writeBundle } from '../../../lib/aws/functions/write-bundle.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const RUNTIME = join(import.meta.dirname, 'lambda-runtime.ts');

export interface LambdaOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** Address of each name that the function may look up. */
  readonly addresses: Readonly<Record<string, string>>;
  /** PEM file. */
  readonly certificateAuthorityFile: string;
}

/** What the runtime is told. */
export interface Invocation {
  readonly event: unknown;
  readonly remainingMs: number;
}

/** What it answers: of a failure what Lambda shows to the caller. */
export type Answer = { readonly result: unknown } | { readonly errorMessage: string };

export interface Lambda {
  /** @throws Error with the function's own message */
  invoke(event: unknown, remainingMs?: number): Promise<unknown>;
  /** Everything that the function has written. */
  log(): string;
}

/** A folder with the function as it is deployed. */
export async function bundledFunction(name: string): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), `redoubt-${name}-function-`));
  writeBundle(join(ROOT, 'lib/aws/functions', name), folder);
  await mkdir(join(folder, 'node_modules'));
  await symlink(join(ROOT, 'node_modules/@aws-sdk'), join(folder, 'node_modules/@aws-sdk'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

export async function withLambda<Result>(
  folder: string,
  { environment, addresses, certificateAuthorityFile }: LambdaOptions,
  use: (lambda: Lambda) => Promise<Result>,
): Promise<Result> {
  const runtime = fork(RUNTIME, [join(folder, BUNDLE_FILE), JSON.stringify(addresses)], {
    env: { ...environment, NODE_EXTRA_CA_CERTS: certificateAuthorityFile },
    execArgv: [],
    silent: true,
  });
  let log = '';
  for (const stream of [runtime.stdout, runtime.stderr]) stream?.on('data', (text) => (log += String(text)));
  try {
    return await use({ invoke: (event, remainingMs = 60_000) => ask(runtime, { event, remainingMs }), log: () => log });
  } finally {
    const ended = once(runtime, 'exit');
    if (runtime.exitCode === null && runtime.kill()) await ended;
  }
}

async function ask(runtime: ChildProcess, invocation: Invocation): Promise<unknown> {
  const over = new AbortController();
  const { signal } = over;
  runtime.send(invocation);
  try {
    const [answer] = (await Promise.race([
      once(runtime, 'message', { signal }),
      once(runtime, 'exit', { signal }).then(([code]) => [
        { errorMessage: `The function's process ended with ${code}.` },
      ]),
    ])) as [Answer];
    if ('errorMessage' in answer) throw new Error(answer.errorMessage);
    return answer.result;
  } finally {
    over.abort();
  }
}
