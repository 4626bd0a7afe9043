/**
 * Another region becomes the primary of a Global Datastore, then this one again: the rehearsal of the loss of a region, seen by the
 * clients of this one. A region that is really lost is not drilled: docs/aws.md has the one command for it.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Redis-Global-Datastores-Console.html#Redis-Global-Datastores-Console-Promote
 */
import { ProblemError } from '../../../base/problem.ts';
import type { CloudOperation, OperationContext } from '../../control-plane.ts';
import { accepted } from '../accepted.ts';
import type { Caller } from '../caller.ts';
import type { GlobalReplicationGroup } from '../description.ts';
import { waitFor } from '../wait-for.ts';
import { describeDatastore, failoverDatastore } from './api.ts';
import { factsOf, type GlobalOptions, type Link, linkOf, seenInDatastore } from './datastore.ts';
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
    preconditions: async (signal) => failoverPreconditions(await factsOf(caller, options, signal)),
    run: async (context) => {
      const link = await linkOf(caller, options, context.signal);
      begun = link;
      await move({ caller, options, context, link, from: link.here, to: link.there });
      await move({ caller, options, context, link, from: link.there, to: link.here });
      begun = undefined;
    },
    byHand: () => (begun === undefined ? undefined : byHand(begun)),
    heal: async ({ event }) => {
      if (begun === undefined) return;
      await healed(caller, options, begun, event);
      begun = undefined;
    },
  };
}

interface Move {
  readonly caller: Caller;
  readonly options: GlobalOptions;
  readonly context: OperationContext;
  readonly link: Link;
  readonly from: Place;
  readonly to: Place;
}

async function move({ caller, options, context, link, from, to }: Move): Promise<void> {
  const { signal, event, step } = context;
  const { datastoreId } = link;
  event('note', `FailoverGlobalReplicationGroup is asked for: ${placeText(to)} as the primary`);
  await accepted({
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
  const complete = step(`the primary of ${datastoreId} moved from ${from.region} to ${to.region}`);
  const isThere = (datastore: GlobalReplicationGroup) => isSettled(datastore) && isSame(primaryOf(datastore), to);
  const what = `${placeText(to)} to be the primary of ${datastoreId}`;
  complete(await seenInDatastore(caller, datastoreId, options, { what, isThere, signal }));
}

function byHand({ datastoreId, here }: Link): string {
  return `Make it the primary by hand: aws elasticache failover-global-replication-group --global-replication-group-id ${datastoreId} --primary-region ${here.region} --primary-replication-group-id ${here.replicationGroupId}.`;
}

/** Reads first, waits for what still runs, asks only for what is missing. @throws ProblemError `AWS_NOT_HEALED` */
async function healed(
  caller: Caller,
  { pollEveryMs = 10_000 }: GlobalOptions,
  link: Link,
  event: OperationContext['event'],
): Promise<void> {
  const { datastoreId, here } = link;
  const signal = AbortSignal.timeout(HEAL_TIMEOUT_MS);
  let lastSeen = 'nothing yet';
  let looksAtRest = 0;
  try {
    await waitFor({
      what: `${placeText(here)} to be the primary of ${datastoreId} again`,
      timeoutMs: HEAL_TIMEOUT_MS,
      everyMs: pollEveryMs,
      signal,
      lastSeen: () => lastSeen,
      probe: async () => {
        const datastore = await describeDatastore(caller, datastoreId, signal);
        if (datastore === undefined) return undefined;
        lastSeen = datastoreText(datastore);
        looksAtRest = isSettled(datastore) ? looksAtRest + 1 : 0;
        if (looksAtRest < LOOKS_AT_REST) return undefined;
        if (isSame(primaryOf(datastore), here)) return true;
        event('note', `${lastSeen}. Asking for ${placeText(here)} as the primary`);
        looksAtRest = 0;
        await failoverDatastore(caller, datastoreId, here, signal);
        return undefined;
      },
    });
  } catch (error) {
    const message = `${placeText(here)} could not be made the primary of ${datastoreId} again: ${(error as Error).message} Last seen: ${lastSeen}. ${byHand(link)}`;
    throw new ProblemError({ code: 'AWS_NOT_HEALED', message }, { cause: error });
  }
  event('note', `${lastSeen}. Nothing is left to be put back.`);
}
