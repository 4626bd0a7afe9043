/** What runs inside the network: the packed tarball in a container image, with an identity of its own. */
import type { UserAssignedIdentity } from '@pulumi/azure-native/managedidentity/userAssignedIdentity.js';
import { all, type Input, type Output } from '@pulumi/pulumi';
import { profileToEnvironment } from '../../profile/environment.ts';
import { type ConnectionProfile, ENTRA_SCOPE } from '../../profile/profile.ts';
import { SECRET_VARIABLE } from '../profile-output.ts';

export interface RunnerArgs {
  /** Built from docker/runner.Dockerfile; better by digest (`NAME@sha256:...`) than by tag. */
  readonly image: Input<string>;
  /**
   * Resource id of the Azure container registry that has the image: the identity gets the role AcrPull there, once however many components
   * name it, before anything runs. Whoever deploys needs the right to assign roles. Where another stack or somebody by hand has given the
   * identity that role on that registry, Azure refuses a second one (`RoleAssignmentExists`) and `pulumi up` ends with it, every time:
   * give `registryServer` instead.
   */
  readonly registryId?: Input<string>;
  /**
   * Login server of a private registry from which the identity may pull already, such as `shop.azurecr.io`. Default: that of `registryId`;
   * without either, anybody may pull, which is refused for an image of an Azure container registry unless `anonymousPull` says so.
   */
  readonly registryServer?: Input<string>;
  /**
   * Whether the Azure container registry of the image lets anybody pull (`az acr update --anonymous-pull-enabled`). Then the identity needs
   * no role there and does not sign in, which without a role would be refused. Excludes the two above. Default: false.
   */
  readonly anonymousPull?: boolean;
  /**
   * Who the runner is: to the database (it must be among the `users` of the `ManagedRedis`), to the registry, and to Azure.
   * `createApplicationIdentity` makes one.
   */
  readonly identity: Pick<UserAssignedIdentity, 'id' | 'clientId' | 'principalId'>;
  /** Only where the deployment has access keys and no Entra user: the key. It reaches the container as a secret. */
  readonly accessKey?: Input<string>;
}

export interface EnvironmentEntry {
  readonly name: string;
  readonly value: string;
}

/** Runs `redoubt` with what a container in Azure lacks: the profile as a file, a place for reports (main.ts beside this file). */
export const RUNNER_COMMAND = ['redoubt-azure-runner'] as const;

/** The connection profile as variables, with the runner as the user. */
export function runnerEnvironment(
  profile: Output<ConnectionProfile>,
  { identity, accessKey }: Pick<RunnerArgs, 'identity' | 'accessKey'>,
): Output<EnvironmentEntry[]> {
  return all([profile, identity.clientId, identity.principalId]).apply(([known, clientId, principalId]) => {
    const authentication = accessKey === undefined ? asIdentity(clientId, principalId) : WITH_ACCESS_KEY;
    // The second is read by @azure/identity: with several identities the platform has to be told which one.
    const variables = { ...profileToEnvironment({ ...known, authentication }), AZURE_CLIENT_ID: clientId };
    return Object.entries(variables).map(([name, value]) => ({ name, value }));
  });
}

type Authentication = ConnectionProfile['authentication'];

/** A token is that of whoever asked for it: the runner cannot be the application that the profile is made for. */
function asIdentity(managedIdentityClientId: string, userName: string): Authentication {
  return { userName, secret: { kind: 'azure-entra', scope: ENTRA_SCOPE, managedIdentityClientId } };
}

const WITH_ACCESS_KEY: Authentication = { secret: { kind: 'environment', variable: SECRET_VARIABLE } };
