import { describe, expect, it } from 'vitest';
import { AccessKeyRotation, type AccessKeyRotationArgs } from '../../lib/azure/access-key-rotation.ts';
import { KEY_ROTATION_RULES, type RotationSettings } from '../../lib/azure/key-rotation/rules.ts';
import { createApplicationIdentity, ManagedRedis } from '../../lib/azure/managed-redis.ts';
import { describeRules } from '../topology/rules/rule-examples.ts';
import { PRIVATE_OSS } from './arguments.ts';
import { KEY, type MockOptions, runMocked } from './mocks.ts';

const CLUSTER_ID = '/subscriptions/s/resourceGroups/shop/providers/Microsoft.Cache/redisEnterprise/sessions';
const PRINCIPAL_ID = '11111111-2222-4333-8444-555555555555';
const ENVIRONMENT_ID = '/subscriptions/s/environment';
const ACCESS_KEYS = { vaultName: 'shop-vault', vaultResourceGroupName: 'vaults', rotated: true };

async function rotated(changes: Partial<AccessKeyRotationArgs> = {}, options: MockOptions = {}) {
  const program = await runMocked((record) => {
    const { identity } = createApplicationIdentity('rotator', { resourceGroupName: 'shop' });
    const deployment = new ManagedRedis(
      'redis',
      { ...PRIVATE_OSS, users: [], accessKeys: ACCESS_KEYS, alerts: 'none' },
      { transformations: [record] },
    );
    const rotation = new AccessKeyRotation(
      'sessions',
      {
        // The mock's ids have no form; the service's have.
        deployment: Object.assign(deployment, { clusterId: deployment.clusterId.apply(() => CLUSTER_ID) }),
        accessKeys: ACCESS_KEYS,
        resourceGroupName: 'shop',
        location: 'westeurope',
        image: 'shop.azurecr.io/redoubt:1',
        registryServer: 'shop.azurecr.io',
        identity,
        schedule: '0 3 1 * *',
        environment: { kind: 'existing', environmentId: ENVIRONMENT_ID },
        alerts: { emails: ['oncall@example.com'] },
        tags: { team: 'shop' },
        ...changes,
      },
      { transformations: [record] },
    );
    return { deployment, rotation };
  }, options);
  const own = program.resources.filter(({ name }) => name.startsWith('sessions'));
  const one = (name: string) => {
    const found = program.resources.filter((resource) => resource.name === name);
    expect(found, name).toHaveLength(1);
    return found[0] as (typeof found)[number];
  };
  const container = () => {
    const { template } = one('sessions-key-rotation').inputs as { template: { containers: Record<string, unknown>[] } };
    return template.containers[0] ?? {};
  };
  return { ...program, own, one, container };
}

