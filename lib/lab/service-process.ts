/** The lab's own Node processes beside the nodes: the endpoint of the Azure policies, and the failover agent. */
import { readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProblemError } from '../base/problem.ts';
import { waitUntil } from '../base/wait-until.ts';
import { logTail, type StartedProcess, startProcess } from './server-process.ts';
import { writePrivateFile } from './write-file.ts';

/** What a service is: where its entry is (relative to this folder, without extension) and what it is told. */
export interface Service {
  readonly name: string;
  readonly entry: string;
  readonly configuration: unknown;
}

const READY_TIMEOUT_MS = 10_000;

export function serviceConfigPath(runDirectory: string, name: string): string {
  return join(runDirectory, 'endpoint', `${name}.json`);
}

export function serviceLogPath(runDirectory: string, name: string): string {
  return join(runDirectory, 'endpoint', `${name}.log`);
}

/** Writes its configuration and starts it. Every service is told everything by one file, the only argument. */
export async function startService(runDirectory: string, service: Service): Promise<StartedProcess> {
  const path = serviceConfigPath(runDirectory, service.name);
  writePrivateFile(path, `${JSON.stringify(service.configuration, undefined, 2)}\n`);
  // What an earlier process said must not be taken for this one's READY.
  writePrivateFile(serviceLogPath(runDirectory, service.name), '');
  return startProcess(process.execPath, [entryPath(service.entry), path], serviceLogPath(runDirectory, service.name));
}

/** A service says `READY …` on a line of its own once it can be used. @throws ProblemError `LAB_SERVICE_DIED`, `LAB_ADDRESS_IN_USE`, `WAIT_TIMED_OUT` */
export async function waitUntilServiceReady(
  runDirectory: string,
  name: string,
  started: StartedProcess,
  signal?: AbortSignal,
): Promise<void> {
  const log = serviceLogPath(runDirectory, name);
  const end = await waitUntil({
    what: `the lab's ${name} to be ready`,
    timeoutMs: READY_TIMEOUT_MS,
    everyMs: 10,
    ...(signal === undefined ? {} : { signal }),
    lastSeen: () => logTail([log]),
    probe: () => (/^READY\b/m.test(readFileSync(log, 'utf8')) ? 'ready' : started.ended()),
  });
  if (end === 'ready') return;
  const tail = logTail([log]);
  const code = tail.includes('EADDRINUSE') ? 'LAB_ADDRESS_IN_USE' : 'LAB_SERVICE_DIED';
  throw new ProblemError({ code, message: `The lab's ${name} ended while it was starting (${end}): ${tail}` });
}

/** The same kind of file as this one: `.ts` in a checkout, `.js` in the built package. */
function entryPath(entry: string): string {
  const here = fileURLToPath(import.meta.url);
  return join(dirname(here), `${entry}${extname(here)}`);
}
