/**
 * One drill from beginning to end. The only file that knows all the pieces:
 *
 *     clients connect -> load starts -> warm-up -> the scenario disturbs -> watch -> load ends, answers drain
 *                     -> clients stop -> faults are healed -> every key is read again -> the judge
 *
 * Whatever happens in between, also Ctrl-C, the clients are stopped and the target is healed before this returns.
 */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError, throwIfProblems } from '../base/problem.ts';
import { seededRandom } from '../base/random.ts';
import { sleep } from '../base/wait-until.ts';
import type { Progress } from '../lab/lab.ts';
import type { DrillResult } from '../report/report.ts';
import type { Budgets } from '../topology/deployment.ts';
import { tagsInRange } from '../topology/slot.ts';
import { clearAfterInterruption, settleAccounts } from './accounts.ts';
import { type ClientProcess, startClientProcess } from './clients/process.ts';
import { type DrillClock, drillClock, epochNowMs } from './clock.ts';
import type {
  ClaimTrouble,
  ClientHistory,
  DrillHistory,
  FaultRecord,
  OperationRecord,
  TimelineEvent,
} from './history.ts';
import { writeHistory } from './history-file.ts';
import { judge } from './judge.ts';
import { type LoadPlan, TAGS_PER_SHARD } from './load/plan.ts';
import { lookAtServers, promotionsSeen, startObserver, withPromotion } from './observer.ts';
import { drillProblems, regionProblems } from './options.ts';
import type { ClientName, Scenario, ScenarioName, ScenarioOptions } from './scenario.ts';
import { scenarioNamed } from './scenarios.ts';
import type { Target } from './target.ts';
import { unsoundShards } from './unsound-shards.ts';

export interface DrillOptions {
  readonly target: Target;
  readonly scenario: ScenarioName;
  readonly options: ScenarioOptions;
  readonly clients: readonly ClientName[];
  /** Operations a second of each client. */
  readonly ratePerSecond: number;
  /** Load before the first fault. */
  readonly warmUpMs: number;
  /** Load after the last one: how long a client is given to recover before it counts as "not recovered". */
  readonly watchMs: number;
  /** After the load has ended, answers are awaited this long. Default 2,000. */
  readonly drainMs?: number;
  readonly seed: number;
  readonly budgets: Budgets;
  readonly progress?: Progress;
  /** Ends a watched window early; the drill then goes on to its result. */
  readonly seenEnough?: AbortSignal;
  /** Ends the drill early: it is healed and cleaned up, and the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** The history goes here; made when it is not there. */
  readonly outputDirectory: string;
}

/** What a rehearsal uses when nothing is said: short enough to be run often, long enough for "not recovered" to mean something. */
export const DRILL_DEFAULTS = {
  ratePerSecond: 400,
  warmUpMs: 2_000,
  watchMs: 10_000,
  drainMs: 2_000,
  oldNode: 'silent',
  order: 'one-by-one',
  clients: ['redoubt', 'ioredis', 'node-redis'],
} as const;

const READY_TIMEOUT_MS = 20_000;
/** From "everybody is ready" to the first operation: the time it takes to tell every process. */
const START_IN_MS = 150;
/** From "that is enough" to the last operation: so that every process knows before it gets there. */
const END_IN_MS = 100;
const CLEAN_UP_TIMEOUT_MS = 30_000;

/** @throws ProblemError when the scenario is refused, an option makes no sense or a client cannot connect; the signal's reason */
export async function runDrill(options: DrillOptions): Promise<{ history: DrillHistory; result: DrillResult }> {
  const scenario = scenarioNamed(options.scenario);
  throwIfProblems([
    ...drillProblems(options),
    ...regionProblems(options.target.profile),
    ...scenario.refusals(options.target, options.options),
  ]);
  options.signal?.throwIfAborted();
  throwIfProblems(await options.target.preflight(options.scenario, options.signal));
  const troubles: ClaimTrouble[] = [];
  const claim = await options.target.claim((trouble) => {
    troubles.push(trouble);
    options.progress?.(trouble.message);
  });
  try {
    return await drillClaimed(options, scenario, async () => {
      await claim.confirm();
      return [...troubles];
    });
  } finally {
    await claim.release();
  }
}

async function drillClaimed(
  options: DrillOptions,
  scenario: Scenario,
  claimTroubles: () => Promise<readonly ClaimTrouble[]>,
): Promise<{ history: DrillHistory; result: DrillResult }> {
  await mkdir(options.outputDirectory, { recursive: true, mode: 0o700 });
  await healLeftBehind(options);
  const plans = await plansOf(options);
  const recorded = await recordAndHeal(options, scenario, plans);
  const troubles = await claimTroubles();
  const claimed = troubles.length === 0 ? recorded : { ...recorded, claim: troubles };
  const history = await withLedger(claimed, options, plans);
  const file = historyFileName(history);
  await writeHistory(join(options.outputDirectory, file), history);
  return { history, result: { ...judge(history, options.budgets), historyFile: file } };
}

