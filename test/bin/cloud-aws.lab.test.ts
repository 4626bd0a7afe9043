/** `redoubt drift` and `redoubt drill` of a group in AWS, as a user types them; the API is a stand-in before a lab's real processes. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXIT } from '../../lib/base/exit-codes.ts';
import type { Lab } from '../../lib/lab/lab.ts';
import { changeUser } from '../control/elasticache/stand-in/credentials.ts';
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
let deployment = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-cloud-aws-'));
  lab = await startDescribableLab();
  api = await startElastiCacheApi({ lab, tags: [{ Key: 'Environment', Value: 'production' }] });
  profile = join(directory, 'production.json');
  await cp(lab.profilePath, profile);
  deployment = await deploymentFile(lab.topology);
});
afterAll(async () => {
  await api?.close();
  await lab?.stop();
  if (lab !== undefined) removeBaseDirectory(dirname(lab.runDirectory));
  await rm(directory, { recursive: true, force: true });
});

async function deploymentFile(topology: object): Promise<string> {
  const path = join(directory, `${crypto.randomUUID()}.json`);
  await writeFile(path, JSON.stringify({ name: lab.profile.deployment, description: 'As deployed.', topology }));
  return path;
}

function run(...words: string[]): Promise<Ended> {
  const environment = { ...STAND_IN_ENVIRONMENT, AWS_ENDPOINT_URL_ELASTICACHE: api.endpoint };
  return redoubt(words, { environment, workingDirectory: directory });
}

const GROUP = ['--aws', 'orders', '--region', 'eu-west-1'];

test('a deployment that is as declared passes, field by field', async () => {
  const { exitCode, stdout, stderr } = await run('drift', deployment, ...GROUP, '--profile', profile);
  expect(exitCode, stdout + stderr).toBe(EXIT.pass);
  expect(stdout).toMatch(/verdict {2}✔ PASS {2}\d\d checks pass/);
});

test('what differs is named with both values, and fails', async () => {
  const other = await deploymentFile({ ...lab.topology, snapshotRetentionDays: 3, evictionPolicy: 'allkeys-lru' });
  const { exitCode, stdout } = await run('drift', other, ...GROUP, '--profile', profile, '--format', 'json');
  expect(exitCode).toBe(EXIT.fail);
  const { checks } = JSON.parse(stdout) as { checks: { verdict: string; code: string; message: string }[] };
  const drifts = checks.filter(({ verdict }) => verdict === 'fail').map(({ code }) => code);
  expect(drifts).toEqual(['DRIFT_PARAMETER_MAXMEMORY_POLICY', 'DRIFT_SNAPSHOT_RETENTION']);
});

test('what somebody lets the application do beyond what is declared is named, and fails', async () => {
  await changeUser(lab, 'application', ['+config', '+flushall']);
  try {
    const { exitCode, stdout } = await run('drift', deployment, ...GROUP, '--profile', profile);
    expect(exitCode).toBe(EXIT.fail);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('it may also use config and flushall. Deploy again');
  } finally {
    await changeUser(lab, 'application', ['-config', '-flushall']);
  }
});

test('what may not be read of the users is said and not passed', async () => {
  const guarded = await startElastiCacheApi({ lab, denied: ['DescribeUsers'] });
  try {
    const environment = { ...STAND_IN_ENVIRONMENT, AWS_ENDPOINT_URL_ELASTICACHE: guarded.endpoint };
    const { exitCode, stdout } = await redoubt(['drift', deployment, ...GROUP], { environment });
    expect(exitCode).toBe(EXIT.unknown);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('Allow `elasticache:DescribeUsers`');
  } finally {
    await guarded.close();
  }
});

test('a group that is not there is one sentence', async () => {
  const { exitCode, stderr } = await run('drift', deployment, '--aws', 'elsewhere', '--region', 'eu-west-1');
  expect(stderr).toMatch(/AWS_GROUP_NOT_FOUND: There is no replication group "elsewhere" in eu-west-1/);
  expect(exitCode).toBe(EXIT.unknown);
});

test('a plan says effect, cost and undo, and why it would be refused', async () => {
  const { exitCode, stdout, stderr } = await run('drill', ...GROUP, '--profile', profile, '--plan');
  expect(exitCode, stderr).toBe(EXIT.pass);
  expect(stdout).toMatch(/effect +Lets the primary of every shard/);
  expect(stdout).toMatch(/cost +Minutes for each shard/);
  expect(stdout).toMatch(/undo +Nothing to undo/);
  expect(stdout).toMatch(/refused +[A-Z_]+: [\s\S]*--i-mean/);
  expect(api.calls).not.toContain('TestFailover');
});

test('a plan needs no secret of the deployment: effect, cost, undo and what stands against it are the cloud’s to say', async () => {
  const withoutSecret = join(directory, 'without-secret.json');
  const { authentication, ...rest } = JSON.parse(await readFile(profile, 'utf8'));
  const secret = { kind: 'environment', variable: 'NOBODY_HAS_SET_THIS' };
  await writeFile(withoutSecret, JSON.stringify({ ...rest, authentication: { ...authentication, secret } }));
  for (const scenario of ['test-failover', 'engine-to-valkey', 'global-failover']) {
    const words = ['drill', ...GROUP, '--profile', withoutSecret, '--scenario', scenario, '--plan'];
    const { exitCode, stdout, stderr } = await run(...words);
    expect(exitCode, stderr).toBe(EXIT.pass);
    expect(stdout).toMatch(/effect [\s\S]*cost [\s\S]*undo [\s\S]*refused +[A-Z_]+: /);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/servers not asked, so .* are not known\. .*NOBODY_HAS_SET_THIS/);
  }
});

test('a change of engine says what has to be deployed afterwards, and every reason not to begin', async () => {
  const change = ['--scenario', 'engine-to-valkey', '--engine-version', '8.9', '--plan'];
  const { exitCode, stdout, stderr } = await run('drill', ...GROUP, '--profile', profile, ...change);
  expect(exitCode, stderr).toBe(EXIT.pass);
  const text = stdout.replaceAll(/\s+/g, ' ');
  expect(text).toContain('effect Changes replication group "orders" in eu-west-1 from Redis OSS to Valkey 8.9');
  expect(text).toContain('afterwards Declare engine');
  expect([...stdout.matchAll(/refused +([A-Z_]+):/g)].map(([, code]) => code)).toEqual(
    expect.arrayContaining([
      'OPERATION_NOT_REVERSIBLE',
      'ENGINE_TO_VALKEY_VERSION_UNKNOWN',
      'ENGINE_TO_VALKEY_PRODUCTION',
    ]),
  );
  expect(api.calls).not.toContain('ModifyReplicationGroup');
});

test('production is not disturbed until it is named', async () => {
  const refused = await run('drill', ...GROUP, '--profile', profile);
  expect(refused.exitCode).toBe(EXIT.unknown);
  expect(refused.stdout).toMatch(/production/);
  const other = await run('drill', ...GROUP, '--profile', profile, '--i-mean', 'something-else');
  expect(other.exitCode).toBe(EXIT.usage);
  expect(other.stderr).toMatch(/OTHER_DEPLOYMENT_MEANT/);
  expect(api.calls).not.toContain('TestFailover');
});

test('a drill really fails over, and is proven by the servers and told by the service', async () => {
  const meant = ['--i-mean', lab.profile.deployment, '--node-group', '0002'];
  const load = ['--clients', 'redoubt', '--rate', '200', '--watch', '4s', '--format', 'json'];
  const { exitCode, stdout, stderr } = await run('drill', ...GROUP, '--profile', profile, ...meant, ...load);
  expect(exitCode, stderr + stdout).toBe(EXIT.pass);
  const [drill] = JSON.parse(stdout).drills;
  expect(drill).toMatchObject({ scenario: 'test-failover', verdict: 'pass', proof: { faultHappened: true } });
  expect(drill.proof.evidence[0]).toMatch(/^Shard 2: the primary moved from/);
  expect(stderr).toMatch(/Failover from primary node orders-0002-00\d to replica node orders-0002-00\d completed/);
  expect(api.calls.filter((call) => call === 'TestFailover')).toHaveLength(1);
});
