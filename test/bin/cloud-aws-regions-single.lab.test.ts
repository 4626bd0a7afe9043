/** `redoubt verify`, `drift` and `drill` of a secondary region without cluster mode, as a user types them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXIT } from '../../lib/base/exit-codes.ts';
import type { GlobalRole } from '../../lib/profile/profile.ts';
import {
  type ElastiCacheApiStandIn,
  STAND_IN_ENVIRONMENT,
  startElastiCacheApi,
} from '../control/elasticache/stand-in/start.ts';
import {
  OTHER_REGION,
  startTwoRegions,
  type TwoRegions,
  WITHOUT_CLUSTER_MODE,
} from '../control/elasticache/stand-in/two-regions.ts';
import { type Ended, redoubt } from './program.ts';

let directory = '';
let regions: TwoRegions;
let api: ElastiCacheApiStandIn;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-regions-single-'));
  regions = await startTwoRegions(WITHOUT_CLUSTER_MODE);
  api = await startElastiCacheApi({ lab: regions.here, secondary: { lab: regions.there, region: OTHER_REGION } });
  const { topology, profile } = regions.there;
  const declared = { ...topology, port: profile.endpoint.port };
  const deployment = { name: profile.deployment, description: 'As deployed.', topology: declared };
  await writeFile(join(directory, 'ohio.json'), JSON.stringify(deployment));
});
afterAll(async () => {
  await api?.close();
  await regions?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Of the secondary, with what its profile is to say of it. */
async function profileWith(globalRole: GlobalRole): Promise<string[]> {
  const { profile } = regions.there;
  const path = join(directory, `${globalRole}.json`);
  await writeFile(path, JSON.stringify({ ...profile, expected: { ...profile.expected, globalRole } }));
  return ['--profile', path];
}

function run(...words: string[]): Promise<Ended> {
  const environment = { ...STAND_IN_ENVIRONMENT, AWS_ENDPOINT_URL_ELASTICACHE: api.endpoint };
  return redoubt(words, { environment, workingDirectory: directory });
}

const GROUP = ['--aws', 'orders-ohio', '--region', OTHER_REGION];

test('a secondary region that says so passes verify and drift', async () => {
  const profile = await profileWith('secondary');
  const verified = await run('verify', ...profile);
  expect(verified.exitCode, verified.stdout + verified.stderr).toBe(EXIT.pass);
  const compared = await run('drift', 'ohio.json', ...GROUP, ...profile);
  expect(compared.exitCode, compared.stdout + compared.stderr).toBe(EXIT.pass);
});

test('one that is said to be the primary fails both', async () => {
  const profile = await profileWith('primary');
  expect((await run('verify', ...profile)).exitCode).toBe(EXIT.fail);
  const { exitCode, stdout } = await run('drift', 'ohio.json', ...GROUP, ...profile);
  expect(exitCode).toBe(EXIT.fail);
  expect(stdout).toContain('DRIFT_GLOBAL_ROLE');
});

test('a drill of a secondary region is refused with a sentence, before anything is asked for', async () => {
  const words = ['--scenario', 'global-failover', '--i-mean', regions.there.profile.deployment];
  const { exitCode, stdout, stderr } = await run('drill', ...GROUP, ...(await profileWith('secondary')), ...words);
  expect(exitCode).not.toBe(EXIT.pass);
  expect((stdout + stderr).replaceAll(/\s+/g, ' ')).toMatch(/refuses writes, and the load of a drill is writes/);
  expect(api.calls).not.toContain('FailoverGlobalReplicationGroup');
});
