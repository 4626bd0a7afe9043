/**
 * Why one may believe a drill: the fault really happened, the load really ran, and the servers were healthy before and
 * after. Where one of the four is missing the verdict is `unknown`, whatever the figures say.
 */
import type { DrillResult } from '../../report/report.ts';
import type { ClaimTrouble, DrillHistory, FaultRecord, Operation, ServerSight } from '../history.ts';
import type { Scenario } from '../scenario.ts';
import { BUSY_MS } from '../scenarios/busy-primary.ts';
import { generatorLatenessMs } from './latency.ts';
import { loadProblem } from './load.ts';
import { spoken } from './milliseconds.ts';
import { connectionsDropped, operationsCompleted, type Part, somethingHappened } from './proof-of-cloud.ts';

const ALL_SLOTS = 16_384;
/** A server counts as busy when nothing was answered for this share of the time its script was meant to run. */
const BUSY_SHARE = 0.9;

export interface Proof {
  readonly shown: DrillResult['proof'];
  /** What is missing, as sentences; empty: the drill proves what it says. */
  readonly gaps: readonly { readonly code: string; readonly message: string }[];
}

export function proofOf(history: DrillHistory, scenario: Scenario, judgedNames: ReadonlySet<string>): Proof {
  const fault = faultPart(history, scenario, judgedNames);
  const whole = carriedThrough(history);
  const judged = somebodyJudged(history, judgedNames);
  const load = loadRan(history, judgedNames);
  const before = healthy(history.server?.before, 'before');
  const after = healthy(history.server?.after, 'after');
  const replaced = REPLACING.has(scenario.name) ? everyAddressChanged(history) : { evidence: [], gaps: [] };
  const alone = otherDrillsAway(history);
  const parts = [whole, judged, fault, replaced, load, before, after, alone];
  return {
    shown: {
      faultHappened: fault.gaps.length === 0 && replaced.gaps.length === 0,
      loadRan: load.gaps.length === 0,
      healthyBefore: before.gaps.length === 0,
      healthyAfter: after.gaps.length === 0,
      evidence: parts.flatMap(({ evidence }) => evidence),
    },
    gaps: parts.flatMap(({ gaps }) => gaps),
  };
}

/** What was injected before it ended has happened all the same. */
function carriedThrough({ incomplete }: DrillHistory): Part {
  if (incomplete === undefined) return { evidence: [], gaps: [] };
  const message = `The scenario was not carried through: ${incomplete}`;
  return { evidence: [], gaps: [{ code: 'SCENARIO_INCOMPLETE', message }] };
}

/** Two drills at once take each other's faults for their own. A sign that was lost or could not be renewed is told, because nobody was seen in its place. */
function otherDrillsAway({ claim = [] }: DrillHistory): Part {
  const isTaken = ({ kind }: ClaimTrouble) => kind === 'taken';
  return {
    evidence: claim.filter((trouble) => !isTaken(trouble)).map(({ message }) => message),
    gaps: claim.filter(isTaken).map(({ message }) => ({ code: 'CLAIM_TAKEN', message })),
  };
}

/** Scenarios after which no server is where it was. */
const REPLACING: ReadonlySet<Scenario['name']> = new Set(['planned-replacement', 'sku-round-trip']);

function faultPart(history: DrillHistory, { proof }: Scenario, judgedNames: ReadonlySet<string>): Part {
  switch (proof) {
    case 'roles-moved':
      return rolesMoved(history);
    case 'server-busy':
      return serverWasBusy(history);
    case 'operation-completed':
      return operationsCompleted(history);
    case 'connections-dropped':
      return connectionsDropped(history, judgedNames);
    case 'something-happened':
      return somethingHappened(history, judgedNames);
  }
}

function rolesMoved(history: DrillHistory): Part {
  const part: Part = { evidence: [], gaps: [] };
  if (history.faults.length === 0) {
    part.gaps.push({ code: 'NO_FAULT', message: 'Nothing was disturbed, so nothing was rehearsed.' });
  }
  for (const fault of history.faults) {
    const missing = notMoved(fault);
    if (missing === undefined) part.evidence.push(movedSentence(fault));
    else part.gaps.push({ code: 'NOTHING_PROMOTED', message: missing });
  }
  return part;
}

function notMoved({ shardIndex, oldPrimary, newPrimary, promotedMs }: FaultRecord): string | undefined {
  const shard = `Shard ${shardIndex + 1}`;
  if (promotedMs === undefined || newPrimary === undefined) {
    return `${shard}: no majority of nodes ever named a new primary in place of ${addressOf(oldPrimary)}.`;
  }
  if (addressOf(newPrimary) === addressOf(oldPrimary))
    return `${shard}: ${addressOf(oldPrimary)} is still the primary.`;
  // A standalone pair has no configuration epoch and reports 0.
  if (newPrimary.epoch > 0 && newPrimary.epoch <= oldPrimary.epoch) {
    return `${shard}: the configuration epoch did not rise (${oldPrimary.epoch} before, ${newPrimary.epoch} after).`;
  }
  return undefined;
}

function movedSentence({ shardIndex, oldPrimary, newPrimary, promotedMs, injectedMs }: FaultRecord): string {
  const epochs =
    newPrimary === undefined || newPrimary.epoch === 0 ? '' : `, epoch ${oldPrimary.epoch} to ${newPrimary.epoch}`;
  const after = spoken((promotedMs ?? injectedMs) - injectedMs);
  return `Shard ${shardIndex + 1}: the primary moved from ${addressOf(oldPrimary)} to ${newPrimary === undefined ? '?' : addressOf(newPrimary)}${epochs}, ${after} after it was injected.`;
}

