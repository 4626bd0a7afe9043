/** What active geo-replication of Azure Managed Redis asks of a database. */
import { AZURE_GEO_LIMITS } from '../azure-limits.ts';
import type { AzureManagedRedisTopology } from '../azure-managed-redis.ts';
import { listed } from '../input/describe.ts';
import { AZURE_SKU_GIGABYTES, isFlashSku } from '../limits.ts';
import { type Rule, ruleMaker } from './rule.ts';

const rule = ruleMaker<AzureManagedRedisTopology>();

const GEO = 'https://learn.microsoft.com/azure/redis/how-to-active-geo-replication';
const { memberCount: members, skuFromGigabytes, modules: allowedModules } = AZURE_GEO_LIMITS;

export const AZURE_GEO_REPLICATION_RULES: readonly Rule<AzureManagedRedisTopology>[] = [
  rule({
    code: 'AMR_GEO_MEMBER_COUNT',
    source: GEO,
    fields: ['geoReplication'],
    when: ({ geoReplication: geo }) =>
      geo.kind === 'active' && (geo.memberCount < members.min || geo.memberCount > members.max),
    message: ({ geoReplication: geo }) =>
      `\`geoReplication.memberCount\` is ${geo.kind === 'active' ? geo.memberCount : ''}: a group has ${members.min} to ${members.max} databases, this one included. Choose within that.`,
  }),
  rule({
    code: 'AMR_GEO_NEEDS_HIGH_AVAILABILITY',
    source: GEO,
    fields: ['highAvailability', 'geoReplication'],
    when: ({ highAvailability, geoReplication }) => geoReplication.kind === 'active' && !highAvailability,
    message: () =>
      '`highAvailability` is false, but active geo-replication needs it. Leave it out: it is on unless switched off.',
  }),
  rule({
    code: 'AMR_GEO_SKU_TOO_SMALL',
    source: `${GEO} (B0 and B1)`,
    fields: ['sku', 'geoReplication'],
    when: ({ sku, geoReplication }) =>
      geoReplication.kind === 'active' && (AZURE_SKU_GIGABYTES[sku] ?? skuFromGigabytes) < skuFromGigabytes,
    message: ({ sku }) =>
      `\`sku\` is ${sku}, which has no active geo-replication: it begins at ${skuFromGigabytes} GB. Choose Balanced_B3 or larger.`,
  }),
  rule({
    code: 'AMR_GEO_EXCLUDES_PERSISTENCE',
    source: GEO,
    fields: ['persistence', 'geoReplication'],
    when: ({ persistence, geoReplication }) => geoReplication.kind === 'active' && persistence.kind !== 'none',
    message: ({ persistence }) =>
      `\`persistence.kind\` is "${persistence.kind}", but a database of a geo-replication group cannot have persistence. Choose one of the two.`,
  }),
  rule({
    code: 'AMR_GEO_MODULES',
    source: GEO,
    fields: ['modules', 'geoReplication'],
    when: ({ modules, geoReplication }) => geoReplication.kind === 'active' && notForGeo(modules).length > 0,
    message: ({ modules }) =>
      `\`modules\` names ${listed(notForGeo(modules))}, but with active geo-replication only ${allowedModules.join(' and ')} are available. Remove it.`,
  }),
  rule({
    code: 'AMR_GEO_NOT_ON_FLASH',
    source: `${GEO} (Scope of availability)`,
    fields: ['sku', 'geoReplication'],
    when: ({ sku, geoReplication }) => geoReplication.kind === 'active' && isFlashSku(sku),
    message: ({ sku }) =>
      `\`sku\` is ${sku}, and the Flash Optimized tier has no active geo-replication. Choose an in-memory SKU such as MemoryOptimized_M250, or leave out \`geoReplication\`.`,
  }),
];

function notForGeo(modules: readonly string[]): string[] {
  return modules.filter((module) => !allowedModules.includes(module));
}
