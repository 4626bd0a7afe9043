/** Connection attempts to addresses that are gone, after the client should have known better. */
import type { ClientHistory, DrillHistory } from '../history.ts';
import { recoveredAtMs } from './outage.ts';

/**
 * A dial is stale when its address was retired and both the retirement and the client's recovery are longer ago than the
 * grace. A client that never recovered gets its grace from the retirement alone.
 */
export function staleDials(client: ClientHistory, history: DrillHistory, graceMs: number): number {
  const recoveredMs = recoveredAtMs(client, history) ?? Number.NEGATIVE_INFINITY;
  const retiredMs = new Map(history.retiredAddresses.map((address) => [addressOf(address), address.retiredMs]));
  return client.dials.filter((dial) => {
    const goneMs = retiredMs.get(addressOf(dial));
    return goneMs !== undefined && dial.atMs > Math.max(goneMs, recoveredMs) + graceMs;
  }).length;
}

function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host}:${port}`;
}
