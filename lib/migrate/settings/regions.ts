/** Copies in other regions and zones. */
import type { Problem } from '../../base/problem.ts';
import { isFlashSku } from '../../topology/limits.ts';
import { isReplicated, type OldCache } from '../old-cache.ts';
import type { Contribution, Setting } from '../setting.ts';
import { SOURCES } from '../sources.ts';
import type { Target } from '../target.ts';

export function regions(cache: OldCache, target: Target): Contribution {
  const zones = zoneSetting(cache, target);
  if (!isReplicated(cache)) return { settings: [zones] };
  const others =
    cache.kind === 'classic' ? cache.linkedServerNames.length : (cache.geoReplication?.memberIds.length ?? 1) - 1;
  const nickname = cache.kind === 'enterprise' ? cache.geoReplication?.groupNickname : undefined;
  const settings = [cache.kind === 'classic' ? passive(others) : active(others), zones];
  if (isFlashSku(target.sku)) return { settings, refusals: [notOnFlash(cache)] };
  return {
    settings,
    topology: {
      geoReplication: {
        kind: 'active',
        groupNickname: nickname || `${cache.name}-group`,
        memberCount: Math.max(others, 1) + 1,
      },
    },
  };
}

/** In place of the topology's `AMR_GEO_NOT_ON_FLASH`: here the way on is another tier for this cache. */
function notOnFlash({ name }: OldCache): Problem {
  const message = `${name} is replicated to other regions, which the Flash Optimized tier of Azure Managed Redis is not (${SOURCES.geoReplication}). Choose --performance-tier MemoryOptimized, or leave the group first.`;
  return { code: 'MIGRATE_REGIONS_NOT_ON_FLASH', message };
}

function passive(others: number): Setting {
  return {
    setting: 'linkedServers',
    before: `${others} linked, passive`,
    after: 'active geo-replication',
    outcome: 'changed',
    code: 'MIGRATE_PASSIVE_TO_ACTIVE',
    message:
      'Every member takes writes, changes go both ways, and there is no failover to ask for: the application turns to another region by itself.',
    action:
      'Migrate each cache of the pair and link the new ones as they are made (docs/azure.md, In several regions); every member is the same. See that the application bears writes in two regions; FLUSHALL and FLUSHDB are refused, and MSET, DEL and UNLINK may not cross slots.',
    source: SOURCES.geoReplication,
  };
}

function active(others: number): Setting {
  return {
    setting: 'geoReplication',
    before: `active, ${others + 1} members`,
    after: 'active geo-replication',
    outcome: 'kept',
    code: 'MIGRATE_ACTIVE_KEPT',
    message: 'New members join the same group one by one while old ones leave it, and the data comes with that.',
    source: SOURCES.enterpriseSelfService,
  };
}

function zoneSetting({ zones }: OldCache, { highAvailability }: Target): Setting {
  const shared = {
    setting: 'zones',
    before: zones.length === 0 ? 'not named' : zones.join(', '),
    source: SOURCES.reliability,
  };
  if (highAvailability) {
    const message =
      'With high availability the service spreads the nodes over the zones of the region by itself; none is named.';
    return { ...shared, after: 'by the service', outcome: 'kept', code: 'MIGRATE_ZONES_BY_THE_SERVICE', message };
  }
  return {
    ...shared,
    after: 'one',
    outcome: 'kept',
    code: 'MIGRATE_ZONE_OF_ONE_NODE',
    message: 'Without high availability there is one node, in one zone.',
  };
}
