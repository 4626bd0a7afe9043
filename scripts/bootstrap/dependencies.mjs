import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BootstrapProblem, EXIT } from './problem.mjs';
import { runToTheEnd } from './run-to-the-end.mjs';

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean }} LockedPackage */

/**
 * Are the installed packages the ones in the lockfile? npm writes `node_modules/.package-lock.json` last, so it is both
 * the proof that an install was finished and the list of what it installed.
 * @param {string} root
 */
export function dependenciesAreCurrent(root) {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined) throw noLockfile();
  if (installed === undefined) return false;
  return Object.entries(wanted)
    .filter(([place, locked]) => place.startsWith('node_modules/') && locked.link !== true)
    .every(([place, locked]) => isSatisfied(place, locked, installed[place]));
}

/**
 * @param {string} place
 * @param {LockedPackage} locked
 * @param {LockedPackage | undefined} installed
 */
function isSatisfied(place, locked, installed) {
  if (installed !== undefined) return installed.version === locked.version && installed.integrity === locked.integrity;
  // Packages for other platforms are optional and absent. The Node for this one is optional too, but not for us.
  return locked.optional === true && place !== `node_modules/node-${process.platform}-${process.arch}`;
}

/**
 * @param {string} path
 * @returns {Record<string, LockedPackage> | undefined} undefined when there is no such file or it is damaged
 */
function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function noLockfile() {
  const message =
    'package-lock.json is missing or not JSON, so there is nothing to install from; ' +
    'it is part of the checkout. Restore it (git checkout package-lock.json), then run the command again.';
  return new BootstrapProblem('LOCKFILE_MISSING', message);
}

/**
 * @param {string} root
 * @returns {Promise<number>} 0, or the exit code of an interrupted install
 */
export async function installDependencies(root) {
  if (isInstallingForbidden(process.env)) {
    const message =
      'The packages that package-lock.json lists are not installed, and REDOUBT_NO_INSTALL forbids installing. ' +
      'Run npm ci, or unset REDOUBT_NO_INSTALL.';
    throw new BootstrapProblem('INSTALL_FORBIDDEN', message);
  }
  process.stderr.write('Installing the dependencies (npm ci) ...\n');
  const startedAt = Date.now();
  const code = await runNpmCi(root);
  if (code === EXIT.interrupted || code === 128 + 15) return code;
  if (code !== 0) {
    const message =
      `npm ci ended with code ${code}, so the packages that package-lock.json lists are not installed; npm's own message ` +
      'is above. Check that the package registry can be reached and the disk has room, then run the command again.';
    throw new BootstrapProblem('INSTALL_FAILED', message);
  }
  process.stderr.write(`Installed the dependencies in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.\n`);
  return 0;
}

/** @param {NodeJS.ProcessEnv} env */
export function isInstallingForbidden(env) {
  return !['', '0', 'false', 'no'].includes((env.REDOUBT_NO_INSTALL ?? '').trim().toLowerCase());
}

/** @param {string} root */
function runNpmCi(root) {
  // --include=dev: NODE_ENV=production would leave out the tools.
  // --prefer-offline: the lockfile pins every package by its checksum, so what npm's cache holds needs no question to
  // the registry. Standard output belongs to the script that comes next.
  const words = ['ci', '--include=dev', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  const options = { cwd: root, stdio: /** @type {import('node:child_process').StdioOptions} */ (['ignore', 2, 2]) };
  const npm = process.env.npm_execpath;
  if (npm === undefined || !/\.[cm]?js$/.test(npm)) return runToTheEnd('npm', words, options);
  // Under `npm run`: the same npm again, on the Node that runs it, which is not the one that npm ci is about to replace.
  return runToTheEnd(process.env.npm_node_execpath ?? process.execPath, [npm, ...words], options);
}
