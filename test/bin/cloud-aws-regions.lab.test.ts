/** `redoubt drill` of a Global Datastore, as a user types it; the API is a stand-in before the real processes of two labs. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXIT } from '../../lib/base/exit-codes.ts';
import {
  type ElastiCacheApiStandIn,
  STAND_IN_ENVIRONMENT,
  startElastiCacheApi,
} from '../control/elasticache/stand-in/start.ts';
import { OTHER_REGION, startTwoRegions, type TwoRegions } from '../control/elasticache/stand-in/two-regions.ts';
import { type Ended, redoubt } from './program.ts';

let directory = '';
let regions: TwoRegions;
let api: ElastiCacheApiStandIn;
let profile = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-cloud-regions-'));
  regions = await startTwoRegions();
  const { here, there } = regions;
  const tags = [{ Key: 'Environment', Value: 'production' }];
  api = await startElastiCacheApi({ lab: here, tags, secondary: { lab: there, region: OTHER_REGION } });
  profile = join(directory, 'production.json');
  await cp(here.profilePath, profile);
});
afterAll(async () => {
  await api?.close();
  await regions?.stop();
  await rm(directory, { recursive: true, force: true });
});

function drill(...words: string[]): Promise<Ended> {
  const environment = { ...STAND_IN_ENVIRONMENT, AWS_ENDPOINT_URL_ELASTICACHE: api.endpoint };
  const group = ['--aws', 'orders', '--region', 'eu-west-1', '--profile', profile];
  return redoubt(['drill', ...group, ...words], { environment, workingDirectory: directory });
}

/** The lines of a plan that begin with a label, each with what belongs to it. */
function labelled(plan: string, label: string): string[] {
  const parts = plan.split(/^(?=\S)/m).filter((part) => part.startsWith(`${label} `));
  return parts.map((part) => part.slice(label.length).replaceAll(/\s+/g, ' ').trim());
}

test('a plan of a region’s failover says what it does, costs and needs, and asks for nothing', async () => {
  const plan = ['--scenario', 'global-failover', '--other-region', OTHER_REGION, '--plan'];
  const { exitCode, stdout, stderr } = await drill(...plan);
  expect(exitCode, stderr).toBe(EXIT.pass);
  expect(
    ['scenario', 'effect', 'cost', 'undo', 'refused'].map((label) => labelled(stdout, label)),
  ).toMatchInlineSnapshot(`
    [
      [
        "global-failover (unplanned) Another region becomes the primary of a Global Datastore of ElastiCache, then this one again; writes are refused here meanwhile.",
      ],
      [
        "Makes us-east-2 the primary of the Global Datastore of replication group "orders" in eu-west-1, and then this region again. This region refuses writes from the first until the second; the writes that it had acknowledged and not yet copied may be lost.",
      ],
      [
        "Minutes, twice; no money.",
      ],
      [
        "This region is made the primary again at the end, also after Ctrl-C. What was written elsewhere meanwhile stays.",
      ],
      [
        "OPERATION_NOT_MEANT: global-failover keeps the replication group "orders" in eu-west-1 from accepting writes for minutes, and what it has acknowledged and not yet copied may be lost (the metric GlobalDatastoreReplicationLag says how far the copy is behind). If that is meant, add: --i-mean test",
        "GLOBAL_FAILOVER_PRODUCTION: The replication group "orders" in eu-west-1 is tagged Environment=production: real users use it. Say --i-mean test to go on all the same.",
      ],
    ]
  `);
  expect(api.calls).not.toContain('FailoverGlobalReplicationGroup');
});

test('a plan of a region’s removal says that it is for good, and what has to be deployed afterwards', async () => {
  const { exitCode, stdout, stderr } = await drill('--scenario', 'global-disassociate', '--plan');
  expect(exitCode, stderr).toBe(EXIT.pass);
  expect(labelled(stdout, 'afterwards')).toEqual([expect.stringContaining('Leave `globalDatastore` on the secondary')]);
  expect(labelled(stdout, 'refused').map((line) => line.split(':')[0])).toEqual([
    'OPERATION_NOT_REVERSIBLE',
    'GLOBAL_DISASSOCIATE_PRODUCTION',
  ]);
  expect(api.calls).not.toContain('DisassociateGlobalReplicationGroup');
});

test('a region without a member, and production that is not named, are refused with a sentence', async () => {
  const { exitCode, stdout } = await drill('--scenario', 'global-failover', '--other-region', 'ap-northeast-1');
  expect(exitCode).toBe(EXIT.unknown);
  expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /The region ap-northeast-1 is named, and the secondaries are: orders-ohio in us-east-2.*--i-mean/,
  );
  expect(api.calls).not.toContain('FailoverGlobalReplicationGroup');
});

test('a drill moves the primary there and back, and says how long no write was accepted', async () => {
  const meant = ['--i-mean', regions.here.profile.deployment];
  const load = ['--clients', 'redoubt', '--rate', '50', '--watch', '3s', '--format', 'json'];
  const { exitCode, stdout, stderr } = await drill('--scenario', 'global-failover', ...meant, ...load);
  expect(exitCode, stderr + stdout).toBe(EXIT.pass);
  const [result] = JSON.parse(stdout).drills;
  expect(result).toMatchObject({ scenario: 'global-failover', verdict: 'pass', proof: { faultHappened: true } });
  expect(result.proof.evidence[0]).toContain('its servers accept 0 of 64 writes, refuse 64 (NOREPLICAS');
  expect(result.proof.evidence[1]).toContain('its servers accept 64 of 64 writes');
  expect(result.clients[0].outageMs.total).toBeGreaterThan(5_000);
  expect(api.calls.filter((call) => call === 'FailoverGlobalReplicationGroup')).toHaveLength(2);
});
