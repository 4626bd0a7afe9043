/** What becomes of each setting: a row per code, and no code without a row. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MigrationOptions } from '../../lib/migrate/migration.ts';
import type { Outcome } from '../../lib/migrate/setting.ts';
import { REPOSITORY_ROOT } from '../tidy/repository.ts';
import { classic, enterprise, migrated, NOTHING_ELSE, skuOf } from './documents.ts';

const OBJECT_ID = 'b0a1c2d3-0000-4000-8000-00000000000f';
const windows = (...days: string[]) => ({
  patchSchedule: {
    value: [
      {
        properties: {
          scheduleEntries: days.map((dayOfWeek) => ({ dayOfWeek, startHourUtc: 2, maintenanceWindow: 'PT5H' })),
        },
      },
    ],
  },
});
const assigned = (accessPolicyName: string) => ({
  accessPolicies: [{ objectId: OBJECT_ID, objectIdAlias: 'sh-op', accessPolicyName }],
});
const group = { groupNickname: 'g', linkedDatabases: [{ id: '/a' }, { id: '/b' }] };
const withEntra = { 'aad-enabled': 'True' };
type Row = [code: string, outcome: Outcome, cache: unknown, others?: object, options?: MigrationOptions];

const ROWS: Row[] = [
  ['MIGRATE_HOST_CHANGES', 'changed', classic()],
  ['MIGRATE_PORT_CHANGES', 'changed', classic()],
  ['MIGRATE_PORT_KEPT', 'kept', enterprise()],
  ['MIGRATE_TLS_ONLY', 'kept', classic()],
  ['MIGRATE_PLAINTEXT_NOT_AVAILABLE', 'unavailable', classic({ enableNonSslPort: true })],
  ['MIGRATE_PLAINTEXT_NOT_AVAILABLE', 'unavailable', enterprise({}, { clientProtocol: 'Plaintext' })],
  ['MIGRATE_TLS_VERSION_KEPT', 'kept', classic()],
  ['MIGRATE_TLS_VERSION_RISES', 'changed', classic({ minimumTlsVersion: '1.0' })],
  ['MIGRATE_TLS_VERSION_RISES', 'changed', classic({ minimumTlsVersion: null })],
  ['MIGRATE_CONNECTIONS_SUFFICE', 'kept', classic()],
  ['MIGRATE_CONNECTIONS_FEWER', 'changed', classic({}, { maxclients: '40000' })],
  ['MIGRATE_CLUSTER_STAYS_CLUSTER', 'changed', classic({ shardCount: 2 })],
  [
    'MIGRATE_CLUSTER_BEHIND_ONE_ENDPOINT',
    'changed',
    classic({ shardCount: 2 }),
    {},
    { clusteringPolicy: 'EnterpriseCluster' },
  ],
  ['MIGRATE_CLUSTER_INTO_ONE_SHARD', 'changed', classic({ shardCount: 2 }), {}, { clusteringPolicy: 'NoCluster' }],
  ['MIGRATE_SINGLE_STAYS_SINGLE', 'changed', classic()],
  ['MIGRATE_SINGLE_BEHIND_ONE_ENDPOINT', 'changed', classic({ sku: skuOf('P4') })],
  ['MIGRATE_SINGLE_BEHIND_ONE_ENDPOINT', 'changed', classic({ linkedServers: [{ id: '/linkedServers/other' }] })],
  ['MIGRATE_SINGLE_BECOMES_CLUSTER', 'changed', classic(), {}, { clusteringPolicy: 'OSSCluster' }],
  ['MIGRATE_POLICY_KEPT', 'kept', enterprise()],
  [
    'MIGRATE_CLUSTER_BEHIND_ONE_ENDPOINT',
    'changed',
    enterprise({}, { clusteringPolicy: 'OSSCluster' }),
    {},
    { clusteringPolicy: 'EnterpriseCluster' },
  ],
  ['MIGRATE_NO_REPLICA_KEPT', 'kept', classic({ sku: skuOf('C1', 'Basic') })],
  ['MIGRATE_ONE_REPLICA_KEPT', 'kept', classic()],
  ['MIGRATE_REPLICAS_NOT_AVAILABLE', 'unavailable', classic({ shardCount: 1, replicasPerMaster: 2 })],
  ['MIGRATE_DATABASE_ZERO_ONLY', 'changed', classic()],
  ['MIGRATE_DATABASE_ZERO_KEPT', 'kept', classic({}, { databases: '1' })],
  ['MIGRATE_DATABASES_NOT_AVAILABLE', 'unavailable', classic({}, { databases: '32' })],
  ['MIGRATE_SKU_CHANGES', 'changed', classic()],
  ['MIGRATE_EVICTION_KEPT', 'kept', classic()],
  ['MIGRATE_RESERVED_MEMORY_FIXED', 'changed', classic()],
  ['MIGRATE_NO_PERSISTENCE_KEPT', 'kept', classic()],
  ['MIGRATE_AOF_KEPT', 'kept', classic({}, { aofBackupEnabled: 'true' })],
  [
    'MIGRATE_AOF_EVERY_SECOND',
    'changed',
    enterprise({}, { persistence: { aofEnabled: true, aofFrequency: 'always' } }),
  ],
  ['MIGRATE_RDB_KEPT', 'kept', classic({}, { rdbBackupEnabled: 'true', rdbBackupFrequency: '360' })],
  ['MIGRATE_RDB_KEPT', 'kept', enterprise({}, { persistence: { rdbEnabled: true, rdbFrequency: '12h' } })],
  ['MIGRATE_RDB_RARER', 'changed', classic({}, { rdbBackupEnabled: 'true', rdbBackupFrequency: '15' })],
  ['MIGRATE_RDB_NEAREST', 'changed', classic({}, { rdbBackupEnabled: 'true', rdbBackupFrequency: '1440' })],
  ['MIGRATE_STORAGE_IS_THE_SERVICES', 'changed', classic({}, { rdbBackupEnabled: 'true', rdbBackupFrequency: '60' })],
  [
    'MIGRATE_PERSISTENCE_NOT_WITH_REGIONS',
    'unavailable',
    classic({ linkedServers: [{ id: '/linkedServers/other' }] }, { aofBackupEnabled: 'true' }),
  ],
  ['MIGRATE_PUBLIC_ACCESS_KEPT', 'kept', classic()],
  ['MIGRATE_INJECTION_TO_PRIVATE_ENDPOINT', 'changed', classic({ subnetId: '/subnets/old' })],
  ['MIGRATE_STATIC_ADDRESS_GOES', 'changed', classic({ subnetId: '/subnets/old', staticIp: '10.0.0.4' })],
  ['MIGRATE_PRIVATE_ENDPOINT_ANEW', 'changed', classic({ privateEndpointConnections: [{ id: '/a' }] })],
  ['MIGRATE_FIREWALL_RULES_NOT_GIVEN', 'unknown', classic(), { firewallRules: undefined }],
  ['MIGRATE_NO_FIREWALL_RULES', 'kept', classic()],
  ['MIGRATE_FIREWALL_RULES_NOT_AVAILABLE', 'unavailable', classic(), { firewallRules: [{ name: 'sessions/office' }] }],
  ['MIGRATE_ACCESS_KEYS_NEW', 'changed', classic()],
  ['MIGRATE_ACCESS_KEYS_OFF', 'kept', classic({ disableAccessKeyAuthentication: true })],
  ['MIGRATE_ACCESS_POLICIES_NOT_GIVEN', 'unknown', classic({}, withEntra), { accessPolicies: undefined }],
  ['MIGRATE_ACCESS_POLICY_NOT_GIVEN', 'unknown', classic({}, withEntra), assigned('Mine')],
  ['MIGRATE_USER_KEPT', 'kept', classic({}, withEntra), assigned('Data Owner')],
  ['MIGRATE_ACCESS_STRING', 'changed', classic({}, withEntra), assigned('Data Reader')],
  ['MIGRATE_PASSIVE_TO_ACTIVE', 'changed', classic({ linkedServers: [{ id: '/linkedServers/other' }] })],
  ['MIGRATE_ACTIVE_KEPT', 'kept', enterprise({}, { geoReplication: group })],
  ['MIGRATE_ZONES_BY_THE_SERVICE', 'kept', classic({ zones: ['1', '2'] })],
  ['MIGRATE_ZONE_OF_ONE_NODE', 'kept', classic({ sku: skuOf('C1', 'Basic') })],
  ['MIGRATE_REDIS_VERSION_RISES', 'changed', classic()],
  ['MIGRATE_DEFERRAL_KEPT', 'kept', enterprise({}, { deferUpgrade: 'Deferred' })],
  ['MIGRATE_PREVIEW_CHANNEL_NOT_AVAILABLE', 'unavailable', classic({ updateChannel: 'Preview' })],
  ['MIGRATE_PATCH_SCHEDULE_NOT_GIVEN', 'unknown', classic(), { patchSchedule: undefined }],
  ['MIGRATE_NO_SCHEDULE_KEPT', 'kept', classic()],
  ['MIGRATE_WINDOWS_CARRIED_OVER', 'changed', classic(), windows('Everyday')],
  ['MIGRATE_WINDOWS_TOO_SHORT', 'unavailable', classic(), windows('Weekend')],
  ['MIGRATE_NO_KEYSPACE_EVENTS', 'kept', classic()],
  ['MIGRATE_KEYSPACE_EVENTS_EMPTY', 'changed', classic({}, { 'notify-keyspace-events': 'x' })],
  ['MIGRATE_KEYSPACE_EVENTS_CARRIED_OVER', 'changed', classic({}, { 'notify-keyspace-events': 'KEA' })],
  ['MIGRATE_CACHE_NOT_AT_REST', 'unknown', classic({ provisioningState: 'Scaling' })],
  ['MIGRATE_MODULE_KEPT', 'kept', enterprise({}, { modules: [{ name: 'RediSearch' }] })],
  [
    'MIGRATE_MODULE_ARGUMENTS_NOT_AVAILABLE',
    'unavailable',
    enterprise({}, { modules: [{ name: 'RedisBloom', args: 'ERROR_RATE 0.1' }] }),
  ],
  ['MIGRATE_OWN_KEY_AGAIN', 'changed', enterprise({ encryption: { customerManagedKeyEncryption: {} } })],
  ['MIGRATE_IDENTITY_NOT_CARRIED_OVER', 'changed', classic({ identity: { type: 'SystemAssigned' } })],
  ['MIGRATE_TAGS_KEPT', 'kept', classic({ tags: { team: 'shop' } })],
];

describe('what becomes of a setting', () => {
  test.each(ROWS)('%s: %s', (code, outcome, cache, others = {}, options = {}) => {
    const { settings } = migrated(cache, { ...NOTHING_ELSE, ...others }, options);
    const found = settings.find((setting) => setting.code === code);
    expect(found).toMatchObject({ outcome, acknowledged: false });
    expect(found?.message).toMatch(/[.]$/);
    expect(found?.source).toMatch(/^https:\/\//);
    // Whoever has to do something, or loses something, is told what to do.
    if (outcome !== 'kept') expect(found?.action).toMatch(/[.]$/);
  });

  test('no code is without a row', async () => {
    const texts = await textsBelow(join(REPOSITORY_ROOT, 'lib/migrate/settings'));
    const codes = [...texts.matchAll(/'(MIGRATE_[A-Z_]+)'/g)].map(([, code]) => code);
    const refusals = ['MIGRATE_EVICTION_POLICY_UNKNOWN', 'MIGRATE_MODULE_NOT_ON_FLASH', 'MIGRATE_REGIONS_NOT_ON_FLASH'];
    const named = new Set([...ROWS.map(([code]) => code), ...refusals]);
    expect(codes.filter((code) => code !== undefined && !named.has(code))).toEqual([]);
    expect(codes.length).toBeGreaterThan(60);
  });
});

describe('there is no deployment', () => {
  test.each<[string, string, unknown]>([
    ['for a module that flash has not', 'MIGRATE_MODULE_NOT_ON_FLASH', flash({ modules: [{ name: 'RediSearch' }] })],
    ['for regions on flash', 'MIGRATE_REGIONS_NOT_ON_FLASH', flash({ geoReplication: group })],
    ['for an eviction policy that is none', 'MIGRATE_EVICTION_POLICY_UNKNOWN', classic({}, { maxmemoryPolicy: 'lru' })],
    ['for a name that the new service does not take', 'AMR_NAME_FORM', classic({ name: 'double--hyphen' })],
    ['for a module that nobody knows', 'AMR_MODULE_UNKNOWN', enterprise({}, { modules: [{ name: 'RedisGraph' }] })],
    [
      'for too many regions',
      'AMR_GEO_MEMBER_COUNT',
      classic({ linkedServers: Array.from({ length: 6 }, () => ({ id: 'a' })) }),
    ],
  ])('%s', (_title, code, cache) => {
    const { refusals, deployment, verdict, steps } = migrated(cache);
    expect(refusals.map((problem) => problem.code)).toContain(code);
    expect({ deployment, verdict, ways: steps.ways }).toEqual({ deployment: undefined, verdict: 'fail', ways: [] });
  });

  test.each<[string, unknown]>([
    ['MIGRATE_MODULE_NOT_ON_FLASH', flash({ modules: [{ name: 'RedisBloom' }] })],
    ['MIGRATE_REGIONS_NOT_ON_FLASH', flash({ geoReplication: group })],
  ])('and what flash has not is told once, with the way on for this cache: %s', (code, cache) => {
    expect(migrated(cache).refusals).toEqual([
      { code, message: expect.stringMatching(/--performance-tier MemoryOptimized/) },
    ]);
  });

  test('for one shard of more than 25 GB, when it is asked for', () => {
    const { refusals } = migrated(classic({ sku: skuOf('P4') }), NOTHING_ELSE, { clusteringPolicy: 'NoCluster' });
    expect(refusals).toMatchObject([{ code: 'AMR_NO_CLUSTER_TOO_LARGE' }]);
  });
});

describe('the verdict', () => {
  test('is a pass when everything is kept or changed', () => {
    expect(migrated(classic()).verdict).toBe('pass');
  });

  test('is unknown while a document is missing, and a fail while something is not available', () => {
    const unknown = { ...NOTHING_ELSE, firewallRules: undefined };
    expect(migrated(classic(), unknown).verdict).toBe('unknown');
    expect(migrated(classic({ enableNonSslPort: true }), unknown).verdict).toBe('fail');
  });

  test('is a pass for what is acknowledged by its code, and for nothing else', () => {
    const acknowledged = ['MIGRATE_PLAINTEXT_NOT_AVAILABLE'];
    expect(migrated(classic({ enableNonSslPort: true }), NOTHING_ELSE, { acknowledged }).verdict).toBe('pass');
    const more = migrated(classic({ enableNonSslPort: true, updateChannel: 'Preview' }), NOTHING_ELSE, {
      acknowledged,
    });
    expect(more.verdict).toBe('fail');
  });

  test('stays a fail for a refusal, whatever is acknowledged', () => {
    const cache = classic({}, { maxmemoryPolicy: 'lru' });
    const acknowledged = ['MIGRATE_EVICTION_POLICY_UNKNOWN'];
    expect(migrated(cache, NOTHING_ELSE, { acknowledged }).verdict).toBe('fail');
  });
});

describe('what is carried over', () => {
  test('windows, events, persistence, eviction and users are in the deployment and the stack', () => {
    const { deployment, steps } = migrated(
      classic(
        { disableAccessKeyAuthentication: true, sku: skuOf('P2'), shardCount: 2, tags: { 'cost centre': 'a' } },
        { ...withEntra, 'notify-keyspace-events': 'Ex', maxmemoryPolicy: 'allkeys-lfu', aofBackupEnabled: true },
      ),
      { ...windows('Monday', 'Tuesday', 'Friday', 'Sunday'), ...assigned('Data Reader'), firewallRules: [] },
    );
    expect(deployment?.topology).toMatchObject({
      clusteringPolicy: 'OSSCluster',
      sku: 'Balanced_B50',
      evictionPolicy: 'AllKeysLFU',
      keyspaceEvents: 'Ex',
      persistence: { kind: 'aof' },
      authentication: { kind: 'entra', objectId: OBJECT_ID },
      maintenanceWindows: ['Monday', 'Tuesday', 'Friday', 'Sunday'].map((dayOfWeek) => ({
        dayOfWeek,
        startHourUtc: 2,
        durationHours: 5,
      })),
    });
    const commands = steps.before.flatMap((step) => step.commands);
    expect(commands).toEqual(
      expect.arrayContaining([
        `pulumi config set --path 'users[0]' shop=${OBJECT_ID}`,
        "pulumi config set --path 'accessStrings[0]' 'shop=+@read +@connection +cluster|info +cluster|nodes +cluster|slots ~*'",
        'pulumi config set apiVersion 2026-09-01',
        "pulumi config set --path 'tags[0]' 'cost centre=VALUE'",
        'pulumi config set location westeurope',
      ]),
    );
    expect(commands.filter((command) => command.includes('apiVersion'))).toHaveLength(1);
  });
});

describe('the words of an old access policy', () => {
  const messageOf = (permissions: string, shardCount: number) => {
    const policies = [{ name: 'sessions/Mine', permissions }, ...assigned('Mine').accessPolicies];
    const cache = classic({ sku: skuOf('P2'), shardCount }, withEntra);
    const { settings } = migrated(cache, { ...NOTHING_ELSE, accessPolicies: policies });
    return settings.find(({ code }) => code === 'MIGRATE_ACCESS_STRING')?.message;
  };

  test('that the new stack would refuse are told', () => {
    expect(messageOf('+@read ~*', 2)).toMatch(/does not allow CLUSTER SLOTS, .*Add `\+cluster\|slots`/);
    expect(messageOf('+@reed +cluster|slots ~*', 2)).toMatch(/"@reed" \(did you mean @read\?\)/);
  });

  test('are not where no client of a cluster is expected', () => {
    expect(messageOf('+@read ~*', 0)).toMatch(/\(API version 2026-09-01\)\.$/);
  });
});

describe('what was closed stays closed', () => {
  const settings = (migration: ReturnType<typeof migrated>) =>
    migration.steps.before.flatMap((step) => step.commands).join('\n');
  const open = 'pulumi config set publicNetworkAccess true';

  test('where an Enterprise cluster, which says nothing of public access, has a private endpoint', () => {
    const endpoints = { privateEndpointConnections: [{ id: 'a' }] };
    expect(settings(migrated(enterprise(endpoints)))).toContain('pulumi config set subnetId SUBNET_ID');
    expect(settings(migrated(enterprise(endpoints)))).not.toContain(open);
    expect(settings(migrated(enterprise()))).toContain(open);
  });

  test('where firewall rules closed it', () => {
    const ruled = migrated(classic(), { ...NOTHING_ELSE, firewallRules: [{ name: 'sessions/office' }] });
    expect(settings(ruled)).toContain('pulumi config set subnetId SUBNET_ID');
    expect(settings(ruled)).not.toContain(open);
    expect(settings(migrated(classic()))).toContain(open);
  });

  test('where access keys are off, for Enterprise too', () => {
    const authentication = (changes: object) =>
      (migrated(enterprise({}, { ...changes })).deployment?.topology as { authentication?: unknown } | undefined)
        ?.authentication;
    expect(authentication({ accessKeysAuthentication: 'Disabled' })).toMatchObject({ kind: 'entra' });
    expect(authentication({ accessKeysAuthentication: 'Enabled' })).toMatchObject({ kind: 'access-key' });
  });
});

describe('the ways of the data', () => {
  const names = (cache: unknown) => migrated(cache).steps.ways.map(({ name }) => name);
  test.each<[string, unknown, string[]]>([
    ['Basic and Standard export nothing', classic({ sku: skuOf('C3') }), ['empty', 'two-writes', 'copy', 'tooling']],
    ['Premium exports a file', classic(), ['empty', 'file', 'two-writes', 'copy', 'tooling']],
    [
      'the tooling takes no private endpoint',
      classic({ privateEndpointConnections: [{ id: 'a' }] }),
      ['empty', 'file', 'two-writes', 'copy'],
    ],
    ['the tooling takes no subnet', classic({ subnetId: '/subnets/old' }), ['empty', 'file', 'two-writes', 'copy']],
    [
      'the tooling takes no linked cache',
      classic({ linkedServers: [{ id: 'a' }] }),
      ['empty', 'file', 'two-writes', 'copy'],
    ],
    ['Enterprise is changed in place', enterprise(), ['empty', 'file', 'two-writes', 'copy', 'in-place']],
    [
      'a group of regions is joined',
      enterprise({}, { geoReplication: group }),
      ['empty', 'file', 'two-writes', 'copy', 'group'],
    ],
  ])('%s', (_title, cache, ways) => {
    expect(names(cache)).toEqual(ways);
  });

  test('a group is joined by a database that is as its members are', () => {
    const cache = enterprise(
      {},
      { geoReplication: group, accessKeysAuthentication: 'Enabled', modules: [{ name: 'RediSearch' }] },
    );
    const joins = migrated(cache).steps.ways.flatMap((way) => way.commands.filter((line) => line.includes(' create ')));
    expect(joins).toHaveLength(1);
    expect(joins[0]).toContain(
      '--clustering-policy EnterpriseCluster --eviction-policy NoEviction --client-protocol Encrypted --access-keys-auth Enabled --modules name=RediSearch',
    );
  });

  test('begin with the deployment, which is written first where nobody has said where', () => {
    const first = (deploymentPath?: string) => migrated(classic(), NOTHING_ELSE, { deploymentPath }).steps.before[0];
    expect(first()?.message).toMatch(
      /^Write the deployment first, with --output \.\/deployments\/sessions\.ts\. Boots/,
    );
    expect(first('./mine/sessions.ts')).toMatchObject({
      message: expect.stringMatching(/^Boots/),
      commands: ['redoubt rehearse ./mine/sessions.ts'],
    });
  });

  test('a cluster that was changed in place is not removed as the old one', () => {
    const removal = (cache: unknown) => migrated(cache).steps.after.at(-1)?.message;
    expect(removal(enterprise())).toMatch(
      /^Never after “Change the old cluster in place”: the new database has this name/,
    );
    expect(migrated(enterprise()).steps.ways.at(-1)?.message).toMatch(/Leave the last step out: it would delete this/);
    expect(removal(enterprise({}, { geoReplication: group }))).not.toMatch(/Never/);
    expect(removal(classic())).not.toMatch(/Never/);
  });

  test('have the names of this cache in their commands', () => {
    const commands = migrated(enterprise()).steps.ways.flatMap((way) => way.commands);
    expect(commands).toContain(
      'az redisenterprise update --cluster-name search --resource-group shop --sku Balanced_B20',
    );
    expect(commands).toContain(
      'az redisenterprise database import --cluster-name search-amr --resource-group shop --sas-uris "$FILE_SAS"',
    );
  });
});

function flash(databaseChanges: Record<string, unknown>) {
  return enterprise({ sku: { name: 'EnterpriseFlash_F300', capacity: 3 } }, databaseChanges);
}

async function textsBelow(folder: string): Promise<string> {
  const files = await readdir(folder);
  return (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).join('\n');
}
