/** A TCP path between client and server that can fall silent, as a route, a load balancer or a firewall does. */
import { createServer, connect as dial, type Server, type Socket } from 'node:net';

export interface Forwarder {
  readonly host: string;
  readonly port: number;
  /** Connections made so far. */
  readonly accepted: () => number;
  /** Connections that exist now say nothing any more, and nobody is told; new ones work. */
  readonly stallExisting: () => void;
  /** Nothing goes through, on old connections or new ones, until `resume`. */
  readonly stallAll: () => void;
  readonly resume: () => void;
  /** New connections complete their TLS handshake (of TLS 1.3) and get no answer to what they send then. */
  readonly stallAtLogin: () => void;
  /** Ends every connection in the orderly way. */
  readonly hangUp: () => void;
  readonly close: () => Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

export async function startForwarder(target: { readonly host: string; readonly port: number }): Promise<Forwarder> {
  const pairs = new Set<Pair>();
  let accepted = 0;
  let stalled = false;
  let stalledAtLogin = false;
  const listener = createServer((client) => {
    accepted += 1;
    const server = dial(target);
    const pair = { client, server };
    pairs.add(pair);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        pairs.delete(pair);
      });
      from.pipe(to);
    }
    if (stalled) silence(pair);
    if (stalledAtLogin) silenceAfterHandshake(pair);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as { port: number };
  return {
    host: '127.0.0.1',
    port,
    accepted: () => accepted,
    stallExisting: () => pairs.forEach(silence),
    stallAll: () => {
      stalled = true;
      pairs.forEach(silence);
    },
    resume: () => {
      stalled = false;
      stalledAtLogin = false;
      for (const { client, server } of pairs) {
        client.pipe(server);
        server.pipe(client);
      }
    },
    stallAtLogin: () => {
      stalledAtLogin = true;
    },
    hangUp: () => {
      for (const { client } of pairs) client.destroy();
    },
    close: () => closed(listener, pairs),
  };
}

function silence({ client, server }: Pair): void {
  for (const socket of [client, server]) {
    socket.unpipe();
    socket.pause();
  }
}

/** The client's first bytes are its hello; what follows the server's answer ends the handshake and begins the login. */
function silenceAfterHandshake({ client, server }: Pair): void {
  let turns = 0;
  client.on('data', () => {
    turns += 1;
    if (turns === 2) server.unpipe().pause();
  });
}

function closed(listener: Server, pairs: ReadonlySet<Pair>): Promise<void> {
  for (const { client, server } of pairs) {
    client.destroy();
    server.destroy();
  }
  return new Promise((resolve) => listener.close(() => resolve()));
}
