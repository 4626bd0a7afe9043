/** How many operations ended how. */
import type { ClientHistory, Operation, Outcome } from '../history.ts';

export type OutcomeCounts = Record<Outcome, number> & { attempted: number };

export function countOutcomes(operations: readonly Operation[]): OutcomeCounts {
  const counts: OutcomeCounts = { attempted: operations.length, ok: 0, fail: 0, unknown: 0, unanswered: 0 };
  for (const operation of operations) counts[operation.outcome] += 1;
  return counts;
}

/** Every distinct error and how often it ended an operation, most frequent first. */
export function countErrors(client: ClientHistory): { error: string; count: number }[] {
  const counts = client.errors.map((error) => ({ error, count: 0 }));
  for (const { errorIndex } of client.operations) {
    const row = errorIndex === undefined ? undefined : counts[errorIndex];
    if (row !== undefined) row.count += 1;
  }
  return counts.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count || a.error.localeCompare(b.error));
}
