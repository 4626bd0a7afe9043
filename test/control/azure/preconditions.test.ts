import { describe, expect, test } from 'vitest';
import {
  FULLEST_PERCENT,
  geoPreconditions,
  type SignIn,
  scalePreconditions,
  togglePreconditions,
  upgradePreconditions,
} from '../../../lib/control/azure/operations/preconditions.ts';
import { description } from './healthy.ts';

function facts() {
  const { cluster, database, skuOffers = [], accessPolicyAssignments } = description();
  delete database.properties?.geoReplication;
  return {
    state: { cluster, database },
    offers: skuOffers,
    usedMemoryPercent: 10 as number | undefined,
    accessPolicyAssignments,
  };
}
type Facts = ReturnType<typeof facts>;
const codesOf = (found: readonly { code: string; overridable: boolean }[]) =>
  found.map(({ code, overridable }) => `${code}${overridable ? ' (may be overruled)' : ''}`);

describe('any operation', () => {
  test.each<[string, (facts: Facts) => unknown, string[]]>([
    ['a database at rest', () => undefined, []],
    [
      'a cluster that is being changed',
      ({ state }) => Object.assign(state.cluster.properties ?? {}, { provisioningState: 'Updating' }),
      ['AZURE_NOT_AT_REST'],
    ],
    [
      'a database that has failed',
      ({ state }) => Object.assign(state.database.properties ?? {}, { resourceState: 'UpdateFailed' }),
      ['AZURE_NOT_AT_REST'],
    ],
    [
      'a tag of production',
      ({ state }) => Object.assign(state.cluster, { tags: { stage: 'prod' } }),
      ['AZURE_PRODUCTION (may be overruled)'],
    ],
    ['a tag of something else', ({ state }) => Object.assign(state.cluster, { tags: { stage: 'test' } }), []],
  ])('%s', (_title, damage, codes) => {
    const given = facts();
    damage(given);
    expect(codesOf(scalePreconditions(given))).toEqual(codes);
  });

  test('says every reason at once', () => {
    const given = facts();
    Object.assign(given.state.cluster.properties ?? {}, {
      provisioningState: 'Updating',
      highAvailability: 'Disabled',
    });
    Object.assign(given.state.cluster, { tags: { env: 'production' } });
    expect(codesOf(scalePreconditions({ ...given, offers: [], usedMemoryPercent: 95 }))).toEqual([
      'AZURE_NOT_AT_REST',
      'AZURE_PRODUCTION (may be overruled)',
      'SKU_ROUND_TRIP_NO_REPLICA (may be overruled)',
      'SKU_ROUND_TRIP_NOTHING_LARGER',
      'SKU_ROUND_TRIP_TOO_FULL',
    ]);
  });
});

describe('sku-round-trip', () => {
  test.each<[string, (facts: Facts) => unknown, string[]]>([
    [
      'Flash, which has no way back',
      ({ state, offers }) => {
        Object.assign(state.cluster, { sku: { name: 'FlashOptimized_A250' } });
        offers.push({ name: 'FlashOptimized_A500', sizeInGB: 480 });
      },
      ['SKU_ROUND_TRIP_FLASH'],
    ],
    [
      'a member of a group',
      ({ state }) =>
        Object.assign(state.database.properties ?? {}, {
          geoReplication: { linkedDatabases: [{ id: 'a' }, { id: 'b' }] },
        }),
      ['SKU_ROUND_TRIP_GEO'],
    ],
    ['nothing larger on offer', ({ offers }) => offers.splice(1), ['SKU_ROUND_TRIP_NOTHING_LARGER']],
    [
      'NoCluster, which ends at 25 GB',
      ({ state, offers }) => {
        Object.assign(state.cluster, { sku: { name: 'Balanced_B20' } });
        Object.assign(state.database.properties ?? {}, { clusteringPolicy: 'NoCluster' });
        offers.push({ name: 'Balanced_B50', sizeInGB: 60 });
      },
      ['SKU_ROUND_TRIP_NOTHING_LARGER'],
    ],
    [
      'data that hardly fits',
      (given) => Object.assign(given, { usedMemoryPercent: FULLEST_PERCENT }),
      ['SKU_ROUND_TRIP_TOO_FULL'],
    ],
    ['data that fits', (given) => Object.assign(given, { usedMemoryPercent: FULLEST_PERCENT - 0.1 }), []],
    [
      'data of untold size',
      (given) => Object.assign(given, { usedMemoryPercent: undefined }),
      ['SKU_ROUND_TRIP_FULLNESS_NOT_TOLD (may be overruled)'],
    ],
  ])('%s', (_title, damage, codes) => {
    const given = facts();
    damage(given);
    expect(codesOf(scalePreconditions(given))).toEqual(codes);
  });
});

describe('access-key-toggle', () => {
  test.each<[string, string | undefined, number, SignIn | undefined, string[]]>([
    ['keys are off', 'Disabled', 1, undefined, []],
    ['keys are on and the clients use Entra', 'Enabled', 1, 'entra', []],
    ['keys are on and the clients use one', 'Enabled', 1, 'access-key', ['ACCESS_KEY_TOGGLE_LOCKS_OUT']],
    ['keys are on and there is nothing else', 'Enabled', 0, undefined, ['ACCESS_KEY_TOGGLE_LOCKS_OUT']],
    [
      'keys are on and nobody knows who uses them',
      'Enabled',
      1,
      undefined,
      ['ACCESS_KEY_TOGGLE_KEY_USERS (may be overruled)'],
    ],
    ['keys are not told', undefined, 1, 'entra', ['ACCESS_KEYS_NOT_TOLD']],
  ])('%s', (_title, keys, assignmentCount, signIn, codes) => {
    const { state, accessPolicyAssignments } = facts();
    Object.assign(state.database.properties ?? {}, { accessKeysAuthentication: keys });
    const assignments = accessPolicyAssignments.slice(0, assignmentCount);
    expect(codesOf(togglePreconditions({ state, assignments, signIn }))).toEqual(codes);
  });
});

describe('geo-unlink', () => {
  const linked = (...states: readonly string[]) => {
    const { state } = facts();
    const linkedDatabases = states.map((link, index) => ({ id: `member-${index}`, state: link }));
    Object.assign(state.database.properties ?? {}, { geoReplication: { groupNickname: 'shops', linkedDatabases } });
    return state;
  };
  const ALWAYS = 'GEO_UNLINK_DISCARDS_DATA (may be overruled)';

  test.each([
    ['a whole group', linked('Linked', 'Linked'), [ALWAYS]],
    ['a group of one', linked('Linked'), ['GEO_UNLINK_NOT_LINKED', ALWAYS]],
    ['no group', facts().state, ['GEO_UNLINK_NOT_LINKED', ALWAYS]],
    ['a link that is broken', linked('Linked', 'LinkFailed'), ['GEO_UNLINK_LINK_BROKEN', ALWAYS]],
  ])('%s', (_title, state, codes) => {
    expect(codesOf(geoPreconditions(state))).toEqual(codes);
  });
});

describe('version-upgrade', () => {
  test.each([
    ['7.4', []],
    ['7.0', ['VERSION_UPGRADE_NOTHING_NEWER (may be overruled)']],
  ])('of 7.0 where the cluster supports %s', (redisVersion, codes) => {
    const { state } = facts();
    Object.assign(state.cluster.properties ?? {}, { redisVersion });
    expect(codesOf(upgradePreconditions(state))).toEqual(codes);
  });
});
