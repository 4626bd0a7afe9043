import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../lib/base/problem.ts';
import { type MigrationDocuments, readOldCache } from '../../lib/migrate/input/read.ts';
import { classic, database, ENTERPRISE_ID, enterprise, NOTHING_ELSE, SECRET, skuOf } from './documents.ts';

const codesOf = (documents: MigrationDocuments) => {
  try {
    readOldCache(documents);
    return [];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    for (const { message } of error.problems) expect(message).toMatch(/[.?]$/);
    expect(error.message).not.toContain(SECRET);
    return error.problems.map(({ code, path }) => (path === undefined ? code : `${code} ${path}`));
  }
};

/** As Resource Manager prints it: `properties`, hyphens, the SKU among them. */
const asResource = (changes = {}) => ({
  id: '/subscriptions/s/resourceGroups/shop/providers/Microsoft.Cache/Redis/sessions',
  name: 'sessions',
  type: 'Microsoft.Cache/Redis',
  location: 'westeurope',
  properties: {
    sku: skuOf('P2'),
    shardCount: 3,
    redisConfiguration: {
      'maxmemory-policy': 'allkeys-lru',
      'rdb-backup-enabled': 'true',
      'rdb-backup-frequency': '60',
    },
    ...changes,
  },
});

const old = (documents: MigrationDocuments) => readOldCache({ ...NOTHING_ELSE, ...documents });

describe('a cache is read', () => {
  test('from what az redis show prints', () => {
    expect(old({ cache: classic() })).toMatchObject({
      name: 'sessions',
      tier: 'Premium',
      size: 'P1',
      gigabytes: 6,
      location: 'westeurope',
    });
  });

  test('from what Resource Manager prints', () => {
    expect(old({ cache: asResource() })).toMatchObject({
      resourceGroup: 'shop',
      shardCount: 3,
      gigabytes: 39,
      evictionPolicy: 'allkeys-lru',
      persistence: { kind: 'rdb', frequency: '60' },
    });
  });

  test('from a list of one, a REST list, and a list with its name', () => {
    const other = classic({ name: 'other' });
    expect(old({ cache: [classic()] }).name).toBe('sessions');
    expect(old({ cache: { value: [asResource()] } }).name).toBe('sessions');
    expect(old({ cache: [other, classic()], name: 'Sessions' }).name).toBe('sessions');
  });

  test('from an exported template, with what stands beside it', () => {
    const template = {
      resources: [
        asResource(),
        { type: 'Microsoft.Cache/Redis/firewallRules', name: 'sessions/office', properties: {} },
        { type: 'Microsoft.Cache/Redis/firewallRules', name: 'another/office', properties: {} },
        {
          type: 'Microsoft.Cache/Redis/patchSchedules',
          name: 'sessions/default',
          properties: { scheduleEntries: [{ dayOfWeek: 'Monday', startHourUtc: 1, maintenanceWindow: '6:00:00' }] },
        },
      ],
    };
    expect(readOldCache({ cache: template })).toMatchObject({
      firewallRuleNames: ['office'],
      patchSchedule: [{ day: 'Monday', startHourUtc: 1, durationHours: 6 }],
      access: undefined,
    });
  });

  test('of the Enterprise tiers, with its database inside, apart, or beside it', () => {
    const read = {
      name: 'search',
      tier: 'Enterprise',
      gigabytes: 12,
      clusteringPolicy: 'EnterpriseCluster',
      accessKeys: true,
    };
    const { databases: _, ...alone } = enterprise();
    expect(old({ cache: enterprise() })).toMatchObject(read);
    expect(old({ cache: alone, database: database() })).toMatchObject(read);
    expect(old({ cache: { resources: [alone, database()] } })).toMatchObject(read);
  });

  test('among others that are Azure Managed Redis already', () => {
    const managed = enterprise({ name: 'new', sku: { name: 'Balanced_B10' } });
    expect(old({ cache: [managed, enterprise()] }).name).toBe('search');
  });
});

