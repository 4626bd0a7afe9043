/** Plain HTTP against the stand-in, whose clusters are real processes. */
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Lab } from '../../../lib/lab/lab.ts';
import type { Topology } from '../../../lib/topology/topology.ts';
import { verify } from '../../../lib/verify/run.ts';
import { removeBaseDirectory } from '../../lab/support/lab.ts';
import { controlPlaneOf, startAzureLab, topologyWithPort, USER } from './stand-in/lab.ts';
import { type AzureApiOptions, DESCRIBED_ONLY, faults, startAzureApi } from './stand-in/start.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function api(lab: Lab, options: Partial<AzureApiOptions> = {}) {
  const standIn = await startAzureApi({ lab, ...options });
  closers.push(standIn.close);
  return {
    standIn,
    ...controlPlaneOf(standIn, { expected: { publicNetworkAccess: false, users: [{ objectId: USER }] } }),
  };
}

async function ended(lab: Lab | undefined): Promise<void> {
  await lab?.stop();
  if (lab !== undefined) removeBaseDirectory(dirname(lab.runDirectory));
}

describe('a lab under the OSS policy', () => {
  let lab: Lab;
  let topology: Topology;
  beforeAll(async () => {
    lab = await startAzureLab();
    topology = topologyWithPort(lab);
  });
  afterAll(() => ended(lab));

  test('that nobody has touched is as declared, by the API and by the servers, whatever the size of a page', async () => {
    const healthEvents = ['2', '1'].map((hour) => ({
      eventTimestamp: new Date(Date.now() - Number(hour) * 3_600_000).toISOString(),
      correlationId: hour,
      category: { value: 'ResourceHealth' },
      status: { value: 'Resolved' },
      properties: { title: 'Planned maintenance', currentHealthStatus: 'Available' },
    }));
    const { controlPlane, standIn } = await api(lab, { pageSize: 1, healthEvents });
    const { observation } = await verify(lab.profile);
    const results = await controlPlane.compare({ topology, observation });
    expect(results.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(results.find(({ name }) => name === 'shard-count')?.message).toContain('the servers say 2');
    expect(results.find(({ name }) => name === 'replicas-per-shard')?.message).toContain('the servers say 1');
    expect(results.find(({ name }) => name === 'redis-version')?.message).toMatch(
      /the API says (\S+), the servers say \1/,
    );
    expect(results.find(({ name }) => name === 'maintenance-health')?.message).toMatch(
      /maintenance.* and .*maintenance/,
    );
    expect(standIn.calls.filter((name) => name === 'ActivityLogs_List')).toHaveLength(2);
    expect(DESCRIBED_ONLY).toContain('sku');
  });

  test('with one more replica drifts in the number of replicas and in nothing else', async () => {
    const { controlPlane } = await api(lab);
    const added = await lab.addReplica(0);
    try {
      const { observation } = await verify(lab.profile);
      const results = await controlPlane.compare({ topology, observation });
      expect(results.filter(({ verdict }) => verdict !== 'pass')).toMatchObject([
        { name: 'replicas-per-shard', code: 'DRIFT_REPLICAS_PER_SHARD', message: expect.stringContaining('1 and 2') },
      ]);
    } finally {
      await lab.retire(added.id, 'closed');
    }
  });

  test('that somebody closed and scaled drifts in exactly that', async () => {
    const { controlPlane, standIn } = await api(lab, { tags: { environment: 'test' } });
    Object.assign(standIn.cluster, { sku: { name: 'Balanced_B10' } });
    Object.assign(standIn.database.properties ?? {}, { accessKeysAuthentication: 'Enabled' });
    const results = await controlPlane.compare({ topology });
    expect(results.filter(({ verdict }) => verdict !== 'pass').map(({ code }) => code)).toEqual([
      'DRIFT_SKU',
      'DRIFT_ACCESS_KEYS',
    ]);
  });

  test('is asked with the newer version of the API for what users may do, and drifts in what somebody changed', async () => {
    const { standIn } = await api(lab);
    const rightsOf = async (accessString: string) => {
      const { controlPlane } = controlPlaneOf(standIn, { expected: { users: [{ objectId: USER, accessString }] } });
      const results = await controlPlane.compare({ topology });
      return results.find(({ name }) => name === 'access-strings');
    };
    expect(await rightsOf('allkeys allcommands')).toMatchObject({ verdict: 'pass' });
    expect(await rightsOf('+@read ~shop:*')).toMatchObject({
      code: 'DRIFT_ACCESS_STRINGS',
      message: expect.stringContaining('keys ~shop:* declared, the API says ~*; it may also use '),
    });
  });

  test('is subject of its sentences by name and group, and is not compared with another platform', async () => {
    const { controlPlane } = await api(lab);
    expect(controlPlane.subject).toBe('Azure Managed Redis "orders" in resource group "lab-rg"');
    const other = { ...topology, platform: 'elasticache' } as Topology;
    await expect(controlPlane.compare({ topology: other })).rejects.toThrow('CONTROL_OTHER_PLATFORM');
  });

  describe('a fault of the API is one sentence', () => {
    test.each([
      ['RedisEnterprise_Get', /^AZURE_FORBIDDEN: This login may not do GET redisEnterprise on .*AuthorizationFailed/],
      ['AccessPolicyAssignment_List', /^AZURE_FORBIDDEN: .*accessPolicyAssignments/],
    ])('of %s, which is not allowed', async (name, sentence) => {
      const { controlPlane } = await api(lab, { denied: [name] });
      await expect(controlPlane.compare({ topology })).rejects.toThrow(sentence);
    });

    test('of a resource that does not exist', async () => {
      const { standIn } = await api(lab);
      const resourceId = standIn.resourceId.replace(/orders$/, 'nobody');
      const { controlPlane } = controlPlaneOf(standIn, { resourceId });
      await expect(controlPlane.compare({ topology })).rejects.toThrow(
        /^AZURE_NOT_FOUND: There is no Azure Managed Redis "nobody" in resource group "lab-rg"/,
      );
    });

    test('of a creation that failed, whose rest must be deleted first; the database that it lacks is not asked for', async () => {
      const { controlPlane, standIn } = await api(lab, { denied: ['Databases_Get'] });
      Object.assign(standIn.cluster.properties ?? {}, { provisioningState: 'Failed', resourceState: 'CreateFailed' });
      await expect(controlPlane.compare({ topology })).rejects.toThrow(
        `delete it (\`az resource delete --ids ${standIn.resourceId}\`), then deploy again`,
      );
      await expect(controlPlane.compare({ topology })).rejects.toThrow(/^AZURE_CREATE_FAILED: /);
    });

    test('of a login that is not accepted', async () => {
      const { standIn } = await api(lab);
      const { controlPlane } = controlPlaneOf(standIn, { token: async () => 'wrong' });
      await expect(controlPlane.compare({ topology })).rejects.toThrow(
        /^AZURE_TOKEN_REFUSED: .*InvalidAuthenticationToken/,
      );
    });

    test('in which the token does not occur, even where the answer repeats it', async () => {
      const { standIn, controlPlane } = await api(lab);
      const token = await standIn.token();
      standIn.failNext('RedisEnterprise_Get', new faults.ArmFault(400, 'Echo', `You sent ${token}`));
      const error = await controlPlane.compare({ topology }).catch((reason: unknown) => reason as Error);
      expect(String(error)).toContain('You sent (token)');
      expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain(token);
    });

    test('of an answer that never comes', async () => {
      const { standIn, controlPlane } = await api(lab);
      await standIn.close();
      await expect(controlPlane.compare({ topology })).rejects.toThrow(/^AZURE_UNREACHABLE: .*ECONNREFUSED/);
    });
  });

  test('is asked again when the service throttles or is away for a moment', async () => {
    const { standIn, controlPlane } = await api(lab);
    standIn.failNext('RedisEnterprise_Get', faults.throttled());
    standIn.failNext('Databases_Get', faults.unavailable());
    expect((await controlPlane.compare({ topology })).every(({ verdict }) => verdict === 'pass')).toBe(true);
    expect(standIn.calls.slice(0, 4)).toEqual([
      'RedisEnterprise_Get',
      'RedisEnterprise_Get',
      'Databases_Get',
      'Databases_Get',
    ]);
  });

  test('is compared without the activity log and the offer of SKUs where those may not be asked for', async () => {
    const denied = ['ActivityLogs_List', 'RedisEnterprise_ListSkusForScaling'];
    const { controlPlane } = await api(lab, { denied });
    const results = await controlPlane.compare({ topology });
    expect(results.filter(({ verdict }) => verdict !== 'pass')).toMatchObject([
      { name: 'maintenance-health', verdict: 'unknown' },
      { name: 'sku-headroom', verdict: 'unknown' },
    ]);
  });

  test('does not implement PATCH of its database', async () => {
    const { standIn } = await api(lab);
    const url = `${standIn.endpoint}${standIn.resourceId}/databases/default?api-version=2025-07-01`;
    const headers = { authorization: `Bearer ${await standIn.token()}` };
    const response = await fetch(url, { method: 'PATCH', headers, body: '{"properties":{}}' });
    expect(response.status).toBe(501);
    expect(await response.json()).toEqual({
      error: { code: 'NotImplemented', message: 'The requested operation is not implemented.' },
    });
  });
});

describe('a lab behind one endpoint', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startAzureLab({
      clusteringPolicy: 'EnterpriseCluster',
      keyspaceEvents: 'KEA',
      maintenanceWindows: [
        { dayOfWeek: 'Saturday', startHourUtc: 22, durationHours: 10 },
        { dayOfWeek: 'Sunday', startHourUtc: 22, durationHours: 8 },
      ],
    });
  });
  afterAll(() => ended(lab));

  test('that nobody has touched is as declared, what only a newer API version shows included', async () => {
    const { controlPlane } = await api(lab);
    const { observation } = await verify(lab.profile);
    const results = await controlPlane.compare({ topology: topologyWithPort(lab), observation });
    expect(results.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    const names = results.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['maintenance-windows', 'keyspace-events', 'redis-version']));
    expect(names).not.toContain('shard-count');
  });
});
