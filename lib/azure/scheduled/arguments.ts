/** What every job on a schedule is given: on which database, where, when, and whom it tells. */
import type { ComponentResource, Input, Output } from '@pulumi/pulumi';
import type { ConnectionProfile } from '../../profile/profile.ts';
import type { AlertReceivers } from '../arguments.ts';
import type { RunnerArgs } from '../runner/runner.ts';

export interface ScheduledArgs extends RunnerArgs {
  /** Made here or existing already. Everything in it is deployed first. */
  readonly deployment: ComponentResource & {
    readonly profile: Output<ConnectionProfile>;
    readonly clusterId: Output<string>;
  };
  readonly resourceGroupName: Input<string>;
  /** Default: the region of the resource group. It must be the network's. */
  readonly location?: Input<string>;
  /** Cron expression of five fields, UTC: `0 3 * * 0` is Sundays at three, `0 3 1 * *` the first of every month. */
  readonly schedule: string;
  /** The environment that runs the job; one serves several. From its subnet everything is reached that the job talks to. */
  readonly environment: JobEnvironment;
  /** Who is told of a run that failed. There is no default. */
  readonly alerts: AlertReceivers | 'none';
  /** Of Azure Resource Manager, for a sovereign cloud. Default: the public cloud's. */
  readonly managementEndpoint?: string;
  readonly tags?: Readonly<Record<string, Input<string>>>;
}

/** A subnet for a new one is at least /27 and delegated to `Microsoft.App/environments`. */
export type JobEnvironment =
  | { readonly kind: 'new'; readonly subnetId: Input<string> }
  | { readonly kind: 'existing'; readonly environmentId: Input<string> };
