/** A job of Container Apps that runs the runner's image on a schedule, inside the network, and an alert for a run that fails. */
import { Job } from '@pulumi/azure-native/app/job.js';
import { ManagedEnvironment } from '@pulumi/azure-native/app/managedEnvironment.js';
import { MetricAlert } from '@pulumi/azure-native/monitor/metricAlert.js';
import { type Input, type Output, type Resource, secret } from '@pulumi/pulumi';
import type { AlertReceivers } from '../arguments.ts';
import { actionGroupsOf } from '../observability.ts';
import type { Placement } from '../placement.ts';
import { SECRET_VARIABLE } from '../profile-output.ts';
import { CONTAINER_NAME } from '../runner/container-run.ts';
import { type EnvironmentEntry, RUNNER_COMMAND, type RunnerArgs } from '../runner/runner.ts';

/** The environment that runs the job. A subnet for a new one is at least /27 and delegated to `Microsoft.App/environments`. */
export type JobEnvironment =
  | { readonly kind: 'new'; readonly subnetId: Input<string> }
  | { readonly kind: 'existing'; readonly environmentId: Input<string> };

export interface ScheduledJob {
  /** Ending of the resources' names, and what the job is called in the service. */
  readonly ending: string;
  readonly jobName: string;
  /** Of an environment that is made. */
  readonly environmentName: string;
  readonly environment: JobEnvironment;
  /** Cron expression of five fields, UTC. */
  readonly schedule: string;
  /** After which the job is ended. */
  readonly timeoutSeconds: number;
  readonly runner: Pick<RunnerArgs, 'image' | 'registryServer' | 'identity' | 'accessKey'>;
  /** After the runner's command. */
  readonly args: Output<string[]>;
  readonly variables: Output<EnvironmentEntry[]>;
  readonly size: { readonly cpu: number; readonly memory: string };
  readonly dependsOn: readonly Resource[];
}

const WORKLOAD_PROFILE = 'Consumption';
const ACCESS_KEY_SECRET = 'redis-access-key';

/** Runs once each time: a run that failed has said something, and another one at once would say it of a disturbed database. */
export function createScheduledJob(placement: Placement, job: ScheduledJob): Job {
  const { name, parent, resourceGroupName, location, tags } = placement;
  const { identity, registryServer, accessKey, image } = job.runner;
  const key = accessKey === undefined ? [] : [{ name: SECRET_VARIABLE, secretRef: ACCESS_KEY_SECRET }];
  const container = {
    name: CONTAINER_NAME,
    image,
    command: [...RUNNER_COMMAND],
    args: job.args,
    env: job.variables.apply((entries): (EnvironmentEntry | (typeof key)[number])[] => [...entries, ...key]),
    resources: job.size,
  };
  return new Job(
    `${name}-${job.ending}`,
    {
      jobName: job.jobName,
      resourceGroupName,
      location,
      tags,
      environmentId: environmentOf(placement, job),
      workloadProfileName: WORKLOAD_PROFILE,
      identity: { type: 'UserAssigned', userAssignedIdentities: [identity.id] },
      configuration: {
        triggerType: 'Schedule',
        scheduleTriggerConfig: { cronExpression: job.schedule, parallelism: 1, replicaCompletionCount: 1 },
        replicaRetryLimit: 0,
        replicaTimeout: job.timeoutSeconds,
        ...(registryServer === undefined ? {} : { registries: [{ server: registryServer, identity: identity.id }] }),
        ...(accessKey === undefined ? {} : { secrets: [{ name: ACCESS_KEY_SECRET, value: secret(accessKey) }] }),
      },
      template: { containers: [container] },
    },
    { parent, dependsOn: [...job.dependsOn] },
  );
}

function environmentOf(
  { name, parent, resourceGroupName, location, tags }: Placement,
  { environment, environmentName }: ScheduledJob,
): Input<string> {
  if (environment.kind === 'existing') return environment.environmentId;
  return new ManagedEnvironment(
    `${name}-environment`,
    {
      environmentName,
      resourceGroupName,
      location,
      tags,
      vnetConfiguration: { infrastructureSubnetId: environment.subnetId, internal: true },
      workloadProfiles: [{ name: WORKLOAD_PROFILE, workloadProfileType: WORKLOAD_PROFILE }],
    },
    { parent },
  ).id;
}

/** https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-app-jobs-metrics */
export function createFailureAlert(
  placement: Placement,
  receivers: AlertReceivers,
  { job, ending, description }: { readonly job: Job; readonly ending: string; readonly description: string },
): void {
  const { name, parent, resourceGroupName, tags } = placement;
  const actionGroupIds = actionGroupsOf({ ...placement, name: `${name}-${ending}` }, receivers);
  new MetricAlert(
    `${name}-${ending}-failed`,
    {
      resourceGroupName,
      location: 'Global',
      tags,
      enabled: true,
      // The next run may be a week away: nobody must think that it has mended itself.
      autoMitigate: false,
      description,
      severity: 1,
      evaluationFrequency: 'PT5M',
      windowSize: 'PT15M',
      scopes: [job.id],
      criteria: {
        odataType: 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria',
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion',
            name: `${ending}-failed`,
            metricNamespace: 'Microsoft.App/jobs',
            metricName: 'Executions',
            dimensions: [{ name: 'state', operator: 'Include', values: ['Failed', 'failed'] }],
            operator: 'GreaterThan',
            threshold: 0,
            timeAggregation: 'Total',
          },
        ],
      },
      actions: actionGroupIds.map((actionGroupId) => ({ actionGroupId })),
    },
    { parent },
  );
}
