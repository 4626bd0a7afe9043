/** One sentence per question about one client: the figure, the budget, and what the difference means. */
import type { Verdict } from '../../base/verdict.ts';
import type { ClientResult } from '../../report/report.ts';
import type { Budgets } from '../../topology/deployment.ts';
import type { ClientHistory, DrillHistory } from '../history.ts';
import type { Scenario } from '../scenario.ts';
import { waitEndedMs } from './latency.ts';
import type { LedgerFigures } from './ledger.ts';
import { loadProblem } from './load.ts';
import { spoken } from './milliseconds.ts';
import { CLEAN_TAIL_MS, lastFaultMs, shardsNotRecovered } from './outage.ts';
import { whileNoneWasAccepted } from './refused-by-design.ts';

export type Finding = ClientResult['findings'][number];
export type Figures = Pick<
  ClientResult,
  | 'operations'
  | 'idempotentWrites'
  | 'latencyMs'
  | 'outageMs'
  | 'excessOverPromotionMs'
  | 'recovered'
  | 'staleDialsAfterRecovery'
> & { readonly ledger: LedgerFigures | undefined };

export interface Judgement {
  readonly client: ClientHistory;
  readonly history: DrillHistory;
  readonly scenario: Scenario;
  readonly budgets: Budgets;
  readonly figures: Figures;
}

export function findingsOf(judgement: Judgement): Finding[] {
  const problem = loadProblem(judgement.client, judgement.history);
  if (problem !== undefined) return [finding('unknown', problem.code, problem.message)];
  return [
    recovery(judgement),
    ...(judgement.scenario.planned ? [slowestAnswer(judgement)] : []),
    ...(judgement.scenario.proof === 'roles-moved' && !judgement.scenario.planned ? excess(judgement) : []),
    failedWrites(judgement),
    unknownWrites(judgement),
    unansweredWrites(judgement),
    ...(judgement.scenario.proof === 'server-busy' ? [keptItsConnections(judgement)] : []),
    ...ledgerFindings(judgement),
    staleDials(judgement),
  ];
}

function recovery({ client, figures, history }: Judgement): Finding {
  if (figures.recovered) {
    return finding(
      'pass',
      'RECOVERED',
      `Every shard answered again; the last ${spoken(CLEAN_TAIL_MS)} were without an error.`,
    );
  }
  const loadAfterMs = history.loadEndedMs - lastFaultMs(history);
  if (loadAfterMs < CLEAN_TAIL_MS && figures.operations.unanswered === 0) {
    return finding(
      'unknown',
      'WATCHED_TOO_SHORT',
      `The load ended ${spoken(loadAfterMs)} after the last fault, and recovery shows in ${spoken(CLEAN_TAIL_MS)} without an error; watch for longer.`,
    );
  }
  const watchedMs = waitEndedMs(history) - lastFaultMs(history);
  const shards = shardsNotRecovered(client, history).map((shardIndex) => shardIndex + 1);
  return finding(
    'fail',
    'NOT_RECOVERED',
    `It had not recovered ${spoken(watchedMs)} after the last fault (shard ${shards.join(', ')}); the drill stopped watching then.`,
  );
}

function slowestAnswer({ figures, budgets }: Judgement): Finding {
  const max = figures.latencyMs.max ?? Infinity;
  const open = figures.operations.unanswered > 0 ? ' and is still waiting' : '';
  return limited(
    'SLOWEST_ANSWER',
    max,
    budgets.slowestAnswerMs,
    `The slowest operation took ${spoken(max)}${open}`,
    spoken(budgets.slowestAnswerMs),
  );
}

function excess({ figures, budgets }: Judgement): Finding[] {
  // A client that never recovered has no excess, and `NOT_RECOVERED` has said so.
  if (!figures.recovered) return [];
  const excessMs = figures.excessOverPromotionMs;
  if (excessMs === null) {
    return [
      finding(
        'unknown',
        'EXCESS_UNKNOWN',
        'Nothing was promoted, so what the client added to the promotion cannot be told.',
      ),
    ];
  }
  const budget = budgets.excessOverPromotionMs;
  return [
    limited(
      'EXCESS_OVER_PROMOTION',
      excessMs,
      budget,
      `The client added ${spoken(excessMs)} to the servers' own promotion`,
      spoken(budget),
    ),
  ];
}

