import { describe, expect, it } from 'vitest';
import { problemsOfExisting } from '../../lib/azure/existing/intent.ts';
import { ExistingManagedRedis, type ExistingManagedRedisArgs } from '../../lib/azure/existing-managed-redis.ts';
import { MaintenanceRehearsal } from '../../lib/azure/maintenance-rehearsal.ts';
import { createApplicationIdentity } from '../../lib/azure/managed-redis.ts';
import { VerifiedDeployment } from '../../lib/azure/verified-deployment.ts';
import { NETWORK_ID, OBJECT_ID, SUBNET_ID } from './arguments.ts';
import { EXISTING_HOST, EXISTING_ID, EXPECTED_TOPOLOGY, foundAs, USER } from './existing/found.ts';
import { type MockOptions, runMocked, TOKEN, unknownYet } from './mocks.ts';
import { startManagementServer } from './runner/management-server.ts';

const BASE: ExistingManagedRedisArgs = {
  clusterId: EXISTING_ID,
  topology: EXPECTED_TOPOLOGY,
  resourceGroupName: 'shop',
  location: 'westeurope',
  users: [USER],
};
const PRIVATE_ENDPOINT = {
  subnetId: SUBNET_ID,
  dns: { kind: 'new-zone', virtualNetworkIds: [NETWORK_ID] },
} as const;

async function existing(changes: Partial<ExistingManagedRedisArgs> = {}, options: MockOptions = {}) {
  const program = await runMocked(
    (record) => new ExistingManagedRedis('redis', { ...BASE, ...changes }, { transformations: [record] }),
    { answers: foundAs(), ...options },
  );
  const names = program.resources.map(({ type, name }) => `${type.replace('azure-native:', '')} ${name}`).sort();
  const one = (type: string) => program.resources.find((resource) => resource.type.endsWith(`:${type}`));
  return { ...program, names, one };
}

const settled = (output: unknown) => (output as { promise(): Promise<unknown> }).promise();
const codesOf = (changes: Partial<ExistingManagedRedisArgs>) =>
  problemsOfExisting({ ...BASE, ...changes }).map(({ code }) => code);

