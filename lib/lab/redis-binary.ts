/**
 * Which server program can the lab run? Finds `redis-server` or `valkey-server` and proves that it is new enough and
 * speaks TLS, by asking the program itself. Starts nothing that stays and changes nothing.
 */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename, delimiter, join, resolve } from 'node:path';
import { type Problem, ProblemError } from '../base/problem.ts';

export interface RedisServerVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

export interface RedisServer {
  /** Absolute. A link keeps its own name: some systems link redis-server to one program that acts by the name it is called by. */
  readonly path: string;
  readonly kind: 'redis' | 'valkey';
  readonly version: RedisServerVersion;
}

export type RedisServerProblemCode =
  | 'REDIS_SERVER_MISSING'
  | 'REDIS_SERVER_TOO_OLD'
  | 'REDIS_SERVER_WITHOUT_TLS'
  | 'REDIS_SERVER_UNUSABLE';

/** Host names in CLUSTER SLOTS and per-node announced names came with 7.0; the lab needs both. */
export const OLDEST_REDIS_SERVER: RedisServerVersion = { major: 7, minor: 0, patch: 0 };

/** Names the program to use, and ends the search. */
export const REDIS_SERVER_VARIABLE = 'REDOUBT_REDIS_SERVER';

const PROGRAM_NAMES = ['redis-server', 'valkey-server'] as const;
const NEEDED = 'a redis-server or valkey-server, version 7.0 or newer, built with TLS';
const PROBE_TIMEOUT_MS = 5_000;

/**
 * The first usable program: the one that `REDOUBT_REDIS_SERVER` names, else the first on the PATH.
 * @throws ProblemError with one problem per program that was found and cannot be used, or `REDIS_SERVER_MISSING`.
 */
export async function findRedisServer(
  env: NodeJS.ProcessEnv,
  { probeTimeoutMs = PROBE_TIMEOUT_MS } = {},
): Promise<RedisServer> {
  const candidates = await candidatePaths(env);
  const problems: Problem[] = [];
  for (const path of candidates) {
    const examined = await examine(path, probeTimeoutMs);
    if ('server' in examined) return examined.server;
    problems.push(examined.problem);
  }
  throw new ProblemError(problems.length > 0 ? problems : [missing(env)]);
}

/** `7.0.15` */
export function formatRedisServerVersion(version: RedisServerVersion): string {
  return `${version.major}.${version.minor}.${version.patch}`;
}

async function candidatePaths(env: NodeJS.ProcessEnv): Promise<string[]> {
  const named = namedServer(env);
  if (named !== undefined) {
    const places = named.includes('/') ? [resolve(named)] : pathFolders(env).map((folder) => join(folder, named));
    // One program only: whoever names it wants that one, or to hear what is wrong with it.
    return (await executables(places)).slice(0, 1);
  }
  const places = PROGRAM_NAMES.flatMap((name) => pathFolders(env).map((folder) => join(folder, name)));
  return executables(places);
}

function namedServer(env: NodeJS.ProcessEnv): string | undefined {
  const named = env[REDIS_SERVER_VARIABLE]?.trim();
  return named === '' ? undefined : named;
}

function pathFolders(env: NodeJS.ProcessEnv): string[] {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...new Set(folders.map((folder) => resolve(folder)))];
}

async function executables(paths: readonly string[]): Promise<string[]> {
  const checks = await Promise.all(paths.map(isExecutableFile));
  return paths.filter((_, index) => checks[index]);
}

