/** Connections of the application, held open: how many of them somebody has ended. */
import { connect, type TLSSocket } from 'node:tls';
import { waitUntil } from '../../../../lib/base/wait-until.ts';
import type { Lab } from '../../../../lib/lab/lab.ts';
import { encodeCommand } from '../../../../lib/lab/reply.ts';
import { readState } from '../../../../lib/lab/state.ts';
import { credentialsOf, doorOf } from '../../../lab/support/ask.ts';

export interface HeldConnections {
  readonly count: number;
  ended(): number;
  close(): void;
}

/** One to the endpoint, and one to every node where clients go there. */
export async function holdConnections(lab: Lab): Promise<HeldConnections> {
  const nodes = lab.profile.clientMode === 'cluster' ? lab.nodes() : [];
  const { endpoint } = readState(lab.runDirectory);
  const sockets = await Promise.all([endpoint, ...nodes].map((address) => signedIn(lab, address)));
  let ended = 0;
  for (const socket of sockets) socket.once('close', () => (ended += 1));
  return {
    count: sockets.length,
    ended: () => ended,
    close: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function signedIn(lab: Lab, address: { readonly host: string; readonly port: number }): Promise<TLSSocket> {
  const { host, port, serverName, ca } = doorOf(lab, address);
  const socket = connect({ host, port, servername: serverName, ca });
  socket.on('error', () => undefined);
  let said = '';
  socket.on('data', (chunk) => (said += chunk));
  socket.write(encodeCommand(credentialsOf(lab)));
  await waitUntil({
    what: `the connection to ${host}:${port} to be signed in`,
    timeoutMs: 5_000,
    everyMs: 5,
    lastSeen: () => said,
    probe: () => (said.startsWith('+OK') ? true : undefined),
  });
  return socket;
}
