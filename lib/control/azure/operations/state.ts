/** Whether the cluster and its database are at rest, and the bounded waits until they are. */
import { ProblemError } from '../../../base/problem.ts';
import { waitUntil } from '../../../base/wait-until.ts';
import { type Api, getCluster, getDatabase } from '../api.ts';
import type { Cluster, Database } from '../description.ts';
import { isPassing } from '../faults.ts';

export interface State {
  readonly cluster: Cluster;
  readonly database: Database;
}

export async function readState(api: Api, signal?: AbortSignal): Promise<State> {
  return { cluster: await getCluster(api, signal), database: await getDatabase(api, signal) };
}

/** Nothing is being changed: what was asked for before is done, or has failed. */
export function isAtRest({ cluster, database }: State): boolean {
  return [cluster, database].every(({ properties }) =>
    ['Succeeded', 'Failed', 'Canceled'].includes(properties?.provisioningState ?? ''),
  );
}

export function isHealthy({ cluster, database }: State): boolean {
  return [cluster, database].every(
    ({ properties }) => properties?.provisioningState === 'Succeeded' && properties.resourceState === 'Running',
  );
}

export function stateText({ cluster, database }: State): string {
  const of = ({ properties }: Cluster | Database) =>
    `${properties?.provisioningState ?? 'not told'}/${properties?.resourceState ?? 'not told'}`;
  return `the cluster is ${of(cluster)}, the database ${of(database)}`;
}

export interface WaitOptions {
  readonly what: string;
  readonly until: (state: State) => boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Throttling and hiccups count as "not yet", every other fault ends it at once. */
export async function waitForState(api: Api, { what, until, timeoutMs, signal }: WaitOptions): Promise<State> {
  let lastSeen = 'nothing yet';
  const outcome = await waitUntil<{ readonly state: State } | { readonly error: unknown }>({
    what,
    timeoutMs,
    everyMs: api.longRunning.pollEveryMs ?? 10_000,
    signal,
    lastSeen: () => lastSeen,
    probe: async () => {
      try {
        const state = await readState(api, signal);
        lastSeen = stateText(state);
        return until(state) ? { state } : undefined;
      } catch (error) {
        if (isPassing(error)) throw error;
        return { error };
      }
    },
  });
  if ('error' in outcome) throw outcome.error;
  return outcome.state;
}

/** A change that is over can take a moment to show. */
const SHOWN_WITHIN_MS = 300_000;

/** @throws ProblemError `AZURE_OPERATION_FAILED` when it came to rest in a state of failure */
export async function healthyAfter(
  api: Api,
  what: string,
  signal: AbortSignal,
  isDone: (state: State) => boolean,
): Promise<State> {
  const timeoutMs = Math.min(api.longRunning.operationTimeoutMs ?? SHOWN_WITHIN_MS, SHOWN_WITHIN_MS);
  const hasFailed = (state: State) => isAtRest(state) && /Failed|Canceled/.test(stateText(state));
  const until = (state: State) => (isHealthy(state) && isDone(state)) || hasFailed(state);
  const state = await waitForState(api, { what, until, timeoutMs, signal });
  if (!hasFailed(state)) return state;
  const message = `${what}: the change came to rest in failure, ${stateText(state)}. Look at the resource in the portal.`;
  throw new ProblemError({ code: 'AZURE_OPERATION_FAILED', message });
}
