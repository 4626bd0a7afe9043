/** The words and figures that every form of the report shares, so that none of them tells a different story. */
import type { Verdict } from '../base/verdict.ts';
import type { ClientResult, Counts, DrillResult, ReportedDrill } from './report.ts';

const wholeNumber = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** `8,061`. */
export function countText(value: number): string {
  return wholeNumber.format(value);
}

/** `0 ms`, `0.8 ms`, `365 ms`, `1,136 ms`, and from ten seconds on `12.3 s`. */
export function durationText(milliseconds: number): string {
  if (milliseconds >= 10_000) return `${oneDecimal.format(milliseconds / 1_000)} s`;
  if (milliseconds === 0) return '0 ms';
  if (milliseconds < 10) return `${oneDecimal.format(milliseconds)} ms`;
  return `${wholeNumber.format(milliseconds)} ms`;
}

export const VERDICT_WORD: Record<Verdict, string> = { pass: 'PASS', fail: 'FAIL', unknown: 'UNKNOWN' };

/** What a client went through, in at most 25 characters. */
export interface Suffering {
  readonly text: string;
  /** `good`: within reach of a retry. `bad`: somebody noticed. `down`: only a restart ends it. */
  readonly tone: 'good' | 'bad' | 'down' | 'unknown';
}

/** The longest time in which some shard gave this client no success; null when it could not be measured. */
export function longestOutageMs(client: ClientResult): number | null {
  return [client.outageMs.total, ...client.outageMs.perShard].reduce(
    (longest, outage) => (outage === null ? longest : Math.max(longest ?? 0, outage)),
    null,
  );
}

/** A client that has been watched for less is said not to have recovered, and no more than that is claimed. */
const LONG_ENOUGH_MS = 10_000;

export function suffering(client: ClientResult, drill: ReportedDrill): Suffering {
  const { operations, latencyMs } = client;
  if (operations.attempted === 0 || !drill.proof.loadRan) return { text: 'not measured', tone: 'unknown' };
  if (!drill.proof.faultHappened && drill.scenario !== 'busy-primary')
    return { text: 'nothing happened', tone: 'unknown' };
  const outageMs = longestOutageMs(client);
  if (!client.recovered) return notRecovered(outageMs, drill.load.watchedAfterLastFaultMs);
  const wereAllAnswered = operations.fail === 0 && operations.unanswered === 0;
  if (wereAllAnswered && latencyMs.max !== null && !errorsFilledTheOutage(client, drill)) {
    return { text: `slowest answer ${durationText(latencyMs.max)}`, tone: client.verdict === 'pass' ? 'good' : 'bad' };
  }
  return { text: outageMs === null ? 'some writes failed' : `errors for ${durationText(outageMs)}`, tone: 'bad' };
}

/** A client that still succeeds now and then is not down, however often it fails. */
function notRecovered(outageMs: number | null, watchedMs: number | null): Suffering {
  if (watchedMs === null) return { text: 'not recovered', tone: 'down' };
  if (outageMs !== null && outageMs < watchedMs) return { text: 'errors until the end', tone: 'bad' };
  const text = watchedMs >= LONG_ENOUGH_MS ? 'down until restart' : `not back in ${durationText(watchedMs)}`;
  return { text, tone: 'down' };
}

/** Operations of one kind come to a shard every second round; twice that is the most by which an outage outlasts a caller's wait. */
const MOST_ROUNDS_BEYOND_THE_SLOWEST = 4;

/** Callers that are given errors early do not wait, so their slowest wait says little about how long nothing worked. */
function errorsFilledTheOutage(client: ClientResult, { load }: ReportedDrill): boolean {
  if (client.operations.unknown === 0) return false;
  const roundMs = (load.shardCount * 1_000) / load.ratePerSecond;
  const beyondMs = (longestOutageMs(client) ?? 0) - (client.latencyMs.max ?? 0);
  return beyondMs > MOST_ROUNDS_BEYOND_THE_SLOWEST * roundMs;
}

/** `planned-replacement, one by one, old nodes silent`. */
export function drillTitle(drill: Pick<DrillResult, 'scenario' | 'oldNode' | 'order'>): string {
  const order = drill.order === null ? [] : [drill.order.replaceAll('-', ' ')];
  const oldNode = drill.oldNode === null ? [] : [`old nodes ${drill.oldNode}`];
  return [drill.scenario, ...order, ...oldNode].join(', ');
}

/** What `down until restart` means in this drill; undefined when no client was down at its end. */
export function downMeaning(drill: ReportedDrill): string | undefined {
  const watchedMs = drill.load.watchedAfterLastFaultMs;
  const down = drill.clients.some((client) => suffering(client, drill).tone === 'down');
  if (watchedMs === null || watchedMs < LONG_ENOUGH_MS || !down) return undefined;
  return `down until restart: not recovered within ${durationText(watchedMs)} of the last fault`;
}

/** Scenarios in which the servers decide when the role moves, after a moment that is known. */
const PROMOTED_UNASKED: ReadonlySet<DrillResult['scenario']> = new Set([
  'crash-primary',
  'freeze-primary',
  'test-failover',
]);

/** Unplanned faults: what the server took by itself, and what each client added to it. */
export function promotionText(drill: DrillResult): string | undefined {
  if (drill.promotionMs.max === null || !PROMOTED_UNASKED.has(drill.scenario)) return undefined;
  const added = drill.clients
    .filter((client) => client.excessOverPromotionMs !== null)
    .map((client) => `${client.name} ${durationText(client.excessOverPromotionMs ?? 0)}`);
  const server = `the server promoted a replica within ${durationText(drill.promotionMs.max)}`;
  return added.length === 0 ? server : `${server}; on top of that: ${added.join(', ')}`;
}

export function clientNote(client: ClientResult): string {
  return client.judged ? 'recommended' : 'for comparison';
}

/** The last lines of every form. */
export function countsText(counts: Counts): string[] {
  const judged = judgedText(counts);
  return counts.operations.attempted === 0 ? [judged] : [judged, operationsText(counts.operations)];
}

/** `22 checks pass, 1 drill passes`. */
export function judgedText({ checks, drills }: Counts): string {
  const parts = [verdictsText('check', checks), verdictsText('drill', drills)].filter((part) => part !== undefined);
  return parts.length === 0 ? 'nothing was judged' : parts.join(', ');
}

function verdictsText(what: string, { pass, fail, unknown }: Counts['checks']): string | undefined {
  if (pass + fail + unknown === 0) return undefined;
  if (fail + unknown === 0) return pass === 1 ? `1 ${what} passes` : `${pass} ${what}s pass`;
  return `${what}s: ${pass} pass, ${fail} fail, ${unknown} unknown`;
}

export function operationsText({ attempted, ok, fail, unknown, unanswered }: Counts['operations']): string {
  return `${countText(attempted)} operations: ${countText(ok)} ok, ${countText(fail)} failed, ${countText(unknown)} unknown, ${countText(unanswered)} unanswered`;
}
