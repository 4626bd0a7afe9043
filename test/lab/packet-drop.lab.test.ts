import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  commandInNetworkNamespace,
  inNetworkNamespace,
  namespaceEnvironment,
  networkNamespaceProblem,
} from '../../lib/lab/network-namespace.ts';
import { USER_DIRECTORY_VARIABLE, userDirectory } from '../../lib/lab/run-directory.ts';
import { AZURE_OSS, ELASTICACHE, newBaseDirectory, processesIn, removeBaseDirectory } from './support/lab.ts';

const run = promisify(execFile);
const TRIAL = fileURLToPath(new URL('./support/drop-trial.ts', import.meta.url));
const RUN_DIRECTORY = new URL('../../lib/lab/run-directory.ts', import.meta.url).href;
const problem = await networkNamespaceProblem();

let baseDirectory: string;
beforeEach(() => {
  baseDirectory = newBaseDirectory();
});
afterEach(() => {
  expect(processesIn(baseDirectory)).toEqual([]);
  expect(readdirSync(baseDirectory)).toEqual([]);
  removeBaseDirectory(baseDirectory);
});

describe('packets that are dropped', () => {
  test.for([['ElastiCache', ELASTICACHE] as const, ['Azure OSS', AZURE_OSS] as const])(
    'fall silent for established and new connections to the old node of %s, and for nobody else, until healed',
    async ([, topology], { skip }) => {
      if (problem !== undefined) skip(problem);
      const command = [process.execPath, TRIAL, baseDirectory, JSON.stringify(topology)];
      const [program, ...rest] = commandInNetworkNamespace(command) as [string, ...string[]];
      const { stdout } = await run(program, rest, { env: { ...process.env, ...namespaceEnvironment() } });
      expect(JSON.parse(stdout)).toEqual({
        inside: true,
        canDropPackets: true,
        dropped: 'silence',
        bystander: 'connected',
        established: 'open',
        healed: 'ECONNREFUSED',
        nodes: 6,
      });
    },
  );

  test('are lost under the name of root, and labs are still looked for where this user has them', async ({ skip }) => {
    if (problem !== undefined) skip(problem);
    const tell = `console.log((await import(${JSON.stringify(RUN_DIRECTORY)})).userDirectory())`;
    const [program, ...rest] = commandInNetworkNamespace([process.execPath, '--input-type=module', '-e', tell]);
    // Another name for the folder than root's, whoever runs this test.
    const handedOver = { ...namespaceEnvironment(), [USER_DIRECTORY_VARIABLE]: join(baseDirectory, 'mine') };
    const { stdout } = await run(program as string, rest, { env: { ...process.env, ...handedOver } });
    expect(stdout.trim()).toBe(join(baseDirectory, 'mine'));
    expect(namespaceEnvironment()[USER_DIRECTORY_VARIABLE]).toBe(userDirectory());
  });

  test('cannot be had outside a namespace of the lab', () => {
    expect(inNetworkNamespace()).toBe(false);
  });
});
