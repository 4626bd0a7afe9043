/** What the keys said after the drill, compared with what the client had been told. */
import type { ClientHistory } from '../history.ts';

export interface LedgerFigures {
  /** Acknowledged, and not there. */
  readonly lostAcknowledgedWrites: number;
  /** Counters above 1. */
  readonly writesAppliedTwice: number;
  /** Never acknowledged (unknown or unanswered), and there all the same. */
  readonly unknownWritesApplied: number;
  /** Reported as surely not applied, and there all the same: the client told its caller something false. */
  readonly failedWritesApplied: number;
}

/** Undefined when the ledger was not read, or does not cover every operation: then nothing may be claimed. */
export function ledgerFigures(client: ClientHistory): LedgerFigures | undefined {
  if (client.ledger === undefined) return undefined;
  const applied = new Map(client.ledger.map((entry) => [entry.sequence, entry.applied]));
  const figures = { lostAcknowledgedWrites: 0, writesAppliedTwice: 0, unknownWritesApplied: 0, failedWritesApplied: 0 };
  for (const { sequence, outcome } of client.operations) {
    const times = applied.get(sequence);
    if (times === undefined) return undefined;
    if (times >= 2) figures.writesAppliedTwice += 1;
    if (outcome === 'ok' && times === 0) figures.lostAcknowledgedWrites += 1;
    if (outcome === 'fail' && times > 0) figures.failedWritesApplied += 1;
    if ((outcome === 'unknown' || outcome === 'unanswered') && times > 0) figures.unknownWritesApplied += 1;
  }
  return figures;
}
