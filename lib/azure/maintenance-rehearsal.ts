/**
 * Rehearses inside the network, on a schedule: a job of Container Apps runs `redoubt drill`, its reports are kept in a storage
 * account without keys, and a run that does not pass tells somebody.
 */
import { all, ComponentResource, type ComponentResourceOptions, type Output } from '@pulumi/pulumi';
import { throwIfProblems } from '../base/problem.ts';
import type { PrivateEndpointArgs } from './arguments.ts';
import { placementOf } from './placement.ts';
import { receiverCountOf } from './receivers.ts';
import { createReports, type Reports } from './rehearsal/reports.ts';
import { rehearsalProblems } from './rehearsal/rules.ts';
import { actionsFor, drillArguments, type RehearsalScenario } from './rehearsal/scenarios.ts';
import type { ScheduledArgs } from './scheduled/arguments.ts';
import { createOperatorRole } from './scheduled/operator-role.ts';
import { createScheduledJob } from './scheduled/scheduled-job.ts';

export const MAINTENANCE_REHEARSAL_TYPE = 'redoubt:azure:MaintenanceRehearsal';

export interface MaintenanceRehearsalArgs extends ScheduledArgs {
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
  /** How the job reaches the storage account of the reports: nothing else leads there. */
  readonly reports: PrivateEndpointArgs;
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
    const { scenario } = args;
    const placement = placementOf(name, this, args);
    const { clusterId } = args.deployment;
    const { principalId } = args.identity;
    const reports = createReports(placement, { privateEndpoint: args.reports, principalId, clusterId });
    const operator = createOperatorRole(placement, {
      ending: 'operator',
      title: 'Redis rehearsal',
      description: `What a rehearsal of ${scenario} asks of the service, and nothing else.`,
      actions: actionsFor(scenario),
      clusterId,
      principalId,
    });
    const job = createScheduledJob(placement, args, {
      ending: 'rehearsal',
      environmentEnding: 'environment',
      timeoutSeconds: (args.timeoutMinutes ?? TIMEOUT_MINUTES) * 60,
      args: argumentsFor(args, reports),
      size: { cpu: 1, memory: '2Gi' },
      dependsOn: [operator, ...reports.ready],
      failure: `A rehearsal of ${name} did not pass, or could not show that it did. Read its report in the storage account.`,
    });
    this.jobId = job.id;
    this.reportsUrl = reports.containerUrl;
    this.registerOutputs({ jobId: this.jobId, reportsUrl: this.reportsUrl });
  }
}

function problemsOf(args: MaintenanceRehearsalArgs) {
  const settings = {
    schedule: args.schedule,
    scenario: args.scenario,
    watchMinutes: args.watchMinutes ?? WATCH_MINUTES,
    timeoutMinutes: args.timeoutMinutes ?? TIMEOUT_MINUTES,
    iMean: args.iMean,
    alertReceiverCount: receiverCountOf(args.alerts),
  };
  return rehearsalProblems(settings, args);
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
