/**
 * Runs `redoubt verify` inside the network while `pulumi up` runs, and fails it with the sentences of the checks that fail:
 * docs/adr/0013-verify-inside-the-network.md says why in this way.
 */
import { getClientToken } from '@pulumi/azure-native/authorization/getClientToken.js';
import { ContainerGroup } from '@pulumi/azure-native/containerinstance/containerGroup.js';
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  RunError,
  secret,
} from '@pulumi/pulumi';
import { isDryRun } from '@pulumi/pulumi/runtime/settings.js';
import { ProblemError } from '../base/problem.ts';
import type { ConnectionProfile } from '../profile/profile.ts';
import { SECRET_VARIABLE } from './profile-output.ts';
import { registryAccess } from './registry-access.ts';
import { awaitRun, CONTAINER_GROUP_API_VERSION, CONTAINER_NAME } from './runner/container-run.ts';
import { MANAGEMENT_ENDPOINT, managementApi } from './runner/management-api.ts';
import { type EnvironmentEntry, RUNNER_COMMAND, type RunnerArgs, runnerEnvironment } from './runner/runner.ts';
import { verificationProblems } from './runner/runner-rules.ts';
import { type DeploymentVerdict, verdictOfRun } from './runner/verdict.ts';

export const VERIFIED_DEPLOYMENT_TYPE = 'redoubt:azure:VerifiedDeployment';

export interface VerifiedDeploymentArgs extends RunnerArgs {
  /** What is verified. Everything in it is deployed first: users, private endpoint, name. */
  readonly deployment: ComponentResource & { readonly profile: Output<ConnectionProfile> };
  readonly resourceGroupName: Input<string>;
  /** Default: the region of the resource group. It must be the network's. */
  readonly location?: Input<string>;
  /** Subnet from which the clients' network is seen, delegated to `Microsoft.ContainerInstance/containerGroups`. */
  readonly subnetId: Input<string>;
  /** Until the run must have ended, image pull included, milliseconds. Default: 15 minutes. */
  readonly timeoutMs?: number;
  /** Of Azure Resource Manager, for a sovereign cloud. Default: https://management.azure.com. */
  readonly managementEndpoint?: string;
  readonly tags?: Readonly<Record<string, Input<string>>>;
}

const TIMEOUT_MS = 900_000;
const EVERY_MS = 5_000;

export class VerifiedDeployment extends ComponentResource {
  /** `pass`, once every check has passed; anything else fails the deployment. A preview verifies nothing, and says so. */
  readonly verdict: Output<DeploymentVerdict>;
  /** The profile, for whatever must not be deployed before the database is verified. */
  readonly profile: Output<ConnectionProfile>;

  /** @throws ProblemError with every problem of the arguments, before any resource is registered */
  constructor(name: string, args: VerifiedDeploymentArgs, options: ComponentResourceOptions = {}) {
    const problems = verificationProblems(args);
    if (problems.length > 0) throw new ProblemError(problems);
    super(VERIFIED_DEPLOYMENT_TYPE, name, {}, options);
    const { profile } = args.deployment;
    const group = createContainerGroup(name, this, args);
    this.verdict = all([group.id, group.provisioningState]).apply(([id]) => verdictOf(id, this, args));
    this.profile = all([profile, this.verdict]).apply(([known]) => known);
    this.registerOutputs({ verdict: this.verdict, profile: this.profile });
  }
}

async function verdictOf(
  groupId: string,
  parent: VerifiedDeployment,
  args: VerifiedDeploymentArgs,
): Promise<DeploymentVerdict> {
  if (isDryRun()) return 'not-verified-in-a-preview';
  const api = managementApi({
    endpoint: args.managementEndpoint ?? MANAGEMENT_ENDPOINT,
    apiVersion: CONTAINER_GROUP_API_VERSION,
    token: async () => (await getClientToken({}, { parent })).token,
  });
  try {
    return verdictOfRun(await awaitRun(api, groupId, { timeoutMs: args.timeoutMs ?? TIMEOUT_MS, everyMs: EVERY_MS }));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    throw new RunError(`The deployment could not be verified. ${error.message}\n`);
  }
}

function createContainerGroup(name: string, parent: ComponentResource, args: VerifiedDeploymentArgs): ContainerGroup {
  const { deployment, resourceGroupName, location, subnetId, image, identity, accessKey, tags } = args;
  const access = registryAccess(name, args);
  const groupName = `${name}-verify`;
  const variables = runnerEnvironment(deployment.profile, args);
  const key = accessKey === undefined ? [] : [{ name: SECRET_VARIABLE, secureValue: secret(accessKey) }];
  return new ContainerGroup(
    groupName,
    {
      containerGroupName: groupName,
      resourceGroupName,
      ...(location === undefined ? {} : { location }),
      tags: { ...tags },
      osType: 'Linux',
      // It runs once for each deployment, and its exit code is the answer.
      restartPolicy: 'Never',
      subnetIds: [{ id: subnetId }],
      identity: { type: 'UserAssigned', userAssignedIdentities: [identity.id] },
      ...(access.server === undefined
        ? {}
        : { imageRegistryCredentials: [{ server: access.server, identity: identity.id }] }),
      containers: [
        {
          name: CONTAINER_NAME,
          image,
          command: [...RUNNER_COMMAND, 'verify', '--format', 'json'],
          environmentVariables: variables.apply((entries): (EnvironmentEntry | (typeof key)[number])[] => [
            ...entries,
            ...key,
          ]),
          resources: { requests: { cpu: 1, memoryInGB: 1 } },
        },
      ],
    },
    { parent, dependsOn: [deployment, ...access.ready] },
  );
}
