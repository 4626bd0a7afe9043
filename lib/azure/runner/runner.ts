/** What runs inside the network: the packed tarball in a container image, with an identity of its own. */
import type { UserAssignedIdentity } from '@pulumi/azure-native/managedidentity/userAssignedIdentity.js';
import { all, type Input, type Output } from '@pulumi/pulumi';
import { profileToEnvironment } from '../../profile/environment.ts';
import type { ConnectionProfile } from '../../profile/profile.ts';

export interface RunnerArgs {
  /** Built from docker/runner.Dockerfile; better by digest (`NAME@sha256:...`) than by tag. */
  readonly image: Input<string>;
  /** Login server of a private registry, from which the identity may pull (role AcrPull). Default: anybody may. */
  readonly registryServer?: Input<string>;
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

/**
 * Runs `redoubt` with what a container in Azure lacks: the profile as a file, a token of its identity, a place for reports
 * (main.ts beside this file).
 */
export const RUNNER_COMMAND = ['redoubt-azure-runner'] as const;

/** The connection profile as variables, with the runner as the user; and which identity it asks tokens for. */
export function runnerEnvironment(
  profile: Output<ConnectionProfile>,
  { identity, accessKey }: Pick<RunnerArgs, 'identity' | 'accessKey'>,
): Output<EnvironmentEntry[]> {
  return all([profile, identity.clientId, identity.principalId]).apply(([known, clientId, principalId]) => {
    // An access key is the default user's; a token is that of whoever asked for it.
    const { REDIS_USERNAME: _, ...variables } = profileToEnvironment(known);
    const user = accessKey === undefined ? { REDIS_USERNAME: principalId } : {};
    // Read by @azure/identity: with several identities the platform has to be told which one.
    return Object.entries({ ...variables, ...user, AZURE_CLIENT_ID: clientId }).map(([name, value]) => ({
      name,
      value,
    }));
  });
}
