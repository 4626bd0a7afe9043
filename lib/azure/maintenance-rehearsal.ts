/**
 * Rehearses inside the network, on a schedule: a job of Container Apps runs `redoubt drill`, its reports are kept in a storage
 * account without keys, and a run that does not pass tells somebody.
 */
import type { Job } from '@pulumi/azure-native/app/job.js';
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  type Resource,
} from '@pulumi/pulumi';
import { throwIfProblems } from '../base/problem.ts';
import type { ConnectionProfile } from '../profile/profile.ts';
import type { AlertReceivers, PrivateEndpointArgs } from './arguments.ts';
import type { Placement } from './placement.ts';
import { createReports, type Reports } from './rehearsal/reports.ts';
import { rehearsalProblems } from './rehearsal/rules.ts';
import { actionsFor, drillArguments, type RehearsalScenario } from './rehearsal/scenarios.ts';
import { type RunnerArgs, runnerEnvironment } from './runner/runner.ts';
import { createOperatorRole } from './scheduled/operator-role.ts';
import { createFailureAlert, createScheduledJob, type JobEnvironment } from './scheduled/scheduled-job.ts';
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
  readonly environment: JobEnvironment;
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
    const operator = createOperatorRole(placement, {
      ending: 'operator',
      title: 'Redis rehearsal',
      description: `What a rehearsal of ${scenario} asks of the service, and nothing else.`,
      actions: actionsFor(scenario),
      clusterId,
      principalId,
    });
    const job = createJob(placement, args, { reports, operator });
    const description = `A rehearsal of ${name} did not pass, or could not show that it did. Read its report in the storage account.`;
    if (args.alerts !== 'none') createFailureAlert(placement, args.alerts, { job, ending: 'rehearsal', description });
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

interface JobParts {
  readonly reports: Reports;
  readonly operator: Resource;
}

function createJob(placement: Placement, args: MaintenanceRehearsalArgs, { reports, operator }: JobParts): Job {
  const { deployment, schedule, environment } = args;
  const jobName = jobNameOf(placement.name, 'rehearsal');
  return createScheduledJob(placement, {
    ending: 'rehearsal',
    jobName,
    environmentName: jobName.replace(/-rehearsal$/, '-environment'),
    environment,
    schedule,
    timeoutSeconds: (args.timeoutMinutes ?? TIMEOUT_MINUTES) * 60,
    runner: args,
    args: argumentsFor(args, reports),
    variables: runnerEnvironment(deployment.profile, args),
    size: { cpu: 1, memory: '2Gi' },
    dependsOn: [deployment, operator, ...reports.ready],
  });
}

function argumentsFor(args: MaintenanceRehearsalArgs, { containerUrl }: Reports): Output<string[]> {
  const { deployment, scenario, iMean, drillOptions: options = [] } = args;
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
  return all([containerUrl, drill]).apply(([url, words]) => ['--keep-in', url, ...words]);
}
