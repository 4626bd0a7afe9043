/** What a stack says about itself is enough to verify what it deployed: here the stack's cluster is a lab. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Lab } from '../../lib/lab/lab.ts';
import { newBaseDirectory, removeBaseDirectory, startTestLab } from '../lab/support/lab.ts';
import { type CloudFormationStandIn, cloudFormationStandIn } from './cloudformation-stand-in.ts';

const ENTRY = resolve(import.meta.dirname, '../../bin/redoubt.ts');
const baseDirectory = newBaseDirectory();
let directory = '';
let lab: Lab;
let service: CloudFormationStandIn;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-stack-'));
  const topology = { platform: 'elasticache', name: 'shop', shardCount: 1, replicasPerShard: 1 } as const;
  lab = await startTestLab(topology, { baseDirectory });
  service = await cloudFormationStandIn({ shop: { outputs: { CacheRedoubtProfile1: JSON.stringify(lab.profile) } } });
});
afterAll(async () => {
  await service?.close();
  await lab?.stop();
  removeBaseDirectory(baseDirectory);
  await rm(directory, { recursive: true, force: true });
});

test('redoubt profile --from-stack shop > p.json && redoubt verify --profile p.json', async () => {
  const script = '"$NODE" "$ENTRY" profile --from-stack shop > p.json && "$NODE" "$ENTRY" verify --profile p.json';
  const env = { ...process.env, ...service.environment, NODE: process.execPath, ENTRY };
  const { stdout } = await promisify(execFile)('sh', ['-c', script], { cwd: directory, env });
  expect(stdout).toMatch(/verdict .*PASS/);
});
