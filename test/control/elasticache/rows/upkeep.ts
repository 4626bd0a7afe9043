import type { UpdateAction } from '../../../../lib/control/elasticache/description.ts';
import {
  type Damage,
  drifts,
  everyInfo,
  everyNode,
  firstNode,
  group,
  passes,
  type Row,
  rowsOf,
  untold,
} from './row.ts';

const inGroup = (CacheParameterGroupName: string, ParameterApplyStatus?: string) => ({
  CacheParameterGroup: { CacheParameterGroupName, ParameterApplyStatus },
});

const parameter =
  (name: string, ParameterValue: string): Damage =>
  ({ description: { parameters } }) =>
    void Object.assign(parameters.find(({ ParameterName }) => ParameterName === name) ?? {}, { ParameterValue });

export const PARAMETER_ROWS: readonly Row[] = [
  ...rowsOf(
    'parameter-group',
    drifts('one node uses another', firstNode(inGroup('other', 'in-sync')), /different .*: other and shop-parameters/),
    drifts(
      "it is the service's",
      everyNode(inGroup('default.redis7.cluster.on', 'in-sync')),
      /default\.redis7\.cluster\.on/,
    ),
    drifts(
      'a node waits for a reboot',
      firstNode(inGroup('shop-parameters', 'pending-reboot')),
      /shop-0001-001 \(pending-reboot\)/,
      'PARAMETERS_NOT_APPLIED',
    ),
    untold(firstNode({ CacheParameterGroup: undefined })),
    untold(firstNode(inGroup('shop-parameters')), /whether .* is in effect/, 'PARAMETERS_APPLIED_NOT_TOLD'),
  ),
  ...rowsOf(
    'parameter-maxmemory-policy',
    drifts(
      'it is another',
      parameter('maxmemory-policy', 'allkeys-lru'),
      /volatile-lru is declared, the API says allkeys-lru, the servers say volatile-lru/,
    ),
    drifts('the servers have another', everyInfo({ maxmemory_policy: 'noeviction' }), /the servers say noeviction/),
    untold(({ description }) => description.parameters.splice(0)),
  ),
  ...rowsOf(
    'parameter-cluster-enabled',
    drifts('it is off', parameter('cluster-enabled', 'no'), /yes is declared, the API says no/),
  ),
  ...rowsOf(
    'parameter-notify-keyspace-events',
    drifts('it was changed', parameter('notify-keyspace-events', 'KEA'), /\(empty\) is declared, the API says KEA/),
  ),
];

export const UPKEEP_ROWS: readonly Row[] = [
  ...rowsOf(
    'snapshot-retention',
    drifts('there are none', group({ SnapshotRetentionLimit: 0 }), /15 is declared, the API says 0/),
    untold(group({ SnapshotRetentionLimit: undefined })),
  ),
  ...rowsOf(
    'snapshot-window',
    drifts(
      'it was moved',
      group({ SnapshotWindow: '12:00-13:00' }),
      /02:00-03:00 is declared, the API says 12:00-13:00/,
    ),
    untold(group({ SnapshotWindow: undefined })),
  ),
  ...rowsOf(
    'maintenance-window',
    drifts(
      'it was moved for one node',
      firstNode({ PreferredMaintenanceWindow: 'mon:12:00-mon:13:00' }),
      /sun:04:00-sun:05:00 is declared, the API says mon:12:00-mon:13:00 and sun:04/,
    ),
    untold(firstNode({ PreferredMaintenanceWindow: undefined })),
  ),
  ...rowsOf(
    'log-delivery',
    drifts(
      'the slow log is missing',
      ({ description }) => description.group.LogDeliveryConfigurations?.pop(),
      /engine-log and slow-log are declared, and the slow-log is not delivered/,
    ),
    drifts(
      'a destination is gone',
      ({ description }) =>
        Object.assign(description.group.LogDeliveryConfigurations?.[0] ?? {}, {
          Status: 'error',
          Message: 'no such group',
        }),
      /engine-log is error \("no such group"\)/,
    ),
    untold(group({ LogDeliveryConfigurations: undefined })),
  ),
  ...rowsOf(
    'notification-topic',
    drifts(
      'it is inactive',
      firstNode({ NotificationConfiguration: { TopicArn: 'arn', TopicStatus: 'inactive' } }),
      /shop-0001-001 \(inactive\)/,
    ),
    drifts(
      'one node tells another',
      firstNode({ NotificationConfiguration: { TopicArn: 'arn:other', TopicStatus: 'active' } }),
      /different topics: arn:aws:sns:.* and arn:other/,
    ),
    untold(firstNode({ NotificationConfiguration: undefined }), /either there is none, or it does not say/),
  ),
];

const update =
  (change: Partial<UpdateAction>): Damage =>
  ({ description }) =>
    void description.updateActions.push({
      ServiceUpdateName: 'redis-20260501',
      ServiceUpdateSeverity: 'important',
      ServiceUpdateStatus: 'available',
      UpdateActionStatus: 'not-applied',
      ...change,
    });

export const CHANGE_ROWS: readonly Row[] = [
  ...rowsOf(
    'pending-changes',
    drifts(
      'one of the group waits',
      group({ PendingModifiedValues: { TransitEncryptionMode: 'preferred' } }),
      /TransitEncryptionMode preferred of the group/,
      'CHANGES_PENDING',
    ),
    drifts(
      'one of a node waits',
      firstNode({ PendingModifiedValues: { EngineVersion: '7.1' } }),
      /EngineVersion 7\.1 of shop-0001-001/,
      'CHANGES_PENDING',
    ),
    passes(
      'the API sends an empty frame',
      group({ PendingModifiedValues: { LogDeliveryConfigurations: [], UserGroups: { UserGroupIdsToAdd: [] } } }),
      /No change is pending/,
    ),
  ),
  ...rowsOf(
    'service-updates',
    drifts(
      'one is overdue',
      update({ ServiceUpdateRecommendedApplyByDate: new Date('2026-05-31') }),
      /redis-20260501 \(important, not-applied, recommended by 2026-05-31\)/,
      'SERVICE_UPDATE_OVERDUE',
    ),
    {
      ...untold(
        update({ UpdateActionStatus: 'in-progress' }),
        /being replaced: redis-20260501/,
        'SERVICE_UPDATE_RUNNING',
      ),
      when: 'one is being applied',
    },
    passes(
      'one waits',
      update({ ServiceUpdateRecommendedApplyByDate: new Date('2026-06-30') }),
      /not overdue: redis-2026/,
    ),
    passes('one is done', update({ UpdateActionStatus: 'complete' }), /No service update waits/),
    passes('one has been withdrawn', update({ ServiceUpdateStatus: 'cancelled' }), /No service update waits/),
  ),
];
