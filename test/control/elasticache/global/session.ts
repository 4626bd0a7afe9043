/** What both operations on a Global Datastore are tested with: two regions, the stand-in before them, and a drill. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { CloudOperation } from '../../../../lib/control/control-plane.ts';
import { elastiCacheControlPlane } from '../../../../lib/control/elasticache/control-plane.ts';
import type { GlobalOptions } from '../../../../lib/control/elasticache/global/datastore.ts';
import { askForWrites } from '../../../../lib/control/elasticache/global/writes.ts';
import { type DrillOptions, runDrill } from '../../../../lib/drill/run.ts';
import { cloudTarget } from '../../../../lib/drill/targets/cloud.ts';
import type { Lab } from '../../../../lib/lab/lab.ts';
import { budgetsSchema } from '../../../../lib/topology/deployment.ts';
import type { DescribableChanges } from '../stand-in/lab.ts';
import { standInSession } from '../stand-in/session.ts';
import { type StandInOptions, startElastiCacheApi } from '../stand-in/start.ts';
import { OTHER_REGION, startTwoRegions, type TwoRegions } from '../stand-in/two-regions.ts';

/** Called once in a file. */
export function globalSession(operationName: 'global-failover' | 'global-disassociate', changes?: DescribableChanges) {
  const regions = {} as TwoRegions;
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'redoubt-global-'));
    Object.assign(regions, await startTwoRegions(changes));
  });
  afterAll(async () => {
    await regions.stop?.();
    await rm(directory, { recursive: true, force: true });
  });
  const closeAfterwards = standInSession();

  async function api(options: Partial<StandInOptions> = {}, global: GlobalOptions = {}) {
    const { here, there } = regions;
    const secondary = { lab: there, region: OTHER_REGION };
    const standIn = await startElastiCacheApi({ lab: here, secondary, ...options });
    closeAfterwards(standIn.close);
    const controlPlane = elastiCacheControlPlane({
      replicationGroupId: 'orders',
      endpoint: standIn.endpoint,
      global: { pollEveryMs: 50, writes: () => writesTo(here), ...global },
    });
    const operation = controlPlane.operations.find(({ name }) => name === operationName) as CloudOperation;
    return { standIn, controlPlane, operation };
  }

  async function drill(changes: Partial<DrillOptions>, options: Partial<StandInOptions> = {}) {
    const { profile, profilePath } = regions.here;
    const { controlPlane } = await api(options);
    const target = await cloudTarget({ profile, profilePath, controlPlane, meant: profile.deployment });
    try {
      return await runDrill({
        target,
        scenario: operationName,
        options: { oldNode: 'closed', order: 'one-by-one' },
        clients: ['redoubt', 'ioredis'],
        ratePerSecond: 100,
        warmUpMs: 1_000,
        watchMs: 4_000,
        seed: 1,
        budgets: budgetsSchema.parse({}),
        outputDirectory: directory,
        ...changes,
      });
    } finally {
      target.close();
    }
  }

  return { regions, closeAfterwards, api, drill };
}

export function writesTo({ profile }: Lab) {
  return askForWrites(profile, {});
}
