/**
 * Primary shards of each SKU as they were published in May 2025. The service changes its choice over time, so this is what to
 * begin with, and `shard-count` of `redoubt verify` says what there is.
 * https://learn.microsoft.com/azure/redis/architecture#sharding-configuration
 */
const SHARDS: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  Balanced_B: {
    0: 1,
    1: 1,
    3: 2,
    5: 2,
    10: 2,
    20: 6,
    50: 12,
    100: 24,
    150: 48,
    250: 48,
    350: 96,
    500: 96,
    700: 192,
    1000: 192,
  },
  MemoryOptimized_M: {
    10: 2,
    20: 2,
    50: 6,
    100: 12,
    150: 24,
    250: 24,
    350: 48,
    500: 48,
    700: 96,
    1000: 192,
    1500: 192,
    2000: 192,
  },
  ComputeOptimized_X: {
    3: 2,
    5: 2,
    10: 6,
    20: 12,
    50: 24,
    100: 48,
    150: 96,
    250: 96,
    350: 192,
    500: 192,
    700: 384,
  },
  FlashOptimized_A: { 250: 6, 500: 12, 700: 24, 1000: 24, 1500: 48, 2000: 48, 4500: 96 },
};

/** Undefined for a SKU that the page does not list. */
export function tryPublishedShardsOf(sku: string): number | undefined {
  const [, prefix = '', size = ''] = /^([A-Za-z]+_[A-Z])(\d+)$/.exec(sku) ?? [];
  return SHARDS[prefix]?.[Number(size)];
}
