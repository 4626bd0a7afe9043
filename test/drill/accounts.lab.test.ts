import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sleep } from '../../lib/base/wait-until.ts';
import { connect } from '../../lib/client/connect.ts';
import { settleAccounts } from '../../lib/drill/accounts.ts';
import type { DrillHistory } from '../../lib/drill/history.ts';
import { type LoadPlan, scheduleOf, writtenValue } from '../../lib/drill/load/plan.ts';
import type { Lab } from '../../lib/lab/lab.ts';
import type { ConnectionProfile } from '../../lib/profile/profile.ts';
import { AZURE_NO_CLUSTER, newBaseDirectory, removeBaseDirectory, startTestLab } from '../lab/support/lab.ts';

const PLAN: LoadPlan = { client: 'redoubt', seed: 1, runId: 'r1', ratePerSecond: 10, tagsByShard: [['a']] };
const SEQUENCES = [0, 1, 2, 3];
const HISTORY = {
  loadEndedMs: 400,
  clients: [{ name: 'redoubt', operations: SEQUENCES.map((sequence) => ({ sequence, outcome: 'ok' })) }],
} as unknown as DrillHistory;

const baseDirectory = newBaseDirectory();
let lab: Lab;

beforeAll(async () => {
  lab = await startTestLab(AZURE_NO_CLUSTER, { baseDirectory });
});
afterAll(async () => {
  await lab?.stop();
  removeBaseDirectory(baseDirectory);
});

/** Writes what the plan writes, but for the last operation. */
async function writeAllButTheLast(): Promise<void> {
  const client = await connect(lab.profile, { log: 'silent' });
  for (const sequence of SEQUENCES.slice(0, -1)) {
    const { key, kind } = scheduleOf(PLAN)(sequence);
    await (kind === 'set' ? client.set(key, writtenValue(PLAN, sequence)) : client.incr(key));
  }
  client.disconnect();
}

/** The lab's profile with a hosts file in which the endpoint is not, and what puts it there. */
async function unknownAtFirst(): Promise<{ profile: ConnectionProfile; appear: () => Promise<void> }> {
  const { nameResolution } = lab.profile;
  if (nameResolution.kind !== 'hosts-file') throw new Error('The lab has no hosts file.');
  const path = join(lab.runDirectory, 'hosts-later');
  await writeFile(path, '');
  const appear = async () => appendFile(path, await readFile(nameResolution.path, 'utf8'));
  return { profile: { ...lab.profile, nameResolution: { kind: 'hosts-file', path } }, appear };
}

test('an endpoint that cannot be connected to at first costs the ledger nothing', async () => {
  await writeAllButTheLast();
  const { profile, appear } = await unknownAtFirst();
  const settling = settleAccounts(profile, [PLAN], HISTORY, AbortSignal.timeout(60_000));
  await sleep(600);
  await appear();
  expect((await settling).get('redoubt')?.map(({ applied }) => applied)).toEqual([1, 1, 1, 0]);
});

test('an endpoint that stays away leaves the ledger out', async () => {
  const { profile } = await unknownAtFirst();
  expect(await settleAccounts(profile, [PLAN], HISTORY, AbortSignal.timeout(1_000))).toEqual(new Map());
});
