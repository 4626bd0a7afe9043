/** The deployment that a migration writes: formatted and typed as those that are shipped, and taken by bin/azure.ts, for each tier. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploymentFile } from '../../lib/migrate/deployment-file.ts';
import { classic, enterprise, migrated, NOTHING_ELSE, skuOf } from '../migrate/documents.ts';
import { NETWORK_ID, OBJECT_ID, SUBNET_ID } from './arguments.ts';
import { REPOSITORY_ROOT, runProgram } from './pulumi-host/run-program.ts';

const run = promisify(execFile);

const CACHES: Record<string, unknown> = {
  basic: classic({ sku: skuOf('C1', 'Basic') }),
  standard: classic({ sku: skuOf('C5') }, { maxmemoryPolicy: 'allkeys-lru', 'notify-keyspace-events': 'KEA' }),
  premium: classic({ sku: skuOf('P2'), shardCount: 3 }, { rdbBackupEnabled: 'true', rdbBackupFrequency: '60' }),
  enterprise: enterprise({}, { modules: [{ name: 'RediSearch' }, { name: 'RedisJSON' }] }),
  flash: enterprise({ sku: { name: 'EnterpriseFlash_F300', capacity: 3 } }, { clusteringPolicy: 'OSSCluster' }),
};
const SCHEDULE = { scheduleEntries: [{ dayOfWeek: 'Everyday', startHourUtc: 2, maintenanceWindow: 'PT5H' }] };

let directory = '';
const fileOf = (tier: string) => join(directory, `migrated-${tier}.ts`);

beforeAll(async () => {
  // In the checkout, so that types and formatter are its own; and where no other test looks.
  await mkdir(join(REPOSITORY_ROOT, '.redoubt'), { recursive: true });
  directory = await mkdtemp(join(REPOSITORY_ROOT, '.redoubt', 'migrated-'));
  for (const [tier, cache] of Object.entries(CACHES)) {
    const others = { ...NOTHING_ELSE, ...(tier === 'standard' ? { patchSchedule: SCHEDULE } : {}) };
    const migration = migrated(cache, others, { deploymentName: `migrated-${tier}` });
    const { deployment } = migration;
    if (deployment === undefined) throw new Error(`${tier}: ${JSON.stringify(migration.refusals)}`);
    await writeFile(fileOf(tier), deploymentFile(migration, deployment, '../../lib/topology/deployment.ts'));
  }
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('a deployment that a migration writes', () => {
  it.each(Object.keys(CACHES))('is taken by the Pulumi program: %s', async (tier) => {
    const { exitCode, errors, resources } = await runProgram(
      {
        deployment: fileOf(tier),
        users: [`shop=${OBJECT_ID}`],
        subnetId: SUBNET_ID,
        virtualNetworkIds: [NETWORK_ID],
        alertEmails: ['oncall@example.com'],
        ...(tier === 'standard' ? { apiVersion: '2026-09-01' } : {}),
      },
      { preview: true, outputsOf: () => ({}), invoke: () => ({}) },
    );
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
    expect(resources.length).toBeGreaterThan(5);
  });

  it('has the types and the form of those that are shipped', async () => {
    const node = (program: string, words: string[]) =>
      run(process.execPath, [join(REPOSITORY_ROOT, 'node_modules', program), ...words], { cwd: REPOSITORY_ROOT });
    const files = Object.keys(CACHES).map(fileOf);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--skipLibCheck'];
    await node('typescript/bin/tsc', [...options, '--allowImportingTsExtensions', '--ignoreConfig', ...files]);
    await node('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '--vcs-use-ignore-file=false', ...files]);
  });
});
