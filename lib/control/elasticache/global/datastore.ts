/** What both operations on a Global Datastore share: their options, the facts before, and the wait for its new state. */
import { ProblemError } from '../../../base/problem.ts';
import { waitUntil } from '../../../base/wait-until.ts';
import { describeGroup, listTags } from '../api.ts';
import type { Caller } from '../caller.ts';
import type { GlobalReplicationGroup } from '../description.ts';
import { waitFor } from '../wait-for.ts';
import { describeDatastore } from './api.ts';
import { chosenSecondary, datastoreText, type Place, placeOf } from './place.ts';
import type { GlobalFacts } from './preconditions.ts';
import { type WriteAnswers, writeAnswersText } from './writes.ts';

export interface GlobalOptions {
  /** Region of the secondary. Default: that of the only one. */
  readonly otherRegion?: string;
  /** Whether the servers of this region take writes, for the proof afterwards. Default: they are not asked. */
  readonly writes?: () => Promise<WriteAnswers>;
  /** Between two looks at the status. Default 10,000: the account's calls are limited. */
  readonly pollEveryMs?: number;
  /** How long the call may be refused because the datastore is busy. Default 300,000. */
  readonly acceptTimeoutMs?: number;
  /** How long one change of the datastore may take; minutes are usual. Default 3,600,000. */
  readonly changeTimeoutMs?: number;
  /** How long the servers may take to do what the API says. Default 300,000. */
  readonly serversTimeoutMs?: number;
}

export async function factsOf(
  caller: Caller,
  { otherRegion }: GlobalOptions,
  signal?: AbortSignal,
): Promise<GlobalFacts> {
  const group = await describeGroup(caller, signal);
  const datastoreId = group.GlobalReplicationGroupInfo?.GlobalReplicationGroupId ?? '';
  const datastore = datastoreId === '' ? undefined : await describeDatastore(caller, datastoreId, signal);
  const tags = (await listTags(caller, group, signal)) ?? [];
  return {
    subject: caller.subject,
    group,
    tags,
    ...(datastore === undefined ? {} : { datastore }),
    ...(otherRegion === undefined ? {} : { otherRegion }),
  };
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
  const message = `The ${caller.subject} has no secondary${options.otherRegion === undefined ? '' : ` in ${options.otherRegion}`} in a Global Datastore any more, so nothing was asked for. Look at its members (aws elasticache describe-global-replication-groups --show-member-info).`;
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
      lastSeen = datastoreText(datastore);
      return isThere(datastore) ? lastSeen : undefined;
    },
  });
}

interface Expectation {
  readonly expected: 'accepted' | 'refused';
  /** What the API said, for the sentence when the servers say something else. */
  readonly byApi: string;
  readonly signal: AbortSignal;
}

/** The service's word is not enough: every shard of this region takes writes, or none does. @throws ProblemError `GLOBAL_SERVERS_DISAGREE` */
export async function writesSeen(
  { subject }: Caller,
  { writes, pollEveryMs = 10_000, serversTimeoutMs = 300_000 }: GlobalOptions,
  { expected, byApi, signal }: Expectation,
): Promise<string> {
  if (writes === undefined) return 'the servers were not asked';
  let lastSeen = 'no server has answered';
  try {
    return await waitUntil({
      what: `writes to be ${expected} by every shard of ${subject}`,
      timeoutMs: serversTimeoutMs,
      everyMs: pollEveryMs,
      signal,
      lastSeen: () => lastSeen,
      probe: async () => {
        const answers = await writes();
        lastSeen = writeAnswersText(answers);
        return answers[expected] === answers.asked ? lastSeen : undefined;
      },
    });
  } catch (error) {
    signal.throwIfAborted();
    const message = `The API says: ${byApi}. Writes to the ${subject} should therefore be ${expected}, and ${lastSeen}. Find out which is right before the application is sent anywhere: two regions that both take writes lose those of one.`;
    throw new ProblemError({ code: 'GLOBAL_SERVERS_DISAGREE', message }, { cause: error });
  }
}
