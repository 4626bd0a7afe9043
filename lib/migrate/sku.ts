/**
 * Which SKU takes what the old cache holds. Microsoft publishes the pairs for caches that are not clustered and a rule for the others;
 * where it gives a choice, the criterion stands beside it.
 */
import type { Problem } from '../base/problem.ts';
import { AZURE_GEO_LIMITS } from '../topology/azure-limits.ts';
import { AZURE_SKU_GIGABYTES } from '../topology/limits.ts';
import { isReplicated, type OldCache } from './old-cache.ts';
import { SOURCES } from './sources.ts';

export const PERFORMANCE_TIERS = ['Balanced', 'MemoryOptimized', 'ComputeOptimized', 'FlashOptimized'] as const;
export type PerformanceTier = (typeof PERFORMANCE_TIERS)[number];

export interface SizeWishes {
  /** Most gigabytes that were in use in the past month (Used Memory). Undefined: whatever fits today has to fit then. */
  readonly peakGigabytes?: number | undefined;
  /** Undefined: the tier that Microsoft names for the old size. */
  readonly performanceTier?: PerformanceTier | undefined;
}

export interface ChosenSku {
  readonly sku: string;
  readonly gigabytes: number;
  /** A sentence: by which criterion. */
  readonly why: string;
  readonly source: string;
}

/**
 * About a fifth of every size is kept for the service, as it was in the Basic, Standard and Premium tiers; Enterprise sizes were sold
 * without it (same pages: 10 GB of data want 12.5, and 8 GB of Enterprise at least 10).
 */
const USABLE = 0.8;

/**
 * https://learn.microsoft.com/azure/redis/migrate/migrate-overview, the table of sizes. Where it has two, one is for less cost "if the
 * peak of used memory in the past month is less" and one for abundance: without a peak the larger one is taken.
 */
const PUBLISHED: Readonly<Record<string, string>> = {
  C0: 'Balanced_B0',
  C1: 'Balanced_B1',
  C2: 'Balanced_B3',
  C3: 'Balanced_B5',
  C4: 'MemoryOptimized_M20',
  C5: 'MemoryOptimized_M50',
  C6: 'MemoryOptimized_M50',
  P1: 'Balanced_B5',
  P2: 'Balanced_B20',
  P3: 'Balanced_B50',
  P4: 'Balanced_B50',
  P5: 'Balanced_B100',
};

/** Where a tier ends, the next one goes on. */
const LARGER_TIERS: Readonly<Record<PerformanceTier, readonly PerformanceTier[]>> = {
  Balanced: ['Balanced', 'MemoryOptimized'],
  MemoryOptimized: ['MemoryOptimized'],
  ComputeOptimized: ['ComputeOptimized', 'Balanced', 'MemoryOptimized'],
  FlashOptimized: ['FlashOptimized'],
};

export function chooseSku(cache: OldCache, wishes: SizeWishes): ChosenSku | Problem {
  const published = cache.kind === 'classic' && cache.shardCount === 0 ? PUBLISHED[cache.size] : undefined;
  const tier = wishes.performanceTier ?? tierOf(cache, published);
  if (published !== undefined && wishes.peakGigabytes === undefined && published.startsWith(`${tier}_`)) {
    return atLeastForGeo(
      cache,
      published,
      `Published for ${cache.tier} ${cache.size}, the larger one where there are two: no peak of used memory is given.`,
    );
  }
  const gigabytes = neededGigabytes(cache, wishes);
  const sku = smallestSku(
    tier,
    isReplicated(cache) ? Math.max(gigabytes, AZURE_GEO_LIMITS.skuFromGigabytes) : gigabytes,
  );
  return sku === undefined ? tooLarge(cache, { tier, gigabytes }) : chosen(cache, sku, reasonOf(cache, wishes));
}

/**
 * Balanced is where Microsoft sends who is unsure. A cluster of more than one replica per shard was made for reading, and goes to
 * Compute Optimized (migrate-overview, "Premium clustered"); Memory Optimized, which the same page names for other clusters, has half of
 * the cores, and a cluster was often made for them: it is left to --performance-tier.
 */
function tierOf(cache: OldCache, published: string | undefined): PerformanceTier {
  if (published !== undefined) return PERFORMANCE_TIERS.find((tier) => published.startsWith(`${tier}_`)) ?? 'Balanced';
  if (cache.tier === 'EnterpriseFlash') return 'FlashOptimized';
  return cache.kind === 'classic' && cache.replicasPerPrimary > 1 ? 'ComputeOptimized' : 'Balanced';
}

function neededGigabytes(cache: OldCache, { peakGigabytes }: SizeWishes): number {
  if (peakGigabytes === undefined && cache.kind === 'classic') return cache.gigabytes;
  const wanted = (peakGigabytes ?? cache.gigabytes) / USABLE;
  // Not a size more for the last bit of a fraction.
  return Math.round(wanted * 1_000) / 1_000;
}

function smallestSku(tier: PerformanceTier, gigabytes: number): string | undefined {
  const fitting = LARGER_TIERS[tier].map((candidate) =>
    Object.entries(AZURE_SKU_GIGABYTES)
      .filter(([sku, size]) => sku.startsWith(`${candidate}_`) && size >= gigabytes)
      .toSorted(([, one], [, other]) => one - other)
      .at(0),
  );
  return fitting.find((entry) => entry !== undefined)?.[0];
}

function atLeastForGeo(cache: OldCache, sku: string, why: string): ChosenSku {
  const { skuFromGigabytes } = AZURE_GEO_LIMITS;
  if (!isReplicated(cache) || (AZURE_SKU_GIGABYTES[sku] ?? 0) >= skuFromGigabytes) return chosen(cache, sku, why);
  return chosen(
    cache,
    smallestSku('Balanced', skuFromGigabytes) ?? sku,
    `${why} Geo-replication begins at ${skuFromGigabytes} GB.`,
  );
}

function chosen(cache: OldCache, sku: string, why: string): ChosenSku {
  const source = cache.kind === 'enterprise' ? SOURCES.enterpriseUnderstand : SOURCES.sizes;
  return { sku, gigabytes: AZURE_SKU_GIGABYTES[sku] ?? Number.NaN, why, source };
}

function reasonOf(cache: OldCache, { peakGigabytes }: SizeWishes): string {
  if (peakGigabytes !== undefined) {
    return `The smallest of its tier whose usable 80% hold the peak of ${peakGigabytes} GB.`;
  }
  return cache.kind === 'classic'
    ? `The smallest of its tier with the ${cache.gigabytes} GB of all shards together; both services keep about 20% of that for themselves.`
    : `The smallest of its tier whose usable 80% hold ${cache.gigabytes} GB.`;
}

function tooLarge(cache: OldCache, { tier, gigabytes }: { tier: PerformanceTier; gigabytes: number }): Problem {
  const message = `${cache.name} holds ${cache.gigabytes} GB and wants ${Math.ceil(gigabytes)} GB, which no ${tier} SKU of Azure Managed Redis has. If less is in use, give the most that was with --peak-memory-gb; otherwise choose --performance-tier FlashOptimized, or divide the data over two databases.`;
  return { code: 'MIGRATE_SIZE_TOO_LARGE', message };
}
