/** What all clients of one single-endpoint proxy share: the way to the shards, the command table, who is connected. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { addressText, type BackendCredentials } from './backend-connection.ts';
import type { TopologyView } from './cluster-view.ts';
import { type CommandTable, readCommandTable } from './command-table.ts';
import type { ProxyConfig, ProxySecrets } from './config.ts';
import { decodeValue, textOf } from './resp-value.ts';
import { Router } from './router.ts';
import { Session } from './session.ts';
import type { Shard } from './shard.ts';
import { type TopologyWatch, watchCluster, watchPair } from './topology-watch.ts';

const RETRY_MS = 100;

export class Service {
  readonly config: ProxyConfig;
  readonly router: Router;
  /** Settled once a shard is known and its command table read. */
  readonly whenReady: Promise<void>;
  readonly sessions = new Set<Session>();
  listenPort = 0;
  serverVersion = '';
  commands: CommandTable = new Map();
  isReady = false;
  readonly #secrets: ProxySecrets;
  readonly #watch: TopologyWatch;
  readonly #moveListeners = new Set<() => void>();
  #lastSessionId = 0;
  #pairPrimary: string | undefined;
  #becomeReady: () => void = () => {};
  #isClosed = false;

  constructor(config: ProxyConfig, secrets: ProxySecrets) {
    this.config = config;
    this.#secrets = secrets;
    this.whenReady = new Promise((resolve) => {
      this.#becomeReady = resolve;
    });
    const credentials = administratorOf(config, secrets);
    this.router = new Router(credentials, () => this.#watch.refresh());
    const watch = this.isPair ? watchPair : watchCluster;
    this.#watch = watch(config, credentials, (view) => this.#follow(view));
  }

  /** One shard whose keys never span anything: Azure's NoCluster. */
  get isPair(): boolean {
    return this.config.kind === 'single-endpoint';
  }

  accept(socket: TLSSocket): void {
    this.#lastSessionId += 1;
    const session = new Session(this.#lastSessionId, socket, this);
    this.sessions.add(session);
    session.onClose(() => this.sessions.delete(session));
  }

  /** Called after the topology has changed. Returns how to take it back. */
  onMove(listener: () => void): () => void {
    this.#moveListeners.add(listener);
    return () => this.#moveListeners.delete(listener);
  }

  refreshTopology(): void {
    this.#watch.refresh();
  }

  /** A password without a user name is the `default` user's. */
  isApplication(userName: string, password: string): boolean {
    const isUser = sameText(userName, this.config.application.userName);
    return sameText(password, this.#secrets.applicationPassword) && isUser;
  }

  /** A mistake in the proxy itself: it costs the client its connection, and must not pass unseen. */
  reportFault(error: unknown): void {
    process.stderr.write(`PROXY_FAULT: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  }

  /** Ends every client politely. */
  close(): void {
    this.#isClosed = true;
    this.#watch.stop();
    for (const session of this.sessions) session.abort();
    this.router.close();
  }

  #follow(view: TopologyView): void {
    this.router.update(view);
    const [first] = this.router.shards;
    if (first !== undefined && this.commands.size === 0) void this.#learnCommands(first);
    for (const listener of this.#moveListeners) listener();
    if (this.isPair && first !== undefined) this.#endSessionsOfOldPrimary(addressText(first.primary));
  }

  /** "Old primary shards close existing connections": learn.microsoft.com/azure/redis/failover. */
  #endSessionsOfOldPrimary(primary: string): void {
    const hasMoved = this.#pairPrimary !== undefined && this.#pairPrimary !== primary;
    this.#pairPrimary = primary;
    if (!hasMoved) return;
    for (const session of this.sessions) session.end();
  }

  #isLearning = false;

  async #learnCommands(shard: Shard): Promise<void> {
    if (this.#isLearning) return;
    this.#isLearning = true;
    try {
      const connection = await shard.borrow(3);
      const table = readCommandTable(decodeValue((await connection.ask(['COMMAND'])).bytes));
      const info = textOf(decodeValue((await connection.ask(['INFO', 'server'])).bytes));
      shard.release(connection, 3);
      this.serverVersion = /^redis_version:(.*?)\r?$/m.exec(info)?.[1] ?? '';
      this.commands = table;
      this.isReady = true;
      this.#becomeReady();
    } catch {
      // The node is not up yet, or was replaced in between: again, with whoever is the primary then.
      setTimeout(() => {
        const [first] = this.router.shards;
        if (!this.#isClosed && first !== undefined) void this.#learnCommands(first);
      }, RETRY_MS).unref();
    } finally {
      this.#isLearning = false;
    }
  }
}

export function administratorOf(config: ProxyConfig, secrets: ProxySecrets): BackendCredentials {
  return {
    authority: secrets.authority,
    serverName: config.backends.serverName,
    userName: config.administrator.userName,
    password: secrets.administratorPassword,
  };
}

/** In a time that does not tell how much of it was right. */
function sameText(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