describe('an existing Managed Redis', () => {
  it('is read and not made: only the users of this program are added, in its own resource group', async () => {
    const { names, one, calls } = await existing();
    expect(names).toEqual([
      'redisenterprise:AccessPolicyAssignment redis-user-shop',
      'redoubt:azure:ExistingManagedRedis redis',
    ]);
    expect(one('AccessPolicyAssignment')?.inputs).toEqual({
      accessPolicyAssignmentName: 'shop',
      accessPolicyName: 'default',
      clusterName: 'sessions',
      databaseName: 'default',
      resourceGroupName: 'Sessions-RG',
      user: { objectId: OBJECT_ID },
    });
    const place = { clusterName: 'sessions', resourceGroupName: 'Sessions-RG' };
    expect(calls.map(({ token, inputs }) => [token.split(':').at(-1), inputs])).toEqual([
      ['getRedisEnterprise', place],
      ['getDatabase', { ...place, databaseName: 'default' }],
    ]);
  });

  it('has the outputs of one made here, the profile among them', async () => {
    const { result } = await existing();
    expect(await settled(result.clusterId)).toBe(EXISTING_ID);
    expect(await settled(result.databaseId)).toBe(`${EXISTING_ID}/databases/default`);
    expect(await settled(result.hostName)).toBe(EXISTING_HOST);
    expect(await settled(result.declared)).toEqual({ clusterId: EXISTING_ID });
    expect(await settled(result.profile)).toMatchObject({
      deployment: 'sessions',
      clusteringPolicy: 'OSSCluster',
      endpoint: { host: EXISTING_HOST, port: 10_000 },
      authentication: { userName: OBJECT_ID, secret: { kind: 'azure-entra' } },
      expected: { shardCount: 3, replicasPerShard: 1 },
    });
  });

  it.each([
    ['the database', `${EXISTING_ID}/databases/default`],
    ['another case', EXISTING_ID.replace('Microsoft.Cache/redisEnterprise', 'microsoft.cache/redisenterprise')],
  ])('is found by the id of %s', async (_, clusterId) => {
    const { result } = await existing({ clusterId });
    expect(await settled(result.clusterId)).toBe(EXISTING_ID);
  });

  it('gets a private endpoint from another network, alerts, diagnostics and a rule, in the resource group of this program', async () => {
    const { names, one, resources } = await existing({
      privateEndpoint: PRIVATE_ENDPOINT,
      alerts: { emails: ['oncall@example.com'] },
      workspaceId: '/workspace',
      securityRule: { networkSecurityGroupName: 'data' },
    });
    expect(names.filter((name) => !name.startsWith('monitor:'))).toEqual([
      'network:PrivateDnsZoneGroup redis-zone-group',
      'network:PrivateEndpoint redis-endpoint',
      'network:SecurityRule redis-clients',
      'privatedns:PrivateZone redis-zone',
      expect.stringMatching(/^privatedns:VirtualNetworkLink /),
      'redisenterprise:AccessPolicyAssignment redis-user-shop',
      'redoubt:azure:ExistingManagedRedis redis',
    ]);
    expect(one('PrivateEndpoint')?.inputs).toMatchObject({
      resourceGroupName: 'shop',
      privateLinkServiceConnections: [{ groupIds: ['redisEnterprise'], privateLinkServiceId: EXISTING_ID }],
    });
    const scopes = resources.filter(({ type }) => type.endsWith(':MetricAlert')).map(({ inputs }) => inputs.scopes);
    expect(new Set(scopes.flat())).toEqual(new Set([EXISTING_ID]));
    const diagnosed = resources.filter(({ type }) => type.endsWith(':DiagnosticSetting'));
    expect(diagnosed.map(({ inputs }) => inputs.resourceUri).sort()).toEqual([
      EXISTING_ID,
      `${EXISTING_ID}/databases/default`,
    ]);
  });

  it('assigns a user with an access string where the API version has them', async () => {
    const user = { ...USER, accessString: '+@read +cluster|slots ~cache:*' };
    const { one } = await existing({ users: [user], apiVersion: '2026-09-01' });
    expect(one('Resource')?.inputs).toMatchObject({
      resourceGroupName: 'Sessions-RG',
      parentResourcePath: 'redisEnterprise/sessions/databases/default',
      properties: { accessString: '+@read +cluster|slots ~cache:*' },
    });
  });

  it('is asked nothing, and makes nothing known, before its id is known', async () => {
    const { calls, one } = await existing({ clusterId: unknownYet() }, { preview: true });
    expect(calls).toEqual([]);
    expect(one('AccessPolicyAssignment')?.inputs).toMatchObject({ resourceGroupName: { __pulumiUnknown: true } });
  });

  it('is verified inside the network, and rehearsed on', async () => {
    const service = await startManagementServer(TOKEN, { exitCode: 0, log: '{"verdict":"pass","checks":[]}' });
    const { result, resources } = await runMocked(
      () => {
        const runner = createApplicationIdentity('runner', { resourceGroupName: 'shop' });
        const deployment = new ExistingManagedRedis('redis', { ...BASE, users: [USER, runner.user] });
        const common = { deployment, resourceGroupName: 'shop', image: 'redoubt:1', identity: runner.identity };
        new MaintenanceRehearsal('rehearsed', {
          ...common,
          schedule: '0 3 * * 0',
          scenario: 'watch-maintenance',
          environment: { kind: 'existing', environmentId: '/environment' },
          reports: PRIVATE_ENDPOINT,
          alerts: 'none',
        });
        return new VerifiedDeployment('verified', {
          ...common,
          subnetId: SUBNET_ID,
          managementEndpoint: service.endpoint,
        });
      },
      { answers: foundAs() },
    );
    expect(await settled(result.verdict)).toBe('pass');
    const role = resources.find(({ name }) => name === 'rehearsed-operator-assignment');
    expect(role?.inputs.scope).toBe(EXISTING_ID);
  });
});