describe('a rotation of the access key', () => {
  it('is a job on a schedule, two roles and an alert', async () => {
    const { own } = await rotated();
    expect(own.map(({ type, name }) => `${type.replace('azure-native:', '')} ${name}`).sort()).toEqual(
      [
        'authorization:RoleAssignment sessions-key-operator-assignment',
        'authorization:RoleAssignment sessions-key-writer',
        'authorization:RoleDefinition sessions-key-operator',
        'app:Job sessions-key-rotation',
        'monitor:ActionGroup sessions-key-rotation-receivers',
        'monitor:MetricAlert sessions-key-rotation-failed',
        'redoubt:azure:AccessKeyRotation sessions',
      ].sort(),
    );
  });

  it('runs once each time, never twice, for an hour at most, with its own identity', async () => {
    const { one } = await rotated();
    const identityId = '/subscriptions/s/azure-native:managedidentity:UserAssignedIdentity/rotator';
    expect(one('sessions-key-rotation').inputs).toMatchObject({
      jobName: 'sessions-key-rotation',
      environmentId: ENVIRONMENT_ID,
      identity: { type: 'UserAssigned', userAssignedIdentities: [identityId] },
      configuration: {
        triggerType: 'Schedule',
        scheduleTriggerConfig: { cronExpression: '0 3 1 * *', parallelism: 1, replicaCompletionCount: 1 },
        replicaRetryLimit: 0,
        replicaTimeout: 3_600,
        registries: [{ server: 'shop.azurecr.io', identity: identityId }],
      },
    });
  });

  it('is told the database, the vault and the name of the secret, and no key', async () => {
    const { container, one } = await rotated();
    expect(container()).toMatchObject({
      command: ['redoubt-azure-runner'],
      args: [
        ...['rotate-key', '--cluster', CLUSTER_ID, '--vault', 'https://shop-vault.vault.azure.net'],
        ...['--secret', 'sessions-primary-key', '--minimum-age-hours', '24'],
      ],
    });
    expect(container().env).toEqual(
      expect.arrayContaining([
        { name: 'REDIS_ADDRESS', value: 'sessions.westeurope.redis.azure.net:10000' },
        { name: 'AZURE_CLIENT_ID', value: '99999999-2222-4333-8444-555555555555' },
      ]),
    );
    expect(JSON.stringify(one('sessions-key-rotation').inputs)).not.toContain(KEY);
  });

  it('can be told another age, another vault and another cloud', async () => {
    const { container } = await rotated({
      minimumAgeHours: 1,
      managementEndpoint: 'https://management.usgovcloudapi.net',
      accessKeys: { ...ACCESS_KEYS, secretName: 'key', vaultUrl: 'https://shop-vault.vault.usgovcloudapi.net/' },
    });
    expect(container().args).toEqual([
      ...['rotate-key', '--cluster', CLUSTER_ID, '--vault', 'https://shop-vault.vault.usgovcloudapi.net'],
      ...['--secret', 'key', '--minimum-age-hours', '1', '--azure-endpoint', 'https://management.usgovcloudapi.net'],
    ]);
  });

  it('may read the keys of the one cluster and make them anew, and change nothing else of it', async () => {
    const { one } = await rotated();
    expect(one('sessions-key-operator').inputs).toMatchObject({
      scope: '/subscriptions/s/resourceGroups/shop',
      permissions: [
        {
          actions: [
            'Microsoft.Cache/redisEnterprise/read',
            'Microsoft.Cache/redisEnterprise/databases/read',
            'Microsoft.Cache/redisEnterprise/databases/listKeys/action',
            'Microsoft.Cache/redisEnterprise/databases/regenerateKey/action',
            'Microsoft.Cache/locations/operationsStatus/read',
            'Microsoft.Cache/locations/operationResults/read',
          ],
        },
      ],
    });
    expect(one('sessions-key-operator-assignment').inputs).toMatchObject({
      scope: CLUSTER_ID,
      principalId: PRINCIPAL_ID,
    });
  });

  it('may read and write the one secret of the vault', async () => {
    const { one } = await rotated();
    expect(one('sessions-key-writer').inputs).toMatchObject({
      scope:
        '/subscriptions/s/resourceGroups/vaults/providers/Microsoft.KeyVault/vaults/shop-vault/secrets/sessions-primary-key',
      roleDefinitionId: expect.stringContaining('b86a8fe4-44ce-4948-aee5-eccb2c155cd7'),
      principalId: PRINCIPAL_ID,
    });
  });

  it('tells somebody when it fails, until they have seen to it, or nobody where that is said', async () => {
    const { one } = await rotated();
    expect(one('sessions-key-rotation-failed').inputs).toMatchObject({
      autoMitigate: false,
      scopes: ['/subscriptions/s/azure-native:app:Job/sessions-key-rotation'],
      description: expect.stringContaining('Clients go on with the key that is in the vault'),
    });
    const { own } = await rotated({ alerts: 'none' });
    expect(own.filter(({ type }) => type.includes(':monitor:'))).toEqual([]);
  });

  it('is refused with everything that is wrong with it, before anything is made', async () => {
    const changes = {
      schedule: 'monthly',
      minimumAgeHours: -1,
      image: 'NO IMAGE',
      accessKeys: { vaultName: 'v' },
      managementEndpoint: 'http://elsewhere',
    };
    await expect(rotated(changes)).rejects.toThrow(
      /AMR_KEY_ROTATION_SCHEDULE_FORM[\s\S]*MINIMUM_AGE_RANGE[\s\S]*WRITTEN_OVER[\s\S]*AMR_RUNNER_IMAGE_FORM[\s\S]*AMR_MANAGEMENT_ENDPOINT_FORM/,
    );
  });

  it('is previewed without asking anybody for a key', async () => {
    expect((await rotated({}, { preview: true })).calls).toEqual([]);
  });
});

describe('a secret that is rotated', () => {
  it('is written once and left alone: neither its value nor its tags are put back by a later deployment', async () => {
    const { one } = await rotated();
    expect(one('redis-access-key').options.ignoreChanges).toEqual(['properties', 'tags']);
  });

  it('is what the connection profile refers to, so that clients read the new key by themselves', async () => {
    const { result } = await rotated();
    const profile = await (result.deployment.profile as unknown as { promise(): Promise<unknown> }).promise();
    expect(profile).toMatchObject({
      authentication: {
        secret: {
          kind: 'azure-key-vault',
          vaultUrl: 'https://shop-vault.vault.azure.net',
          secretName: 'sessions-primary-key',
        },
      },
    });
    expect(profile).not.toHaveProperty('authentication.userName');
  });
});

describe('a rule of the rotation', () => {
  const base: RotationSettings = { schedule: '0 3 1 * *', minimumAgeHours: 24, rotated: true, alertReceiverCount: 1 };
  describeRules(KEY_ROTATION_RULES, base, {
    AMR_KEY_ROTATION_SCHEDULE_FORM: {
      keeps: { schedule: '*/15 3 1,15 * 1-5' },
      breaks: { schedule: '@monthly' },
      says: /"@monthly": it is a cron expression of five fields in UTC/,
    },
    AMR_KEY_ROTATION_MINIMUM_AGE_RANGE: {
      keeps: { minimumAgeHours: 0 },
      breaks: { minimumAgeHours: 9_000 },
      says: /is 9000: it is from 0 to 8760/,
    },
    AMR_KEY_ROTATION_WRITTEN_OVER: {
      keeps: { rotated: true },
      breaks: { rotated: false },
      says: /write its key over .*Set `rotated: true`/,
    },
    AMR_KEY_ROTATION_ALERTS_TELL_NOBODY: {
      keeps: { alertReceiverCount: undefined },
      breaks: { alertReceiverCount: 0 },
      says: /would tell nobody\. Name a receiver, or say "none"/,
    },
  });
});
