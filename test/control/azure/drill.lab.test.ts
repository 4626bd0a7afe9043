/** The drill ladder as it is climbed in the cloud: a profile and a control plane, under load, and never a word that there is a lab. */
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deploymentNamed } from '../../../deployments/index.ts';
import { type DrillOptions, runDrill } from '../../../lib/drill/run.ts';
import { cloudTarget } from '../../../lib/drill/targets/cloud.ts';
import type { Lab } from '../../../lib/lab/lab.ts';
import { CLUSTERING_POLICIES } from '../../../lib/topology/azure-managed-redis.ts';
import { removeBaseDirectory } from '../../lab/support/lab.ts';
import { controlPlaneOf, startAzureLab } from './stand-in/lab.ts';
import { type AzureApiStandIn, startAzureApi } from './stand-in/start.ts';

describe.each(CLUSTERING_POLICIES)('under %s', (clusteringPolicy) => {
  let lab: Lab;
  let standIn: AzureApiStandIn;
  beforeAll(async () => {
    lab = await startAzureLab({ clusteringPolicy, shardCount: clusteringPolicy === 'NoCluster' ? 1 : 2 });
    standIn = await startAzureApi({ lab });
  });
  afterAll(async () => {
    await standIn?.close();
    await lab?.stop();
    if (lab !== undefined) removeBaseDirectory(dirname(lab.runDirectory));
  });

  async function drill(scenario: DrillOptions['scenario'], change: Partial<DrillOptions> = {}, meant?: string) {
    const { controlPlane } = controlPlaneOf(standIn, { signIn: 'entra' });
    const { profile, profilePath } = lab;
    const target = await cloudTarget({ profile, profilePath, controlPlane, ...(meant === undefined ? {} : { meant }) });
    try {
      return await runDrill({
        target,
        scenario,
        options: { oldNode: 'closed', order: 'one-by-one' },
        clients: ['redoubt'],
        ratePerSecond: 100,
        warmUpMs: 1_000,
        watchMs: 2_000,
        drainMs: 1_000,
        seed: 1,
        // A proxy that is started anew is away for as long as that takes.
        budgets: { ...deploymentNamed('azure-oss').budgets, slowestAnswerMs: 10_000 },
        outputDirectory: join(dirname(lab.runDirectory), 'out'),
        ...change,
      });
    } finally {
      target.close();
    }
  }

  test.each(['access-key-toggle', 'sku-round-trip'] as const)(
    '%s passes, and the setting is as before',
    async (scenario) => {
      const before = [standIn.cluster.sku, standIn.database.properties?.accessKeysAuthentication];
      const { result, history } = await drill(scenario, {}, lab.profile.deployment);
      expect(result.verdict, JSON.stringify(result)).toBe('pass');
      expect(history.operations).toMatchObject([{ evidence: expect.any(String) }, { evidence: expect.any(String) }]);
      expect([standIn.cluster.sku, standIn.database.properties?.accessKeysAuthentication]).toEqual(before);
    },
  );

  test.each(['access-key-toggle', 'sku-round-trip'] as const)(
    '%s is refused until the deployment is named, and nothing is asked for',
    async (scenario) => {
      const asked = standIn.calls.filter((call) => /Create|Update/.test(call)).length;
      await expect(drill(scenario)).rejects.toThrow(
        new RegExp(`^OPERATION_NOT_MEANT: ${scenario} .*, twice.* add: --i-mean ${lab.profile.deployment}$`),
      );
      expect(standIn.calls.filter((call) => /Create|Update/.test(call))).toHaveLength(asked);
    },
  );

  test('sku-round-trip that is interrupted ends at the size of before', async () => {
    const before = standIn.cluster.sku;
    const controller = new AbortController();
    const progress = (message: string) => {
      if (message.includes('scaled to')) controller.abort(new Error('interrupted'));
    };
    const change = { signal: controller.signal, progress };
    await expect(drill('sku-round-trip', change, lab.profile.deployment)).rejects.toThrow('interrupted');
    expect(standIn.cluster).toMatchObject({ sku: before, properties: { resourceState: 'Running' } });
  });

  test('version-upgrade is refused until the deployment is named', async () => {
    await expect(drill('version-upgrade')).rejects.toThrow('OPERATION_NOT_REVERSIBLE');
    expect((await drill('version-upgrade', {}, lab.profile.deployment)).result.verdict).toBe('pass');
  });
});
