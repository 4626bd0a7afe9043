import type { Problem } from './problem.ts';

/** As in `engines` of package.json. npm only warns of an older one, and goes on. */
export const OLDEST_NODE = { major: 22, minor: 12 } as const;

/** What is wrong with the Node that runs this, as `process.versions.node` says it; nothing where it will do. */
export function nodeVersionProblem(version: string): Problem | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const { major: oldestMajor, minor: oldestMinor } = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  const message = `redoubt needs Node ${oldestMajor}.${oldestMinor} or newer and is run by ${version}. Nothing was done. Use a newer one (in a checkout, \`npm run redoubt -- …\` brings its own).`;
  return { code: 'NODE_TOO_OLD', message };
}
