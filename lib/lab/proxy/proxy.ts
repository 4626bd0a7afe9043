/** Starts a proxy of any kind in this process. main.ts makes a process of it. */
import type { TLSSocket } from 'node:tls';
import { type ProxyConfig, readProxySecrets } from './config.ts';
import { listen } from './listener.ts';
import { OssGateway } from './oss-gateway.ts';
import { Service } from './service.ts';

export interface Proxy {
  readonly port: number;
  /** Ends every client and every connection to a node. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Accepts clients as soon as it returns; their commands wait for the nodes behind it to be up.
 * @throws ProblemError `PROXY_FILE_UNREADABLE`, `PROXY_CERTIFICATE_INVALID`, `PROXY_CANNOT_LISTEN`
 */
export async function startProxy(config: ProxyConfig): Promise<Proxy> {
  const secrets = readProxySecrets(config);
  const back: { accept(client: TLSSocket): void; close(): void; listenPort?: number } =
    config.kind === 'oss-gateway' ? new OssGateway(config, secrets) : new Service(config, secrets);
  try {
    const listener = await listen(config, secrets, (socket) => back.accept(socket));
    back.listenPort = listener.port;
    let closing: Promise<void> | undefined;
    return {
      port: listener.port,
      close: () => {
        if (closing === undefined) {
          back.close();
          closing = listener.close();
        }
        return closing;
      },
    };
  } catch (error) {
    back.close();
    throw error;
  }
}
