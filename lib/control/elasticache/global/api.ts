/** What is asked of ElastiCache about a Global Datastore, and what it is asked to do to one. */
import { ProblemError } from '../../../base/problem.ts';
import { itemsOf } from '../api.ts';
import type { Caller } from '../caller.ts';
import type { GlobalReplicationGroup } from '../description.ts';
import type { Place } from './place.ts';

/** With its members. @throws ProblemError `AWS_GLOBAL_DATASTORE_NOT_FOUND` */
export function describeDatastore(
  caller: Caller,
  globalReplicationGroupId: string,
  signal?: AbortSignal,
): Promise<GlobalReplicationGroup> {
  const input = { GlobalReplicationGroupId: globalReplicationGroupId, ShowMemberInfo: true };
  return caller.call('DescribeGlobalReplicationGroups', signal, async ({ sdk, reader: client }, bounds) => {
    const pages = sdk.paginateDescribeGlobalReplicationGroups({ client }, input, bounds);
    const [datastore] = await itemsOf(pages, ({ GlobalReplicationGroups }) => GlobalReplicationGroups);
    if (datastore !== undefined) return datastore;
    const message = `DescribeGlobalReplicationGroups answered without a fault and without ${globalReplicationGroupId}. Ask again, and report it if it stays so.`;
    throw new ProblemError({ code: 'AWS_GLOBAL_DATASTORE_NOT_FOUND', message });
  });
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_FailoverGlobalReplicationGroup.html */
export function failoverDatastore(
  caller: Caller,
  globalReplicationGroupId: string,
  { replicationGroupId, region }: Place,
  signal?: AbortSignal,
): Promise<void> {
  return caller.call('FailoverGlobalReplicationGroup', signal, async ({ sdk, doer }, bounds) => {
    const command = new sdk.FailoverGlobalReplicationGroupCommand({
      GlobalReplicationGroupId: globalReplicationGroupId,
      PrimaryRegion: region,
      PrimaryReplicationGroupId: replicationGroupId,
    });
    await doer.send(command, bounds);
  });
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DisassociateGlobalReplicationGroup.html */
export function disassociateFromDatastore(
  caller: Caller,
  globalReplicationGroupId: string,
  { replicationGroupId, region }: Place,
  signal?: AbortSignal,
): Promise<void> {
  return caller.call('DisassociateGlobalReplicationGroup', signal, async ({ sdk, doer }, bounds) => {
    const command = new sdk.DisassociateGlobalReplicationGroupCommand({
      GlobalReplicationGroupId: globalReplicationGroupId,
      ReplicationGroupId: replicationGroupId,
      ReplicationGroupRegion: region,
    });
    await doer.send(command, bounds);
  });
}
