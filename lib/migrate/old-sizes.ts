/** What each size of the old service holds, in gigabytes as sold: https://azure.microsoft.com/pricing/details/cache/ */
import type { Tier } from './old-cache.ts';

const C = { C0: 0.25, C1: 1, C2: 2.5, C3: 6, C4: 13, C5: 26, C6: 53 };

/** Of one shard. */
export const CLASSIC_GIGABYTES: Readonly<Record<'Basic' | 'Standard' | 'Premium', Readonly<Record<string, number>>>> = {
  Basic: C,
  Standard: C,
  Premium: { P1: 6, P2: 13, P3: 26, P4: 53, P5: 120 },
};

/**
 * Of the smallest capacity, which is 2 in the Enterprise and 3 in the Enterprise Flash tier; more of it holds as many times as much
 * (https://learn.microsoft.com/azure/redis/migrate/migrate-redis-enterprise-understand, "8GB (2 x 4GB)").
 */
export const ENTERPRISE_GIGABYTES: Readonly<Record<string, number>> = {
  Enterprise_E1: 1,
  Enterprise_E5: 4,
  Enterprise_E10: 12,
  Enterprise_E20: 25,
  Enterprise_E50: 50,
  Enterprise_E100: 100,
  Enterprise_E200: 200,
  Enterprise_E400: 400,
  EnterpriseFlash_F300: 345,
  EnterpriseFlash_F700: 715,
  EnterpriseFlash_F1500: 1455,
};

export function smallestCapacityOf(tier: Tier): number {
  return tier === 'EnterpriseFlash' ? 3 : 2;
}
