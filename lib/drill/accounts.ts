/** The end of the books: every client's keys are read again over a fresh connection, then removed. */
import { waitUntil } from '../base/wait-until.ts';
import { connect } from '../client/connect.ts';
import type { ConnectionProfile } from '../profile/profile.ts';
import type { DrillHistory, LedgerEntry } from './history.ts';
import { clearKeys, type LedgerConnection, readLedger } from './ledger.ts';
import { type LoadPlan, operationsDue } from './load/plan.ts';
import type { ClientName } from './scenario.ts';

/** An interrupted drill is somebody waiting for their prompt. */
const INTERRUPTED_TIMEOUT_MS = 5_000;
/** The endpoint's name may lead first to a server that has just come back and knows nothing of its cluster yet. */
const CONNECTED_TIMEOUT_MS = 10_000;

/** The ledgers that could be read; one that could not is missing, and the judge says `unknown` about it. */
export async function settleAccounts(
  profile: ConnectionProfile,
  plans: readonly LoadPlan[],
  history: DrillHistory,
  signal: AbortSignal,
): Promise<ReadonlyMap<ClientName, LedgerEntry[]>> {
  const ledgers = new Map<ClientName, LedgerEntry[]>();
  await withConnection(profile, signal, async (connection) => {
    for (const plan of plans) {
      const client = history.clients.find(({ name }) => name === plan.client);
      // A broken client's operations are not known, so there is nothing to compare its keys with.
      if (client !== undefined && client.broken === undefined) {
        ledgers.set(plan.client, await readLedger(connection, plan, client, signal));
      }
      await clearKeys(connection, plan, operationsDue(plan, history.loadEndedMs), signal);
    }
  }).catch(() => undefined);
  return ledgers;
}

/** INCRs carry no expiry, so the keys of an interrupted drill are removed now, as far as that can still be done. */
export async function clearAfterInterruption(
  profile: ConnectionProfile,
  plans: readonly LoadPlan[],
  lastedMs: number,
): Promise<void> {
  const signal = AbortSignal.timeout(INTERRUPTED_TIMEOUT_MS);
  await withConnection(profile, signal, async (connection) => {
    for (const plan of plans) await clearKeys(connection, plan, operationsDue(plan, lastedMs), signal);
  }).catch(() => undefined);
}

async function withConnection(
  profile: ConnectionProfile,
  signal: AbortSignal,
  use: (connection: LedgerConnection) => Promise<void>,
): Promise<void> {
  const client = await waitUntil({
    what: 'a connection to read the keys over',
    timeoutMs: CONNECTED_TIMEOUT_MS,
    everyMs: 250,
    signal,
    probe: () => connect(profile, { connectionName: 'redoubt-ledger', log: 'silent' }),
  });
  try {
    await use({
      mget: (keys) => client.mget([...keys]),
      unlink: (keys) => client.unlink([...keys]),
    });
  } finally {
    client.disconnect();
  }
}
