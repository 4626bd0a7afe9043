/**
 * After the drill: reads every key of every client again, over a connection of its own, so that "nothing was lost" is
 * checked and not assumed. Then takes the keys away.
 */
import { waitUntil } from '../base/wait-until.ts';
import type { ClientHistory, LedgerEntry } from './history.ts';
import { type LoadPlan, readyKeys, scheduleOf, writtenValue } from './load/plan.ts';

/** What reading and clearing needs: both commands only ever name keys of one slot. */
export interface LedgerConnection {
  mget(keys: readonly string[]): Promise<readonly (string | null)[]>;
  unlink(keys: readonly string[]): Promise<unknown>;
}

/** Keys of one command. */
const BATCH = 500;
/** For one batch, over all its attempts: the servers have just been healed and may need a moment. */
const BATCH_TIMEOUT_MS = 10_000;

/** @throws ProblemError `WAIT_TIMED_OUT` when a batch stays unreadable */
export async function readLedger(
  connection: LedgerConnection,
  plan: LoadPlan,
  client: ClientHistory,
  signal: AbortSignal,
): Promise<LedgerEntry[]> {
  const schedule = scheduleOf(plan);
  const planned = client.operations.map(({ sequence }) => ({ sequence, ...schedule(sequence) }));
  const read = await Promise.all(
    batches(planned).map(async (batch) => {
      const values = await patiently(`the keys of ${plan.client}`, signal, () =>
        connection.mget(batch.map(({ key }) => key)),
      );
      return batch.map(({ sequence, kind }, index) => ({
        sequence,
        applied: kind === 'set' ? appliedSet(plan, sequence, values[index]) : Number(values[index] ?? 0),
      }));
    }),
  );
  return read.flat().sort((one, other) => one.sequence - other.sequence);
}

/** Removes what a client has written, or may have written, up to this many operations. */
export async function clearKeys(
  connection: LedgerConnection,
  plan: LoadPlan,
  operationCount: number,
  signal: AbortSignal,
): Promise<void> {
  const schedule = scheduleOf(plan);
  const planned = Array.from({ length: operationCount }, (_, sequence) => schedule(sequence));
  const keys = [...planned, ...readyKeys(plan).map((key) => ({ key }))];
  await Promise.all(
    batches(keys).map((batch) =>
      patiently('the removal of the drill’s keys', signal, () => connection.unlink(batch.map(({ key }) => key))),
    ),
  );
}

function appliedSet(plan: LoadPlan, sequence: number, value: string | null | undefined): number {
  return value === writtenValue(plan, sequence) ? 1 : 0;
}

async function patiently<Answer>(what: string, signal: AbortSignal, ask: () => Promise<Answer>): Promise<Answer> {
  const answer = await waitUntil({
    what,
    timeoutMs: BATCH_TIMEOUT_MS,
    everyMs: 250,
    signal,
    probe: async () => ({ answer: await ask() }),
  });
  return answer.answer;
}

/** Batches whose keys share a hash tag and so a slot. */
function batches<Item extends { readonly key: string }>(items: readonly Item[]): Item[][] {
  const byTag = Map.groupBy(items, ({ key }) => key.slice(key.indexOf('{'), key.indexOf('}')));
  return [...byTag.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / BATCH) }, (_, index) =>
      group.slice(index * BATCH, (index + 1) * BATCH),
    ),
  );
}
