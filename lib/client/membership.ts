/**
 * Watches who is a member of the cluster and who owns which slots, so that a node that has gone can be told from one
 * that is slow: the others say so.
 *
 * While nothing seems wrong, a few nodes are asked now and then. When a command waits too long, a connection is lost,
 * a node redirects, or one of those few says something new, all sources are asked at once and in parallel, over
 * connections of their own, until the suspicion is over. A silent source holds up a decision for `askTimeoutMs` at
 * most. The endpoint is always a source and is dialled afresh when it is silent, so that the watcher finds the cluster
 * again when every address it knew has gone at once.
 */
import type { LightConnection } from './light-connection.ts';
import type { ClientSettings } from './options.ts';
import { Source } from './source.ts';
import { agreedMap, agreesWith, type ClusterMap, identityOf } from './topology-view.ts';

/** Nodes that are asked besides the endpoint. More would not decide better and would cost a large cluster dearly. */
const MOST_NODE_SOURCES = 6;
/** How many sources are asked while nothing seems wrong. */
const QUIET_SOURCES = 3;
/** A question that is unanswered for this long is given up together with its connection. */
const ABANDON_AFTER_MS = 2_000;
/** A storm of redirections makes no storm of questions. */
const ALARM_EVERY_MS = 20;

export interface MembershipOptions {
  readonly endpoint: { readonly host: string; readonly port: number };
  readonly settings: Pick<ClientSettings, 'watchEveryMs' | 'suspectAfterMs' | 'askTimeoutMs'>;
  readonly open: (host: string, port: number) => LightConnection;
  /** Asked before a connection is made. */
  readonly mayDial: (now: number) => boolean;
  /** Asked at every tick: does any command wait longer than it should? */
  readonly isSuspicious: (now: number) => boolean;
  /** Called with every new map. */
  readonly changed: (map: ClusterMap, previous: ClusterMap | undefined) => void;
}

export class Membership {
  readonly #options: MembershipOptions;
  readonly #endpoint: Source;
  #nodes = new Map<string, Source>();
  #map: ClusterMap | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** When the round of asking everybody began that is not decided yet. */
  #roundSince: number | undefined;
  #lastRoundAt = Number.NEGATIVE_INFINITY;
  #lastAskAt = Number.NEGATIVE_INFINITY;
  #alarmed = false;
  #turn = 0;
  #closed = false;
  #waiters: { resolve: (map: ClusterMap) => void; reject: (error: Error) => void; until: number }[] = [];
  #lastError: Error | undefined;
  /** Questions asked so far, for measuring what watching costs. */
  asked = 0;

  constructor(options: MembershipOptions, opened?: LightConnection) {
    this.#options = options;
    const { host, port } = options.endpoint;
    this.#endpoint = this.#source('endpoint', host, port, options.settings.suspectAfterMs, opened);
  }

  get map(): ClusterMap | undefined {
    return this.#map;
  }

