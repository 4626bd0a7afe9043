/** Whether it is at rest: states of the cluster and its database, health events. While something changes, other fields may still differ. */
import { failed, listed, passed, undecided } from '../../../verify/judging.ts';
import type { AzureDescription, HealthEvent } from '../description.ts';
import { type Comparison, type FieldCheck, judged } from '../field.ts';

export const STATE_FIELDS: readonly FieldCheck[] = [
  judged('provisioning-state', ({ description }) => judgeState(description, 'provisioningState', 'Succeeded')),
  judged('resource-state', ({ description }) => judgeState(description, 'resourceState', 'Running')),
  judged('maintenance-health', judgeHealth),
];

export type StateName = 'provisioningState' | 'resourceState';

function judgeState({ cluster, database }: AzureDescription, name: StateName, wanted: string) {
  const code = name === 'provisioningState' ? 'PROVISIONING_STATE' : 'RESOURCE_STATE';
  const parts = [
    { what: 'the cluster', state: cluster.properties?.[name] },
    { what: 'the database', state: database.properties?.[name] },
  ];
  const bad = parts.filter(({ state }) => state !== undefined && state !== wanted);
  if (bad.length > 0) {
    const which = listed(bad.map(({ what, state }) => `${what} says ${state}`));
    const message = `${name} should be ${wanted}, and ${which}. While it changes wait and compare again; what has failed is repaired by repeating the change, or by support.`;
    return failed(`${code}_NOT_${wanted.toUpperCase()}`, message);
  }
  const untold = parts.filter(({ state }) => state === undefined).map(({ what }) => what);
  if (untold.length > 0) return undecided(`${code}_NOT_TOLD`, `The API does not say the ${name} of ${listed(untold)}.`);
  return passed(`${name} is ${wanted}, of the cluster and of the database.`);
}

/** An event that is over is told and no difference; one that lasts is what clients suffer from now. */
function judgeHealth({ description: { healthEvents } }: Comparison) {
  if (healthEvents === undefined)
    return undecided(
      'MAINTENANCE_HEALTH_NOT_TOLD',
      'The API does not say what happened of late: this login may not read the activity log of the subscription (Microsoft.Insights/eventtypes/values/read).',
    );
  // Newest first, and each says what the health is from then on.
  const [latest] = healthEvents;
  if (latest !== undefined && isOpen(latest))
    return failed(
      'HEALTH_EVENT_UNRESOLVED',
      `A health event lasts: ${eventText(latest)}. Clients may be losing connections now; see Resource health in the portal, and drill when it is over.`,
    );
  return passed(
    latest === undefined
      ? 'No health event in the last 7 days.'
      : `Health events of the last 7 days, over by now: ${listed(healthEvents.map(eventText), 3)}.`,
  );
}

function isOpen({ status, properties }: HealthEvent): boolean {
  return status?.value !== 'Resolved' && properties?.currentHealthStatus !== 'Available';
}

function eventText({ eventTimestamp, status, properties }: HealthEvent): string {
  const state = [status?.value, properties?.currentHealthStatus, properties?.cause].filter(
    (part) => part !== undefined,
  );
  return `"${properties?.title ?? 'without a title'}" at ${eventTimestamp ?? 'an untold time'} (${state.join(', ') || 'state not told'})`;
}