function everyAddressChanged(history: DrillHistory): Part {
  if (history.server === undefined || history.server.before.nodes.length === 0) return { evidence: [], gaps: [] };
  const after = new Set(history.server.after.nodes.map(addressOf));
  const before = history.server.before.nodes.map(addressOf);
  const kept = before.filter((address) => after.has(address));
  if (kept.length > 0) {
    const message = `${kept.join(', ')} should have been replaced and still belongs to the deployment.`;
    return { evidence: [], gaps: [{ code: 'NODE_NOT_REPLACED', message }] };
  }
  return {
    evidence: [`None of the ${before.length} addresses of the start belongs to the deployment any more.`],
    gaps: [],
  };
}

/** The clients are the probes: a server that runs a script answers none of them. */
function serverWasBusy(history: DrillHistory): Part {
  const part: Part = { evidence: [], gaps: [] };
  if (history.faults.length === 0) {
    part.gaps.push({ code: 'NO_FAULT', message: 'No server was kept busy, so nothing was rehearsed.' });
  }
  for (const fault of history.faults) {
    if (fault.promotedMs !== undefined) {
      const message = `Shard ${fault.shardIndex + 1}: the servers moved the role away from the busy primary, so this was a failover.`;
      part.gaps.push({ code: 'ROLE_MOVED', message });
    }
    const silentMs = longestSilence(history, fault);
    const sentence = `Shard ${fault.shardIndex + 1}: ${addressOf(fault.oldPrimary)} answered nobody for ${spoken(silentMs)} while its script ran.`;
    if (silentMs >= BUSY_MS * BUSY_SHARE) part.evidence.push(sentence);
    else
      part.gaps.push({
        code: 'SERVER_NOT_BUSY',
        message: `${sentence} At least ${spoken(BUSY_MS * BUSY_SHARE)} are needed.`,
      });
  }
  return part;
}

/** Longest time within the script's run in which no client had a success on this shard. */
function longestSilence(history: DrillHistory, { shardIndex, injectedMs }: FaultRecord): number {
  const endMs = Math.min(history.loadEndedMs, injectedMs + BUSY_MS * 2);
  const isAnswer = ({ shardIndex: shard, outcome, settledMs }: Operation) =>
    shard === shardIndex && outcome === 'ok' && settledMs !== undefined && settledMs > injectedMs && settledMs < endMs;
  const answers = history.clients
    .flatMap(({ operations }) =>
      operations.flatMap((operation) => (isAnswer(operation) ? [operation.settledMs ?? 0] : [])),
    )
    .sort((a, b) => a - b);
  let longest = 0;
  let fromMs = injectedMs;
  for (const atMs of [...answers, endMs]) {
    longest = Math.max(longest, atMs - fromMs);
    fromMs = atMs;
  }
  return longest;
}

/** The others may have run as asked for: what they suffered is shown, and decides nothing. */
function somebodyJudged({ clients }: DrillHistory, judgedNames: ReadonlySet<string>): Part {
  if (clients.some(({ name }) => judgedNames.has(name))) return { evidence: [], gaps: [] };
  const message = `None of the clients in this drill is judged; add one of: ${[...judgedNames].join(', ')}.`;
  return { evidence: [], gaps: [{ code: 'NO_JUDGED_CLIENT', message }] };
}

function loadRan(history: DrillHistory, judgedNames: ReadonlySet<string>): Part {
  const part: Part = { evidence: [], gaps: [] };
  for (const client of history.clients) {
    const problem = loadProblem(client, history);
    const lateness = spoken(generatorLatenessMs(client.operations) ?? 0);
    if (problem === undefined) {
      const perSecond = Math.round(client.operations.length / (history.loadEndedMs / 1_000));
      part.evidence.push(
        `${client.name}: ${client.operations.length} operations, ${perSecond} a second; the generator was at most ${lateness} late (p99).`,
      );
    } else if (judgedNames.has(client.name)) part.gaps.push(problem);
    else part.evidence.push(problem.message);
  }
  return part;
}

function healthy(sight: ServerSight | undefined, when: 'before' | 'after'): Part {
  if (sight === undefined) {
    const message = `The servers could not be asked for their state ${when} the drill.`;
    return { evidence: [], gaps: [{ code: 'HEALTH_UNKNOWN', message }] };
  }
  if (sight.slotsCovered < ALL_SLOTS) {
    const message = `Only ${sight.slotsCovered} of ${ALL_SLOTS} slots had a primary ${when} the drill.`;
    return { evidence: [], gaps: [{ code: when === 'before' ? 'UNHEALTHY_BEFORE' : 'UNHEALTHY_AFTER', message }] };
  }
  if (sight.nodes.length === 0) {
    return { evidence: [`Healthy ${when}: the endpoint answers; what is behind it is hidden.`], gaps: [] };
  }
  const primaries = sight.nodes.filter(({ role }) => role === 'primary').length;
  const replicas = sight.nodes.length - primaries;
  return { evidence: [`Healthy ${when}: ${primaries} primaries, ${replicas} replicas, every slot covered.`], gaps: [] };
}

function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host}:${port}`;
}
