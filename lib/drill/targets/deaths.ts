/** Servers that ended although nobody had ended them: then a client's figures are about that, and not about the scenario. */
import type { Lab } from '../../lab/lab.ts';

/** A sentence about every such node; undefined when there is none. */
export function unexpectedDeaths(
  lab: Lab,
  disturbed: readonly { readonly host: string; readonly port: number }[],
): string | undefined {
  const expected = new Set(disturbed.map(({ host, port }) => `${host}:${port}`));
  const dead = lab.nodes().filter(({ host, port, pid }) => !expected.has(`${host}:${port}`) && !isAlive(pid));
  if (dead.length === 0) return undefined;
  const named = dead.map(({ id, host, port }) => `${id} (${host}:${port})`).join(', ');
  return `the server process of ${named} ended, and not because of this drill.`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