function failedWrites({ client, history, scenario, figures, budgets }: Judgement): Finding {
  const { fail } = figures.operations;
  const failed = client.operations.filter(({ outcome }) => outcome === 'fail');
  const refused = whileNoneWasAccepted(failed, history, scenario);
  const sentence = `${count(fail, 'write')} failed${byDesign(refused)}`;
  return limited('FAILED_WRITES', fail - refused, budgets.failedWrites, sentence);
}

function unknownWrites({ client, history, scenario, figures, budgets }: Judgement): Finding {
  const { unknown } = figures.idempotentWrites;
  const sets = client.operations.filter(({ kind, outcome }) => kind === 'set' && outcome === 'unknown');
  // A server that refuses a write has said so; only one that is not there leaves it open.
  const open = scenario.refusesWrites === 'last-step' ? whileNoneWasAccepted(sets, history, scenario) : 0;
  const sentence = `${count(unknown, 'SET')} ended without anybody knowing whether ${unknown === 1 ? 'it was' : 'they were'} applied${byDesign(open)}`;
  return limited('UNKNOWN_IDEMPOTENT_WRITES', unknown - open, budgets.unknownIdempotentWrites, sentence);
}

function byDesign(writes: number): string {
  if (writes === 0) return '';
  return `, ${writes} of them while none was accepted by design, which is not held against the client`;
}

function unansweredWrites({ figures, history }: Judgement): Finding {
  const { unanswered } = figures.operations;
  const sentence = `${count(unanswered, 'write')} had neither an answer nor an error ${spoken(history.drainMs)} after the load ended`;
  return limited('UNANSWERED_WRITES', unanswered, 0, sentence);
}

/** A server that is merely busy is no reason to cut a connection: cutting it makes the INCRs on their way unknown. */
function keptItsConnections({ figures }: Judgement): Finding {
  const dropped = figures.operations.unknown;
  return limited(
    'CONNECTION_DROPPED',
    dropped,
    0,
    `${count(dropped, 'write')} became unknown because a healthy connection was cut`,
  );
}

function ledgerFindings({ figures, budgets, scenario }: Judgement): Finding[] {
  const { ledger } = figures;
  if (ledger === undefined) {
    const message = 'The keys could not be read again after the drill, so lost and doubled writes are not known.';
    return [finding('unknown', 'LEDGER_MISSING', message)];
  }
  const doubled = ledger.writesAppliedTwice;
  const lies = ledger.failedWritesApplied;
  return [
    lostWrites(ledger.lostAcknowledgedWrites, budgets, scenario),
    limited(
      'WRITES_APPLIED_TWICE',
      doubled,
      budgets.writesAppliedTwice,
      `${count(doubled, 'INCR')} took effect more than once`,
    ),
    limited(
      'FAILED_WRITES_APPLIED',
      lies,
      0,
      `${count(lies, 'write')} reported as failed had been applied all the same`,
    ),
  ];
}

/**
 * Replication is asynchronous: a primary that dies unannounced takes with it what it had acknowledged and not yet sent
 * on. No client can prevent that, so it is told and not held against the client.
 */
function lostWrites(lost: number, budgets: Budgets, { planned, proof }: Scenario): Finding {
  const sentence = `${count(lost, 'acknowledged write')} was gone afterwards`;
  if (planned || proof === 'server-busy')
    return limited('LOST_ACKNOWLEDGED_WRITES', lost, budgets.lostAcknowledgedWrites, sentence);
  return finding(
    'pass',
    'LOST_ACKNOWLEDGED_WRITES',
    `${sentence}; asynchronous replication allows that in an unplanned failover, so it does not count against the client.`,
  );
}

function staleDials({ figures, budgets }: Judgement): Finding {
  const stale = figures.staleDialsAfterRecovery;
  const sentence = `${count(stale, 'connection attempt')} went to an address that was gone, more than ${spoken(budgets.staleDialGraceMs)} too late`;
  return limited('STALE_DIALS', stale, budgets.staleDialsAfterRecovery, sentence);
}

function limited(
  code: string,
  figure: number,
  budget: number,
  sentence: string,
  spokenBudget = String(budget),
): Finding {
  return finding(figure > budget ? 'fail' : 'pass', code, `${sentence}; ${spokenBudget} allowed.`);
}

/** `No write`, `1 write`, `3 writes`; the verb that follows is in the singular or the past, which fits all three. */
function count(amount: number, noun: string): string {
  if (amount === 0) return `No ${noun}`;
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

function finding(verdict: Verdict, code: string, message: string): Finding {
  return { verdict, code, message };
}
