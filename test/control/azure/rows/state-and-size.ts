import type { HealthEvent } from '../../../../lib/control/azure/description.ts';
import { cluster, clusterProperties, type Damage, database, drifts, passes, type Row, rowsOf, untold } from './row.ts';

const events =
  (...healthEvents: HealthEvent[]): Damage =>
  ({ description }) =>
    Object.assign(description, { healthEvents });

const DOWN: HealthEvent = {
  eventTimestamp: '2026-06-01T10:00:00Z',
  correlationId: 'incident-1',
  status: { value: 'Active' },
  properties: { title: 'Planned maintenance', currentHealthStatus: 'Degraded', cause: 'PlatformInitiated' },
};
const UP: HealthEvent = {
  ...DOWN,
  eventTimestamp: '2026-06-01T10:20:00Z',
  status: { value: 'Resolved' },
  properties: { title: 'Planned maintenance', currentHealthStatus: 'Available', cause: 'PlatformInitiated' },
};

export const STATE_AND_SIZE_ROWS: readonly Row[] = [
  ...rowsOf(
    'provisioning-state',
    drifts(
      'the cluster is being changed',
      clusterProperties({ provisioningState: 'Updating' }),
      /should be Succeeded, and the cluster says Updating/,
      'PROVISIONING_STATE_NOT_SUCCEEDED',
    ),
    drifts(
      'the database failed',
      database({ provisioningState: 'Failed' }),
      /the database says Failed/,
      'PROVISIONING_STATE_NOT_SUCCEEDED',
    ),
    untold(database({ provisioningState: undefined })),
  ),
  ...rowsOf(
    'resource-state',
    drifts(
      'scaling failed',
      clusterProperties({ resourceState: 'ScalingFailed' }),
      /should be Running, and the cluster says ScalingFailed/,
      'RESOURCE_STATE_NOT_RUNNING',
    ),
    untold(clusterProperties({ resourceState: undefined })),
  ),
  ...rowsOf(
    'maintenance-health',
    drifts('an event lasts', events(DOWN), /"Planned maintenance" at .*Degraded/, 'HEALTH_EVENT_UNRESOLVED'),
    drifts(
      'one is over and another lasts',
      events({ ...DOWN, eventTimestamp: '2026-06-01T11:00:00Z', correlationId: 'incident-2' }, UP, DOWN),
      /health event lasts/,
      'HEALTH_EVENT_UNRESOLVED',
    ),
    passes('every event is over', events(UP, DOWN), /over by now: "Planned maintenance" at 2026-06-01T10:20:00Z/),
    untold(({ description }) => delete (description as { healthEvents?: unknown }).healthEvents, /may not read/),
  ),
  ...rowsOf(
    'sku',
    drifts(
      'it was scaled',
      cluster({ sku: { name: 'Balanced_B20' } }),
      /Balanced_B10 is declared, the API says Balanced_B20/,
    ),
    untold(cluster({ sku: undefined })),
  ),
  ...rowsOf(
    'sku-headroom',
    drifts(
      'only smaller ones are offered',
      ({ description }) => Object.assign(description, { skuOffers: [{ name: 'Balanced_B5', sizeInGB: 6 }] }),
      /offers Balanced_B5: when memory runs out/,
      'SKU_HEADROOM_NONE',
    ),
    drifts(
      'none is offered',
      ({ description }) => Object.assign(description, { skuOffers: [] }),
      /offers none/,
      'SKU_HEADROOM_NONE',
    ),
    passes(
      'the offer has no size, which is published',
      ({ description }) => Object.assign(description, { skuOffers: [{ name: 'Balanced_B20' }] }),
      /scaled up to Balanced_B20/,
    ),
    untold(({ description }) => delete (description as { skuOffers?: unknown }).skuOffers, /may not ask/),
  ),
];
