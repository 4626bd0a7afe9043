/** Whether it is at rest: statuses, changes under way, service updates. While something changes, other fields may still differ. */
import { failed, listed, passed, undecided } from '../../../verify/judging.ts';
import type { UpdateAction } from '../description.ts';
import { type Comparison, type FieldCheck, judged } from '../field.ts';

export const STATE_FIELDS: readonly FieldCheck[] = [
  judged('group-status', judgeGroupStatus),
  judged('node-status', judgeNodeStatus),
  judged('pending-changes', judgePending),
  judged('service-updates', judgeServiceUpdates),
];

/** While the daily snapshot is made nothing about the group changes. */
const AT_REST: readonly string[] = ['available', 'snapshotting'];

function judgeGroupStatus({ description: { group } }: Comparison) {
  const statuses = [
    { what: 'the replication group', status: group.Status },
    ...(group.NodeGroups ?? []).map(({ NodeGroupId, Status }) => ({
      what: `node group ${NodeGroupId}`,
      status: Status,
    })),
  ];
  return judgeStatuses('GROUP', 'The replication group and its node groups', statuses);
}

function judgeNodeStatus({ description: { nodes } }: Comparison) {
  const statuses = nodes.flatMap(({ CacheClusterId, CacheClusterStatus, CacheNodes }) => [
    { what: `${CacheClusterId}`, status: CacheClusterStatus },
    ...(CacheNodes ?? []).map(({ CacheNodeId, CacheNodeStatus }) => ({
      what: `node ${CacheNodeId} of ${CacheClusterId}`,
      status: CacheNodeStatus,
    })),
  ]);
  if (statuses.length === 0)
    return undecided('NODE_STATUS_NOT_TOLD', 'The API lists no node of the group (DescribeCacheClusters).');
  return judgeStatuses('NODE', 'The nodes', statuses);
}

function judgeStatuses(
  kind: string,
  subject: string,
  statuses: readonly { readonly what: string; readonly status: string | undefined }[],
) {
  const bad = statuses.filter(({ status }) => status !== undefined && !AT_REST.includes(status));
  if (bad.length > 0) {
    const which = bad.map(({ what, status }) => `${what} is ${status}`);
    return failed(
      `${kind}_NOT_AVAILABLE`,
      `${subject} should be available, and ${listed(which)}. Wait until the change is over, and look at the events if it is none of yours.`,
    );
  }
  const untold = statuses.filter(({ status }) => status === undefined);
  if (untold.length > 0)
    return undecided(
      `${kind}_STATUS_NOT_TOLD`,
      `The API does not say the status of ${listed(untold.map(({ what }) => what))}.`,
    );
  const isSnapshot = statuses.some(({ status }) => status === 'snapshotting');
  return passed(`${subject} are available${isSnapshot ? '; a snapshot is being made' : ''}.`);
}

/** Changes that are accepted and not yet made, of the group and of each node. */
function judgePending({ description: { group, nodes } }: Comparison) {
  const pending = [
    ...settings(group.PendingModifiedValues).map((what) => `${what} of the group`),
    ...nodes.flatMap((node) => settings(node.PendingModifiedValues).map((what) => `${what} of ${node.CacheClusterId}`)),
  ];
  if (pending.length > 0)
    return failed(
      'CHANGES_PENDING',
      `Changes wait or are under way: ${listed(pending)}. They are made by themselves, at the latest in the maintenance window; compare again then.`,
    );
  return passed('No change is pending.');
}

function settings(values: object | undefined): string[] {
  return Object.entries(values ?? {}).flatMap(([name, value]) => {
    if (isEmpty(value)) return [];
    return [typeof value === 'object' ? name : `${name} ${value}`];
  });
}

/** The service also sends the empty frame of a change that there is not. */
function isEmpty(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && Object.values(value ?? {}).every(isEmpty));
}

const OVER: readonly string[] = ['complete', 'not-applicable'];
const WAITING: readonly string[] = ['not-applied', 'scheduled', 'waiting-to-start'];

/** An update that waits is no difference until the day by which the service recommends it; one that runs replaces nodes now. */
function judgeServiceUpdates({ description: { updateActions }, now }: Comparison) {
  const open = updateActions.filter(
    ({ UpdateActionStatus = '', ServiceUpdateStatus }) =>
      !OVER.includes(UpdateActionStatus) && ServiceUpdateStatus === 'available',
  );
  const overdue = open.filter(
    ({ ServiceUpdateRecommendedApplyByDate: date, UpdateActionStatus = '' }) =>
      WAITING.includes(UpdateActionStatus) && date !== undefined && date < now,
  );
  if (overdue.length > 0)
    return failed(
      'SERVICE_UPDATE_OVERDUE',
      `Service updates should have been applied by now: ${listed(overdue.map(updateText))}. Apply them in a quiet hour; each replaces nodes, so rehearse first.`,
    );
  const running = open.filter(({ UpdateActionStatus = '' }) => !WAITING.includes(UpdateActionStatus));
  if (running.length > 0)
    return undecided(
      'SERVICE_UPDATE_RUNNING',
      `Nodes may be being replaced: ${listed(running.map(updateText))}. Compare again when it is over.`,
    );
  return passed(
    open.length === 0
      ? 'No service update waits.'
      : `Service updates wait and are not overdue: ${listed(open.map(updateText))}.`,
  );
}

function updateText(action: UpdateAction): string {
  const {
    ServiceUpdateName,
    ServiceUpdateSeverity,
    UpdateActionStatus,
    ServiceUpdateRecommendedApplyByDate: date,
  } = action;
  const by = date === undefined ? '' : `, recommended by ${date.toISOString().slice(0, 10)}`;
  return `${ServiceUpdateName} (${ServiceUpdateSeverity ?? 'severity not told'}, ${UpdateActionStatus ?? 'status not told'}${by})`;
}
