/** The TLS port that clients connect to. There is no plaintext port. */
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { ProblemError } from '../../base/problem.ts';
import type { ProxyConfig, ProxySecrets } from './config.ts';

const HANDSHAKE_TIMEOUT_MS = 10_000;
/** The server's tcp-keepalive: how clients that have vanished without a word are noticed. */
const KEEP_ALIVE_MS = 300_000;
const CLOSE_TIMEOUT_MS = 1_000;

export interface Listener {
  readonly port: number;
  /** Takes no more clients, and ends those that do not go by themselves within a second. */
  close(): Promise<void>;
}

/** @throws ProblemError `PROXY_CANNOT_LISTEN`, `PROXY_CERTIFICATE_INVALID` */
export async function listen(
  config: ProxyConfig,
  secrets: ProxySecrets,
  accept: (socket: TLSSocket) => void,
): Promise<Listener> {
  const server = createTlsServer(config, secrets);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // Until the handshake is done nobody else listens; errors then belong to the TLS socket.
    socket.on('error', () => socket.destroy());
  });
  server.on('tlsClientError', (_, socket) => socket.destroy());
  server.on('secureConnection', (socket) => {
    socket.setTimeout(config.idleTimeoutMs);
    accept(socket);
  });
  const { host, port } = config.listen;
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    const message = `The proxy cannot listen on ${host}:${port}: ${reason}. Give a free port and an address of this machine, or port 0 for any.`;
    throw new ProblemError({ code: 'PROXY_CANNOT_LISTEN', message }, { cause: error });
  }
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, CLOSE_TIMEOUT_MS);
      await closed;
      clearTimeout(timer);
    },
  };
}

function createTlsServer({ tls }: ProxyConfig, { key, certificate }: ProxySecrets) {
  try {
    return createServer({
      key,
      cert: certificate,
      minVersion: tls.minimumVersion,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    });
  } catch (error) {
    const message = `The certificate ${tls.certificateFile} and the key ${tls.keyFile} cannot be used: ${(error as Error).message}. Both must be PEM and belong together.`;
    throw new ProblemError({ code: 'PROXY_CERTIFICATE_INVALID', message }, { cause: error });
  }
}
