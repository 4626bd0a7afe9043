/** Metrics and logs that are kept, and alerts that reach somebody. */
import { ActionGroup } from '@pulumi/azure-native/monitor/actionGroup.js';
import { ActivityLogAlert } from '@pulumi/azure-native/monitor/activityLogAlert.js';
import { DiagnosticSetting } from '@pulumi/azure-native/monitor/diagnosticSetting.js';
import { MetricAlert } from '@pulumi/azure-native/monitor/metricAlert.js';
import type { Input } from '@pulumi/pulumi';
import type { AzureManagedRedisTopology } from '../topology/azure-managed-redis.ts';
import { type AlertDefinition, alertsFor, METRIC_NAMESPACE } from './alerts.ts';
import type { AlertReceivers } from './arguments.ts';
import type { Deployed, Placement } from './placement.ts';

/** The cluster has metrics and no logs, the database logs and no metrics. First rows may take 90 minutes. */
export function createDiagnostics(
  { name, parent }: Placement,
  workspaceId: Input<string>,
  { cluster, database }: { readonly cluster: Deployed; readonly database: Deployed },
): void {
  new DiagnosticSetting(
    `${name}-metrics`,
    { resourceUri: cluster.id, workspaceId, metrics: [{ category: 'AllMetrics', enabled: true }] },
    { parent },
  );
  new DiagnosticSetting(
    `${name}-connection-events`,
    { resourceUri: database.id, workspaceId, logs: [{ category: 'ConnectionEvents', enabled: true }] },
    { parent },
  );
}

export function createAlerts(
  placement: Placement,
  topology: AzureManagedRedisTopology,
  receivers: AlertReceivers,
  cluster: Deployed,
): void {
  const { name, parent, resourceGroupName, tags } = placement;
  const actionGroupIds = actionGroupsOf(placement, receivers);
  for (const alert of alertsFor(topology)) createMetricAlert(placement, alert, actionGroupIds, cluster);
  new ActivityLogAlert(
    `${name}-health`,
    {
      resourceGroupName,
      location: 'Global',
      tags,
      enabled: true,
      description: `Azure reports on the health of ${topology.name}: maintenance and outages are told here, and not in advance.`,
      scopes: [cluster.id],
      condition: { allOf: [{ field: 'category', equals: 'ResourceHealth' }] },
      actions: { actionGroups: actionGroupIds.map((actionGroupId) => ({ actionGroupId })) },
    },
    { parent },
  );
}

function createMetricAlert(
  { name, parent, resourceGroupName, tags }: Placement,
  alert: AlertDefinition,
  actionGroupIds: readonly Input<string>[],
  cluster: Deployed,
): void {
  new MetricAlert(
    `${name}-${alert.key}`,
    {
      resourceGroupName,
      location: 'Global',
      tags,
      enabled: true,
      autoMitigate: true,
      description: alert.description,
      severity: alert.severity,
      evaluationFrequency: 'PT1M',
      windowSize: 'PT5M',
      scopes: [cluster.id],
      criteria: {
        odataType: 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria',
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion',
            name: alert.key,
            metricNamespace: METRIC_NAMESPACE,
            metricName: alert.metric,
            operator: alert.operator,
            threshold: alert.threshold,
            timeAggregation: alert.aggregation,
          },
        ],
      },
      actions: actionGroupIds.map((actionGroupId) => ({ actionGroupId })),
    },
    { parent },
  );
}

export function actionGroupsOf(
  { name, parent, resourceGroupName, tags }: Placement,
  { emails = [], actionGroupIds = [] }: AlertReceivers,
): Input<string>[] {
  if (emails.length === 0) return [...actionGroupIds];
  const group = new ActionGroup(
    `${name}-receivers`,
    {
      resourceGroupName,
      location: 'Global',
      tags,
      enabled: true,
      // Shown in text messages; 12 characters at most.
      groupShortName: 'redis',
      emailReceivers: emails.map((emailAddress) => ({
        name: emailAddress,
        emailAddress,
        useCommonAlertSchema: true,
      })),
    },
    { parent },
  );
  return [...actionGroupIds, group.id];
}
