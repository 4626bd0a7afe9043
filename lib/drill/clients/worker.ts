/**
 * The process of one client: connects, sends its load on the drill's beat, notes what became of it, writes that down.
 * Started by `startClientProcess` with an IPC channel and ended by the end of that channel, whatever happens to the drill.
 */
import { writeFile } from 'node:fs/promises';
import { sleep } from '../../base/wait-until.ts';
import { outcomeOfError } from '../../client/outcome.ts';
import { readProfile } from '../../profile/file.ts';
import { type DrillClock, drillClock, epochNowMs, hundredths } from '../clock.ts';
import { recordDials } from '../load/dial-recorder.ts';
import { errorName } from '../load/error-name.ts';
import { type Load, startLoad } from '../load/generator.ts';
import { KEY_EXPIRY_MS, type LoadPlan, readyKeys } from '../load/plan.ts';
import { OperationRecorder } from '../load/recorder.ts';
import { loadClientKind } from './kinds.ts';
import type { LoadClient } from './load-client.ts';
import type { Notice, Order, WorkerResult } from './messages.ts';

const DRAIN_STEP_MS = 20;

interface Prepared {
  readonly plan: LoadPlan;
  readonly client: LoadClient;
  readonly recorder: OperationRecorder;
  readonly resultPath: string;
}

interface Running extends Prepared {
  readonly startedAtEpochMs: number;
  readonly now: DrillClock;
  readonly load: Load;
}

let prepared: Prepared | undefined;
let running: Running | undefined;
let broken: string | undefined;

// From the very beginning; dated by the epoch, because the drill's zero is not known yet.
const dials = recordDials(epochNowMs);

process.on('message', (order: Order) => {
  void obey(order).catch((error: unknown) => tell({ kind: 'broken', reason: errorName(error) }));
});
// The drill is gone: so is the reason to live.
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; the drill decides what it means for the clients.
process.on('SIGINT', () => undefined);
// A library under test that loses a promise harms nobody here; one that throws out of nowhere would have ended its application.
process.on('unhandledRejection', () => undefined);
process.on('uncaughtException', (error) => {
  broken ??= `an exception nobody could catch (${errorName(error)})`;
});

async function obey(order: Order): Promise<void> {
  if (order.kind === 'prepare') return prepare(order);
  if (order.kind === 'start') return start(order.startedAtEpochMs);
  return end(order.atMs, order.drainMs);
}

async function prepare({ plan, profilePath, resultPath }: Extract<Order, { kind: 'prepare' }>): Promise<void> {
  const client = await (await loadClientKind(plan.client)).create(await readProfile(profilePath));
  await client.connect();
  await touchEveryShard(plan, client);
  prepared = { plan, client, recorder: new OperationRecorder(plan), resultPath };
  tell({ kind: 'ready' });
}

/** Every connection is open and has been used before anything is timed. */
async function touchEveryShard(plan: LoadPlan, client: LoadClient): Promise<void> {
  await Promise.all(readyKeys(plan).map((key) => client.set(key, 'ready', KEY_EXPIRY_MS)));
}

function start(startedAtEpochMs: number): void {
  if (prepared === undefined) throw new Error('The load was started before the client was prepared.');
  const now = drillClock(startedAtEpochMs);
  running = { ...prepared, startedAtEpochMs, now, load: startLoad({ ...prepared, now, classify: outcomeOfError }) };
}

async function end(atMs: number, drainMs: number): Promise<void> {
  if (running === undefined) throw new Error('The load was ended before it was started.');
  const { client, recorder, resultPath, now, load } = running;
  await load.endAt(atMs);
  while (recorder.open > 0 && now() < atMs + drainMs) await sleep(DRAIN_STEP_MS);
  recorder.close();
  await writeFile(resultPath, JSON.stringify(result(running)), { mode: 0o600, flag: 'wx' });
  client.destroy();
  tell({ kind: 'written' });
}

function result({ client, recorder, startedAtEpochMs }: Running): WorkerResult {
  return {
    description: client.description,
    operations: recorder.columns(),
    errors: recorder.errors(),
    dials: dials.map(({ atMs, host, port }) => [hundredths(atMs - startedAtEpochMs), host, port]),
    broken,
  };
}

function tell(notice: Notice): void {
  process.send?.(notice);
}
