/**
 * A network of the lab's own, so that packets can be dropped for real without any privilege on the machine. The whole
 * command runs inside it (`commandInNetworkNamespace`); there is nothing in it but loopback addresses.
 */
import { execFile } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { promisify } from 'node:util';
import { USER_DIRECTORY_VARIABLE, userDirectory } from './run-directory.ts';

const run = promisify(execFile);

/** Set for a command that runs inside, with the namespace it was made for. */
const INSIDE_VARIABLE = 'REDOUBT_NETWORK_NAMESPACE';

/** The name the system gives the namespace this process is in (`net:[4026532]`); `undefined` where there are none. */
export function currentNetworkNamespace(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/net');
  } catch {
    return undefined;
  }
}

/** True in a command that was started through `commandInNetworkNamespace`. */
export function inNetworkNamespace(): boolean {
  const outside = process.env[INSIDE_VARIABLE];
  return outside !== undefined && currentNetworkNamespace() !== undefined && outside !== currentNetworkNamespace();
}

/**
 * Why a network namespace with dropped packets cannot be had here, as a sentence; `undefined` when it can. Tries it for
 * real: makes one, a tunnel in it, and the setting the tunnel needs.
 */
export async function networkNamespaceProblem(): Promise<string | undefined> {
  if (process.platform !== 'linux') return `Network namespaces exist on Linux only; this is ${process.platform}.`;
  const [program, ...rest] = commandInNetworkNamespace(['sh', '-c', TRIAL]);
  try {
    await run(program as string, rest, { timeout: 5_000, env: { ...process.env, ...namespaceEnvironment() } });
    return undefined;
  } catch (error) {
    const failure = error as NodeJS.ErrnoException & { stderr?: string };
    if (failure.code === 'ENOENT') return 'The program "unshare" (package util-linux) is not installed.';
    const said = failure.stderr?.trim().split('\n').at(-1) ?? failure.message;
    return `A network namespace whose packets can be dropped could not be made: ${said}`;
  }
}

const TRIAL = [
  'command -v ip >/dev/null || { echo "the program \\"ip\\" (package iproute2) is not installed" >&2; exit 1; }',
  'ip tuntap add mode tun name trial0',
  'echo 1 > /proc/sys/net/ipv4/conf/trial0/route_localnet',
].join(' && ');

/**
 * The command line that runs `command` in a new network namespace whose loopback is up. Give it
 * `namespaceEnvironment()` as well, so that the command knows.
 */
export function commandInNetworkNamespace(command: readonly string[]): string[] {
  const script = 'ip link set lo up && exec "$@"';
  return ['unshare', '--user', '--map-root-user', '--net', 'sh', '-c', script, 'sh', ...command];
}

/** The command line that runs `command` in the namespaces of a process of the lab. */
export function commandInNamespaceOf(pid: number, command: readonly string[]): string[] {
  return ['nsenter', `--user=/proc/${pid}/ns/user`, `--net=/proc/${pid}/ns/net`, '--preserve-credentials', ...command];
}

/** Variables for a command that is started inside. */
export function namespaceEnvironment(): Record<string, string> {
  return { [INSIDE_VARIABLE]: currentNetworkNamespace() ?? 'none', [USER_DIRECTORY_VARIABLE]: userDirectory() };
}
