/** `redoubt drift` and `redoubt drill` of a group without cluster mode, as a user types them; the API is a stand-in before a lab's real pair. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXIT } from '../../lib/base/exit-codes.ts';
import type { Lab } from '../../lib/lab/lab.ts';
import { startDescribableLab } from '../control/elasticache/stand-in/lab.ts';
import {
  type ElastiCacheApiStandIn,
  STAND_IN_ENVIRONMENT,
  startElastiCacheApi,
} from '../control/elasticache/stand-in/start.ts';
import { removeBaseDirectory } from '../lab/support/lab.ts';
import { type Ended, redoubt } from './program.ts';

let directory = '';
let lab: Lab;
let api: ElastiCacheApiStandIn;
let profile = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-cloud-aws-single-'));
  lab = await startDescribableLab({ clusterMode: 'disabled', shardCount: 1 });
  api = await startElastiCacheApi({ lab });
  profile = join(directory, 'sessions.json');
  await cp(lab.profilePath, profile);
});
afterAll(async () => {
  await api?.close();
  await lab?.stop();
  if (lab !== undefined) removeBaseDirectory(dirname(lab.runDirectory));
  await rm(directory, { recursive: true, force: true });
});

function run(...words: string[]): Promise<Ended> {
  const environment = { ...STAND_IN_ENVIRONMENT, AWS_ENDPOINT_URL_ELASTICACHE: api.endpoint };
  return redoubt(words, { environment, workingDirectory: directory });
}

const GROUP = ['--aws', 'orders', '--region', 'eu-west-1'];

test('without cluster mode a deployment that is as declared passes, field by field', async () => {
  const topology = { ...lab.topology, port: lab.profile.endpoint.port };
  const deployment = join(directory, 'deployment.json');
  await writeFile(deployment, JSON.stringify({ name: lab.profile.deployment, description: 'As deployed.', topology }));
  const { exitCode, stdout, stderr } = await run('drift', deployment, ...GROUP, '--profile', profile);
  expect(exitCode, stdout + stderr).toBe(EXIT.pass);
});

test('without cluster mode a drill fails over the only shard, and the clients go where the primary endpoint leads', async () => {
  const load = ['--clients', 'redoubt', '--rate', '200', '--watch', '4s', '--format', 'json'];
  const { exitCode, stdout, stderr } = await run('drill', ...GROUP, '--profile', profile, ...load);
  expect(exitCode, stderr + stdout).toBe(EXIT.pass);
  const [drill] = JSON.parse(stdout).drills;
  expect(drill).toMatchObject({ scenario: 'test-failover', verdict: 'pass', proof: { faultHappened: true } });
  expect(stderr).toMatch(/Failover from primary node orders-001 to replica node orders-002 completed/);
  expect(api.calls.filter((call) => call === 'TestFailover')).toHaveLength(1);
});
