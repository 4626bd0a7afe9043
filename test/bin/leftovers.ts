/** What a program has started: noted while it runs, looked for when it has ended. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface SeenProcess {
  readonly pid: number;
  /** Start time and command: a pid that somebody else has got since is not the same process. */
  readonly identity: string;
}

/** The processes of every lab under the base directory, and every child of the program. */
export async function startedProcesses(baseDirectory: string, programPid: number): Promise<SeenProcess[]> {
  const [all, ofLabs] = await Promise.all([everyProcess(), labPids(baseDirectory)]);
  const own = new Set<number>([programPid]);
  // Parents have lower places in the list more often than not; a second pass finds the rest.
  for (let pass = 0; pass < 3; pass += 1) {
    for (const { pid, parent } of all) if (own.has(parent)) own.add(pid);
  }
  own.delete(programPid);
  return all.filter(({ pid }) => own.has(pid) || ofLabs.has(pid));
}

export async function stillRunning(seen: readonly SeenProcess[]): Promise<SeenProcess[]> {
  const now = new Map((await everyProcess()).map(({ pid, identity }) => [pid, identity]));
  return seen.filter(({ pid, identity }) => now.get(pid) === identity);
}

async function everyProcess(): Promise<(SeenProcess & { readonly parent: number })[]> {
  const { stdout } = await run('ps', ['-e', '-o', 'pid=,ppid=,stat=,lstart=,args='], { maxBuffer: 16_000_000 });
  return (
    stdout
      .split('\n')
      .map((line) => /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line))
      .filter((parts) => parts !== null)
      // A zombie has ended; it only waits for its parent to take notice.
      .filter(([, , , state]) => state?.startsWith('Z') !== true)
      .map(([, pid, parent, , identity = '']) => ({ pid: Number(pid), parent: Number(parent), identity }))
  );
}

async function labPids(baseDirectory: string): Promise<Set<number>> {
  const pids = new Set<number>();
  for (const name of await readdir(baseDirectory).catch(() => [])) {
    const state = await readFile(join(baseDirectory, name, 'state.json'), 'utf8').catch(() => '');
    for (const [, pid] of state.matchAll(/"pid":\s*(\d+)/g)) pids.add(Number(pid));
  }
  pids.delete(process.pid);
  return pids;
}
