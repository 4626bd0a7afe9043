/** What a rehearsal in Azure can do, and what its identity may ask of the service for that: nothing else. */

/** Names of `redoubt drill`'s scenarios; a test holds the two lists together. */
export const REHEARSAL_SCENARIOS = [
  'watch-maintenance',
  'access-key-toggle',
  'sku-round-trip',
  'geo-unlink',
  'version-upgrade',
] as const;
export type RehearsalScenario = (typeof REHEARSAL_SCENARIOS)[number];

const READ = [
  'Microsoft.Cache/redisEnterprise/read',
  'Microsoft.Cache/redisEnterprise/databases/read',
  'Microsoft.Cache/locations/operationsStatus/read',
  'Microsoft.Cache/locations/operationResults/read',
  // The maintenance and health events of the activity log, which are told nowhere else.
  'Microsoft.Insights/eventtypes/values/read',
] as const;

/** https://learn.microsoft.com/azure/role-based-access-control/permissions/databases */
const ACTIONS: Readonly<Record<RehearsalScenario, readonly string[]>> = {
  'watch-maintenance': [],
  'access-key-toggle': ['Microsoft.Cache/redisEnterprise/databases/write'],
  'sku-round-trip': [
    'Microsoft.Cache/redisEnterprise/write',
    'Microsoft.Cache/redisEnterprise/listSkusForScaling/action',
  ],
  'geo-unlink': [
    'Microsoft.Cache/redisEnterprise/databases/forceUnlink/action',
    'Microsoft.Cache/redisEnterprise/databases/forceLinkToReplicationGroup/action',
  ],
  'version-upgrade': ['Microsoft.Cache/redisEnterprise/databases/upgradeDBRedisVersion/action'],
};

export function actionsFor(scenario: RehearsalScenario): string[] {
  return [...READ, ...ACTIONS[scenario]];
}

export interface RehearsedDrill {
  readonly scenario: RehearsalScenario;
  /** How long `watch-maintenance` watches, minutes. Not used by the others. */
  readonly watchMinutes: number;
  /** Name of the deployment, for scenarios that need it said (`--i-mean`). */
  readonly iMean: string | undefined;
  readonly options: readonly string[];
}

/** Arguments of the runner after `--keep-in CONTAINER`. */
export function drillArguments({ scenario, watchMinutes, iMean, options }: RehearsedDrill): string[] {
  const what =
    scenario === 'watch-maintenance' ? ['--watch-maintenance', `${watchMinutes}m`] : ['--scenario', scenario];
  return ['drill', ...what, ...(iMean === undefined ? [] : ['--i-mean', iMean]), ...options];
}
