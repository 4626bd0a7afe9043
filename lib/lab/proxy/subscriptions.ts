/**
 * One client's subscriptions. Each shard that is needed gets a connection of the client's own, always in RESP 3, where
 * messages are told apart from replies; for a client that speaks RESP 2 the message's first byte is changed.
 *
 * Channels and patterns may live at any shard, since the cluster passes every PUBLISH on; sharded channels at their
 * slot's. When that shard's primary changes the subscriptions move along: what is published in between is missed, and
 * the client's own connection stays.
 */
import { sleep } from '../../base/wait-until.ts';
import { slotOf } from '../../topology/slot.ts';
import type { ClientCommand } from './command-parser.ts';
import { commonSlot, type Handler, type Result } from './dispatch.ts';
import { OutcomeUnknown } from './outcome-unknown.ts';
import { CROSS_SLOT } from './refusals.ts';
import type { RawReply } from './reply-scanner.ts';
import { encodeArray, encodeBulk, encodeInteger, encodeNull } from './resp.ts';
import { decodeValue, itemsOf, textOf } from './resp-value.ts';
import type { Session } from './session.ts';
import type { Shard } from './shard.ts';
import { type ChannelKind, SubscriptionLink } from './subscription-link.ts';

const CONFIRMATION_POLL_MS = 10;

/** Names are kept as latin1 text: one character per byte, whatever the bytes mean. */
type Names = Readonly<Record<ChannelKind, Set<string>>>;

export class Subscriptions {
  readonly #session: Session;
  readonly #names: Names = { channel: new Set(), pattern: new Set(), shardChannel: new Set() };
  readonly #links = new Map<Shard, SubscriptionLink>();
  /** The shard for channels and patterns. */
  #home: Shard | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  get isActive(): boolean {
    const { channel, pattern, shardChannel } = this.#names;
    return channel.size + pattern.size + shardChannel.size > 0;
  }

  /** Confirms each name as soon as the server has; rejects when no server does in time. */
  async subscribe(kind: ChannelKind, names: readonly Buffer[]): Promise<Buffer | undefined> {
    const deadline = performance.now() + this.#session.service.config.waitForShardMs;
    const link = this.#linkFor(kind, names[0] as Buffer);
    const refusal = await link.subscribe(kind, names, (name) => {
      this.#names[kind].add(name.toString('latin1'));
      this.#confirm(`${PREFIX[kind]}subscribe`, kind, name);
    });
    while (!this.#session.isClosed && link.isAwaiting(names) && refusal === undefined) {
      if (performance.now() > deadline) throw new OutcomeUnknown();
      await sleep(CONFIRMATION_POLL_MS);
    }
    return refusal;
  }

  /** Without names: all of the kind. */
  unsubscribe(kind: ChannelKind, given: readonly Buffer[]): void {
    const names = given.length > 0 ? given : [...this.#names[kind]].map((name) => Buffer.from(name, 'latin1'));
    for (const name of names) {
      this.#names[kind].delete(name.toString('latin1'));
      for (const link of this.#links.values()) link.unsubscribe(kind, name);
      this.#confirm(`${PREFIX[kind]}unsubscribe`, kind, name);
    }
    if (names.length === 0) this.#confirm(`${PREFIX[kind]}unsubscribe`, kind, undefined);
    this.#dropIdleLinks();
  }

  clear(): void {
    for (const names of Object.values(this.#names)) names.clear();
    this.#dropIdleLinks();
  }

  #linkFor(kind: ChannelKind, name: Buffer): SubscriptionLink {
    const { router, isPair } = this.#session.service;
    const shards = router.shards;
    if (this.#home === undefined || !shards.includes(this.#home)) this.#home = shards[this.#session.id % shards.length];
    const shard = kind === 'shardChannel' ? router.shardOf(isPair ? 0 : slotOf(name)) : this.#home;
    if (shard === undefined) throw new OutcomeUnknown();
    let link = this.#links.get(shard);
    if (link === undefined) {
      link = new SubscriptionLink(this.#session, shard, (push) => this.#deliver(push));
      this.#links.set(shard, link);
    }
    return link;
  }

  #dropIdleLinks(): void {
    for (const [shard, link] of this.#links) {
      if (!link.isIdle) continue;
      link.close();
      this.#links.delete(shard);
    }
    if (this.isActive) return;
    for (const link of this.#links.values()) link.close();
    this.#links.clear();
  }

  /** A message of the server; one for a name that has been given up since is dropped. */
  #deliver(push: RawReply): void {
    const [kindText, name] = itemsOf(decodeValue(push.bytes));
    const kind = MESSAGE_KIND[textOf(kindText)];
    if (kind === undefined || name?.type !== 'bulk' || !this.#names[kind].has(name.bytes.toString('latin1'))) return;
    this.#session.push(this.#session.version === 3 ? push.bytes : asArray(push.bytes));
  }

  #confirm(what: string, kind: ChannelKind, name: Buffer | undefined): void {
    const { version } = this.#session;
    const count =
      kind === 'shardChannel' ? this.#names.shardChannel.size : this.#names.channel.size + this.#names.pattern.size;
    const text = name === undefined ? encodeNull(version) : encodeBulk(name);
    const array = encodeArray([encodeBulk(what), text, encodeInteger(count)]);
    this.#session.push(version === 3 ? asPush(array) : array);
  }
}

const PREFIX: Readonly<Record<ChannelKind, string>> = { channel: '', pattern: 'p', shardChannel: 's' };
const MESSAGE_KIND: Readonly<Record<string, ChannelKind>> = {
  message: 'channel',
  pmessage: 'pattern',
  smessage: 'shardChannel',
};

function asArray(push: Buffer): Buffer {
  return withFirstByte(push, '*');
}

function asPush(array: Buffer): Buffer {
  return withFirstByte(array, '>');
}

function withFirstByte(bytes: Buffer, sign: string): Buffer {
  const copy = Buffer.from(bytes);
  copy.write(sign, 0, 'latin1');
  return copy;
}

export const SUBSCRIPTION_COMMANDS: Readonly<Record<string, Handler>> = {
  SUBSCRIBE: subscribing('channel'),
  PSUBSCRIBE: subscribing('pattern'),
  SSUBSCRIBE: (session, command) => {
    const oneSlot = session.service.isPair || commonSlot(command.words.slice(1)) !== undefined;
    return oneSlot ? subscribing('shardChannel')(session, command) : CROSS_SLOT;
  },
  UNSUBSCRIBE: unsubscribing('channel'),
  PUNSUBSCRIBE: unsubscribing('pattern'),
  SUNSUBSCRIBE: unsubscribing('shardChannel'),
};

function subscribing(kind: ChannelKind): Handler {
  return (session: Session, { words }: ClientCommand): Result => {
    session.exclusive(() => session.subscriptions.subscribe(kind, words.slice(1)));
    return undefined;
  };
}

function unsubscribing(kind: ChannelKind): Handler {
  return (session: Session, { words }: ClientCommand): Result => {
    session.exclusive(async () => {
      session.subscriptions.unsubscribe(kind, words.slice(1));
      return undefined;
    });
    return undefined;
  };
}
