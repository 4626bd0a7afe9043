import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nodeVersionProblem, OLDEST_NODE } from '../../lib/base/node-version.ts';
import { REPOSITORY_ROOT } from '../tidy/repository.ts';

it.each(['22.12.0', '22.18.1', '24.0.0', '100.0.0'])('Node %s will do', (version) => {
  expect(nodeVersionProblem(version)).toBeUndefined();
});

it.each(['22.11.0', '20.20.2', '18.0.0', ''])('Node %s is too old, and told which is not', (version) => {
  expect(nodeVersionProblem(version)).toMatchObject({
    code: 'NODE_TOO_OLD',
    message: expect.stringContaining(`needs Node 22.12 or newer and is run by ${version}.`),
  });
});

it('the oldest is that of the package', async () => {
  const { engines } = JSON.parse(await readFile(join(REPOSITORY_ROOT, 'package.json'), 'utf8'));
  expect(engines.node).toBe(`>=${OLDEST_NODE.major}.${OLDEST_NODE.minor}.0`);
});
