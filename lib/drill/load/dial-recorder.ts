/**
 * Notes every connection attempt this process makes, whichever library makes it: TLS sockets too are opened with
 * `net.Socket.connect`. Only for the drill's own worker processes, where nothing else lives.
 */
import { Socket } from 'node:net';
import type { DrillClock } from '../clock.ts';
import type { Dial } from '../history.ts';

/** Returns the list that grows as connections are attempted. `now` is asked at each, so the clock may be set later. */
export function recordDials(now: DrillClock): readonly Dial[] {
  const dials: Dial[] = [];
  const connect = Socket.prototype.connect;
  Socket.prototype.connect = function recorded(this: Socket, ...parameters: Parameters<typeof connect>) {
    // Emitted with the address that is really dialled, after names have been resolved.
    this.on('connectionAttempt', (host: string, port: number) => dials.push({ atMs: now(), host, port }));
    return connect.apply(this, parameters);
  } as typeof connect;
  return dials;
}