  start(): void {
    const everyMs = Math.max(10, Math.floor(this.#options.settings.suspectAfterMs / 2));
    this.#timer ??= setInterval(() => this.#tick(performance.now()), everyMs);
    this.#timer.unref();
  }

  /** Something is wrong: asks everybody now, unless that has just been done. */
  alarm(): void {
    if (this.#closed) return;
    this.#alarmed = true;
    const now = performance.now();
    if (this.#roundSince === undefined && now - this.#lastRoundAt >= ALARM_EVERY_MS) this.#beginRound(now);
  }

  /** The map after a fresh round. Rejects with the last failure when nobody answers within `timeoutMs`. */
  refreshed(timeoutMs: number): Promise<ClusterMap> {
    if (this.#closed) return Promise.reject(closedError());
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject, until: performance.now() + timeoutMs });
      this.alarm();
    });
  }

  /** Mean round trip to a member in milliseconds; undefined when it has not been measured. */
  roundTripMs(key: string): number | undefined {
    const member = this.#map?.members.get(key);
    return member === undefined ? undefined : this.#nodes.get(identityOf(member))?.roundTripMs;
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const source of this.#sources()) source.close();
    this.#failWaiters(closedError(), Number.POSITIVE_INFINITY);
  }

  #tick(now: number): void {
    this.#failWaiters(this.#lastError ?? new Error('No node answered.'), now);
    const { watchEveryMs, suspectAfterMs } = this.#options.settings;
    if (this.#roundSince !== undefined) {
      for (const source of this.#sources()) this.#ask(source, now);
      this.#decide(now);
    }
    const worried = this.#alarmed || this.#waiters.length > 0 || this.#options.isSuspicious(now);
    const pauseMs = this.#alarmed ? ALARM_EVERY_MS : suspectAfterMs;
    if (worried && this.#roundSince === undefined && now - this.#lastRoundAt >= pauseMs) this.#beginRound(now);
    else if (!worried && now - this.#lastAskAt >= watchEveryMs) this.#askAFew(now);
  }

  #beginRound(now: number): void {
    this.#alarmed = false;
    this.#roundSince = now;
    this.#lastRoundAt = now;
    this.#lastAskAt = now;
    for (const source of this.#sources()) this.#ask(source, now);
  }

  #askAFew(now: number): void {
    this.#lastAskAt = now;
    const sources = this.#sources();
    for (let count = 0; count < Math.min(QUIET_SOURCES, sources.length); count += 1) {
      this.#turn = (this.#turn + 1) % sources.length;
      const source = sources[this.#turn];
      if (source !== undefined) this.#ask(source, now);
    }
  }

  #ask(source: Source, now: number): void {
    const before = source.askedAt;
    source.ask(now);
    if (before === undefined && source.askedAt !== undefined) this.asked += 1;
  }

  #answered(source: Source): void {
    if (this.#roundSince !== undefined) this.#decide(performance.now());
    else if (this.#map !== undefined && source.view !== undefined && !agreesWith(source.view, this.#map)) this.alarm();
  }

  /** Decides once more sources have answered in this round than may still answer. */
  #decide(now: number): void {
    const since = this.#roundSince;
    if (since === undefined) return;
    const fresh = this.#sources().filter((source) => source.answeredAt >= since && source.view !== undefined);
    const awaited = this.#sources().filter(
      (source) =>
        source.answeredAt < since &&
        source.askedAt !== undefined &&
        now - source.askedAt < this.#options.settings.askTimeoutMs,
    );
    if (fresh.length <= awaited.length) {
      // Nobody answered and nobody will: the next tick begins anew.
      if (fresh.length === 0 && awaited.length === 0) this.#roundSince = undefined;
      return;
    }
    const map = agreedMap(
      fresh.flatMap((source) => (source.view === undefined ? [] : [source.view])),
      this.#map,
    );
    if (map === undefined) return;
    this.#roundSince = undefined;
    this.#accept(map);
  }

  #accept(map: ClusterMap): void {
    const previous = this.#map;
    this.#map = map;
    if (previous?.fingerprint !== map.fingerprint) {
      this.#follow(map);
      this.#options.changed(map, previous);
    }
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(map);
  }

  /** Drops the sources that are no members any more and takes on new ones. */
  #follow(map: ClusterMap): void {
    const members = new Map([...map.members.values()].map((member) => [identityOf(member), member]));
    for (const [identity, source] of this.#nodes) {
      if (members.has(identity)) continue;
      source.close();
      this.#nodes.delete(identity);
    }
    const order = [...members].sort(() => Math.random() - 0.5);
    for (const [identity, member] of order) {
      if (this.#nodes.size >= MOST_NODE_SOURCES) return;
      if (!this.#nodes.has(identity)) this.#nodes.set(identity, this.#source(member.key, member.host, member.port));
    }
  }

  #sources(): Source[] {
    return [this.#endpoint, ...this.#nodes.values()];
  }

  #source(name: string, host: string, port: number, hedgeAfterMs?: number, opened?: LightConnection): Source {
    return new Source(
      {
        name,
        host,
        open: () => this.#options.open(host, port),
        mayDial: this.#options.mayDial,
        abandonAfterMs: ABANDON_AFTER_MS,
        ...(hedgeAfterMs === undefined ? {} : { hedgeAfterMs }),
        answered: (source) => this.#answered(source),
        failed: (_source, error) => {
          this.#lastError = error;
          if (this.#roundSince !== undefined) this.#decide(performance.now());
        },
      },
      opened,
    );
  }

  #failWaiters(error: Error, now: number): void {
    const late = this.#waiters.filter((waiter) => waiter.until <= now);
    if (late.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => waiter.until > now);
    for (const waiter of late) waiter.reject(error);
  }
}

function closedError(): Error {
  return new Error('The client was closed.');
}
