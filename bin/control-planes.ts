/** Which cloud's control plane the options name. The libraries behind it are loaded here and nowhere else. */
import { Option } from 'commander';
import type { ControlPlane } from '../lib/control/control-plane.ts';
import type { ConnectionProfile } from '../lib/profile/profile.ts';
import type { CheckContext } from '../lib/verify/check.ts';
import type { CommandContext } from './context.ts';
import { UsageError } from './failure.ts';

export interface ControlPlaneValues {
  readonly aws?: string;
  readonly region?: string;
  readonly azure?: string;
  readonly nodeGroup?: readonly string[];
}

export function controlPlaneOptions(): Option[] {
  return [
    new Option('--aws <group>', 'the ElastiCache replication group, by its id').conflicts(['azure', 'lab']),
    new Option('--region <region>', 'AWS region of the group (default: AWS_REGION, or the profile of the AWS CLI)'),
  ];
}

/** Of a drill only: a comparison asks for nothing. */
export function nodeGroupOption(): Option {
  return new Option('--node-group <ids...>', 'with --aws: only these shards, as 0001 0003 (default: all, one by one)');
}

/**
 * Undefined when the options name none.
 * @param profile of the deployment, where it is known: test-failover then looks first whether replicas are in sync
 * @throws UsageError `REGION_WITHOUT_GROUP`; ProblemError when the library for that cloud is not installed
 */
export async function chosenControlPlane(
  values: ControlPlaneValues,
  { environment }: Pick<CommandContext, 'environment'>,
  profile?: ConnectionProfile,
): Promise<ControlPlane | undefined> {
  const { aws, region, nodeGroup } = values;
  if (region !== undefined && aws === undefined) {
    const message = `--region ${region} says where a replication group is, and none is named. Give --aws GROUP as well.`;
    throw new UsageError({ code: 'REGION_WITHOUT_GROUP', message });
  }
  if (aws !== undefined) {
    const { elastiCacheControlPlane } = await import('../lib/control/elasticache/control-plane.ts');
    return elastiCacheControlPlane({
      replicationGroupId: aws,
      ...(region === undefined ? {} : { region }),
      testFailover: {
        ...(nodeGroup === undefined ? {} : { nodeGroupIds: nodeGroup }),
        ...(profile === undefined ? {} : { servers: (signal) => serversOf(profile, environment, signal) }),
      },
    });
  }
  return undefined;
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
