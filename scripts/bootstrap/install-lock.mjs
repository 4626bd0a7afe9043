import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BootstrapProblem } from './problem.mjs';

const WAIT_MS_MAX = 600_000;
const POLL_MS = 200;

/**
 * One install at a time per checkout: two `npm ci` in one folder delete each other's packages. The lock names its
 * owner's process, and one whose owner is gone counts for nothing.
 * @template Result
 * @param {string} root
 * @param {() => Result | Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function withInstallLock(root, work) {
  const folder = join(root, '.redoubt');
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, 'install.lock');
  await acquire(lock);
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** @param {string} lock */
async function acquire(lock) {
  const deadline = Date.now() + WAIT_MS_MAX;
  let waiting = false;
  while (!tryAcquire(lock)) {
    const owner = ownerOf(lock);
    if (owner === undefined) continue;
    if (!isAlive(owner)) {
      removeStale(lock, owner);
      continue;
    }
    if (!waiting) process.stderr.write(`Waiting for another install in this checkout (process ${owner}) ...\n`);
    waiting = true;
    if (Date.now() > deadline) throw heldTooLong(lock, owner);
    await new Promise((resume) => setTimeout(resume, POLL_MS));
  }
}

/** @param {string} lock */
function tryAcquire(lock) {
  // A link appears with its content, so nobody ever reads a lock without an owner.
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

/**
 * @param {string} lock
 * @returns {number | undefined} undefined when the lock has just gone
 */
function ownerOf(lock) {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * @param {string} lock
 * @param {number} deadOwner
 */
function removeStale(lock, deadOwner) {
  const aside = `${lock}.stale.${process.pid}`;
  try {
    renameSync(lock, aside);
    // Somebody else may have been faster and hold the lock by now: give it back.
    if (ownerOf(aside) !== deadOwner) linkSync(aside, lock);
  } catch {
    // It has gone already, which is what was wanted.
  } finally {
    rmSync(aside, { force: true });
  }
}

/**
 * @param {string} lock
 * @param {number} owner
 */
function heldTooLong(lock, owner) {
  const message =
    `Another install in this checkout, process ${owner}, has held the lock for more than ${WAIT_MS_MAX / 60_000} minutes. ` +
    `Look at what that process does; if it is not an npm ci, remove ${lock} and run the command again.`;
  return new BootstrapProblem('INSTALL_LOCKED', message);
}
