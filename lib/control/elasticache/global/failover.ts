/**
 * Another region becomes the primary of a Global Datastore, then this one again: the rehearsal of the loss of a region, seen by the
 * clients of this one. A region that is really lost is not drilled: docs/aws.md has the one command for it.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Redis-Global-Datastores-Console.html#Redis-Global-Datastores-Console-Promote-Secondary
 */
import { ProblemError } from '../../../base/problem.ts';
import type { CloudOperation, OperationContext } from '../../control-plane.ts';
import { accepted } from '../accepted.ts';
import type { Caller } from '../caller.ts';
import type { GlobalReplicationGroup } from '../description.ts';
import { waitFor } from '../wait-for.ts';
import { describeDatastore, failoverDatastore } from './api.ts';
import { factsOf, type GlobalOptions, type Link, linkOf, seenInDatastore, writesSeen } from './datastore.ts';
import { datastoreText, isSame, isSettled, type Place, placeText, primaryOf } from './place.ts';
import { failoverPreconditions } from './preconditions.ts';

const HEAL_TIMEOUT_MS = 50 * 60_000;
/** An accepted request may show a moment later only, so one look at an unchanged datastore does not say that nothing was begun. */
const LOOKS_AT_REST = 3;

export function globalFailover(caller: Caller, options: GlobalOptions): CloudOperation {
  const elsewhere = options.otherRegion ?? 'the other region';
  let begun: Link | undefined;
  return {
    name: 'global-failover',
    effect: `Makes ${elsewhere} the primary of the Global Datastore of ${caller.subject}, and then this region again. This region refuses writes from the first until the second; the writes that it had acknowledged and not yet copied may be lost.`,
    cost: 'Minutes, twice; no money.',
    undo: 'This region is made the primary again at the end, also after Ctrl-C. What was written elsewhere meanwhile stays.',
    reversible: true,
    deliberate: `global-failover keeps the ${caller.subject} from accepting writes for minutes, and what it has acknowledged and not yet copied may be lost (the metric GlobalDatastoreReplicationLag says how far the copy is behind).`,
    preconditions: async (signal) => failoverPreconditions(await factsOf(caller, options, signal)),
    run: async (context) => {
      const { signal, event } = context;
      const link = await linkOf(caller, options, signal);
      begun = link;
      const stage: Stage = { caller, options, link, signal, event };
      await move(stage, context, link.here, link.there);
      await move(stage, context, link.there, link.here);
      begun = undefined;
    },
    byHand: () => (begun === undefined ? undefined : byHand(begun)),
    heal: async ({ event }) => {
      if (begun === undefined) return;
      await healed({ caller, options, link: begun, signal: AbortSignal.timeout(HEAL_TIMEOUT_MS), event });
      begun = undefined;
    },
  };
}

interface Stage {
  readonly caller: Caller;
  readonly options: GlobalOptions;
  readonly link: Link;
  readonly signal: AbortSignal;
  readonly event: OperationContext['event'];
}

async function move(stage: Stage, { step }: OperationContext, from: Place, to: Place): Promise<void> {
  await ask(stage, to);
  const complete = step(`the primary of ${stage.link.datastoreId} moved from ${from.region} to ${to.region}`);
  complete(await arrived(stage, to));
}

function ask({ caller, options, link: { datastoreId }, signal, event }: Stage, to: Place): Promise<void> {
  event('note', `FailoverGlobalReplicationGroup is asked for: ${placeText(to)} as the primary`);
  return accepted({
    what: `the failover of ${datastoreId} to ${to.region} to be accepted`,
    ask: () => failoverDatastore(caller, datastoreId, to, signal),
    wasHeard: async () => {
      const datastore = await describeDatastore(caller, datastoreId, signal);
      return datastore !== undefined && (!isSettled(datastore) || isSame(primaryOf(datastore), to));
    },
    timeoutMs: options.acceptTimeoutMs ?? 300_000,
    everyMs: options.pollEveryMs ?? 10_000,
    signal,
  });
}

/** By the API, and by the servers of this region, which alone can be reached from here. */
async function arrived({ caller, options, link, signal }: Stage, to: Place): Promise<string> {
  const byApi = await seenInDatastore(caller, link.datastoreId, options, {
    what: `${placeText(to)} to be the primary of ${link.datastoreId}`,
    isThere: (datastore) => isSettled(datastore) && isSame(primaryOf(datastore), to),
    signal,
  });
  const expected = isSame(to, link.here) ? 'accepted' : 'refused';
  return `${byApi}; ${await writesSeen(caller, options, { expected, byApi, signal })}`;
}

/** Which member's region has to be asked is not documented. */
function byHand({ datastoreId, here: { region, replicationGroupId }, there }: Link): string {
  return `Make it the primary by hand: aws elasticache failover-global-replication-group --region ${region} --global-replication-group-id ${datastoreId} --primary-region ${region} --primary-replication-group-id ${replicationGroupId}. If that is refused, ask with --region ${there.region}.`;
}

/** Reads first, waits for what still runs, asks only for what is missing. @throws ProblemError `AWS_NOT_HEALED` */
async function healed(stage: Stage): Promise<void> {
  const { here, datastoreId } = stage.link;
  try {
    const datastore = await atRest(stage);
    if (!isSame(primaryOf(datastore), here)) await ask(stage, here);
    stage.event('note', `${await arrived(stage, here)}. Nothing is left to be put back.`);
  } catch (error) {
    const message = `${placeText(here)} could not be made the primary of ${datastoreId} again: ${(error as Error).message} ${byHand(stage.link)}`;
    throw new ProblemError({ code: 'AWS_NOT_HEALED', message }, { cause: error });
  }
}

async function atRest({ caller, options, link: { datastoreId }, signal }: Stage): Promise<GlobalReplicationGroup> {
  let lastSeen = 'nothing yet';
  let looks = 0;
  return waitFor({
    what: `${datastoreId} to be at rest`,
    timeoutMs: HEAL_TIMEOUT_MS,
    everyMs: options.pollEveryMs ?? 10_000,
    signal,
    lastSeen: () => lastSeen,
    probe: async () => {
      const datastore = await describeDatastore(caller, datastoreId, signal);
      lastSeen = datastoreText(datastore);
      looks = isSettled(datastore) ? looks + 1 : 0;
      return looks < LOOKS_AT_REST ? undefined : datastore;
    },
  });
}
