import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProblemError } from '../../lib/base/problem.ts';
import { isInstallingForbidden } from '../bootstrap/dependencies.mjs';
import { runToTheEnd } from '../bootstrap/run-to-the-end.mjs';

interface PackageManager {
  readonly program: string;
  readonly needsRoot: boolean;
  /** What a person would type, and what the sentences quote. */
  readonly command: string;
  /** What is run. A list of attempts: distributions disagree on who replaced whom. */
  readonly attempts: readonly (readonly [program: string, ...args: string[]])[];
}

const APT_SCRIPT = join(dirname(fileURLToPath(import.meta.url)), 'install-with-apt.sh');

/** In the order in which they are looked for. Only Debian's package starts a service, which its script prevents. */
export const PACKAGE_MANAGERS: readonly PackageManager[] = [
  {
    program: 'apt-get',
    needsRoot: true,
    command: 'apt-get install redis-server',
    attempts: [['sh', APT_SCRIPT]],
  },
  {
    program: 'dnf',
    needsRoot: true,
    command: 'dnf install valkey',
    attempts: [
      ['dnf', 'install', '--assumeyes', 'valkey'],
      ['dnf', 'install', '--assumeyes', 'redis'],
    ],
  },
  {
    program: 'apk',
    needsRoot: true,
    command: 'apk add redis',
    attempts: [
      ['apk', 'add', 'redis'],
      ['apk', 'add', 'valkey'],
    ],
  },
  {
    program: 'brew',
    needsRoot: false,
    command: 'brew install redis',
    attempts: [['brew', 'install', 'redis']],
  },
];

/**
 * Installs a server program with the system's package manager, when that needs nobody's password.
 * @returns 0, or the exit code of an install that was interrupted
 * @throws ProblemError that says which command to run instead
 */
export async function installRedisServer(env: NodeJS.ProcessEnv, userId = process.getuid?.()): Promise<number> {
  const managers = await packageManagersOnPath(env);
  const [first] = managers;
  if (first === undefined) throw noPackageManager();
  if (isInstallingForbidden(env)) throw forbidden(first);
  for (const manager of managers) {
    const prefix = manager.needsRoot ? await rootPrefix(env, userId) : [];
    if (prefix !== undefined) return install(manager, prefix, env);
  }
  throw needsRoot(first);
}

async function install(manager: PackageManager, prefix: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  process.stderr.write(`Installing a server for the lab: ${[...prefix, manager.command].join(' ')}\n`);
  let code = 0;
  for (const attempt of manager.attempts) {
    const [program = '', ...args] = [...prefix, ...attempt];
    // Standard output belongs to the command that is being prepared for.
    code = await runToTheEnd(program, args, { cwd: '/', env, stdio: ['ignore', 2, 2] });
    if (code === 0 || isInterrupted(code)) return code;
  }
  throw failed(manager, prefix, code);
}

/** A shell's code for "ended by a signal". */
function isInterrupted(exitCode: number): boolean {
  return exitCode > 128;
}

async function packageManagersOnPath(env: NodeJS.ProcessEnv): Promise<PackageManager[]> {
  const found = await Promise.all(PACKAGE_MANAGERS.map(({ program }) => isOnPath(program, env)));
  return PACKAGE_MANAGERS.filter((_, index) => found[index]);
}

async function isOnPath(program: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = await Promise.allSettled(folders.map((folder) => access(join(folder, program), constants.X_OK)));
  return found.some(({ status }) => status === 'fulfilled');
}

/** What to put before a command so that it runs as root; undefined when that would need a password. */
async function rootPrefix(env: NodeJS.ProcessEnv, userId: number | undefined): Promise<string[] | undefined> {
  if (userId === 0) return [];
  return (await succeeds('sudo', ['-n', 'true'], env)) ? ['sudo', '-n'] : undefined;
}

function succeeds(program: string, args: string[], env: NodeJS.ProcessEnv): Promise<boolean> {
  return new Promise((done) => {
    execFile(program, args, { env, timeout: 10_000 }, (error) => done(error === null));
  });
}

const OTHERWISE = 'or set REDOUBT_REDIS_SERVER to the path of a redis-server or valkey-server 7.0 or newer with TLS.';

function asPerson({ needsRoot, command }: PackageManager): string {
  return needsRoot ? `sudo ${command}` : command;
}

function noPackageManager(): ProblemError {
  const known = PACKAGE_MANAGERS.map(({ program }) => program).join(', ');
  return new ProblemError({
    code: 'REDIS_INSTALL_NO_PACKAGE_MANAGER',
    message: `No redis-server or valkey-server is on the PATH, and neither is a package manager that could install one (${known}). Install one yourself, ${OTHERWISE}`,
  });
}

function forbidden(manager: PackageManager): ProblemError {
  return new ProblemError({
    code: 'REDIS_INSTALL_FORBIDDEN',
    message: `No redis-server or valkey-server is on the PATH, and REDOUBT_NO_INSTALL forbids installing one. Run \`${asPerson(manager)}\`, unset REDOUBT_NO_INSTALL, ${OTHERWISE}`,
  });
}

function needsRoot(manager: PackageManager): ProblemError {
  return new ProblemError({
    code: 'REDIS_INSTALL_NEEDS_ROOT',
    message: `No redis-server or valkey-server is on the PATH, and ${manager.program} can install one only as root, for which sudo would ask a password. Run \`${asPerson(manager)}\`, then this command again, ${OTHERWISE}`,
  });
}

function failed(manager: PackageManager, prefix: readonly string[], exitCode: number): ProblemError {
  return new ProblemError({
    code: 'REDIS_INSTALL_FAILED',
    message: `\`${[...prefix, manager.command].join(' ')}\` ended with code ${exitCode}, so there is still no redis-server or valkey-server; the package manager's own message is above. Put that right and run this command again, ${OTHERWISE}`,
  });
}
