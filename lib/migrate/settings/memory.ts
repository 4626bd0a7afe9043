/** Size, eviction and what is kept back. */
import { AZURE_EVICTION_POLICIES } from '../../topology/azure-managed-redis.ts';
import type { OldCache } from '../old-cache.ts';
import type { Contribution, Setting } from '../setting.ts';
import { SOURCES } from '../sources.ts';
import type { Target } from '../target.ts';

/** Of both services: https://learn.microsoft.com/azure/azure-cache-for-redis/cache-configure#memory-policies */
const DEFAULT_EVICTION = 'VolatileLRU';

export function memory(cache: OldCache, target: Target): Contribution {
  const eviction = evictionOf(cache.evictionPolicy);
  return {
    settings: [size(cache, target), evictionSetting(cache, eviction), ...reserved(cache)],
    topology: { sku: target.sku, evictionPolicy: eviction ?? DEFAULT_EVICTION },
    refusals:
      eviction === undefined
        ? [
            {
              code: 'MIGRATE_EVICTION_POLICY_UNKNOWN',
              message: `The eviction policy of ${cache.name} is none that Redis has. There are: ${AZURE_EVICTION_POLICIES.join(', ')}. Correct the document.`,
            },
          ]
        : [],
  };
}

function size(cache: OldCache, target: Target): Setting {
  const nodes = cache.kind === 'enterprise' ? ` capacity ${cache.capacity}` : '';
  return {
    setting: 'sku',
    before: `${cache.tier} ${cache.size.replace(/^Enterprise(Flash)?_/, '')}${nodes}, ${cache.gigabytes} GB`,
    after: `${target.sku}, ${target.gigabytes} GB`,
    outcome: 'changed',
    code: 'MIGRATE_SKU_CHANGES',
    message: target.why,
    action:
      'Compare it with the peaks of Used Memory and Server Load of the past month: --peak-memory-gb takes the smallest SKU that fits, --performance-tier one with more or fewer cores. Azure Managed Redis scales up in place.',
    source: target.source,
  };
}

/** `volatile-lru` and `VolatileLRU` are the same. */
function evictionOf(given: string): (typeof AZURE_EVICTION_POLICIES)[number] | undefined {
  if (given === '') return DEFAULT_EVICTION;
  const wanted = given.toLowerCase().replace(/-/g, '');
  return AZURE_EVICTION_POLICIES.find((policy) => policy.toLowerCase() === wanted);
}

function evictionSetting(cache: OldCache, eviction: string | undefined): Setting {
  return {
    setting: cache.kind === 'classic' ? 'maxmemory-policy' : 'evictionPolicy',
    before: cache.evictionPolicy || 'the default, volatile-lru',
    after: eviction ?? 'none',
    outcome: 'kept',
    code: 'MIGRATE_EVICTION_KEPT',
    message: 'The same policy, in the spelling of the new resource.',
    source: SOURCES.skill,
  };
}

function reserved(cache: OldCache): Setting[] {
  if (cache.kind !== 'classic' || cache.reservedMegabytes === undefined) return [];
  return [
    {
      setting: 'maxmemory-reserved',
      before: `${cache.reservedMegabytes} MB per shard`,
      after: 'about 20%',
      outcome: 'changed',
      code: 'MIGRATE_RESERVED_MEMORY_FIXED',
      message:
        'The service keeps about 20% of every size for itself, and there is no setting for it (nor for maxmemory-delta).',
      action: 'Count on 80% of the size for data.',
      source: SOURCES.memory,
    },
  ];
}
