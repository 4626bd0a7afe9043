/** What a rehearsal in Azure can do, and what its identity may ask of the service for that: nothing else. */

/**
 * Names of `redoubt drill`'s scenarios; a test holds the two lists together. What discards data (`geo-unlink`) or can be done only once
 * (`version-upgrade`) is nothing for a schedule: a person asks for it with `redoubt drill --azure`.
 */
export const REHEARSAL_SCENARIOS = ['watch-maintenance', 'access-key-toggle', 'sku-round-trip'] as const;
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
  'access-key-toggle': [
    'Microsoft.Cache/redisEnterprise/databases/write',
    // Who would be locked out is looked at first.
    'Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments/read',
  ],
  'sku-round-trip': [
    'Microsoft.Cache/redisEnterprise/write',
    'Microsoft.Cache/redisEnterprise/listSkusForScaling/action',
    // Whether the data fits back.
    'Microsoft.Insights/metrics/read',
  ],
};

export function actionsFor(scenario: RehearsalScenario): string[] {
  return [...READ, ...ACTIONS[scenario]];
}

export interface RehearsedDrill {
  readonly scenario: RehearsalScenario;
  /** How long `watch-maintenance` watches, minutes. Not used by the others. */
  readonly watchMinutes: number;
  /** Resource id of the cluster, of whose control plane it is asked. */
  readonly clusterId: string;
  /** Of Azure Resource Manager, for a cloud that is not the public one. */
  readonly azureEndpoint?: string | undefined;
  /** Name of the deployment, for scenarios that need it said (`--i-mean`). */
  readonly iMean: string | undefined;
  readonly options: readonly string[];
}

/** Arguments of the runner after `--keep-in CONTAINER`. */
export function drillArguments(drill: RehearsedDrill): string[] {
  const { scenario, watchMinutes, iMean, options } = drill;
  // Most windows have no maintenance in them: nobody is to be called for that.
  const watch = ['--watch-maintenance', `${watchMinutes}m`, '--quiet-passes'];
  const meant = iMean === undefined ? [] : ['--i-mean', iMean];
  const what = scenario === 'watch-maintenance' ? watch : [...whereOf(drill), '--scenario', scenario, ...meant];
  return ['drill', ...what, ...options];
}

function whereOf({ clusterId, azureEndpoint }: RehearsedDrill): string[] {
  return ['--azure', clusterId, ...(azureEndpoint === undefined ? [] : ['--azure-endpoint', azureEndpoint])];
}
