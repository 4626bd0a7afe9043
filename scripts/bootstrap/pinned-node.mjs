import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { BootstrapProblem } from './problem.mjs';

/**
 * The Node that the lockfile pins, where it has a build that runs here; elsewhere (macOS, musl) the machine's own, if that
 * can run TypeScript as it is.
 * @param {string} root
 * @returns {string}
 */
export function findNode(root) {
  const pinned = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  const onPath = join(root, 'node_modules', '.bin', 'node');
  if (existsSync(pinned)) {
    if (isThisProgram(pinned) || runs(pinned)) {
      putOnPath(pinned, onPath);
      return pinned;
    }
    // npm put it on the PATH of every npm script, where it would now be in the way of the one that works.
    rmSync(onPath, { force: true });
  }
  if (runsTypeScript(process.versions.node)) return process.execPath;
  throw tooOld(root);
}

/**
 * npm 11 makes this link, npm 10 forgets it. With it, `npx vitest` and the like use the pinned Node too.
 * @param {string} pinned
 * @param {string} onPath
 */
function putOnPath(pinned, onPath) {
  if (existsSync(onPath)) return;
  try {
    symlinkSync(relative(dirname(onPath), pinned), onPath);
  } catch {
    // Somebody else has just made it, or the folder is read-only: nothing here depends on it.
  }
}

/** @param {string} path */
function isThisProgram(path) {
  return realpathSync(path) === realpathSync(process.execPath);
}

/** @param {string} path */
function runs(path) {
  return spawnSync(path, ['--version'], { timeout: 10_000 }).status === 0;
}

/**
 * Type stripping needs no flag since 22.18; the test runner accepts even majors only.
 * @param {string} version
 */
export function runsTypeScript(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return (major === 22 && minor >= 18) || major === 24 || major >= 26;
}

/** @param {string} root */
function tooOld(root) {
  const wanted = JSON.parse(readFileSync(join(root, 'scripts', 'pinned-node', 'package.json'), 'utf8')).version;
  const message =
    `This is Node ${process.versions.node}, and Node ${wanted}, which the checkout pins, has no build for ` +
    `${process.platform}-${process.arch} that runs here; the sources need Node 22.18 or newer (22, 24, or 26 and up). ` +
    `Install Node ${wanted.split('.')[0]}, then run the command again.`;
  return new BootstrapProblem('NODE_TOO_OLD', message);
}

/**
 * Asked before anything is installed.
 * @param {string} platform
 */
export function refuseUnsupportedPlatform(platform) {
  if (platform !== 'win32') return;
  const message =
    'This is Windows, and the lab runs redis-server, which Windows does not have; Linux and macOS are supported. ' +
    'Run the command in the Windows Subsystem for Linux (wsl --install).';
  throw new BootstrapProblem('PLATFORM_NOT_SUPPORTED', message);
}
