/** Whether the endpoint's port answers somebody who speaks no TLS. */
import { connect } from 'node:net';
import type { PlaintextProbe } from '../observation.ts';
import { encodeCommands, printable } from '../resp.ts';
import type { Session } from './session.ts';

/** Sends PING as it is and waits for the first bytes; never rejects. */
export function probePlaintext({ endpoint, dialSettings }: Session): Promise<PlaintextProbe> {
  return new Promise((resolve) => {
    const { lookup, askTimeoutMs, signal } = dialSettings;
    const socket = connect({ ...endpoint, ...(lookup === undefined ? {} : { lookup }) });
    let connected = false;
    const finish = (outcome: PlaintextProbe['outcome'], detail: string) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve({ outcome, detail });
    };
    const onAbort = () => finish('not-connected', 'The run was interrupted.');
    const timer = setTimeout(
      () => finish(connected ? 'no-answer' : 'not-connected', `Nothing came back for ${askTimeoutMs} ms.`),
      askTimeoutMs,
    );
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) return onAbort();
    socket.on('connect', () => {
      connected = true;
      socket.write(encodeCommands([['PING']]));
    });
    socket.on('data', (bytes) => finish(isResp(bytes) ? 'answered' : 'not-resp', printable(bytes)));
    socket.on('error', ({ message }) => finish(connected ? 'closed' : 'not-connected', message));
    socket.on('close', () => finish('closed', 'The server closed the connection.'));
  });
}

/** `+PONG`, or an error such as `-NOAUTH`: both mean that commands are read without TLS. */
function isResp(bytes: Buffer): boolean {
  return /^[+\-:$*]/.test(bytes.toString('latin1', 0, 1));
}
