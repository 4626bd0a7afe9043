/** What happens by itself: snapshots, maintenance, logs, notifications. */
import type { ElastiCacheTopology } from '../../../topology/elasticache.ts';
import { failed, listed, passed, undecided } from '../../../verify/judging.ts';
import { type Comparison, type FieldCheck, field, judged, ofEveryNode } from '../field.ts';

const DEPLOY_AGAIN = 'Deploy again, or declare what is wanted.';

export const UPKEEP_FIELDS: readonly FieldCheck[] = [
  field({
    name: 'snapshot-retention',
    subject: 'Days that snapshots are kept',
    declared: ({ topology: { snapshotRetentionDays } }) => String(snapshotRetentionDays),
    source: 'SnapshotRetentionLimit of DescribeReplicationGroups',
    api: ({ group }) => (group.SnapshotRetentionLimit === undefined ? undefined : String(group.SnapshotRetentionLimit)),
    advice: DEPLOY_AGAIN,
  }),
  field({
    name: 'snapshot-window',
    subject: 'The snapshot window',
    declared: ({ topology: { snapshotWindow } }) => snapshotWindow,
    source: 'SnapshotWindow of DescribeReplicationGroups',
    api: ({ group }) => group.SnapshotWindow,
    advice: DEPLOY_AGAIN,
  }),
  field({
    name: 'maintenance-window',
    subject: 'The maintenance window',
    declared: ({ topology: { maintenanceWindow } }) => maintenanceWindow,
    source: 'PreferredMaintenanceWindow of DescribeCacheClusters',
    api: (description) => ofEveryNode(description, ({ PreferredMaintenanceWindow }) => PreferredMaintenanceWindow),
    advice: DEPLOY_AGAIN,
  }),
  judged('log-delivery', judgeLogs),
  judged('notification-topic', judgeTopic),
];

/** Every deployment of this project delivers both logs; the engine log came with Redis OSS 6.2. */
function declaredLogs({ engine, engineVersion }: ElastiCacheTopology): string[] {
  return engine === 'redis' && engineVersion === '6.0' ? ['slow-log'] : ['engine-log', 'slow-log'];
}

function judgeLogs({ topology, description: { group } }: Comparison) {
  const declared = declaredLogs(topology);
  const found = group.LogDeliveryConfigurations;
  if (found === undefined)
    return undecided(
      'LOG_DELIVERY_NOT_TOLD',
      `Log delivery: ${listed(declared)} are declared, the API does not say (LogDeliveryConfigurations).`,
    );
  const complaints = declared.flatMap((type) => {
    const log = found.find(({ LogType }) => LogType === type);
    if (log === undefined) return [`the ${type} is not delivered`];
    // While a destination is set up or changed, lines may be missing.
    return log.Status === 'active' || log.Status === undefined
      ? []
      : [`the ${type} is ${log.Status}${log.Message === undefined ? '' : ` ("${log.Message}")`}`];
  });
  if (complaints.length > 0)
    return failed(
      'DRIFT_LOG_DELIVERY',
      `Log delivery: ${listed(declared)} are declared, and ${listed(complaints)}. ${DEPLOY_AGAIN}`,
    );
  return passed(`Log delivery: ${listed(declared)} are declared, and the API says that they are delivered.`);
}

/** Failovers and replaced nodes are told nowhere else, so every deployment of this project has a topic. */
function judgeTopic({ description }: Comparison) {
  const { nodes } = description;
  const inactive = nodes.flatMap(({ CacheClusterId, NotificationConfiguration: topic }) =>
    topic?.TopicStatus === undefined || topic.TopicStatus === 'active'
      ? []
      : [`${CacheClusterId} (${topic.TopicStatus})`],
  );
  if (inactive.length > 0)
    return failed(
      'DRIFT_NOTIFICATION_TOPIC',
      `Events of ${listed(inactive)} reach no notification topic. Failovers and replacements are told nowhere else: set the topic, which must not be encrypted, to active.`,
    );
  const topics = ofEveryNode(description, ({ NotificationConfiguration }) => NotificationConfiguration?.TopicArn);
  if (topics === undefined || nodes.length === 0)
    return undecided(
      'NOTIFICATION_TOPIC_NOT_TOLD',
      'The API names no notification topic for some nodes (NotificationConfiguration of DescribeCacheClusters): either there is none, or it does not say.',
    );
  if (topics.includes(' and '))
    return failed(
      'DRIFT_NOTIFICATION_TOPIC',
      `The nodes tell different topics: ${topics}. Give all of them the deployment's.`,
    );
  return passed(`Every node tells its events to ${topics}.`);
}
