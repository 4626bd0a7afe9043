/** Which cloud's control plane the options name. The libraries behind it are loaded here and nowhere else. */
import { InvalidArgumentError, Option } from 'commander';
import type { AzureExpectations } from '../lib/control/azure/field.ts';
import type { ControlPlane } from '../lib/control/control-plane.ts';
import type { WriteAnswers } from '../lib/control/elasticache/global/writes.ts';
import type { ConnectionProfile } from '../lib/profile/profile.ts';
import type { CheckContext } from '../lib/verify/check.ts';
import type { CommandContext } from './context.ts';
import { asInput } from './failure.ts';

export interface ControlPlaneValues {
  readonly aws?: string;
  readonly region?: string;
  readonly azure?: string;
  readonly azureEndpoint?: string;
  readonly nodeGroup?: readonly string[];
  readonly engineVersion?: string;
  readonly parameterGroup?: string;
  readonly otherRegion?: string;
}

export function controlPlaneOptions(): Option[] {
  return [
    new Option('--aws <group>', 'the ElastiCache replication group, by its id').conflicts(['azure', 'lab']),
    new Option('--azure <id>', 'the Azure Managed Redis cluster, by its resource id').conflicts(['aws', 'lab']),
    new Option('--azure-endpoint <url>', 'of Azure Resource Manager, for a cloud that is not the public one').argParser(
      endpointUrl,
    ),
    new Option('--region <region>', 'AWS region of the group (default: AWS_REGION, or the profile of the AWS CLI)'),
  ];
}

/** Of a drill only: a comparison asks for nothing. */
export function nodeGroupOption(): Option {
  return new Option(
    '--node-group <ids...>',
    'with test-failover: only these shards, as 0001 0003 (default: all, one by one)',
  );
}

/** Of a drill only, for `engine-to-valkey`. */
export function engineOptions(): Option[] {
  return [
    new Option('--engine-version <version>', 'with engine-to-valkey: of Valkey, as 8.0 (default: 8.0)'),
    new Option(
      '--parameter-group <name>',
      'with engine-to-valkey: of the new family, where the group has one of its own now (default: the service’s own)',
    ),
  ];
}

/** Of a drill only, for `global-failover` and `global-disassociate`. */
export function otherRegionOption(): Option {
  return new Option(
    '--other-region <region>',
    'with global-failover and global-disassociate: of the secondary (default: of the only one)',
  );
}

/** What is known of the deployment. */
interface Known {
  /** With it test-failover looks first whether replicas are in sync. */
  readonly profile?: ConnectionProfile;
  /** False where its secret is not there: only the cloud is asked. Default: true. */
  readonly asksServers?: boolean;
  /** What an Azure Managed Redis was given beside its topology, to be compared as well. */
  readonly expected?: AzureExpectations;
}

/**
 * Undefined when the options name none.
 * @throws ProblemError when the library for that cloud is not installed
 */
export async function chosenControlPlane(
  values: ControlPlaneValues,
  { environment }: Pick<CommandContext, 'environment'>,
  { profile, expected, asksServers = true }: Known = {},
): Promise<ControlPlane | undefined> {
  const { aws, region, nodeGroup, engineVersion, parameterGroup, otherRegion, azure, azureEndpoint } = values;
  if (aws !== undefined) {
    const { elastiCacheControlPlane } = await import('../lib/control/elasticache/control-plane.ts');
    const asked = asksServers ? profile : undefined;
    const look =
      asked === undefined ? {} : { servers: (signal?: AbortSignal) => serversOf(asked, environment, signal) };
    return elastiCacheControlPlane({
      replicationGroupId: aws,
      ...(region === undefined ? {} : { region }),
      testFailover: { ...look, ...(nodeGroup === undefined ? {} : { nodeGroupIds: nodeGroup }) },
      global: {
        ...(asked === undefined ? {} : { writes: () => writesOf(asked, environment) }),
        ...(otherRegion === undefined ? {} : { otherRegion }),
      },
      engineToValkey: {
        ...look,
        ...(engineVersion === undefined ? {} : { engineVersion }),
        ...(parameterGroup === undefined ? {} : { parameterGroupName: parameterGroup }),
      },
    });
  }
  if (azure === undefined) return undefined;
  const { azureControlPlane } = await import('../lib/control/azure/control-plane.ts');
  return asInput(() =>
    azureControlPlane({
      resourceId: azure,
      ...(azureEndpoint === undefined ? {} : { endpoint: azureEndpoint }),
      ...(expected === undefined ? {} : { expected }),
      ...(profile === undefined ? {} : { signIn: signInOf(profile) }),
    }),
  );
}

/** A token of Entra goes with the name of its identity, an access key with none. */
function signInOf({ authentication }: ConnectionProfile): 'entra' | 'access-key' {
  return authentication.userName === undefined ? 'access-key' : 'entra';
}

/** The token goes there, so it must be a place that proves who it is; a stand-in on this machine need not. */
function endpointUrl(text: string): string {
  const url = URL.parse(text);
  const isHere = url?.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url !== null && (url.protocol === 'https:' || isHere)) return url.origin;
  throw new InvalidArgumentError('It must be an https URL, like https://management.usgovcloudapi.net.');
}

async function writesOf(profile: ConnectionProfile, environment: CommandContext['environment']): Promise<WriteAnswers> {
  const { askForWrites } = await import('../lib/control/elasticache/global/writes.ts');
  return askForWrites(profile, environment);
}

async function serversOf(
  profile: ConnectionProfile,
  environment: CommandContext['environment'],
  signal: AbortSignal | undefined,
): Promise<CheckContext> {
  const { verify } = await import('../lib/verify/run.ts');
  const { observation } = await verify(profile, { environment, ...(signal === undefined ? {} : { signal }) });
  return { profile, observation };
}
