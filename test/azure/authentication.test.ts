import { describe, expect, it } from 'vitest';
import type { ManagedRedisArgs } from '../../lib/azure/arguments.ts';
import { createApplicationIdentity } from '../../lib/azure/authentication.ts';
import { ManagedRedis } from '../../lib/azure/managed-redis.ts';
import { OBJECT_ID, PRIVATE_OSS } from './arguments.ts';
import { deployed, KEY, runMocked } from './mocks.ts';

const OTHER_ID = 'b0a1c2d3-0000-4000-8000-00000000000e';
const WITH_KEY: ManagedRedisArgs = { ...PRIVATE_OSS, accessKeys: { vaultName: 'shop-vault' } };

describe('a Microsoft Entra user', () => {
  it('is assigned the default access policy, under a name of letters and digits', async () => {
    const { one } = await deployed(PRIVATE_OSS);
    expect(one('AccessPolicyAssignment').inputs).toEqual({
      accessPolicyAssignmentName: 'shop',
      accessPolicyName: 'default',
      clusterName: 'sessions',
      databaseName: 'default',
      resourceGroupName: 'shop',
      user: { objectId: OBJECT_ID },
    });
  });

  it('waits for the user before it, because two assignments at once fail each other', async () => {
    const users = [
      { name: 'shop', objectId: OBJECT_ID },
      { name: 'worker', objectId: OTHER_ID },
    ];
    const { all } = await deployed({ ...PRIVATE_OSS, users });
    const waitsFor = all('AccessPolicyAssignment').map(({ options }) => [options.dependsOn].flat().length);
    expect(waitsFor).toEqual([1, 1]);
    const [, second] = all('AccessPolicyAssignment');
    expect([second?.options.dependsOn].flat()[0]).toHaveProperty('accessPolicyName');
  });

  it('can be the managed identity of an application, which does not exist yet', async () => {
    const { resources } = await runMocked((record) => {
      const { user } = createApplicationIdentity('shop', { resourceGroupName: 'shop' });
      return new ManagedRedis('redis', { ...PRIVATE_OSS, users: [user] }, { transformations: [record] });
    });
    const assignment = resources.find(({ type }) => type.endsWith(':AccessPolicyAssignment'));
    expect(assignment?.inputs.user).toEqual({ objectId: '11111111-2222-4333-8444-555555555555' });
  });
});

describe('the access keys', () => {
  it('are off, and nobody asks the service for them, unless they are wanted', async () => {
    const { one, all, calls } = await deployed(PRIVATE_OSS);
    expect(one('Database').inputs.accessKeysAuthentication).toBe('Disabled');
    expect([all('Secret'), calls]).toEqual([[], []]);
  });

  it('go into the Key Vault, as a secret all the way', async () => {
    const { one } = await deployed(WITH_KEY);
    expect(one('Database').inputs.accessKeysAuthentication).toBe('Enabled');
    const secret = one('Secret');
    expect(secret.inputs).toMatchObject({
      vaultName: 'shop-vault',
      resourceGroupName: 'shop',
      secretName: 'sessions-primary-key',
      properties: { value: KEY },
    });
    expect(secret.secretInputs).toEqual(['properties']);
    expect(secret.options.ignoreChanges).toBeUndefined();
  });

  it('are asked for when the database exists, and not in a preview', async () => {
    const { calls } = await deployed(WITH_KEY);
    expect(calls).toEqual([
      {
        token: 'azure-native:redisenterprise:listDatabaseKeys',
        inputs: { clusterName: 'sessions', databaseName: 'default', resourceGroupName: 'shop' },
      },
    ]);
    expect((await deployed(WITH_KEY, { preview: true })).calls).toEqual([]);
  });

  it('stand in nothing else: no output, no other resource, no connection profile', async () => {
    const { result, resources } = await deployed(WITH_KEY);
    const others = resources.filter(({ type }) => !type.endsWith(':Secret'));
    expect(JSON.stringify(others.map(({ inputs }) => inputs))).not.toContain(KEY);
    const outputs = await Promise.all(
      [result.clusterId, result.databaseId, result.hostName, result.profile, result.declared].map(knownValueOf),
    );
    expect(JSON.stringify(outputs)).not.toContain(KEY);
  });
});

describe('the connection profile', () => {
  it('names the user and the place of the token, and how to talk to this policy', async () => {
    const profile = await knownValueOf((await deployed(PRIVATE_OSS)).result.profile);
    expect(profile).toEqual({
      schemaVersion: 1,
      deployment: 'sessions',
      platform: 'azure-managed-redis',
      clusteringPolicy: 'OSSCluster',
      clientMode: 'cluster',
      endpoint: { host: 'sessions.westeurope.redis.azure.net', port: 10_000 },
      extraPortRange: { from: 8500, to: 8599 },
      tls: { serverName: 'sessions.westeurope.redis.azure.net', minimumVersion: 'TLSv1.2' },
      authentication: {
        userName: OBJECT_ID,
        secret: { kind: 'azure-entra', scope: 'https://redis.azure.com/.default' },
      },
      crossSlotCommands: 'none',
      replicaReads: 'never',
      nameResolution: { kind: 'system' },
      expected: { shardCount: 3, replicasPerShard: 1 },
    });
  });

  it('has no user name where only the access key is there', async () => {
    const profile = await knownValueOf((await deployed({ ...WITH_KEY, users: [] })).result.profile);
    expect(profile).toMatchObject({ authentication: { secret: { kind: 'environment' } } });
    expect(profile).not.toHaveProperty('authentication.userName');
  });

  it('is not known before the database is', async () => {
    const { result } = await deployed(PRIVATE_OSS, { preview: true });
    const known = await (result.profile as unknown as { isKnown: Promise<boolean> }).isKnown;
    expect(known).toBe(false);
  });
});

function knownValueOf(output: unknown): Promise<unknown> {
  return (output as { promise(): Promise<unknown> }).promise();
}