/** A drill that was killed could heal nothing; what lasts of it would be taken for what this one does. */
async function healLeftBehind({ target, progress }: DrillOptions): Promise<void> {
  const faults = target.lab?.lastingFaults() ?? [];
  if (faults.length === 0) return;
  progress?.(`healing what was there before: ${faults.join(', ')}`);
  await healed(target, (text) => progress?.(text));
}

/** The same slots for every client, and keys that no other client and no other drill uses. */
async function plansOf({ target, clients, seed, ratePerSecond }: DrillOptions): Promise<LoadPlan[]> {
  const { shards } = await target.servers.serverView();
  throwIfProblems(unsoundShards(shards, target.profile.expected.shardCount));
  const tagsByShard = [...shards]
    .sort((one, other) => one.shardIndex - other.shardIndex)
    .map(({ slots }) => tagsInRange(slots, TAGS_PER_SHARD));
  const runId = randomBytes(6).toString('hex');
  const { keyPrefix } = target.profile;
  const beginning = keyPrefix === undefined ? {} : { keyPrefix };
  return clients.map((client) => ({ client, seed, runId, ratePerSecond, tagsByShard, ...beginning }));
}

/** The part that must be undone, whatever happens in it. */
async function recordAndHeal(
  options: DrillOptions,
  scenario: Scenario,
  plans: readonly LoadPlan[],
): Promise<DrillHistory> {
  const { target, outputDirectory, progress } = options;
  const processes: ClientProcess[] = [];
  const beganMs = performance.now();
  let finished = false;
  try {
    for (const plan of plans)
      processes.push(startClientProcess({ plan, profilePath: target.profilePath, outputDirectory }));
    const history = await record(options, scenario, processes, plans[0]?.tagsByShard.length ?? 0);
    finished = true;
    return history;
  } finally {
    // Clients first: a silent node that comes back to life would make a client recover that had not.
    // A result file that cannot be removed is no reason to leave a fault in place.
    await Promise.allSettled(processes.map((process) => process.stop()));
    progress?.('healing what was disturbed');
    await healed(target, (text) => progress?.(text));
    if (!finished) await clearAfterInterruption(target.profile, plans, performance.now() - beganMs);
  }
}

async function record(
  options: DrillOptions,
  scenario: Scenario,
  processes: readonly ClientProcess[],
  shardCount: number,
): Promise<DrillHistory> {
  const { target, progress, warmUpMs, watchMs } = options;
  const drainMs = options.drainMs ?? DRILL_DEFAULTS.drainMs;
  const signal = options.signal ?? new AbortController().signal;
  progress?.(`connecting ${processes.map(({ name }) => name).join(', ')}`);
  await Promise.all(processes.map((process) => process.prepared(READY_TIMEOUT_MS, signal)));

  const startedAtEpochMs = epochNowMs() + START_IN_MS;
  const now = drillClock(startedAtEpochMs);
  const events: TimelineEvent[] = [];
  const event = (kind: TimelineEvent['kind'], text: string, atMs = now()) => {
    events.push({ atMs, kind, text });
    if (kind !== 'note') progress?.(text);
  };
  const before = await lookAtServers(target.servers, now);
  const observer = startObserver(target.servers, now, event);
  try {
    for (const process of processes) process.start(startedAtEpochMs);
    event('phase', `load: ${options.ratePerSecond} operations a second from each client`, 0);
    await sleep(warmUpMs - now(), signal);
    const faults: Omit<FaultRecord, 'promotedMs' | 'newPrimary'>[] = [];
    const operations: OperationRecord[] = [];
    const notDone = await disturb(options, scenario, { now, event, faults, operations, signal });
    event('phase', `watching for ${watchMs / 1_000} s`);
    await sleep(watchMs, signal);
    const incomplete = notDone ?? target.unexpectedEnds(faults.map(({ oldPrimary }) => oldPrimary));
    const after = await lookAtServers(target.servers, now);
    const loadEndedMs = now() + END_IN_MS;
    event('phase', 'load ends, answers drain', loadEndedMs);
    const clients = await Promise.all(processes.map((process) => process.finish(loadEndedMs, drainMs, shardCount)));
    signal.throwIfAborted();
    await observer.stop();
    return {
      schemaVersion: 1,
      deployment: target.profile.deployment,
      scenario: scenario.name,
      ...(scenario.heeds.includes('oldNode') ? { oldNode: options.options.oldNode } : {}),
      ...(scenario.heeds.includes('order') ? { order: options.options.order } : {}),
      seed: options.seed,
      serverVersion: target.servers.serverVersion,
      startedAtEpochMs,
      shardCount,
      ratePerSecond: options.ratePerSecond,
      warmUpMs,
      loadEndedMs,
      drainMs,
      events: events.sort((one, other) => one.atMs - other.atMs),
      faults: isOurs(scenario)
        ? faults.map((fault) => withPromotion(fault, observer.sightings))
        : promotionsSeen(observer.sightings, warmUpMs),
      ...(operations.length === 0 ? {} : { operations }),
      retiredAddresses: retiredAddresses(target, startedAtEpochMs),
      ...(incomplete === undefined ? {} : { incomplete }),
      ...(before === undefined || after === undefined ? {} : { server: { before, after } }),
      clients,
    };
  } finally {
    await observer.stop();
  }
}

