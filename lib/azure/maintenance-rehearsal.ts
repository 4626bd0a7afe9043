/**
 * Rehearses inside the network, on a schedule: a job of Container Apps runs `redoubt drill`, its reports are kept in a storage
 * account without keys, and a run that does not pass tells somebody.
 */
import { Job } from '@pulumi/azure-native/app/job.js';
import { ManagedEnvironment } from '@pulumi/azure-native/app/managedEnvironment.js';
import { MetricAlert } from '@pulumi/azure-native/monitor/metricAlert.js';
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  type Resource,
  secret,
} from '@pulumi/pulumi';
import { throwIfProblems } from '../base/problem.ts';
import type { ConnectionProfile } from '../profile/profile.ts';
import type { AlertReceivers, PrivateEndpointArgs } from './arguments.ts';
import { actionGroupsOf } from './observability.ts';
import type { Placement } from './placement.ts';
import { SECRET_VARIABLE } from './profile-output.ts';
import { createOperatorRole } from './rehearsal/operator-role.ts';
import { createReports, type Reports } from './rehearsal/reports.ts';
import { rehearsalProblems } from './rehearsal/rules.ts';
import { drillArguments, type RehearsalScenario } from './rehearsal/scenarios.ts';
import { CONTAINER_NAME } from './runner/container-run.ts';
import { type EnvironmentEntry, RUNNER_COMMAND, type RunnerArgs, runnerEnvironment } from './runner/runner.ts';
import { jobNameOf } from './stable-names.ts';

export const MAINTENANCE_REHEARSAL_TYPE = 'redoubt:azure:MaintenanceRehearsal';

export interface MaintenanceRehearsalArgs extends RunnerArgs {
  /** What is rehearsed on. */
  readonly deployment: ComponentResource & {
    readonly profile: Output<ConnectionProfile>;
    readonly clusterId: Output<string>;
  };
  readonly resourceGroupName: Input<string>;
  /** Default: the region of the resource group. It must be the network's. */
  readonly location?: Input<string>;
  /** Cron expression of five fields, UTC: `0 3 * * 0` is Sundays at three. */
  readonly schedule: string;
  /**
   * `watch-maintenance` disturbs nothing: clients work while the service maintains in its window, and what they saw is reported. The
   * others disturb the database each time, and need `iMean`. docs/scenarios.md says what each does.
   */
  readonly scenario: RehearsalScenario;
  /** How long `watch-maintenance` watches, minutes. Default: 360. */
  readonly watchMinutes?: number;
  /** Name of the deployment in the connection profile: whoever writes it means it. Required for scenarios that disturb. */
  readonly iMean?: string;
  /** Further options of `redoubt drill`: `['--rate', '50']`. Default: none. */
  readonly drillOptions?: readonly string[];
  /** After which the job is ended, minutes. Default: 480. */
  readonly timeoutMinutes?: number;
  /** The environment that runs the job. A subnet for a new one is at least /27 and delegated to `Microsoft.App/environments`. */
  readonly environment:
    | { readonly kind: 'new'; readonly subnetId: Input<string> }
    | { readonly kind: 'existing'; readonly environmentId: Input<string> };
  /** How the job reaches the storage account of the reports: nothing else leads there. */
  readonly reports: PrivateEndpointArgs;
  /** Who is told of a run that failed. There is no default. */
  readonly alerts: AlertReceivers | 'none';
  /** Of Azure Resource Manager, for a sovereign cloud. Default: the public cloud's. */
  readonly managementEndpoint?: string;
  readonly tags?: Readonly<Record<string, Input<string>>>;
}

const WATCH_MINUTES = 360;
const TIMEOUT_MINUTES = 480;
const WORKLOAD_PROFILE = 'Consumption';
const ACCESS_KEY_SECRET = 'redis-access-key';

export class MaintenanceRehearsal extends ComponentResource {
  readonly jobId: Output<string>;
  /** Blob container of the reports: `https://ACCOUNT.blob.core.windows.net/rehearsals`. */
  readonly reportsUrl: Output<string>;

  /** @throws ProblemError with every problem of the arguments, before any resource is registered */
  constructor(name: string, args: MaintenanceRehearsalArgs, options: ComponentResourceOptions = {}) {
    throwIfProblems(problemsOf(args));
    super(MAINTENANCE_REHEARSAL_TYPE, name, {}, options);
    const { deployment, identity, scenario, resourceGroupName } = args;
    const placement: Placement = {
      name,
      parent: this,
      resourceGroupName,
      location: args.location,
      tags: { ...args.tags },
    };
    const { clusterId } = deployment;
    const { principalId } = identity;
    const reports = createReports(placement, { privateEndpoint: args.reports, principalId, clusterId });
    const operator = createOperatorRole(placement, { scenario, clusterId, principalId });
    const job = createJob(placement, args, { reports, operator, environmentId: environmentOf(placement, args) });
    if (args.alerts !== 'none') createFailureAlert(placement, args.alerts, job);
    this.jobId = job.id;
    this.reportsUrl = reports.containerUrl;
    this.registerOutputs({ jobId: this.jobId, reportsUrl: this.reportsUrl });
  }
}

