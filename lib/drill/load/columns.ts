/** Operations as columns: what a worker hands over and what a history file holds. A tenth of the size of a list of objects. */
import { z } from 'zod';
import type { Problem } from '../../base/problem.ts';
import type { Operation, OperationKind, Outcome } from '../history.ts';

const KIND_LETTERS: Record<OperationKind, string> = { set: 's', incr: 'i' };
const OUTCOME_LETTERS: Record<Outcome, string> = { ok: 'o', fail: 'f', unknown: 'u', unanswered: '-' };
const KINDS = invert(KIND_LETTERS);
const OUTCOMES = invert(OUTCOME_LETTERS);

const index = z.int().nonnegative();

export const operationColumnsSchema = z.strictObject({
  sequences: z.array(index),
  /** One letter per operation: `s`et or `i`ncr. */
  kinds: z.string().regex(/^[si]*$/),
  shards: z.array(index),
  intendedMs: z.array(z.number()),
  sentMs: z.array(z.number()),
  /** Null: never answered. */
  settledMs: z.array(z.number().nullable()),
  /** One letter per operation: `o`k, `f`ail, `u`nknown or `-` for unanswered. */
  outcomes: z.string().regex(/^[ofu-]*$/),
  /** Row and error index, for the rows that have one. */
  errors: z.array(z.tuple([index, index])),
});
export type OperationColumns = z.infer<typeof operationColumnsSchema>;

export function toColumns(operations: readonly Operation[]): OperationColumns {
  return {
    sequences: operations.map(({ sequence }) => sequence),
    kinds: operations.map(({ kind }) => KIND_LETTERS[kind]).join(''),
    shards: operations.map(({ shardIndex }) => shardIndex),
    intendedMs: operations.map(({ intendedMs }) => intendedMs),
    sentMs: operations.map(({ sentMs }) => sentMs),
    settledMs: operations.map(({ settledMs }) => settledMs ?? null),
    outcomes: operations.map(({ outcome }) => OUTCOME_LETTERS[outcome]).join(''),
    errors: operations.flatMap(({ errorIndex }, row): [number, number][] =>
      errorIndex === undefined ? [] : [[row, errorIndex]],
    ),
  };
}

/** Call `columnProblems` first: columns of different lengths would give holes. */
export function fromColumns(columns: OperationColumns): Operation[] {
  const errors = new Map(columns.errors);
  return columns.sequences.map((sequence, row) => {
    const settledMs = columns.settledMs[row] ?? null;
    const errorIndex = errors.get(row);
    return {
      sequence,
      kind: KINDS[columns.kinds[row] as string] as OperationKind,
      shardIndex: columns.shards[row] as number,
      intendedMs: columns.intendedMs[row] as number,
      sentMs: columns.sentMs[row] as number,
      ...(settledMs === null ? {} : { settledMs }),
      outcome: OUTCOMES[columns.outcomes[row] as string] as Outcome,
      ...(errorIndex === undefined ? {} : { errorIndex }),
    };
  });
}

/** What a schema cannot say: every column has a value for every operation, and every reference leads somewhere. */
export function columnProblems(
  columns: OperationColumns,
  shardCount: number,
  errorCount: number,
  path: string,
): Problem[] {
  const rows = columns.sequences.length;
  const problems: Problem[] = [];
  const complain = (message: string, name: string) =>
    problems.push({ code: 'HISTORY_INVALID', message, path: `${path}.${name}` });
  for (const name of ['kinds', 'shards', 'intendedMs', 'sentMs', 'settledMs', 'outcomes'] as const) {
    const length = columns[name].length;
    if (length !== rows) complain(`It has ${length} values for ${rows} operations.`, name);
  }
  if (new Set(columns.sequences).size !== rows) complain('A sequence number occurs twice.', 'sequences');
  const strange = columns.shards.find((shardIndex) => shardIndex >= shardCount);
  if (strange !== undefined)
    complain(`Shard ${strange} is named, but there are only ${shardCount}, counted from 0.`, 'shards');
  if (columns.errors.some(([row, error]) => row >= rows || error >= errorCount)) {
    complain('A row or an error is named that does not exist.', 'errors');
  }
  const contradicting = columns.settledMs.findIndex(
    (settled, row) => (settled === null) !== (columns.outcomes[row] === '-'),
  );
  if (contradicting !== -1)
    complain(`Row ${contradicting} is answered without a time, or unanswered with one.`, 'settledMs');
  return problems;
}

function invert<Key extends string>(letters: Record<Key, string>): Record<string, Key> {
  return Object.fromEntries(Object.entries(letters).map(([key, letter]) => [letter as string, key as Key]));
}
