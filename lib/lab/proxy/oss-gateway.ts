/**
 * Port 10000 of Azure's OSS policy: one node's proxy, which passes everything on to a live primary as it is, the
 * client's authentication included. A connection stays with its node; when that node stops being a primary or leaves,
 * the connection is ended once the node has answered ("old primary shards close existing connections",
 * learn.microsoft.com/azure/redis/failover).
 */
import { connect, type TLSSocket } from 'node:tls';
import { waitUntil } from '../../base/wait-until.ts';
import { addressText } from './backend-connection.ts';
import type { Address, ProxyConfig, ProxySecrets } from './config.ts';
import { OneShardQuirk } from './one-shard-quirk.ts';
import { administratorOf } from './service.ts';
import { type TopologyWatch, watchCluster } from './topology-watch.ts';

/** A node that has been quiet for so long has answered what it was asked. */
const QUIET_MS = 100;
const GOODBYE_MS = 500;
const CONNECT_TIMEOUT_MS = 2_000;
const RETRY_MS = 20;

interface Passage {
  readonly client: TLSSocket;
  readonly backend: TLSSocket;
  readonly node: Address;
}

export class OssGateway {
  readonly #config: ProxyConfig;
  readonly #secrets: ProxySecrets;
  readonly #watch: TopologyWatch;
  readonly #clients = new Set<TLSSocket>();
  readonly #passages = new Set<Passage>();
  #acceptedCount = 0;

  constructor(config: ProxyConfig, secrets: ProxySecrets) {
    this.#config = config;
    this.#secrets = secrets;
    this.#watch = watchCluster(config, administratorOf(config, secrets), () => this.#endStranded());
  }

  accept(client: TLSSocket): void {
    this.#acceptedCount += 1;
    this.#clients.add(client);
    client.on('close', () => this.#clients.delete(client));
    client.on('error', () => client.destroy());
    client.on('timeout', () => client.end());
    // Deterministic, so that tests can count on it: every other connection is one of those that answer MOVED.
    const hasQuirk = this.#config.oneShard && this.#acceptedCount % 2 === 0;
    void this.#join(client, this.#acceptedCount, hasQuirk);
  }

  close(): void {
    this.#watch.stop();
    for (const client of this.#clients) client.destroy();
  }

  async #join(client: TLSSocket, turn: number, hasQuirk: boolean): Promise<void> {
    let attempt = turn;
    try {
      const passage = await waitUntil({
        what: 'a live primary behind the gateway',
        timeoutMs: this.#config.waitForShardMs,
        everyMs: RETRY_MS,
        probe: async () => {
          const { shards } = this.#watch.view;
          const node = shards[attempt++ % shards.length]?.primary;
          return node === undefined || client.destroyed ? undefined : { client, node, backend: await this.#dial(node) };
        },
      });
      if (client.destroyed) passage.backend.destroy();
      else this.#connect(passage, hasQuirk);
    } catch {
      client.destroy();
    }
  }

  #dial(node: Address): Promise<TLSSocket> {
    const backend = connect({ ...node, ca: this.#secrets.authority, servername: this.#config.backends.serverName });
    backend.setNoDelay(true);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => backend.destroy(new Error('no answer in time')), CONNECT_TIMEOUT_MS);
      backend.once('secureConnect', () => {
        clearTimeout(timer);
        resolve(backend);
      });
      backend.on('error', reject);
      backend.once('close', () => {
        clearTimeout(timer);
        reject(new Error('closed'));
      });
    });
  }

  #connect(passage: Passage, hasQuirk: boolean): void {
    const { client, backend, node } = passage;
    this.#passages.add(passage);
    backend.once('close', () => {
      this.#passages.delete(passage);
      sayGoodbye(client);
    });
    client.once('close', () => backend.destroy());
    if (hasQuirk) {
      const quirk = new OneShardQuirk(node);
      for (const side of [quirk.commands, quirk.replies]) side.on('error', () => backend.destroy());
      client.pipe(quirk.commands).pipe(backend);
      backend.pipe(quirk.replies, { end: false }).pipe(client, { end: false });
    } else {
      client.pipe(backend);
      backend.pipe(client, { end: false });
    }
    if (!this.#isLivePrimary(node)) this.#end(passage);
  }

  #isLivePrimary(node: Address): boolean {
    const { members, shards } = this.#watch.view;
    const text = addressText(node);
    return members.has(text) && shards.some(({ primary }) => addressText(primary) === text);
  }

  #endStranded(): void {
    for (const passage of this.#passages) if (!this.#isLivePrimary(passage.node)) this.#end(passage);
  }

  /** Nothing more goes to the node; when it has been quiet for a moment, it has answered. */
  #end(passage: Passage): void {
    const { client, backend } = passage;
    if (!this.#passages.delete(passage)) return;
    client.unpipe();
    client.resume();
    const timer = setTimeout(() => backend.destroy(), QUIET_MS);
    backend.on('data', () => timer.refresh());
    backend.once('close', () => clearTimeout(timer));
  }
}

/** Ends politely and goes on reading: unread bytes would turn the end into a reset that loses answers. */
function sayGoodbye(client: TLSSocket): void {
  client.unpipe();
  client.resume();
  client.end();
  const timer = setTimeout(() => client.destroy(), GOODBYE_MS);
  client.once('close', () => clearTimeout(timer));
}