describe('a document is refused', () => {
  const { databases: _, ...alone } = enterprise();
  test.each<[string, MigrationDocuments, string[]]>([
    ['that is no object', { cache: 7 }, ['MIGRATE_NOT_A_CACHE']],
    ['that is empty', { cache: [] }, ['MIGRATE_NOT_A_CACHE']],
    ['of another type', { cache: { type: 'Microsoft.Storage/storageAccounts', name: 'a' } }, ['MIGRATE_NOT_A_CACHE']],
    ['with several caches and no name', { cache: [classic(), classic({ name: 'other' })] }, ['MIGRATE_SEVERAL_CACHES']],
    ['with a name that none of them has', { cache: [classic()], name: 'sesions' }, ['MIGRATE_NAME_UNKNOWN']],
    [
      'of Azure Managed Redis',
      { cache: enterprise({ sku: { name: 'Balanced_B10' } }) },
      ['MIGRATE_ALREADY_MANAGED_REDIS'],
    ],
    [
      'with a size that there is not',
      { cache: classic({ sku: { name: 'Standard', family: 'C', capacity: 7 } }) },
      ['MIGRATE_SKU_UNKNOWN sku'],
    ],
    [
      'with a tier that there is not',
      { cache: classic({ sku: { name: 'Gold', family: 'G', capacity: 1 } }) },
      ['MIGRATE_SKU_UNKNOWN sku'],
    ],
    ['without a size', { cache: classic({ sku: null }) }, ['MIGRATE_SKU_UNKNOWN sku']],
    [
      'with an Enterprise size that there is not',
      { cache: enterprise({ sku: { name: 'Enterprise_E7' } }) },
      ['MIGRATE_SKU_UNKNOWN sku.name'],
    ],
    [
      'with an odd capacity',
      { cache: enterprise({ sku: { name: 'Enterprise_E10', capacity: 3 } }) },
      ['MIGRATE_SKU_UNKNOWN sku.capacity'],
    ],
    [
      'with what only the other service has',
      { cache: enterprise(), patchSchedule: [{}], firewallRules: [{ name: 'office' }], accessPolicies: [{}] },
      ['MIGRATE_DOCUMENT_UNUSED', 'MIGRATE_DOCUMENT_UNUSED', 'MIGRATE_DOCUMENT_UNUSED'],
    ],
    ['with the database of the other service', { cache: classic(), database: database() }, ['MIGRATE_DOCUMENT_UNUSED']],
    ['without its database', { cache: alone }, ['MIGRATE_DATABASE_MISSING']],
    ['without a region', { cache: classic({ location: null }) }, ['MIGRATE_FIELD_MISSING location']],
    [
      'with rules of another cache',
      { cache: classic(), firewallRules: [{ name: 'other/office' }] },
      ['MIGRATE_OTHER_CACHE'],
    ],
    [
      'with a schedule that nobody can read',
      { cache: classic(), patchSchedule: { scheduleEntries: [{ maintenanceWindow: 'long' }] } },
      ['MIGRATE_FIELD_MALFORMED patchSchedule.scheduleEntries.0.maintenanceWindow'],
    ],
    [
      'with an assignment of nobody',
      { cache: classic(), accessPolicies: [{ accessPolicyName: 'Data Owner' }] },
      ['MIGRATE_FIELD_MALFORMED accessPolicies.0.objectId'],
    ],
    [
      'with a policy that there is not',
      { cache: enterprise({}, { clusteringPolicy: 'None' }) },
      ['MIGRATE_FIELD_MALFORMED database.clusteringPolicy'],
    ],
  ])('%s', (_title, documents, codes) => {
    expect(codesOf(documents)).toEqual(codes);
  });

  test('with everything that is wrong with it at once', () => {
    const cache = classic(
      { name: 'a b', location: '', sku: {}, shardCount: 'many', enableNonSslPort: 'perhaps' },
      { rdbBackupEnabled: SECRET, maxclients: "[parameters('clients')]" },
    );
    expect(codesOf({ cache, firewallRules: [{ name: 'other/office' }] }).sort()).toEqual([
      'MIGRATE_FIELD_MALFORMED enableNonSslPort',
      'MIGRATE_FIELD_MALFORMED name',
      'MIGRATE_FIELD_MALFORMED redisConfiguration.maxclients',
      'MIGRATE_FIELD_MALFORMED redisConfiguration.rdb-backup-enabled',
      'MIGRATE_FIELD_MALFORMED shardCount',
      'MIGRATE_FIELD_MISSING location',
      'MIGRATE_OTHER_CACHE',
      'MIGRATE_SKU_UNKNOWN sku',
    ]);
  });

  test('whose names would not stay names in a command', () => {
    const id = `${ENTERPRISE_ID}; rm`;
    expect(codesOf({ cache: enterprise({ name: '$(id)', id, resourceGroup: 'a;b' }) })).toEqual([
      'MIGRATE_FIELD_MALFORMED name',
      'MIGRATE_FIELD_MALFORMED id',
      'MIGRATE_FIELD_MALFORMED resourceGroup',
    ]);
  });
});
