/** Which cloud's control plane the options name. The libraries behind it are loaded here and nowhere else. */
import { Option } from 'commander';
import type { ControlPlane } from '../lib/control/control-plane.ts';
import { UsageError } from './failure.ts';

export interface ControlPlaneValues {
  readonly aws?: string;
  readonly region?: string;
  readonly azure?: string;
}

export function controlPlaneOptions(): Option[] {
  return [
    new Option('--aws <group>', 'the ElastiCache replication group, by its id').conflicts(['azure', 'lab']),
    new Option('--region <region>', 'AWS region of the group (default: AWS_REGION, or the profile of the AWS CLI)'),
  ];
}

/**
 * Undefined when the options name none.
 * @throws UsageError `REGION_WITHOUT_GROUP`; ProblemError when the library for that cloud is not installed
 */
export async function chosenControlPlane(values: ControlPlaneValues): Promise<ControlPlane | undefined> {
  const { aws, region } = values;
  if (region !== undefined && aws === undefined) {
    const message = `--region ${region} says where a replication group is, and none is named. Give --aws GROUP as well.`;
    throw new UsageError({ code: 'REGION_WITHOUT_GROUP', message });
  }
  if (aws !== undefined) {
    const { elastiCacheControlPlane } = await import('../lib/control/elasticache/control-plane.ts');
    return elastiCacheControlPlane({ replicationGroupId: aws, ...(region === undefined ? {} : { region }) });
  }
  return undefined;
}
