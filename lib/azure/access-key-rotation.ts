/**
 * Rotates the access key without downtime, on a schedule: a job of Container Apps makes the key anew that is not in use, signs in
 * with it, and puts it into the Key Vault, from where clients read it by reference (lib/azure/runner/rotation).
 */
import { all, ComponentResource, type ComponentResourceOptions, type Output, output } from '@pulumi/pulumi';
import { throwIfProblems } from '../base/problem.ts';
import type { AccessKeyStore } from './arguments.ts';
import { secretNameOf, vaultUrlOf } from './key-rotation/key-place.ts';
import { keyRotationProblems } from './key-rotation/rules.ts';
import { createVaultRole } from './key-rotation/vault-role.ts';
import { placementOf } from './placement.ts';
import { receiverCountOf } from './receivers.ts';
import { MANAGEMENT_ENDPOINT } from './runner/management-api.ts';
import { MINIMUM_AGE_HOURS, rotationArguments } from './runner/rotation/arguments.ts';
import type { ScheduledArgs } from './scheduled/arguments.ts';
import { createOperatorRole } from './scheduled/operator-role.ts';
import { createScheduledJob } from './scheduled/scheduled-job.ts';

export const ACCESS_KEY_ROTATION_TYPE = 'redoubt:azure:AccessKeyRotation';

/** The job need not be a user of the database: it signs in with the key. */
export interface AccessKeyRotationArgs extends Omit<ScheduledArgs, 'accessKey'> {
  /** The same as the deployment's, with `rotated: true`. The vault is in the subscription of the database and takes roles (RBAC). */
  readonly accessKeys: AccessKeyStore;
  /**
   * How long clients are given to take up a key before the former one is made anew, hours, 0 to 8,760. A run that comes sooner does
   * nothing and passes. Default: 24.
   */
  readonly minimumAgeHours?: number;
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
    const { identity, accessKeys } = args;
    const { clusterId } = args.deployment;
    const placement = placementOf(name, this, args);
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
    const job = createScheduledJob(placement, args, {
      ending: 'key-rotation',
      environmentEnding: 'key-environment',
      timeoutSeconds: TIMEOUT_SECONDS,
      args: argumentsFor(args),
      size: { cpu: 0.5, memory: '1Gi' },
      dependsOn: [operator, writer],
      failure: `A rotation of the access key of ${name} failed. Clients go on with the key that is in the vault. Read the log of the job; the next run begins with what is there.`,
    });
    this.jobId = job.id;
    this.registerOutputs({ jobId: this.jobId });
  }
}

function problemsOf(args: AccessKeyRotationArgs) {
  const settings = {
    schedule: args.schedule,
    minimumAgeHours: args.minimumAgeHours ?? MINIMUM_AGE_HOURS.default,
    rotated: args.accessKeys.rotated === true,
    alertReceiverCount: receiverCountOf(args.alerts),
  };
  return keyRotationProblems(settings, args);
}

function argumentsFor({ deployment, accessKeys, minimumAgeHours, managementEndpoint }: AccessKeyRotationArgs) {
  const secretName = deployment.clusterId.apply((id) => secretNameOf(accessKeys, clusterNameIn(id)));
  return all([deployment.clusterId, vaultUrlOf(accessKeys), secretName]).apply(([cluster, vault, secret]) =>
    rotationArguments({
      cluster,
      vault,
      secret,
      minimumAgeHours: minimumAgeHours ?? MINIMUM_AGE_HOURS.default,
      azureEndpoint: managementEndpoint ?? MANAGEMENT_ENDPOINT,
    }),
  );
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
