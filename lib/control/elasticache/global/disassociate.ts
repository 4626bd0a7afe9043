/**
 * A secondary leaves a Global Datastore for good and becomes a group of its own, while clients write to the primary: they should
 * notice nothing. The first step of the removal of a region, whose order the service demands.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DisassociateGlobalReplicationGroup.html
 */
import type { CloudOperation, OperationContext } from '../../control-plane.ts';
import { accepted } from '../accepted.ts';
import type { Caller } from '../caller.ts';
import type { GlobalReplicationGroup } from '../description.ts';
import { describeDatastore, disassociateFromDatastore } from './api.ts';
import { factsOf, type GlobalOptions, type Link, linkOf, seenInDatastore, writesSeen } from './datastore.ts';
import { datastoreText, isSame, isSettled, membersOf, placeText } from './place.ts';
import { disassociatePreconditions } from './preconditions.ts';

const HEAL_TIMEOUT_MS = 60_000;

/** The order in which a region is removed; docs/aws.md has it too. */
const AFTERWARDS =
  'Leave `globalDatastore` on the secondary in the template: taking it out replaces that group, and its data is lost. Take it out of `secondaries` of GlobalDatastore. To remove the region, delete its stack now; the datastore can be deleted when the last secondary has left it, and the primary only after the datastore.';

export function globalDisassociate(caller: Caller, options: GlobalOptions): CloudOperation {
  const who = options.otherRegion ?? 'the other region';
  let begun: Link | undefined;
  return {
    name: 'global-disassociate',
    effect: `Takes the secondary of ${who} out of the Global Datastore of ${caller.subject}: it becomes a group of its own that accepts writes and receives no more of them. Clients of this region should notice nothing.`,
    cost: 'Minutes. From then on there is no copy in that region.',
    undo: 'It cannot be undone: a region is linked again only with a new group, which copies everything.',
    afterwards: AFTERWARDS,
    reversible: false,
    preconditions: async (signal) => disassociatePreconditions(await factsOf(caller, options, signal)),
    run: async (context) => {
      begun = await linkOf(caller, options, context.signal);
      await leave(caller, options, context, begun);
      context.event('note', AFTERWARDS);
    },
    heal: async ({ event }) => {
      // What was never asked for needs no words.
      if (begun !== undefined) event('note', await stateNow(caller, begun));
    },
  };
}

async function leave(
  caller: Caller,
  options: GlobalOptions,
  { signal, event, step }: OperationContext,
  { datastoreId, there }: Link,
): Promise<void> {
  const isOut = (datastore: GlobalReplicationGroup) => membersOf(datastore).every((member) => !isSame(member, there));
  event('note', `DisassociateGlobalReplicationGroup is asked for ${placeText(there)}`);
  await accepted({
    what: `${placeText(there)} to be let out of ${datastoreId}`,
    ask: () => disassociateFromDatastore(caller, datastoreId, there, signal),
    wasHeard: async () => {
      const datastore = await describeDatastore(caller, datastoreId, signal);
      // The member is `associated` until it is gone, so the datastore has to tell.
      return isOut(datastore) || !isSettled(datastore);
    },
    timeoutMs: options.acceptTimeoutMs ?? 300_000,
    everyMs: options.pollEveryMs ?? 10_000,
    signal,
  });
  const complete = step(`${placeText(there)} taken out of ${datastoreId}`);
  const byApi = await seenInDatastore(caller, datastoreId, options, {
    what: `${placeText(there)} to be out of ${datastoreId}`,
    isThere: (datastore) => isSettled(datastore) && isOut(datastore),
    signal,
  });
  complete(`${byApi}; ${await writesSeen(caller, options, { expected: 'accepted', byApi, signal })}`);
}

async function stateNow(caller: Caller, { datastoreId }: Link): Promise<string> {
  try {
    const datastore = await describeDatastore(caller, datastoreId, AbortSignal.timeout(HEAL_TIMEOUT_MS));
    const end = isSettled(datastore) ? 'Nothing can be put back.' : 'The service goes on by itself.';
    return `${datastoreText(datastore)}. ${end}`;
  } catch (error) {
    return `The state of ${datastoreId} could not be told afterwards: ${(error as Error).message}`;
  }
}
