/** One shard as the proxy uses it: a shared lane per protocol version, and connections for one client alone. */
import { addressText, BackendConnection, type BackendCredentials } from './backend-connection.ts';
import type { ShardView } from './cluster-view.ts';
import type { Address } from './config.ts';
import { Lane, type LaneRequest, movedTo, SILENT_AFTER_MS } from './lane.ts';
import type { RawReply } from './reply-scanner.ts';
import type { RespVersion } from './resp.ts';

const IDLE_CONNECTIONS = 16;
/** For so long a picture of the topology that is older than a node's own word is not believed. */
const OWN_WORD_MS = 1_000;

export class Shard {
  readonly slots: ShardView['slots'];
  readonly #credentials: BackendCredentials;
  readonly #onMisdirected: () => void;
  readonly #lanes = new Map<RespVersion, Lane>();
  readonly #idle: { readonly version: RespVersion; readonly connection: BackendConnection }[] = [];
  readonly #lent = new Set<BackendConnection>();
  #primary: Address;
  /** The latest from the topology. */
  #reported: Address;
  /** The primary so far said itself that it is not. */
  #deposed: { readonly address: string; readonly untilMs: number } | undefined;

  constructor(view: ShardView, credentials: BackendCredentials, onMisdirected: () => void) {
    this.slots = view.slots;
    this.#primary = view.primary;
    this.#reported = view.primary;
    this.#credentials = credentials;
    this.#onMisdirected = onMisdirected;
  }

  get primary(): Address {
    return this.#primary;
  }

  send(request: LaneRequest, version: RespVersion): void {
    let lane = this.#lanes.get(version);
    if (lane === undefined) {
      lane = new Lane(this.#primary, {
        credentials: this.#credentials,
        version,
        onMisdirected: (address) => this.#depose(address),
      });
      this.#lanes.set(version, lane);
    }
    lane.send(request);
  }

  /** What the topology says. */
  setPrimary(primary: Address): void {
    this.#reported = primary;
    const remainingMs = this.#deposed?.address === addressText(primary) ? this.#deposed.untilMs - performance.now() : 0;
    if (remainingMs > 0) setTimeout(() => this.setPrimary(this.#reported), remainingMs).unref();
    else if (addressText(primary) !== addressText(this.#primary)) this.#movePrimary(primary);
  }

  /** What the primary so far says, on a connection of `borrow`: faster than any poll. */
  follow(connection: BackendConnection, reply: RawReply): void {
    this.#depose(this.isCurrent(connection) ? movedTo(reply) : undefined);
  }

  #depose(successor: Address | undefined): void {
    if (successor !== undefined && addressText(successor) !== addressText(this.#primary)) {
      this.#deposed = { address: addressText(this.#primary), untilMs: performance.now() + OWN_WORD_MS };
      this.#movePrimary(successor);
    }
    this.#onMisdirected();
  }

  #movePrimary(primary: Address): void {
    this.#primary = primary;
    for (const lane of this.#lanes.values()) lane.setPrimary(primary);
    for (const { connection } of this.#idle.splice(0)) connection.destroy();
    // A demoted primary answers what waits at it (MOVED); one that does not is silent.
    for (const connection of this.#lent) setTimeout(() => connection.destroy(), SILENT_AFTER_MS);
  }

  /** Whether this connection leads to the node that is the primary now. */
  isCurrent(connection: BackendConnection): boolean {
    return !connection.isClosed && addressText(connection.address) === addressText(this.#primary);
  }

  /** A connection to the primary for one user alone; give it back with `release`, or destroy it. Rejects when there is none to be had. */
  async borrow(version: RespVersion, onPush?: (push: RawReply) => void): Promise<BackendConnection> {
    const connection = (onPush === undefined && this.#takeIdle(version)) || this.#open(version, onPush);
    this.#lent.add(connection);
    connection.closed.then(() => this.#lent.delete(connection));
    await connection.ready;
    return connection;
  }

  /** Only when nothing of the borrower is left on it: no WATCH, no subscription, no answer outstanding. */
  release(connection: BackendConnection, version: RespVersion): void {
    this.#lent.delete(connection);
    const reusable =
      this.isCurrent(connection) && connection.pendingCount === 0 && this.#idle.length < IDLE_CONNECTIONS;
    if (reusable) this.#idle.push({ version, connection });
    else connection.destroy();
  }

  /** Hands over everything not yet sent and ends every connection. */
  close(): { readonly version: RespVersion; readonly requests: LaneRequest[] }[] {
    for (const { connection } of this.#idle) connection.destroy();
    for (const connection of this.#lent) connection.destroy();
    return [...this.#lanes].map(([version, lane]) => ({ version, requests: lane.close() }));
  }

  #takeIdle(version: RespVersion): BackendConnection | undefined {
    const index = this.#idle.findIndex((entry) => entry.version === version && this.isCurrent(entry.connection));
    return index < 0 ? undefined : this.#idle.splice(index, 1)[0]?.connection;
  }

  #open(version: RespVersion, onPush: ((push: RawReply) => void) | undefined): BackendConnection {
    const options = { address: this.#primary, credentials: this.#credentials, version };
    return new BackendConnection(onPush === undefined ? options : { ...options, onPush });
  }
}
