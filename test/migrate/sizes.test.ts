import { describe, expect, test } from 'vitest';
import { tryPublishedShardsOf } from '../../lib/topology/azure-shards.ts';
import { AZURE_SKU_GIGABYTES } from '../../lib/topology/limits.ts';
import { classic, enterprise, migrated, NOTHING_ELSE, skuOf } from './documents.ts';

const chosen = (cache: unknown, options = {}) => {
  const { target, refusals } = migrated(cache, NOTHING_ELSE, options);
  return target?.sku ?? refusals.map(({ code }) => code).join();
};

describe('a cache that is not clustered gets the SKU that Microsoft publishes for it', () => {
  // https://learn.microsoft.com/azure/redis/migrate/migrate-overview: of two, for less cost (with a peak that fits) and for abundance.
  test.each<[string, string, string]>([
    ['C0', 'Balanced_B0', 'Balanced_B0'],
    ['C1', 'Balanced_B1', 'Balanced_B1'],
    ['C2', 'Balanced_B3', 'Balanced_B3'],
    ['C3', 'Balanced_B5', 'Balanced_B5'],
    ['C4', 'MemoryOptimized_M20', 'MemoryOptimized_M10'],
    ['C5', 'MemoryOptimized_M50', 'MemoryOptimized_M20'],
    ['C6', 'MemoryOptimized_M50', 'MemoryOptimized_M50'],
    ['P1', 'Balanced_B5', 'Balanced_B5'],
    ['P2', 'Balanced_B20', 'Balanced_B10'],
    ['P3', 'Balanced_B50', 'Balanced_B20'],
    ['P4', 'Balanced_B50', 'Balanced_B50'],
    ['P5', 'Balanced_B100', 'Balanced_B100'],
  ])('%s', (size, abundant, cheap) => {
    expect(chosen(classic({ sku: skuOf(size) }))).toBe(abundant);
    const usable = (AZURE_SKU_GIGABYTES[cheap] ?? 0) * 0.8;
    expect(chosen(classic({ sku: skuOf(size) }), { peakGigabytes: usable })).toBe(cheap);
  });

  test('a peak that the smaller one does not hold takes the larger', () => {
    expect(chosen(classic({ sku: skuOf('P2') }), { peakGigabytes: 9.7 })).toBe('Balanced_B20');
  });

  test('another performance tier is taken when it is asked for, and goes on in a larger one where it ends', () => {
    expect(chosen(classic({ sku: skuOf('P2') }), { performanceTier: 'ComputeOptimized' })).toBe('ComputeOptimized_X20');
    const large = classic({ sku: skuOf('P5'), shardCount: 8 });
    expect(chosen(large, { performanceTier: 'ComputeOptimized' })).toBe('Balanced_B1000');
  });
});

describe('a cluster gets the memory of all shards together', () => {
  test.each<[string, number, string]>([
    ['P1', 1, 'Balanced_B5'],
    ['P1', 2, 'Balanced_B10'],
    ['P1', 15, 'Balanced_B100'],
    ['P2', 1, 'Balanced_B20'],
    ['P2', 10, 'Balanced_B150'],
    ['P3', 10, 'Balanced_B350'],
    ['P4', 7, 'Balanced_B500'],
    ['P5', 8, 'Balanced_B1000'],
    ['P5', 9, 'MemoryOptimized_M1500'],
    ['P5', 15, 'MemoryOptimized_M2000'],
  ])('%s with %i shards', (size, shardCount, sku) => {
    expect(chosen(classic({ sku: skuOf(size), shardCount }))).toBe(sku);
  });

  test('with more than one replica per shard it goes to Compute Optimized', () => {
    expect(chosen(classic({ sku: skuOf('P2'), shardCount: 2, replicasPerPrimary: 2 }))).toBe('ComputeOptimized_X50');
  });

  test('what no SKU holds is refused, with the way on', () => {
    const { refusals, verdict, deployment } = migrated(classic({ sku: skuOf('P5'), shardCount: 20 }));
    expect(refusals).toMatchObject([
      { code: 'MIGRATE_SIZE_TOO_LARGE', message: expect.stringMatching(/2400 GB.*--peak-memory-gb/) },
    ]);
    expect({ verdict, deployment }).toEqual({ verdict: 'fail', deployment: undefined });
    expect(chosen(classic({ sku: skuOf('P5'), shardCount: 20 }), { peakGigabytes: 700 })).toBe('Balanced_B1000');
  });
});

describe('an Enterprise cache gets what holds its data with a fifth to spare', () => {
  // The defaults of Microsoft's own tooling: acre-to-amr/references/sku-resolution.md of its migration skill.
  test.each<[string, number, string, string]>([
    ['Enterprise_E1', 2, 'Balanced_B1', 'Balanced_B3'],
    ['Enterprise_E5', 2, 'ComputeOptimized_X5', 'Balanced_B5'],
    ['Enterprise_E5', 4, 'Balanced_B10', 'Balanced_B10'],
    ['Enterprise_E5', 6, 'Balanced_B20', 'Balanced_B20'],
    ['Enterprise_E10', 2, 'Balanced_B20', 'Balanced_B20'],
    ['Enterprise_E10', 8, 'Balanced_B50', 'Balanced_B50'],
    ['Enterprise_E10', 10, 'Balanced_B100', 'Balanced_B100'],
    ['Enterprise_E20', 2, 'Balanced_B50', 'Balanced_B50'],
    ['Enterprise_E20', 4, 'Balanced_B100', 'Balanced_B100'],
    ['Enterprise_E20', 8, 'Balanced_B100', 'Balanced_B150'],
    ['Enterprise_E50', 2, 'Balanced_B100', 'Balanced_B100'],
    ['Enterprise_E100', 2, 'Balanced_B100', 'Balanced_B150'],
  ])('%s with capacity %i: never less than %s', (name, capacity, tooling, ours) => {
    expect(chosen(enterprise({ sku: { name, capacity } }))).toBe(ours);
    expect(AZURE_SKU_GIGABYTES[ours]).toBeGreaterThanOrEqual(AZURE_SKU_GIGABYTES[tooling] ?? Number.NaN);
  });

  test.each<[string, number, string]>([
    ['EnterpriseFlash_F300', 3, 'FlashOptimized_A500'],
    ['EnterpriseFlash_F1500', 3, 'FlashOptimized_A2000'],
    ['EnterpriseFlash_F700', 9, 'FlashOptimized_A4500'],
    ['EnterpriseFlash_F1500', 9, 'MIGRATE_SIZE_TOO_LARGE'],
  ])('%s with capacity %i stays on flash', (name, capacity, sku) => {
    expect(chosen(enterprise({ sku: { name, capacity } }))).toBe(sku);
  });

  test('a group of regions begins at 3 GB', () => {
    const geoReplication = { groupNickname: 'g', linkedDatabases: [{ id: 'a' }, { id: 'b' }] };
    const small = enterprise({ sku: { name: 'Enterprise_E1', capacity: 2 } }, { geoReplication });
    expect(chosen(small, { peakGigabytes: 0.1 })).toBe('Balanced_B3');
  });
});

test('every SKU has a published number of shards', () => {
  const without = Object.keys(AZURE_SKU_GIGABYTES).filter((sku) => tryPublishedShardsOf(sku) === undefined);
  expect(without).toEqual([]);
  expect(tryPublishedShardsOf('Balanced_B2')).toBeUndefined();
});
