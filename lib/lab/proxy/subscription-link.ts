/** A client's own connection to one shard for what it subscribes there. Follows the shard when its primary changes. */
import { sleep } from '../../base/wait-until.ts';
import type { BackendConnection } from './backend-connection.ts';
import { isNotHere } from './lane.ts';
import type { RawReply } from './reply-scanner.ts';
import { encodeCommand, TYPE } from './resp.ts';
import { decodeValue, itemsOf, textOf } from './resp-value.ts';
import type { Session } from './session.ts';
import type { Shard } from './shard.ts';

export type ChannelKind = 'channel' | 'pattern' | 'shardChannel';

const COMMAND: Readonly<Record<ChannelKind, string>> = {
  channel: 'SUBSCRIBE',
  pattern: 'PSUBSCRIBE',
  shardChannel: 'SSUBSCRIBE',
};
const CONFIRMATION: Readonly<Record<string, ChannelKind>> = {
  subscribe: 'channel',
  psubscribe: 'pattern',
  ssubscribe: 'shardChannel',
};
const RECONNECT_MS = 20;

type OnConfirmed = (name: Buffer) => void;

export class SubscriptionLink {
  readonly #session: Session;
  readonly #shard: Shard;
  readonly #onMessage: (push: RawReply) => void;
  readonly #wanted: Record<ChannelKind, Set<string>> = {
    channel: new Set(),
    pattern: new Set(),
    shardChannel: new Set(),
  };
  /** Names (by kind) that the client has not been told about yet. */
  readonly #awaited = new Map<string, OnConfirmed>();
  readonly #stopFollowing: () => void;
  #connection: BackendConnection | undefined;
  #isConnecting = false;
  #isClosed = false;

  constructor(session: Session, shard: Shard, onMessage: (push: RawReply) => void) {
    this.#session = session;
    this.#shard = shard;
    this.#onMessage = onMessage;
    this.#stopFollowing = session.service.onMove(() => this.#follow());
  }

  get isIdle(): boolean {
    const { channel, pattern, shardChannel } = this.#wanted;
    return channel.size + pattern.size + shardChannel.size === 0;
  }

  isAwaiting(names: readonly Buffer[]): boolean {
    return names.some((name) => KINDS.some((kind) => this.#awaited.has(keyOf(kind, name))));
  }

  /** The server's refusal, if it refuses; confirmations come through `onConfirmed`, possibly later. */
  async subscribe(kind: ChannelKind, names: readonly Buffer[], onConfirmed: OnConfirmed): Promise<Buffer | undefined> {
    for (const name of names) {
      this.#wanted[kind].add(name.toString('latin1'));
      this.#awaited.set(keyOf(kind, name), onConfirmed);
    }
    if (this.#connection === undefined) {
      await this.#connect();
      return undefined;
    }
    const refusal = await this.#request(this.#connection, kind, names);
    if (refusal === undefined) return undefined;
    for (const name of names) {
      this.#wanted[kind].delete(name.toString('latin1'));
      this.#awaited.delete(keyOf(kind, name));
    }
    return refusal;
  }

  unsubscribe(kind: ChannelKind, name: Buffer): void {
    const wasWanted = this.#wanted[kind].delete(name.toString('latin1'));
    this.#awaited.delete(keyOf(kind, name));
    if (!wasWanted || !this.#connection?.isReady) return;
    // The server's confirmation is a push; the PING behind it is what the connection waits for.
    const bytes = Buffer.concat([encodeCommand([COMMAND[kind].replace('SUB', 'UNSUB'), name]), PING]);
    this.#connection.exchange(bytes).catch(() => {});
  }

  close(): void {
    this.#isClosed = true;
    this.#stopFollowing();
    this.#connection?.destroy();
  }

  #follow(): void {
    if (this.#connection === undefined || this.#shard.isCurrent(this.#connection)) return;
    this.#connection.destroy();
  }

  /** Until it has succeeded or nobody wants it any more. */
  async #connect(): Promise<void> {
    if (this.#isConnecting) return;
    this.#isConnecting = true;
    while (!this.#isClosed && !this.#session.isClosed && !(await this.#tryConnecting())) await sleep(RECONNECT_MS);
    this.#isConnecting = false;
  }

  async #tryConnecting(): Promise<boolean> {
    const connection = await this.#shard.borrow(3, (push) => this.#onPush(push)).catch(() => undefined);
    if (connection === undefined) return false;
    for (const kind of KINDS) {
      // Sharded channels of one shard may be in different slots, and one command takes only one slot.
      const groups =
        kind === 'shardChannel' ? [...this.#wanted[kind]].map((name) => [name]) : [[...this.#wanted[kind]]];
      for (const group of groups) {
        const names = group.map((name) => Buffer.from(name, 'latin1'));
        if (names.length > 0) void this.#request(connection, kind, names);
      }
    }
    if (this.#isClosed) connection.destroy();
    this.#connection = connection;
    connection.closed.then(() => {
      if (this.#connection === connection) this.#connection = undefined;
      void this.#connect();
    });
    return true;
  }

  /** A refusal that says "not here" is none: the connection is given up, and the next one leads to the right node. */
  async #request(
    connection: BackendConnection,
    kind: ChannelKind,
    names: readonly Buffer[],
  ): Promise<Buffer | undefined> {
    const bytes = Buffer.concat([encodeCommand([COMMAND[kind], ...names]), PING]);
    const first = await this.#firstReply(connection, bytes);
    if (first === undefined || first.type !== TYPE.error) return undefined;
    if (!isNotHere(first)) return first.bytes;
    connection.destroy();
    return undefined;
  }

  /** An error comes before the PING's answer; confirmations are pushes and do not count. */
  #firstReply(connection: BackendConnection, bytes: Buffer): Promise<RawReply | undefined> {
    return new Promise((resolve) => {
      if (!connection.isReady) return resolve(undefined);
      let first: RawReply | undefined;
      connection.send({
        bytes,
        onReply: (reply) => {
          first ??= reply;
          if (reply.type === TYPE.error) return true;
          resolve(first);
          return undefined;
        },
        onLost: () => resolve(undefined),
      });
    });
  }

  #onPush(push: RawReply): void {
    const [kindText, name] = itemsOf(decodeValue(push.bytes));
    const kind = CONFIRMATION[textOf(kindText)];
    if (kind === undefined || name?.type !== 'bulk') {
      this.#onMessage(push);
      return;
    }
    const key = keyOf(kind, name.bytes);
    const onConfirmed = this.#awaited.get(key);
    this.#awaited.delete(key);
    onConfirmed?.(name.bytes);
  }
}

const KINDS: readonly ChannelKind[] = ['channel', 'pattern', 'shardChannel'];
const PING = encodeCommand(['PING']);

function keyOf(kind: ChannelKind, name: Buffer): string {
  return `${kind} ${name.toString('latin1')}`;
}
