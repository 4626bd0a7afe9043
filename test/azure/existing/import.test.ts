import { describe, expect, it } from 'vitest';
import type { ManagedRedisArgs } from '../../../lib/azure/arguments.ts';
import { importIds } from '../../../lib/azure/existing/import.ts';
import { problemsOf } from '../../../lib/azure/intent.ts';
import { PRIVATE_OSS } from '../arguments.ts';
import { deployed } from '../mocks.ts';
import { EXISTING_ID, foundAs } from './found.ts';

const TAKING: ManagedRedisArgs = {
  ...PRIVATE_OSS,
  topology: { ...PRIVATE_OSS.topology, evictionPolicy: 'AllKeysLRU' },
  resourceGroupName: 'Sessions-RG',
  import: { clusterId: EXISTING_ID, users: ['shop'] },
};
const codesOf = (changes: Partial<ManagedRedisArgs>) => problemsOf({ ...TAKING, ...changes }).map(({ code }) => code);

describe('a database that is taken over', () => {
  it('is imported with its user, and has everything else made', async () => {
    const { one, all } = await deployed(TAKING, { answers: foundAs() });
    expect(one('RedisEnterprise').options).toMatchObject({ import: EXISTING_ID, protect: true });
    expect(one('Database').options).toMatchObject({ import: `${EXISTING_ID}/databases/default`, protect: true });
    expect(one('AccessPolicyAssignment').options).toMatchObject({
      import: `${EXISTING_ID}/databases/default/accessPolicyAssignments/shop`,
    });
    const others = ['PrivateEndpoint', 'PrivateDnsZoneGroup', 'MetricAlert', 'Workbook'].flatMap(all);
    expect(others.length).toBeGreaterThan(3);
    expect(others.map(({ options }) => options.import)).toEqual(others.map(() => undefined));
  });

  it('has a user made who is not assigned yet', async () => {
    const { one } = await deployed({ ...TAKING, import: { clusterId: EXISTING_ID } }, { answers: foundAs() });
    expect(one('AccessPolicyAssignment').options).not.toHaveProperty('import');
  });

  it('is read first, and everything waits for that', async () => {
    const { calls, one } = await deployed(TAKING, { answers: foundAs() });
    expect(calls.map(({ token }) => token.split(':').at(-1))).toEqual(
      expect.arrayContaining(['getRedisEnterprise', 'getDatabase']),
    );
    expect(one('RedisEnterprise').inputs).toMatchObject({ resourceGroupName: 'Sessions-RG', clusterName: 'sessions' });
  });

  it('is made where nothing is taken over, and nothing is read', async () => {
    const { calls, one } = await deployed(PRIVATE_OSS);
    expect(calls).toEqual([]);
    expect(one('RedisEnterprise').options).not.toHaveProperty('import');
  });
});

describe('the ids of what is imported', () => {
  it.each([
    EXISTING_ID,
    `${EXISTING_ID}/databases/default`,
    EXISTING_ID.replace('resourceGroups', 'resourcegroups').replace('/Microsoft.Cache/', '/microsoft.cache/'),
  ])('are spelled as the provider spells them: %s', (clusterId) => {
    const ids = importIds({ clusterId, users: ['shop'] });
    expect([ids.cluster, ids.database]).toEqual([EXISTING_ID, `${EXISTING_ID}/databases/default`]);
    expect(ids.assignment('shop')).toBe(`${EXISTING_ID}/databases/default/accessPolicyAssignments/shop`);
  });

  it('are none where nothing is imported', () => {
    const ids = importIds(undefined);
    expect([ids.cluster, ids.database, ids.assignment('shop')]).toEqual([undefined, undefined, undefined]);
  });
});

describe('the arguments of an import', () => {
  it.each<[string, Partial<ManagedRedisArgs>]>([
    ['AMR_EXISTING_ID_FORM', { import: { clusterId: 'sessions' } }],
    ['AMR_EXISTING_OTHER_NAME', { topology: { ...TAKING.topology, name: 'Sessions' } }],
    ['AMR_IMPORT_OTHER_RESOURCE_GROUP', { resourceGroupName: 'shop' }],
    ['AMR_IMPORT_OTHER_RESOURCE_GROUP', { resourceGroupName: 'sessions-rg' }],
    ['AMR_IMPORT_USER_UNKNOWN', { import: { clusterId: EXISTING_ID, users: ['stranger'] } }],
    ['AMR_IMPORT_NEEDS_THE_DEFAULT_API', { apiVersion: '2026-09-01' }],
  ])('are refused with %s', (code, changes) => {
    expect(codesOf(changes)).toEqual([code]);
  });

  it('are refused without the region, in which nobody could see a difference', () => {
    const { location: _, ...nowhere } = TAKING;
    expect(problemsOf(nowhere)).toMatchObject([
      {
        code: 'AMR_IMPORT_LOCATION_MISSING',
        path: 'location',
        message: expect.stringMatching(/replaced, with its data/),
      },
    ]);
  });

  it('are those of what is there', () => {
    expect(codesOf({})).toEqual([]);
  });
});
