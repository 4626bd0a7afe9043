/** Who is who in a Global Datastore, by the word of the API. Pure. */
import { listed } from '../../../verify/judging.ts';
import type { GlobalReplicationGroup, ReplicationGroup } from '../description.ts';

/** A member: a replication group, and where it is. */
export interface Place {
  readonly replicationGroupId: string;
  readonly region: string;
}

/** In small letters; empty where the API does not say. */
interface Member extends Place {
  readonly role: string;
  readonly status: string;
}

export function membersOf({ Members = [] }: GlobalReplicationGroup): Member[] {
  return Members.map(({ ReplicationGroupId = '', ReplicationGroupRegion = '', Role = '', Status = '' }) => ({
    replicationGroupId: ReplicationGroupId,
    region: ReplicationGroupRegion,
    role: Role.toLowerCase(),
    status: Status.toLowerCase(),
  }));
}

/** Undefined where there is none, or more than one: while roles are being changed. */
export function primaryOf(datastore: GlobalReplicationGroup): Member | undefined {
  const primaries = membersOf(datastore).filter(({ role }) => role === 'primary');
  return primaries.length === 1 ? primaries[0] : undefined;
}

export function secondariesOf(datastore: GlobalReplicationGroup): Member[] {
  return membersOf(datastore).filter(({ role }) => role === 'secondary');
}

export function isSame(one: Place | undefined, other: Place): boolean {
  return (
    one?.region === other.region && one.replicationGroupId.toLowerCase() === other.replicationGroupId.toLowerCase()
  );
}

/** `arn:aws:elasticache:eu-west-1:111122223333:replicationgroup:shop` says the region. */
export function placeOf({ ReplicationGroupId = '', ARN = '' }: ReplicationGroup): Place {
  return { replicationGroupId: ReplicationGroupId, region: ARN.split(':')[3] ?? '' };
}

/** Nothing is being changed in it. A datastore whose last secondary has gone is `primary-only`. */
export function isSettled(datastore: GlobalReplicationGroup): boolean {
  const isAtRest = datastore.Status === 'available' || datastore.Status === 'primary-only';
  return isAtRest && membersOf(datastore).every(({ status }) => status === 'associated');
}

/** The secondary that is meant: that of the region, or the only one. */
export function chosenSecondary(datastore: GlobalReplicationGroup, region?: string): Place | undefined {
  const secondaries = secondariesOf(datastore).filter((member) => region === undefined || member.region === region);
  return secondaries.length === 1 ? secondaries[0] : undefined;
}

export function placeText({ replicationGroupId, region }: Place): string {
  return `${replicationGroupId} in ${region}`;
}

export function datastoreText(datastore: GlobalReplicationGroup): string {
  const members = membersOf(datastore).map(
    (member) =>
      `${placeText(member)} is ${member.role || 'of an untold role'} and ${member.status || 'in an untold state'}`,
  );
  return `Global Datastore ${datastore.GlobalReplicationGroupId} is ${datastore.Status ?? 'in an untold state'}: ${listed(members, 5)}`;
}