describe('who connects to an existing Managed Redis', () => {
  const { users: _, ...nobody } = BASE;
  const profileOf = async (changes: Partial<ExistingManagedRedisArgs>, database: Record<string, unknown> = {}) => {
    const { result } = await runMocked(() => new ExistingManagedRedis('redis', { ...nobody, ...changes }), {
      answers: foundAs({ database }),
    });
    return settled(result.profile);
  };

  it('may be assigned already, and then is not assigned again', async () => {
    const { resources, result } = await runMocked(
      () => new ExistingManagedRedis('redis', { ...nobody, assignedObjectId: OBJECT_ID }),
      { answers: foundAs() },
    );
    expect(resources.map(({ type }) => type)).toEqual(['redoubt:azure:ExistingManagedRedis']);
    expect(await settled(result.profile)).toMatchObject({ authentication: { userName: OBJECT_ID } });
  });

  it('reads the access key where it is, and nobody copies it', async () => {
    const accessKeys = { vaultName: 'their-vault', secretName: 'sessions-key' };
    expect(await profileOf({ accessKeys }, { accessKeysAuthentication: 'Enabled' })).toMatchObject({
      authentication: {
        secret: {
          kind: 'azure-key-vault',
          vaultUrl: 'https://their-vault.vault.azure.net',
          secretName: 'sessions-key',
        },
      },
    });
  });

  it('is an identity of Entra although others use keys', async () => {
    const changes = { users: [USER], accessKeys: 'used-by-others' } as const;
    expect(await profileOf(changes, { accessKeysAuthentication: 'Enabled' })).toMatchObject({
      authentication: { secret: { kind: 'azure-entra' } },
    });
  });
});

describe('the arguments of an existing Managed Redis', () => {
  it.each<[string, Partial<ExistingManagedRedisArgs>]>([
    ['AMR_EXISTING_ID_FORM', { clusterId: 'sessions' }],
    ['AMR_EXISTING_OTHER_NAME', { topology: { ...EXPECTED_TOPOLOGY, name: 'shop' } }],
    ['AMR_EXISTING_NOBODY_CONNECTS', { users: [] }],
    ['AMR_EXISTING_NOBODY_CONNECTS', { users: [], accessKeys: 'used-by-others' }],
    ['AMR_ASSIGNMENT_NAME_FORM', { users: [{ ...USER, name: 'shop-1' }] }],
    ['AMR_ACCESS_STRINGS_NEED_A_NEWER_API', { users: [{ ...USER, accessString: '+@all ~*' }] }],
    ['AMR_SKU_UNKNOWN', { topology: { ...EXPECTED_TOPOLOGY, sku: 'Balanced_B11' } }],
    [
      'AMR_ZONE_LINKS_NOTHING',
      { privateEndpoint: { ...PRIVATE_ENDPOINT, dns: { kind: 'new-zone', virtualNetworkIds: [] } } },
    ],
    ['AMR_ALERTS_TELL_NOBODY', { alerts: {} }],
    ['AMR_SECRET_NAME_FORM', { accessKeys: { vaultName: 'v', secretName: 'a key' } }],
    ['AMR_SECURITY_RULE_PRIORITY', { securityRule: { networkSecurityGroupName: 'data', priority: 1 } }],
  ])('are refused with %s', (code, changes) => {
    expect(codesOf(changes)).toEqual([code]);
  });

  it('are not refused for what only its owner decides', () => {
    const windows = [
      { dayOfWeek: 'Saturday', startHourUtc: 22, durationHours: 10 },
      { dayOfWeek: 'Sunday', startHourUtc: 22, durationHours: 8 },
    ] as const;
    const topology = { ...EXPECTED_TOPOLOGY, maintenanceWindows: [...windows], keyspaceEvents: 'KEA', zones: ['1'] };
    expect(codesOf({ topology, apiVersion: '2026-09-01' })).toEqual([]);
    expect(codesOf({ topology })).toEqual([]);
  });

  it('have every problem told at once, and nothing is asked', async () => {
    const changes = { clusterId: 'sessions', users: [] };
    await expect(existing(changes)).rejects.toThrow(
      /AMR_EXISTING_ID_FORM clusterId[\s\S]*AMR_EXISTING_NOBODY_CONNECTS/,
    );
  });
});
