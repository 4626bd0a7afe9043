/** What is not in the cache's own document: patch schedule, firewall rules, access policies. */
import type { Problem } from '../../base/problem.ts';
import type { JsonRecord } from '../../plan/json.ts';
import { describeGiven } from '../../topology/input/describe.ts';
import type { AccessAssignment, AccessPolicies, PatchEntry } from '../old-cache.ts';
import { fieldsOf, lookUp } from './fields.ts';
import { nameOf, parentNameOf, resourcesIn, sameName } from './resources.ts';

export interface ChildDocument {
  /** As the option is called: `--patch-schedule`. */
  readonly option: string;
  readonly document: unknown;
}

/** Its resources, and a problem where they are another cache's. */
export function resourcesOf({ option, document }: ChildDocument, cache: string, problems: Problem[]): JsonRecord[] {
  const resources = resourcesIn(document);
  const other = resources.map((child) => parentNameOf(child, cache)).find((name) => !sameName(name, cache));
  if (other !== undefined) {
    const message = `${option} is of the cache ${describeGiven(other)}, and ${describeGiven(cache)} is to be migrated. Give that of ${describeGiven(cache)}.`;
    problems.push({ code: 'MIGRATE_OTHER_CACHE', message });
  }
  return resources;
}

/** Hours of a window when none are said: https://learn.microsoft.com/azure/azure-cache-for-redis/cache-administration#schedule-updates-faq */
const DEFAULT_HOURS = 5;

export function patchScheduleIn(resources: readonly JsonRecord[], problems: Problem[]): PatchEntry[] {
  return resources.flatMap((resource) => {
    const schedule = fieldsOf(resource, 'patchSchedule', problems);
    return schedule.list('scheduleEntries').map((value, index) => {
      const entry = fieldsOf(value, `patchSchedule.scheduleEntries.${index}`, problems);
      const window = entry.text('maintenanceWindow');
      const hours = window === '' ? DEFAULT_HOURS : hoursOf(window);
      if (hours === undefined) entry.malformed('maintenanceWindow', 'hours in the form PT5H, or 5:00:00');
      return {
        day: entry.text('dayOfWeek'),
        startHourUtc: entry.count('startHourUtc') ?? 0,
        durationHours: hours ?? DEFAULT_HOURS,
      };
    });
  });
}

/** `PT5H`, or `5:00:00` as the CLI prints a duration. */
function hoursOf(window: string): number | undefined {
  const [, iso, clock] = /^(?:PT(\d+)H|(\d+):00:00)$/.exec(window) ?? [];
  const hours = Number(iso ?? clock);
  return Number.isInteger(hours) ? hours : undefined;
}

export function firewallRuleNamesIn(resources: readonly JsonRecord[]): string[] {
  return resources.map((resource) => nameOf(resource).split('/').at(-1) ?? '');
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Assignments have an object id, policies have permissions; both may be in the same list. */
export function accessIn(resources: readonly JsonRecord[], problems: Problem[]): AccessPolicies {
  const assignments: AccessAssignment[] = [];
  const permissions = new Map<string, string>();
  resources.forEach((resource, index) => {
    const fields = fieldsOf(resource, `accessPolicies.${index}`, problems);
    if (fields.has('permissions')) {
      permissions.set(nameOf(resource).split('/').at(-1) ?? '', fields.text('permissions'));
      return;
    }
    const objectId = fields.text('objectId');
    if (!GUID.test(objectId)) fields.malformed('objectId', 'the object id of a user or identity, a GUID');
    assignments.push({ objectId, alias: fields.text('objectIdAlias'), policy: fields.text('accessPolicyName') });
  });
  return { assignments, permissions };
}

/** The database that stands inside the cluster's document, as `az redisenterprise show` prints it. */
export function databaseInside(cluster: JsonRecord): unknown {
  const inside = lookUp(cluster, 'databases') ?? lookUp(lookUp(cluster, 'properties'), 'databases');
  return Array.isArray(inside) ? inside[0] : undefined;
}
