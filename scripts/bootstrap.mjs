// Makes a fresh checkout work with whatever Node the machine has (20 or newer), then hands over to the pinned Node.
//
//   node scripts/bootstrap.mjs [--with-redis] SCRIPT [ARGUMENT...]
//
// 1. `npm ci`, when the installed packages are not the ones in the lockfile (one at a time per checkout)
// 2. with --with-redis: scripts/setup.ts makes sure that there is a server program
// 3. SCRIPT, on the pinned Node; signals go to it, and its exit code is the one that counts
//
// Plain JavaScript without dependencies, because it runs before there are any. It writes to standard error only:
// standard output belongs to SCRIPT.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dependenciesAreCurrent, installDependencies } from './bootstrap/dependencies.mjs';
import { withInstallLock } from './bootstrap/install-lock.mjs';
import { findNode, refuseUnsupportedPlatform } from './bootstrap/pinned-node.mjs';
import { BootstrapProblem, EXIT } from './bootstrap/problem.mjs';
import { runToTheEnd } from './bootstrap/run-to-the-end.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BootstrapProblem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}

/** @param {string[]} words */
async function main(words) {
  const withRedis = words[0] === '--with-redis';
  const [script, ...scriptArguments] = withRedis ? words.slice(1) : words;
  if (script === undefined || script.startsWith('-')) {
    const given = words.length === 0 ? 'nothing' : words.join(' ');
    const message = `Usage: node scripts/bootstrap.mjs [--with-redis] SCRIPT [ARGUMENT...]; given: ${given}.`;
    throw new BootstrapProblem('BOOTSTRAP_USAGE', message, EXIT.usage);
  }
  refuseUnsupportedPlatform(process.platform);
  if (!dependenciesAreCurrent(root)) {
    const code = await withInstallLock(root, () => (dependenciesAreCurrent(root) ? 0 : installDependencies(root)));
    if (code !== 0) return code;
  }
  const node = findNode(root);
  if (withRedis) {
    const code = await runToTheEnd(node, [resolve(root, 'scripts/setup.ts'), '--quiet'], { cwd: root });
    if (code !== 0) return code;
  }
  return runToTheEnd(node, [resolve(root, script), ...scriptArguments], { cwd: root });
}
