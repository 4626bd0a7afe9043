/** A job of Container Apps that runs the runner's image on a schedule, inside the network, and an alert for a run that fails. */
import { Job } from '@pulumi/azure-native/app/job.js';
import { ManagedEnvironment } from '@pulumi/azure-native/app/managedEnvironment.js';
import { MetricAlert } from '@pulumi/azure-native/monitor/metricAlert.js';
import { type Input, type Output, type Resource, secret } from '@pulumi/pulumi';
import type { AlertReceivers } from '../arguments.ts';
import { actionGroupsOf } from '../observability.ts';
import type { Placement } from '../placement.ts';
import { SECRET_VARIABLE } from '../profile-output.ts';
import { type RegistryAccess, registryAccess } from '../registry-access.ts';
import { CONTAINER_NAME } from '../runner/container-run.ts';
import { type EnvironmentEntry, RUNNER_COMMAND, runnerEnvironment } from '../runner/runner.ts';
import { jobNameOf } from '../stable-names.ts';
import type { JobEnvironment, ScheduledArgs } from './arguments.ts';

/** What one kind of job is, beside what all are given. */
export interface ScheduledJob {
  /** Ending of the names of the job and its alert. */
  readonly ending: string;
  /** Ending of the name of an environment that is made for it. */
  readonly environmentEnding: string;
  /** After which the job is ended. */
  readonly timeoutSeconds: number;
  /** After the runner's command. */
  readonly args: Output<string[]>;
  readonly size: { readonly cpu: number; readonly memory: string };
  /** Roles and places that it needs. */
  readonly dependsOn: readonly Resource[];
  /** What a run that failed means, as a person reads it in the mail. */
  readonly failure: string;
}

const WORKLOAD_PROFILE = 'Consumption';
const ACCESS_KEY_SECRET = 'redis-access-key';

/** The job, what its identity may pull, and the alert for a run that fails. */
export function createScheduledJob(placement: Placement, args: ScheduledArgs, kind: ScheduledJob): Job {
  const access = registryAccess(placement.name, args);
  const job = createJob(placement, args, { ...kind, access });
  if (args.alerts !== 'none') createFailureAlert(placement, args.alerts, { ...kind, job });
  return job;
}

/** Runs once each time: a run that failed has said something, and another one at once would say it of a disturbed database. */
function createJob(
  placement: Placement,
  { identity, accessKey, image, deployment, schedule, environment }: ScheduledArgs,
  { access, ...kind }: ScheduledJob & { readonly access: RegistryAccess },
): Job {
  const { name, parent, resourceGroupName, location, tags } = placement;
  const jobName = jobNameOf(name, kind.ending);
  const environmentName = jobName.replace(new RegExp(`${kind.ending}$`), kind.environmentEnding);
  const key = accessKey === undefined ? [] : [{ name: SECRET_VARIABLE, secretRef: ACCESS_KEY_SECRET }];
  const variables = runnerEnvironment(deployment.profile, {
    identity,
    ...(accessKey === undefined ? {} : { accessKey }),
  });
  const container = {
    name: CONTAINER_NAME,
    image,
    command: [...RUNNER_COMMAND],
    args: kind.args,
    env: variables.apply((entries): (EnvironmentEntry | (typeof key)[number])[] => [...entries, ...key]),
    resources: kind.size,
  };
  return new Job(
    `${name}-${kind.ending}`,
    {
      jobName,
      resourceGroupName,
      location,
      tags,
      environmentId: environmentOf(placement, environment, environmentName),
      workloadProfileName: WORKLOAD_PROFILE,
      identity: { type: 'UserAssigned', userAssignedIdentities: [identity.id] },
      configuration: {
        triggerType: 'Schedule',
        scheduleTriggerConfig: { cronExpression: schedule, parallelism: 1, replicaCompletionCount: 1 },
        replicaRetryLimit: 0,
        replicaTimeout: kind.timeoutSeconds,
        ...(access.server === undefined ? {} : { registries: [{ server: access.server, identity: identity.id }] }),
        ...(accessKey === undefined ? {} : { secrets: [{ name: ACCESS_KEY_SECRET, value: secret(accessKey) }] }),
      },
      template: { containers: [container] },
    },
    { parent, dependsOn: [deployment, ...access.ready, ...kind.dependsOn] },
  );
}

function environmentOf(
  { name, parent, resourceGroupName, location, tags }: Placement,
  environment: JobEnvironment,
  environmentName: string,
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
function createFailureAlert(
  placement: Placement,
  receivers: AlertReceivers,
  { job, ending, failure }: Pick<ScheduledJob, 'ending' | 'failure'> & { readonly job: Job },
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
      description: failure,
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
