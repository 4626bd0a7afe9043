/** Limits of Azure Managed Redis beyond shape and size, each with where it is published. */
import { AZURE_SKU_GIGABYTES } from './limits.ts';

/** https://learn.microsoft.com/azure/redis/how-to-active-geo-replication */
export const AZURE_GEO_LIMITS = {
  memberCount: { min: 2, max: 5 },
  /** Balanced B0 and B1 have no active geo-replication. */
  skuFromGigabytes: 3,
  modules: ['RediSearch', 'RedisJSON'] as readonly string[],
} as const;

/** https://learn.microsoft.com/azure/redis/maintenance-windows and https://github.com/Azure/azure-powershell/pull/29760 */
export const AZURE_WINDOW_LIMITS = {
  windowsPerWeek: { min: 2 },
  durationHours: { min: 4, max: 24 },
  hoursPerWeek: { min: 18 },
  startHourUtc: { min: 0, max: 23 },
} as const;

/**
 * Letters of `notify-keyspace-events`; K (by key) or E (by event) must be among them.
 * https://redis.io/docs/latest/develop/use/keyspace-notifications/
 */
export const AZURE_KEYSPACE_EVENTS = /^(?=.*[KE])[KEAg$lshztdxemn]+$/;

export const AZURE_ZONES: readonly string[] = ['1', '2', '3'];

/**
 * Client connections a SKU allows, by its tier and published gigabytes.
 * https://learn.microsoft.com/azure/redis/overview#other-considerations-when-picking-a-tier
 */
const CONNECTIONS: Readonly<Record<string, readonly { readonly upToGigabytes: number; readonly limit: number }[]>> = {
  Balanced: [
    { upToGigabytes: 6, limit: 15_000 },
    { upToGigabytes: 12, limit: 30_000 },
    { upToGigabytes: 24, limit: 75_000 },
    { upToGigabytes: 60, limit: 150_000 },
    { upToGigabytes: Number.POSITIVE_INFINITY, limit: 200_000 },
  ],
  MemoryOptimized: [
    { upToGigabytes: 12, limit: 15_000 },
    { upToGigabytes: 24, limit: 30_000 },
    { upToGigabytes: 60, limit: 75_000 },
    { upToGigabytes: 120, limit: 150_000 },
    { upToGigabytes: Number.POSITIVE_INFINITY, limit: 200_000 },
  ],
  ComputeOptimized: [
    { upToGigabytes: 6, limit: 30_000 },
    { upToGigabytes: 12, limit: 75_000 },
    { upToGigabytes: 24, limit: 150_000 },
    { upToGigabytes: Number.POSITIVE_INFINITY, limit: 200_000 },
  ],
  FlashOptimized: [
    { upToGigabytes: 240, limit: 75_000 },
    { upToGigabytes: 480, limit: 150_000 },
    { upToGigabytes: Number.POSITIVE_INFINITY, limit: 200_000 },
  ],
};

/** Undefined for a SKU that the service does not have. */
export function tryConnectionLimitOf(sku: string): number | undefined {
  const gigabytes = AZURE_SKU_GIGABYTES[sku];
  if (gigabytes === undefined) return undefined;
  const tier = sku.slice(0, sku.indexOf('_'));
  return CONNECTIONS[tier]?.find(({ upToGigabytes }) => gigabytes <= upToGigabytes)?.limit;
}
