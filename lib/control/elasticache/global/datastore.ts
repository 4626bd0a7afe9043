/** What both operations on a Global Datastore share: their options, the facts before, and the wait for its new state. */
import { ProblemError } from '../../../base/problem.ts';
import { describeGroup, listTags } from '../api.ts';
import type { Caller } from '../caller.ts';
import type { GlobalReplicationGroup, ReplicationGroup } from '../description.ts';
import { waitFor } from '../wait-for.ts';
import { describeDatastore } from './api.ts';
import { chosenSecondary, datastoreText, type Place, placeOf } from './place.ts';
import type { GlobalFacts } from './preconditions.ts';

export interface GlobalOptions {
  /** Region of the secondary. Default: that of the only one. */
  readonly otherRegion?: string;
  /** Between two looks at the status. Default 10,000: the account's calls are limited. */
  readonly pollEveryMs?: number;
  /** How long the call may be refused because the datastore is busy. Default 300,000. */
  readonly acceptTimeoutMs?: number;
  /** How long one change of the datastore may take; minutes are usual. Default 3,600,000. */
  readonly changeTimeoutMs?: number;
}

export async function factsOf(
  caller: Caller,
  { otherRegion }: GlobalOptions,
  signal?: AbortSignal,
): Promise<GlobalFacts> {
  const group = await describeGroup(caller, signal);
  const datastore = await datastoreOf(caller, group, signal);
  const tags = (await listTags(caller, group, signal)) ?? [];
  return {
    subject: caller.subject,
    group,
    tags,
    ...(datastore === undefined ? {} : { datastore }),
    ...(otherRegion === undefined ? {} : { otherRegion }),
  };
}

async function datastoreOf(
  caller: Caller,
  { GlobalReplicationGroupInfo }: ReplicationGroup,
  signal?: AbortSignal,
): Promise<GlobalReplicationGroup | undefined> {
  const id = GlobalReplicationGroupInfo?.GlobalReplicationGroupId ?? '';
  return id === '' ? undefined : describeDatastore(caller, id, signal);
}

export interface Link {
  readonly datastoreId: string;
  /** This group. */
  readonly here: Place;
  /** The secondary that is meant. */
  readonly there: Place;
}

/** @throws ProblemError `AWS_GLOBAL_DATASTORE_NOT_FOUND` when what the preconditions saw is gone */
export async function linkOf(caller: Caller, options: GlobalOptions, signal: AbortSignal): Promise<Link> {
  const { group, datastore } = await factsOf(caller, options, signal);
  const there = datastore === undefined ? undefined : chosenSecondary(datastore, options.otherRegion);
  const datastoreId = datastore?.GlobalReplicationGroupId;
  if (datastoreId !== undefined && there !== undefined) return { datastoreId, here: placeOf(group), there };
  const message = `The ${caller.subject} has no secondary${options.otherRegion === undefined ? '' : ` in ${options.otherRegion}`} in a Global Datastore any more, so nothing was asked for.`;
  throw new ProblemError({ code: 'AWS_GLOBAL_DATASTORE_NOT_FOUND', message });
}

interface Wait {
  readonly what: string;
  readonly isThere: (datastore: GlobalReplicationGroup) => boolean;
  readonly signal: AbortSignal;
}

/** Until the API shows it; resolves with the words for it. */
export async function seenInDatastore(
  caller: Caller,
  datastoreId: string,
  { pollEveryMs = 10_000, changeTimeoutMs = 3_600_000 }: GlobalOptions,
  { what, isThere, signal }: Wait,
): Promise<string> {
  let lastSeen = 'nothing yet';
  return waitFor({
    what,
    timeoutMs: changeTimeoutMs,
    everyMs: pollEveryMs,
    signal,
    lastSeen: () => lastSeen,
    probe: async () => {
      const datastore = await describeDatastore(caller, datastoreId, signal);
      if (datastore === undefined) return undefined;
      lastSeen = datastoreText(datastore);
      return isThere(datastore) ? lastSeen : undefined;
    },
  });
}
