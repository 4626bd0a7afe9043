/**
 * Asks every known node the same question, in parallel and again and again, as administrator. A node that is silent or
 * gone delays nobody: each has its own connection, and an answer counts only while it is fresh.
 */
import { addressText, BackendConnection, type BackendCredentials } from './backend-connection.ts';
import type { Address } from './config.ts';
import { TYPE } from './resp.ts';
import { decodeValue, textOf } from './resp-value.ts';

/** How long a node's last answer says something about now. */
const FRESH_MS = 1_000;
/** A question this old will not be answered on this connection any more. */
const ANSWER_TIMEOUT_MS = 1_000;
const RECONNECT_MS = 250;
/** While things are moving, a stale picture costs more than a question. */
const HURRY = { everyMs: 20, forMs: 5_000 };

export interface NodePollerOptions {
  readonly credentials: BackendCredentials;
  readonly question: readonly string[];
  readonly everyMs: number;
  /** The nodes to ask now. */
  readonly addresses: () => readonly Address[];
  /** Called when an answer has arrived, or one has grown old. */
  readonly onAnswer: () => void;
}

interface PolledNode {
  readonly address: Address;
  connection?: BackendConnection;
  reconnectAtMs: number;
  askedAtMs?: number;
  answer?: { readonly text: string; readonly atMs: number };
}

export class NodePoller {
  readonly #options: NodePollerOptions;
  readonly #nodes = new Map<string, PolledNode>();
  readonly #timer: NodeJS.Timeout;
  #lastPollAtMs = 0;
  #hurryUntilMs = 0;

  constructor(options: NodePollerOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#pollWhenDue(), Math.min(HURRY.everyMs, options.everyMs));
    this.pollNow();
  }

  /** What every node said last, leaving out answers that are no longer fresh. */
  answers(): { readonly address: Address; readonly text: string }[] {
    return [...this.#nodes.values()].flatMap(({ address, answer }) =>
      answer === undefined ? [] : [{ address, text: answer.text }],
    );
  }

  /** Asks at once instead of at the next turn: somebody has met a node that is not what it was. */
  pollNow(): void {
    const now = performance.now();
    this.#lastPollAtMs = now;
    this.#follow(this.#options.addresses());
    let hasAged = false;
    for (const node of this.#nodes.values()) {
      if (node.answer !== undefined && now - node.answer.atMs > FRESH_MS) {
        delete node.answer;
        hasAged = true;
      }
      this.#ask(node, now);
    }
    if (hasAged) this.#options.onAnswer();
  }

  /** Something has changed, so more may: asks more often for a while. */
  hurry(): void {
    this.#hurryUntilMs = performance.now() + HURRY.forMs;
  }

  #pollWhenDue(): void {
    const now = performance.now();
    // A timer may fire a little early.
    if (now < this.#hurryUntilMs || now - this.#lastPollAtMs >= this.#options.everyMs - 1) this.pollNow();
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const node of this.#nodes.values()) node.connection?.destroy();
    this.#nodes.clear();
  }

  #follow(addresses: readonly Address[]): void {
    const wanted = new Set(addresses.map(addressText));
    for (const [key, node] of this.#nodes) {
      if (wanted.has(key)) continue;
      node.connection?.destroy();
      this.#nodes.delete(key);
    }
    for (const address of addresses) {
      const key = addressText(address);
      if (!this.#nodes.has(key)) this.#nodes.set(key, { address, reconnectAtMs: 0 });
    }
  }

  #ask(node: PolledNode, now: number): void {
    if (node.askedAtMs !== undefined) {
      if (now - node.askedAtMs > ANSWER_TIMEOUT_MS) node.connection?.destroy();
      return;
    }
    const { connection } = node;
    if (connection === undefined || connection.isClosed) this.#reconnect(node, now);
    if (!connection?.isReady) return;
    node.askedAtMs = now;
    connection.ask(this.#options.question).then(
      (reply) => {
        delete node.askedAtMs;
        if (reply.type === TYPE.error) return;
        node.answer = { text: textOf(decodeValue(reply.bytes)), atMs: performance.now() };
        this.#options.onAnswer();
      },
      () => {
        delete node.askedAtMs;
      },
    );
  }

  #reconnect(node: PolledNode, now: number): void {
    if (now < node.reconnectAtMs) return;
    node.reconnectAtMs = now + RECONNECT_MS;
    const connection = new BackendConnection({
      address: node.address,
      credentials: this.#options.credentials,
      version: 3,
    });
    node.connection = connection;
    connection.ready.then(
      () => this.#ask(node, performance.now()),
      () => {},
    );
  }
}
