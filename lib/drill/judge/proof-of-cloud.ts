/** Why one may believe that a cloud did what it was asked for, or that a watched window had a maintenance in it. */
import type { ClientHistory, DrillHistory } from '../history.ts';
import { spoken } from './milliseconds.ts';

/** Evidence for a claim, and what is missing from it. */
export interface Part {
  readonly evidence: string[];
  readonly gaps: { code: string; message: string }[];
}

/** To one address a client makes a connection for its commands and perhaps one to watch; a further one replaces one that was lost. */
const CONNECTIONS_TO_AN_ADDRESS = 2;

export function operationsCompleted({ operations = [] }: DrillHistory): Part {
  const part: Part = { evidence: [], gaps: [] };
  if (operations.length === 0) {
    part.gaps.push({ code: 'NO_FAULT', message: 'The cloud was not asked for anything, so nothing was rehearsed.' });
  }
  for (const { what, requestedMs, completedMs, evidence } of operations) {
    if (completedMs === undefined) {
      const message = `${what}: the cloud accepted it and did not say that it was complete.`;
      part.gaps.push({ code: 'OPERATION_INCOMPLETE', message });
    } else {
      part.evidence.push(`${what}: complete after ${spoken(completedMs - requestedMs)} (${evidence ?? 'no words'}).`);
    }
  }
  return part;
}

/** The cloud says that it is done, and the judged clients felt it. */
export function connectionsDropped(history: DrillHistory, judgedNames: ReadonlySet<string>): Part {
  const part = operationsCompleted(history);
  const fromMs = Math.min(...(history.operations ?? []).map(({ requestedMs }) => requestedMs));
  if (!Number.isFinite(fromMs)) return part;
  for (const client of history.clients.filter(({ name }) => judgedNames.has(name))) {
    const kept = addressesKept(client, fromMs);
    if (kept.length === 0) {
      part.evidence.push(`${client.name} connected again to every address that it had been connected to.`);
    } else {
      const message = `${client.name} did not connect again to ${kept.join(', ')}, so not all of its connections were dropped.`;
      part.gaps.push({ code: 'NOTHING_DROPPED', message });
    }
  }
  return part;
}

/** A window in which nothing happened proves nothing about the next one. */
export function somethingHappened(history: DrillHistory, judgedNames: ReadonlySet<string>): Part {
  const dialled = history.clients
    .filter(({ name }) => judgedNames.has(name))
    .map((client) => ({ name: client.name, dials: replacedConnections(client, history.warmUpMs) }))
    .filter(({ dials }) => dials > 0);
  const evidence = [
    ...history.faults.map(({ shardIndex, oldPrimary, newPrimary, promotedMs }) => {
      const from = `${oldPrimary.host}:${oldPrimary.port}`;
      const to = newPrimary === undefined ? '?' : `${newPrimary.host}:${newPrimary.port}`;
      return `Shard ${shardIndex + 1}: the primary moved from ${from} to ${to}, ${spoken(promotedMs ?? 0)} into the drill.`;
    }),
    ...history.retiredAddresses.map(
      ({ host, port, retiredMs }) => `${host}:${port} left the deployment, ${spoken(retiredMs)} into the drill.`,
    ),
    ...dialled.map(({ name, dials }) => `${name} replaced ${dials} connections that were lost.`),
  ];
  if (evidence.length > 0) return { evidence, gaps: [] };
  const message =
    'Nothing happened while it was watched: no role moved, no address went, no connection was lost. Watch the window in which the service maintains.';
  return { evidence: [], gaps: [{ code: 'NOTHING_HAPPENED', message }] };
}

/** Addresses that were dialled before and not since. A client that had dialled none shows nothing either. */
function addressesKept({ dials }: ClientHistory, fromMs: number): string[] {
  const before = new Set(dials.filter(({ atMs }) => atMs < fromMs).map(addressOf));
  if (before.size === 0) return ['anything'];
  const since = new Set(dials.filter(({ atMs }) => atMs >= fromMs).map(addressOf));
  return [...before].filter((address) => !since.has(address));
}

function replacedConnections({ dials }: ClientHistory, fromMs: number): number {
  const counts = new Map<string, number>();
  const replacing = dials.filter((dial) => {
    const count = (counts.get(addressOf(dial)) ?? 0) + 1;
    counts.set(addressOf(dial), count);
    return count > CONNECTIONS_TO_AN_ADDRESS && dial.atMs >= fromMs;
  });
  return replacing.length;
}

function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host}:${port}`;
}
