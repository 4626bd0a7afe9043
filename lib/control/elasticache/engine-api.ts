/** What has to be asked of ElastiCache before and for a change of engine. */
import type { Caller } from './caller.ts';
import type { CacheParameterGroup } from './description.ts';

/** @throws ProblemError `AWS_PARAMETER_GROUP_NOT_FOUND` */
export function describeParameterGroup(
  caller: Caller,
  name: string,
  signal?: AbortSignal,
): Promise<CacheParameterGroup | undefined> {
  return caller.call('DescribeCacheParameterGroups', signal, async ({ sdk, reader }, bounds) => {
    const command = new sdk.DescribeCacheParameterGroupsCommand({ CacheParameterGroupName: name });
    return (await reader.send(command, bounds)).CacheParameterGroups?.[0];
  });
}

export interface EngineChange {
  /** `8.0`: the service chooses the patch level. */
  readonly engineVersion: string;
  /** Absent: the service takes the default one of the new family. */
  readonly parameterGroupName?: string;
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/VersionManagement.HowTo.html#VersionManagement.HowTo.cross-engine-upgrade */
export function modifyEngineToValkey(
  caller: Caller,
  { engineVersion, parameterGroupName }: EngineChange,
  signal?: AbortSignal,
): Promise<void> {
  return caller.call('ModifyReplicationGroup', signal, async ({ sdk, doer }, bounds) => {
    const command = new sdk.ModifyReplicationGroupCommand({
      ReplicationGroupId: caller.replicationGroupId,
      Engine: 'valkey',
      EngineVersion: engineVersion,
      ApplyImmediately: true,
      ...(parameterGroupName === undefined ? {} : { CacheParameterGroupName: parameterGroupName }),
    });
    await doer.send(command, bounds);
  });
}