async function isExecutableFile(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

type Examined = { readonly server: RedisServer } | { readonly problem: Problem };

async function examine(path: string, timeoutMs: number): Promise<Examined> {
  const asked = await run(path, ['--version'], timeoutMs);
  const known = parseServerVersion(asked.output, basename(path));
  if (known === undefined) return { problem: unusable(path, '--version', asked) };
  if (isOlder(known.version, OLDEST_REDIS_SERVER)) return { problem: tooOld(path, known) };
  const tls = await probeTls(path, timeoutMs);
  if (tls.support === 'absent') return { problem: withoutTls(path, known) };
  if (tls.support === 'unclear') return { problem: unusable(path, 'a start with TLS', tls.answer) };
  return { server: { path, ...known } };
}

/**
 * Reads the line that `--version` prints: `Redis server v=7.0.15 sha=00000000:0 malloc=…`. Valkey's compatibility link
 * is called redis-server and says Valkey, so the line decides and the file name only fills the gap.
 */
export function parseServerVersion(line: string, programName: string): Omit<RedisServer, 'path'> | undefined {
  const match = /^(?:(redis|valkey) )?server v=(\d{1,4})\.(\d{1,4})\.(\d{1,4})\b/im.exec(line);
  if (match === null) return undefined;
  const [, name = programName, major, minor, patch] = match;
  return {
    kind: name.toLowerCase().startsWith('valkey') ? 'valkey' : 'redis',
    version: { major: Number(major), minor: Number(minor), patch: Number(patch) },
  };
}

function isOlder(version: RedisServerVersion, than: RedisServerVersion): boolean {
  if (version.major !== than.major) return version.major < than.major;
  if (version.minor !== than.minor) return version.minor < than.minor;
  return version.patch < than.patch;
}

interface TlsProbe {
  readonly support: 'present' | 'absent' | 'unclear';
  readonly answer: Answer;
}

const ABSENT_FILE = '/nonexistent/redoubt-tls-probe';

/**
 * Asks for a start with a certificate that does not exist. A server that knows TLS complains about the certificate; one
 * that does not complains about TLS: as an unknown directive up to 7.0, as a missing connection type since 7.2.
 * It ends by itself before it opens a port in every case.
 */
async function probeTls(path: string, timeoutMs: number): Promise<TlsProbe> {
  const files = ['--tls-cert-file', '--tls-key-file', '--tls-ca-cert-file'].flatMap((name) => [name, ABSENT_FILE]);
  const plain = ['--port', '0', '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--daemonize', 'no'];
  const answer = await run(path, [...plain, '--tls-port', '1', ...files], timeoutMs);
  return { support: tlsSupport(answer.output), answer };
}

function tlsSupport(output: string): TlsProbe['support'] {
  if (/missing implement\w* of connection type tls/i.test(output)) return 'absent';
  if (/'tls-[^']*'\s+bad directive/i.test(output)) return 'absent';
  if (/failed to load certificate/i.test(output)) return 'present';
  return 'unclear';
}

interface Answer {
  readonly output: string;
  /** Why there is no ordinary answer: it could not be started, or did not end in time. */
  readonly failure?: string;
}

function run(path: string, args: readonly string[], timeoutMs: number): Promise<Answer> {
  return new Promise((done) => {
    const options = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 } as const;
    const child = execFile(path, [...args], options, (error, stdout, stderr) => {
      const output = `${stdout}\n${stderr}`.trim();
      if (error?.killed === true) return done({ output, failure: `it did not end within ${timeoutMs} ms` });
      // A non-zero exit code is an answer; a code in letters (ENOEXEC, EACCES) means that it never ran.
      if (typeof error?.code === 'string') return done({ output, failure: `it could not be run (${error.code})` });
      done({ output });
    });
    child.stdin?.end();
  });
}

function problem(code: RedisServerProblemCode, message: string): Problem {
  return { code, message };
}

function missing(env: NodeJS.ProcessEnv): Problem {
  const named = namedServer(env);
  if (named !== undefined) {
    return problem(
      'REDIS_SERVER_MISSING',
      `${REDIS_SERVER_VARIABLE} is "${named}", and that is not an executable file; it must name ${NEEDED}. ` +
        'Correct the variable, or unset it to search the PATH.',
    );
  }
  return problem(
    'REDIS_SERVER_MISSING',
    `No redis-server or valkey-server is on the PATH; the lab needs ${NEEDED}. ` +
      `Install one with the system's package manager (in a checkout of Redoubt: npm run setup), or set ` +
      `${REDIS_SERVER_VARIABLE} to the program's path.`,
  );
}

function tooOld(path: string, known: Omit<RedisServer, 'path'>): Problem {
  return problem(
    'REDIS_SERVER_TOO_OLD',
    `${path} is ${known.kind} ${formatRedisServerVersion(known.version)}; the lab needs version ` +
      `${formatRedisServerVersion(OLDEST_REDIS_SERVER)} or newer. Upgrade it, or set ${REDIS_SERVER_VARIABLE} to a newer program.`,
  );
}

function withoutTls(path: string, known: Omit<RedisServer, 'path'>): Problem {
  return problem(
    'REDIS_SERVER_WITHOUT_TLS',
    `${path} (${known.kind} ${formatRedisServerVersion(known.version)}) was built without TLS; the lab has no plaintext ` +
      `port, so it needs ${NEEDED}. Install a build with TLS (from source: make BUILD_TLS=yes), or set ` +
      `${REDIS_SERVER_VARIABLE} to one.`,
  );
}

const QUOTE_LENGTH_MAX = 200;

function unusable(path: string, question: string, answer: Answer): Problem {
  const said = answer.output.replaceAll(/\s+/g, ' ').slice(0, QUOTE_LENGTH_MAX);
  const why = answer.failure ?? (said === '' ? 'it printed nothing' : `it printed "${said}"`);
  return problem(
    'REDIS_SERVER_UNUSABLE',
    `${path} did not answer ${question} the way a redis-server or valkey-server does: ${why}. The lab needs ${NEEDED}. ` +
      `Repair it, or set ${REDIS_SERVER_VARIABLE} to one that works.`,
  );
}
