/**
 * Rotates the access key without downtime, on a schedule: a job of Container Apps makes the key anew that is not in use, signs in
 * with it, and puts it into the Key Vault, from where clients read it by reference (lib/azure/runner/rotation).
 */
import { all, ComponentResource, type ComponentResourceOptions, type Input, type Output, output } from '@pulumi/pulumi';
import { throwIfProblems } from '../base/problem.ts';
import type { ConnectionProfile } from '../profile/profile.ts';
import type { AccessKeyStore, AlertReceivers } from './arguments.ts';
import { secretNameOf, vaultUrlOf } from './key-rotation/key-place.ts';
import { keyRotationProblems } from './key-rotation/rules.ts';
import { createVaultRole } from './key-rotation/vault-role.ts';
import type { Placement } from './placement.ts';
import { MANAGEMENT_ENDPOINT } from './runner/management-api.ts';
import { MINIMUM_AGE_HOURS, rotationArguments } from './runner/rotation/arguments.ts';
import { type RunnerArgs, runnerEnvironment } from './runner/runner.ts';
import { createOperatorRole } from './scheduled/operator-role.ts';
import { createFailureAlert, createScheduledJob, type JobEnvironment } from './scheduled/scheduled-job.ts';
import { jobNameOf } from './stable-names.ts';

export const ACCESS_KEY_ROTATION_TYPE = 'redoubt:azure:AccessKeyRotation';

export interface AccessKeyRotationArgs extends Omit<RunnerArgs, 'accessKey'> {
  /** Whose key is rotated. It need not be a user of the database: it signs in with the key. */
  readonly deployment: ComponentResource & {
    readonly profile: Output<ConnectionProfile>;
    readonly clusterId: Output<string>;
  };
  /** The same as the deployment's, with `rotated: true`. The vault is in the subscription of the database and takes roles (RBAC). */
  readonly accessKeys: AccessKeyStore;
  readonly resourceGroupName: Input<string>;
  /** Default: the region of the resource group. It must be the network's. */
  readonly location?: Input<string>;
  /** Cron expression of five fields, UTC: `0 3 1 * *` is the first of every month at three. */
  readonly schedule: string;
  /**
   * How long clients are given to take up a key before the former one is made anew, hours, 0 to 8,760. A run that comes sooner does
   * nothing and passes. Default: 24.
   */
  readonly minimumAgeHours?: number;
  /** From its subnet the database and the vault are reached. One for a rehearsal serves both. */
  readonly environment: JobEnvironment;
  /** Who is told of a run that failed. There is no default. */
  readonly alerts: AlertReceivers | 'none';
  /** Of Azure Resource Manager, for a sovereign cloud. Default: the public cloud's. */
  readonly managementEndpoint?: string;
  readonly tags?: Readonly<Record<string, Input<string>>>;
}

/** Waiting for another change (30 minutes), the change itself (15), the login (3), and the pull of the image. */
const TIMEOUT_SECONDS = 3_600;

/** https://learn.microsoft.com/azure/role-based-access-control/permissions/databases#microsoftcache */
const ACTIONS = [
  'Microsoft.Cache/redisEnterprise/read',
  'Microsoft.Cache/redisEnterprise/databases/read',
  'Microsoft.Cache/redisEnterprise/databases/listKeys/action',
  'Microsoft.Cache/redisEnterprise/databases/regenerateKey/action',
  'Microsoft.Cache/locations/operationsStatus/read',
  'Microsoft.Cache/locations/operationResults/read',
] as const;

export class AccessKeyRotation extends ComponentResource {
  readonly jobId: Output<string>;

  /** @throws ProblemError with every problem of the arguments, before any resource is registered */
  constructor(name: string, args: AccessKeyRotationArgs, options: ComponentResourceOptions = {}) {
    throwIfProblems(problemsOf(args));
    super(ACCESS_KEY_ROTATION_TYPE, name, {}, options);
    const { deployment, identity, accessKeys, resourceGroupName } = args;
    const { clusterId } = deployment;
    const placement: Placement = {
      name,
      parent: this,
      resourceGroupName,
      location: args.location,
      tags: { ...args.tags },
    };
    const operator = createOperatorRole(placement, {
      ending: 'key-operator',
      title: 'Redis key rotation',
      description: 'Reads the access keys of a database and makes them anew, and nothing else.',
      actions: ACTIONS,
      clusterId,
      principalId: identity.principalId,
    });
    const writer = createVaultRole(placement, {
      secretId: secretIdOf(clusterId, accessKeys),
      principalId: identity.principalId,
    });
    const secretName = clusterId.apply((id) => secretNameOf(accessKeys, clusterNameIn(id)));
    const vaultUrl = vaultUrlOf(accessKeys);
    const jobName = jobNameOf(name, 'key-rotation');
    const job = createScheduledJob(placement, {
      ending: 'key-rotation',
      jobName,
      environmentName: jobName.replace(/-key-rotation$/, '-key-environment'),
      environment: args.environment,
      schedule: args.schedule,
      timeoutSeconds: TIMEOUT_SECONDS,
      runner: args,
      args: all([clusterId, vaultUrl, secretName]).apply(([cluster, vault, secret]) =>
        rotationArguments({
          cluster,
          vault,
          secret,
          minimumAgeHours: args.minimumAgeHours ?? MINIMUM_AGE_HOURS.default,
          azureEndpoint: args.managementEndpoint ?? MANAGEMENT_ENDPOINT,
        }),
      ),
      // The endpoint is what it needs of them: it signs in with each key, and as nobody.
      variables: runnerEnvironment(deployment.profile, { identity }),
      size: { cpu: 0.5, memory: '1Gi' },
      dependsOn: [deployment, operator, writer],
    });
    const description = `A rotation of the access key of ${name} failed. Clients go on with the key that is in the vault. Read the log of the job; the next run begins with what is there.`;
    if (args.alerts !== 'none')
      createFailureAlert(placement, args.alerts, { job, ending: 'key-rotation', description });
    this.jobId = job.id;
    this.registerOutputs({ jobId: this.jobId });
  }
}

function problemsOf(args: AccessKeyRotationArgs) {
  const receivers = args.alerts === 'none' ? undefined : args.alerts;
  const settings = {
    schedule: args.schedule,
    minimumAgeHours: args.minimumAgeHours ?? MINIMUM_AGE_HOURS.default,
    rotated: args.accessKeys.rotated === true,
    alertReceiverCount: receivers && (receivers.emails?.length ?? 0) + (receivers.actionGroupIds?.length ?? 0),
  };
  return keyRotationProblems(settings, {
    image: args.image,
    ...(args.managementEndpoint === undefined ? {} : { managementEndpoint: args.managementEndpoint }),
  });
}

function secretIdOf(clusterId: Output<string>, store: AccessKeyStore): Output<string> {
  const group = output(store.vaultResourceGroupName);
  return all([clusterId, store.vaultName, group]).apply(([id, vaultName, vaultGroup]) => {
    const [, subscription = '', ownGroup = ''] = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)/i.exec(id) ?? [];
    const vault = `/subscriptions/${subscription}/resourceGroups/${vaultGroup ?? ownGroup}/providers/Microsoft.KeyVault/vaults/${vaultName}`;
    return `${vault}/secrets/${secretNameOf(store, clusterNameIn(id))}`;
  });
}

function clusterNameIn(clusterId: string): string {
  return clusterId.split('/').at(-1) ?? '';
}
