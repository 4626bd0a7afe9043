/** From documents to one old cache: every problem of all of them at once. */
import { type Problem, ProblemError } from '../../base/problem.ts';
import type { JsonRecord } from '../../plan/json.ts';
import type { OldCache } from '../old-cache.ts';
import { accessIn, databaseInside, firewallRuleNamesIn, patchScheduleIn, resourcesOf } from './children.ts';
import { type ClassicChildren, classicCache } from './classic.ts';
import { enterpriseCache } from './enterprise.ts';
import { cacheAmong, childrenOf, ENTERPRISE, nameOf, resourcesIn, typeOf } from './resources.ts';

/** JSON as it was printed; what is undefined was not given. */
export interface MigrationDocuments {
  readonly cache: unknown;
  /** Which cache, where the document holds several. */
  readonly name?: string | undefined;
  readonly database?: unknown;
  readonly patchSchedule?: unknown;
  readonly firewallRules?: unknown;
  readonly accessPolicies?: unknown;
}

/**
 * @throws ProblemError `MIGRATE_NOT_A_CACHE`, `MIGRATE_SEVERAL_CACHES`, `MIGRATE_NAME_UNKNOWN`, `MIGRATE_ALREADY_MANAGED_REDIS`; or, all at
 * once, `MIGRATE_SKU_UNKNOWN`, `MIGRATE_FIELD_MALFORMED`, `MIGRATE_FIELD_MISSING`, `MIGRATE_DATABASE_MISSING`, `MIGRATE_OTHER_CACHE`, `MIGRATE_DOCUMENT_UNUSED`
 */
export function readOldCache(documents: MigrationDocuments): OldCache {
  const resources = resourcesIn(documents.cache);
  const cache = cacheAmong(resources, documents.name);
  const isEnterprise = typeOf(cache) === ENTERPRISE;
  const problems: Problem[] = unusedDocuments(documents, isEnterprise);
  const read = isEnterprise
    ? enterpriseCache(cache, databaseOf(cache, resources, documents, problems), problems)
    : classicCache(cache, classicChildren(cache, resources, documents, problems), problems);
  if (read === undefined || problems.length > 0) throw new ProblemError(problems);
  return read;
}

const OF_CLASSIC = [
  ['--patch-schedule', 'patchSchedule'],
  ['--firewall-rules', 'firewallRules'],
  ['--access-policies', 'accessPolicies'],
] as const;

/** Of the other service: an Enterprise cache has none of the three, and a Basic, Standard or Premium one has no database apart. */
function unusedDocuments(documents: MigrationDocuments, isEnterprise: boolean): Problem[] {
  const unused = isEnterprise ? OF_CLASSIC : ([['--database', 'database']] as const);
  return unused.flatMap(([option, document]): Problem[] => {
    // An empty answer says nothing, so nothing of it is ignored.
    if (resourcesIn(documents[document]).length === 0) return [];
    const tiers = isEnterprise ? 'an Enterprise or Enterprise Flash cache' : 'a Basic, Standard or Premium cache';
    const message = `${option} gives what ${tiers} does not have, and --from is one. Leave it out.`;
    return [{ code: 'MIGRATE_DOCUMENT_UNUSED', message }];
  });
}

function databaseOf(
  cluster: JsonRecord,
  resources: readonly JsonRecord[],
  { database }: MigrationDocuments,
  problems: Problem[],
): unknown {
  if (database !== undefined)
    return resourcesOf({ option: '--database', document: database }, nameOf(cluster), problems)[0];
  return databaseInside(cluster) ?? childrenOf(cluster, 'databases', resources)[0];
}

function classicChildren(
  cache: JsonRecord,
  resources: readonly JsonRecord[],
  { patchSchedule, firewallRules, accessPolicies }: MigrationDocuments,
  problems: Problem[],
): ClassicChildren {
  /** Undefined: neither given apart nor in the same template. */
  const find = (option: string, document: unknown, kinds: readonly string[]) => {
    if (document !== undefined) return resourcesOf({ option, document }, nameOf(cache), problems);
    const beside = kinds.flatMap((kind) => childrenOf(cache, kind, resources));
    return beside.length === 0 ? undefined : beside;
  };
  const schedule = find('--patch-schedule', patchSchedule, ['patchSchedules']);
  const firewall = find('--firewall-rules', firewallRules, ['firewallRules']);
  const access = find('--access-policies', accessPolicies, ['accessPolicyAssignments', 'accessPolicies']);
  return {
    patchSchedule: schedule && patchScheduleIn(schedule, problems),
    firewallRuleNames: firewall && firewallRuleNamesIn(firewall),
    access: access && accessIn(access, problems),
  };
}