function problemsOf(args: MaintenanceRehearsalArgs) {
  const receivers = args.alerts === 'none' ? undefined : args.alerts;
  const settings = {
    schedule: args.schedule,
    scenario: args.scenario,
    watchMinutes: args.watchMinutes ?? WATCH_MINUTES,
    timeoutMinutes: args.timeoutMinutes ?? TIMEOUT_MINUTES,
    iMean: args.iMean,
    alertReceiverCount: receivers && (receivers.emails?.length ?? 0) + (receivers.actionGroupIds?.length ?? 0),
  };
  return rehearsalProblems(settings, args);
}

function environmentOf(
  { name, parent, resourceGroupName, location, tags }: Placement,
  { environment }: MaintenanceRehearsalArgs,
): Input<string> {
  if (environment.kind === 'existing') return environment.environmentId;
  return new ManagedEnvironment(
    `${name}-environment`,
    {
      environmentName: jobNameOf(name).replace(/-rehearsal$/, '-environment'),
      resourceGroupName,
      location,
      tags,
      vnetConfiguration: { infrastructureSubnetId: environment.subnetId, internal: true },
      workloadProfiles: [{ name: WORKLOAD_PROFILE, workloadProfileType: WORKLOAD_PROFILE }],
    },
    { parent },
  ).id;
}

interface JobParts {
  readonly reports: Reports;
  readonly operator: Resource;
  readonly environmentId: Input<string>;
}

function createJob(
  { name, parent, resourceGroupName, location, tags }: Placement,
  args: MaintenanceRehearsalArgs,
  { reports, operator, environmentId }: JobParts,
): Job {
  const { deployment, identity, registryServer, accessKey, schedule } = args;
  return new Job(
    `${name}-rehearsal`,
    {
      jobName: jobNameOf(name),
      resourceGroupName,
      location,
      tags,
      environmentId,
      workloadProfileName: WORKLOAD_PROFILE,
      identity: { type: 'UserAssigned', userAssignedIdentities: [identity.id] },
      configuration: {
        triggerType: 'Schedule',
        scheduleTriggerConfig: { cronExpression: schedule, parallelism: 1, replicaCompletionCount: 1 },
        // A rehearsal that failed has said something; another one at once would say it of a disturbed database.
        replicaRetryLimit: 0,
        replicaTimeout: (args.timeoutMinutes ?? TIMEOUT_MINUTES) * 60,
        ...(registryServer === undefined ? {} : { registries: [{ server: registryServer, identity: identity.id }] }),
        ...(accessKey === undefined ? {} : { secrets: [{ name: ACCESS_KEY_SECRET, value: secret(accessKey) }] }),
      },
      template: { containers: [containerOf(args, reports)] },
    },
    { parent, dependsOn: [deployment, operator, ...reports.ready] },
  );
}

function containerOf(args: MaintenanceRehearsalArgs, { containerUrl }: Reports) {
  const { deployment, image, accessKey, scenario, iMean, drillOptions: options = [] } = args;
  const drill = deployment.clusterId.apply((clusterId) =>
    drillArguments({
      scenario,
      watchMinutes: args.watchMinutes ?? WATCH_MINUTES,
      clusterId,
      azureEndpoint: args.managementEndpoint,
      iMean,
      options,
    }),
  );
  const key = accessKey === undefined ? [] : [{ name: SECRET_VARIABLE, secretRef: ACCESS_KEY_SECRET }];
  return {
    name: CONTAINER_NAME,
    image,
    command: [...RUNNER_COMMAND],
    args: all([containerUrl, drill]).apply(([url, words]) => ['--keep-in', url, ...words]),
    env: runnerEnvironment(deployment.profile, args).apply((entries): (EnvironmentEntry | (typeof key)[number])[] => [
      ...entries,
      ...key,
    ]),
    resources: { cpu: 1, memory: '2Gi' },
  };
}

/** https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-app-jobs-metrics */
function createFailureAlert(placement: Placement, receivers: AlertReceivers, job: Job): void {
  const { name, parent, resourceGroupName, tags } = placement;
  const actionGroupIds = actionGroupsOf({ ...placement, name: `${name}-rehearsal` }, receivers);
  new MetricAlert(
    `${name}-rehearsal-failed`,
    {
      resourceGroupName,
      location: 'Global',
      tags,
      enabled: true,
      // The next rehearsal may be a week away: nobody must think that it has mended itself.
      autoMitigate: false,
      description: `A rehearsal of ${name} did not pass, or could not show that it did. Read its report in the storage account.`,
      severity: 1,
      evaluationFrequency: 'PT5M',
      windowSize: 'PT15M',
      scopes: [job.id],
      criteria: {
        odataType: 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria',
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion',
            name: 'rehearsal-failed',
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