interface Stage {
  readonly now: DrillClock;
  readonly event: (kind: TimelineEvent['kind'], text: string, atMs?: number) => void;
  readonly faults: Omit<FaultRecord, 'promotedMs' | 'newPrimary'>[];
  readonly operations: OperationRecord[];
  readonly signal: AbortSignal;
}

/** Why the scenario could not be carried through; what has been recorded until then is still worth judging. */
async function disturb(options: DrillOptions, scenario: Scenario, stage: Stage): Promise<string | undefined> {
  const { now, event, faults, operations, signal } = stage;
  try {
    await scenario.disturb({
      target: options.target,
      options: options.options,
      random: seededRandom(options.seed),
      signal,
      now,
      event: (kind, text) => event(kind, text),
      fault: (fault) => void faults.push(fault),
      operation: (record) => began(record, operations, now),
      seenEnough: options.seenEnough ?? new AbortController().signal,
      pause: (durationMs) => sleep(durationMs, signal),
    });
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    event('phase', `the scenario could not be carried through: ${reason}`);
    return reason;
  }
}

/** Whether the scenario itself says which shard it disturbs; otherwise what the observer sees is all there is. */
function isOurs({ proof }: Scenario): boolean {
  return proof === 'roles-moved' || proof === 'server-busy';
}

function began(
  record: Pick<OperationRecord, 'what' | 'shardIndex'>,
  operations: OperationRecord[],
  now: DrillClock,
): (evidence: string) => void {
  const place = operations.push({ ...record, requestedMs: now() }) - 1;
  return (evidence) => {
    operations[place] = { ...(operations[place] as OperationRecord), completedMs: now(), evidence };
  };
}

function retiredAddresses({ servers }: Target, startedAtEpochMs: number): DrillHistory['retiredAddresses'] {
  const current = new Set(servers.nodes().map(({ host, port }) => `${host}:${port}`));
  return servers
    .retiredAddresses()
    .filter(({ host, port }) => !current.has(`${host}:${port}`))
    .map(({ host, port, retiredAtEpochMs }) => ({ host, port, retiredMs: retiredAtEpochMs - startedAtEpochMs }));
}

/** @throws ProblemError `HEAL_TIMED_OUT`; a fault that lasts is worse than a drill without a result */
async function healed({ heal, healTimeoutMs, lab }: Target, note: (text: string) => void): Promise<void> {
  const late = Promise.withResolvers<never>();
  const advice =
    lab === undefined
      ? 'Look at the deployment in the cloud’s own console before anything else is done to it.'
      : 'Run `redoubt lab down` to end what is left of it.';
  const message = `The target was not healed within ${healTimeoutMs / 1_000} s. ${advice}`;
  const timer = setTimeout(() => late.reject(new ProblemError({ code: 'HEAL_TIMED_OUT', message })), healTimeoutMs);
  try {
    await Promise.race([heal(note), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** A ledger that cannot be read is no reason to throw away the rest: the judge says `unknown` where it is missing. */
async function withLedger(
  history: DrillHistory,
  options: DrillOptions,
  plans: readonly LoadPlan[],
): Promise<DrillHistory> {
  options.progress?.('reading every key again');
  const signal = boundedBy(options.signal, CLEAN_UP_TIMEOUT_MS);
  const ledgers = await settleAccounts(options.target.profile, plans, history, signal);
  if (options.signal?.aborted === true)
    await clearAfterInterruption(options.target.profile, plans, history.loadEndedMs);
  options.signal?.throwIfAborted();
  const withOwn = (client: ClientHistory): ClientHistory => {
    const ledger = ledgers.get(client.name);
    return ledger === undefined ? client : { ...client, ledger };
  };
  return { ...history, clients: history.clients.map(withOwn) };
}

function boundedBy(signal: AbortSignal | undefined, timeoutMs: number): AbortSignal {
  const timer = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timer : AbortSignal.any([signal, timer]);
}

function historyFileName({ deployment, scenario, oldNode, order }: DrillHistory): string {
  return `${[deployment, scenario, oldNode, order].filter((part) => part !== undefined).join('.')}.history.json`;
}
