/**
 * Turns what a drill recorded into a result: figures, findings, verdict. Pure: the same history and budgets give the same
 * result, so a saved drill can be judged again, also with other budgets.
 *
 * Only the clients of `JUDGED_CLIENTS` decide. The naive ones are there to show what would have happened without it.
 */
import { type Verdict, worstVerdict } from '../base/verdict.ts';
import type { ClientResult, DrillResult } from '../report/report.ts';
import type { Budgets } from '../topology/deployment.ts';
import type { ClientHistory, DrillHistory } from './history.ts';
import { countErrors, countOutcomes } from './judge/counts.ts';
import { type Figures, findingsOf } from './judge/findings.ts';
import { generatorLatenessMs, latencyOf } from './judge/latency.ts';
import { ledgerFigures } from './judge/ledger.ts';
import { tenths } from './judge/milliseconds.ts';
import { excessOverPromotionMs, hasRecovered, outagePerShard } from './judge/outage.ts';
import { proofOf } from './judge/proof.ts';
import { staleDials } from './judge/stale-dials.ts';
import type { ClientName, Scenario } from './scenario.ts';
import { scenarioNamed } from './scenarios.ts';

export const JUDGED_CLIENTS: ReadonlySet<ClientName> = new Set(['redoubt']);

/** `historyFile` is null: the judge does not know where the history is kept. */
export function judge(history: DrillHistory, budgets: Budgets): DrillResult {
  const scenario = scenarioNamed(history.scenario);
  const proof = proofOf(history, scenario, JUDGED_CLIENTS);
  const clients = history.clients.map((client) => clientResult(client, history, scenario, budgets));
  return {
    scenario: history.scenario,
    oldNode: history.oldNode ?? null,
    order: history.order ?? null,
    verdict: verdictOf(clients, proof.gaps.length === 0),
    proof: {
      ...proof.shown,
      evidence: [...proof.gaps.map(({ message }) => message), ...proof.shown.evidence],
      gaps: proof.gaps.map(({ code, message }) => ({ code, message })),
    },
    promotionMs: promotions(history),
    clients,
    historyFile: null,
  };
}

/** Without proof nothing has been shown, neither good nor bad. */
function verdictOf(clients: readonly ClientResult[], proven: boolean): Verdict {
  if (!proven) return 'unknown';
  return worstVerdict(clients.filter(({ judged }) => judged).map(({ verdict }) => verdict));
}

function clientResult(
  client: ClientHistory,
  history: DrillHistory,
  scenario: Scenario,
  budgets: Budgets,
): ClientResult {
  const figures = figuresOf(client, history, budgets);
  const findings = findingsOf({ client, history, scenario, budgets, figures });
  const { ledger, ...shown } = figures;
  const lateness = generatorLatenessMs(client.operations);
  return {
    name: client.name,
    description: client.description,
    judged: JUDGED_CLIENTS.has(client.name),
    verdict: worstVerdict(findings.map(({ verdict }) => verdict)),
    findings,
    ...shown,
    lostAcknowledgedWrites: ledger?.lostAcknowledgedWrites ?? null,
    writesAppliedTwice: ledger?.writesAppliedTwice ?? null,
    unknownWritesApplied: ledger?.unknownWritesApplied ?? null,
    generatorLatenessMs: lateness,
    errors: countErrors(client),
  };
}

function figuresOf(client: ClientHistory, history: DrillHistory, budgets: Budgets): Figures {
  const perShard = outagePerShard(client, history);
  const known = perShard.filter((outage) => outage !== null);
  const excess = excessOverPromotionMs(client, history);
  return {
    operations: countOutcomes(client.operations),
    idempotentWrites: countOutcomes(client.operations.filter(({ kind }) => kind === 'set')),
    latencyMs: latencyOf(client.operations, history),
    outageMs: {
      total: known.length === 0 ? null : tenths(Math.max(...known)),
      perShard: perShard.map((outage) => (outage === null ? null : tenths(outage))),
    },
    excessOverPromotionMs: excess === null ? null : tenths(excess),
    recovered: hasRecovered(client, history),
    staleDialsAfterRecovery: staleDials(client, history, budgets.staleDialGraceMs),
    ledger: ledgerFigures(client),
  };
}

function promotions(history: DrillHistory): DrillResult['promotionMs'] {
  const perFault = history.faults.map(({ injectedMs, promotedMs }) =>
    promotedMs === undefined ? null : tenths(Math.max(0, promotedMs - injectedMs)),
  );
  const known = perFault.filter((promotion) => promotion !== null);
  return { max: known.length === 0 ? null : Math.max(...known), perFault };
}
