import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const dockerfile = await readFile(new URL('docker/runner.Dockerfile', root), 'utf8');
const { peerDependencies } = JSON.parse(await readFile(new URL('package.json', root), 'utf8'));

/** What builds stacks has no place where they are verified and rehearsed. */
const BUILDS_STACKS = /^(aws-cdk-lib|constructs|@pulumi\/.+)$/;

it('the runner image installs the peers that commands need, in the versions of package.json', () => {
  const installed = [...dockerfile.matchAll(/^ +'(.+)@([^@']+)' \\$/gm)].map(([, name, range]) => [name, range]);
  const needed = Object.entries(peerDependencies).filter(([name]) => !BUILDS_STACKS.test(name));
  expect(Object.fromEntries(installed)).toEqual(Object.fromEntries(needed));
});

it('the runner image runs redoubt as a user without rights, and holds no environment', () => {
  const lines = dockerfile.split('\n');
  expect(lines.indexOf('USER node')).toBeGreaterThan(0);
  expect(lines.indexOf('USER node')).toBeLessThan(lines.indexOf('ENTRYPOINT ["redoubt"]'));
  expect(dockerfile).not.toMatch(/^ENV /m);
});
