/**
 * Which process is ours? A pid alone is not an answer: it is given to somebody else as soon as its process ends. Ours is
 * the process with the recorded pid, the recorded start time, and the lab's run directory in its arguments.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** As the system tells it (clock ticks since boot on Linux, `ps -o lstart` elsewhere); only ever compared. */
  readonly startTime: string;
}

/** The identity of a running process; `undefined` when there is none with this pid. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const startTime = process.platform === 'linux' ? linuxStartTime(pid) : psField(pid, 'lstart=');
  return startTime === undefined ? undefined : { pid, startTime };
}

/** True while exactly this process runs (a zombie does not). */
export function isRunning(identity: ProcessIdentity): boolean {
  return identityOf(identity.pid)?.startTime === identity.startTime;
}

/** True while exactly this process runs and its arguments name something in `directory`. */
export function isOurs(identity: ProcessIdentity, directory: string): boolean {
  return isRunning(identity) && argumentsOf(identity.pid).some((argument) => argument.includes(`${directory}/`));
}

/**
 * Processes started as `… <file>`, found by their arguments: for the moment between a start and the writing of its pid.
 * Linux only; elsewhere the list is empty.
 */
export function processesOn(file: string): ProcessIdentity[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && argumentsOf(pid).indexOf(file) > 0)
    .flatMap((pid) => identityOf(pid) ?? []);
}

function linuxStartTime(pid: number): string | undefined {
  const text = readText(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The command name is in brackets and may hold anything, so the fields are counted from the last bracket.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

function argumentsOf(pid: number): string[] {
  if (process.platform === 'linux') return readText(`/proc/${pid}/cmdline`)?.split('\0') ?? [];
  return psField(pid, 'command=')?.split(' ') ?? [];
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function psField(pid: number, field: string): string | undefined {
  try {
    const text = execFileSync('ps', ['-ww', '-o', field, '-p', String(pid)], { stdio: ['ignore', 'pipe', 'ignore'] });
    return text.toString().trim() || undefined;
  } catch {
    return undefined;
  }
}
