/**
 * Where a lab lives. Everything it is made of is in its run directory (0700, secrets 0600):
 *
 *   redoubt-lab           the lab's id: the sign without which nothing here is ever removed
 *   state.json            what the lab is right now; every change is written here first
 *   profile.json          the connection profile
 *   hosts                 names of the lab, `/etc/hosts` format (ElastiCache and Azure endpoint names)
 *   tls/                  authority.pem, server.pem, server.key
 *   secrets/              application-password, administrator-password
 *   nodes/node-1/         redis.conf, users.acl, nodes.conf, redis.log
 *   endpoint/             configuration and log of the endpoint process, where the platform has one
 */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { ProblemError } from '../base/problem.ts';

export const STATE_FILE = 'state.json';

/** Holds the lab's id, which is also the end of the directory's name. */
const SIGN_FILE = 'redoubt-lab';

/** Where the user's folder is, for a command that runs under another name: inside a user namespace everybody is called root. */
export const USER_DIRECTORY_VARIABLE = 'REDOUBT_USER_DIRECTORY';

/** A folder of this user's under the system's temporary directory, closed to everybody else. */
export function userDirectory(): string {
  const handedOver = process.env[USER_DIRECTORY_VARIABLE];
  if (handedOver !== undefined && handedOver !== '') return handedOver;
  return join(realpathSync(tmpdir()), `redoubt-${userInfo().username.replaceAll(/[^\w.-]/g, '_')}`);
}

export function defaultBaseDirectory(): string {
  return join(userDirectory(), 'labs');
}

/**
 * Makes the directory (and its parents) closed to others, and refuses one that somebody else could have put there.
 * @throws ProblemError `LAB_DIRECTORY_UNUSABLE`
 */
export function makePrivateDirectory(path: string): void {
  try {
    makeMissing(resolve(path));
  } catch (error) {
    throw directoryProblem(path, (error as Error).message, error);
  }
  refuseForeign(path);
  // Whoever owns the folder above could put another one in its place; only our own is ours to ask about.
  if (dirname(path) === userDirectory()) refuseForeign(dirname(path));
}

/** Not by `recursive: true`, which never returns where a file system says that a directory it has is not there (/proc does). */
function makeMissing(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeMissing(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another lab of this user may be making it at the same moment.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function refuseForeign(path: string): void {
  const found = lstatSync(path);
  const uid = process.getuid?.();
  if (!found.isDirectory()) throw directoryProblem(path, 'it is not a directory');
  if (uid !== undefined && found.uid !== uid)
    throw directoryProblem(path, `it belongs to user ${found.uid}, not ${uid}`);
}

/** Makes `<base>/<deployment>-<lab id>` with its folders. */
export function makeRunDirectory(baseDirectory: string, deployment: string, labId: string): string {
  makePrivateDirectory(baseDirectory);
  const runDirectory = join(realpathSync(baseDirectory), `${deployment}-${labId}`);
  makePrivateDirectory(runDirectory);
  try {
    writeFileSync(join(runDirectory, SIGN_FILE), labId, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw directoryProblem(runDirectory, (error as Error).message, error);
  }
  for (const folder of ['tls', 'secrets', 'nodes', 'endpoint']) makePrivateDirectory(join(runDirectory, folder));
  return runDirectory;
}

/** Whether a lab was made there, by us: a real directory with a lab's name, and the sign with the id from that name. */
export function isRunDirectory(path: string): boolean {
  const [, labId] = /^[a-z][a-z0-9-]*-([0-9a-f]{8})$/.exec(basename(resolve(path))) ?? [];
  if (labId === undefined) return false;
  try {
    return lstatSync(path).isDirectory() && readFileSync(join(path, SIGN_FILE), 'utf8') === labId;
  } catch {
    return false;
  }
}

/** Name of the deployment in a run directory's own name. */
export function deploymentOf(runDirectory: string): string {
  return basename(resolve(runDirectory)).replace(/-[0-9a-f]{8}$/, '');
}

/** @throws ProblemError `LAB_DIRECTORY_NOT_OURS`: whatever else a path may lead to, only what a lab was made in is taken away */
export function refuseOtherDirectories(path: string): void {
  if (!existsSync(path) || isRunDirectory(path)) return;
  const message = `${path} is not a directory that a lab was made in (it has no fitting ${SIGN_FILE}), so nothing in it is removed. Remove it by hand if it is not needed.`;
  throw new ProblemError({ code: 'LAB_DIRECTORY_NOT_OURS', message });
}

/** @throws ProblemError `LAB_DIRECTORY_NOT_OURS` */
export function removeRunDirectory(runDirectory: string): void {
  refuseOtherDirectories(runDirectory);
  rmSync(runDirectory, { recursive: true, force: true, maxRetries: 3, retryDelay: 20 });
}

/** Run directories of labs under `baseDirectory`, oldest name first; none when it does not exist. */
export function runDirectoriesIn(baseDirectory: string): string[] {
  try {
    return readdirSync(baseDirectory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(realpathSync(baseDirectory), entry.name))
      .sort();
  } catch {
    return [];
  }
}

function directoryProblem(path: string, reason: string, cause?: unknown): ProblemError {
  const message = `The lab cannot use the directory ${path}: ${reason}. Give another one that this user may write and nobody else owns.`;
  return new ProblemError({ code: 'LAB_DIRECTORY_UNUSABLE', message }, { cause });
}
