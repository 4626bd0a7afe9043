/**
 * Makes the connection to a single endpoint. The name may lead to several addresses, or to one that is about to change,
 * and a node that has gone may still accept and say nothing; so a second and a third attempt (with a fresh look-up) are
 * begun while the first is still under way, and the first that completes its handshake is used. After those the name is
 * looked up again and again, and whenever it leads to a new address (a failover has moved it), that one is tried at once.
 */
import type { LookupFunction, Socket } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { AbstractConnector, type RedisOptions } from 'ioredis';
import { newAddressWatch, untriedFirst } from './lookup.ts';

const NEXT_ATTEMPT_AFTER_MS = 250;
const MOST_ATTEMPTS = 3;

export class RacingConnector extends AbstractConnector {
  readonly #options: RedisOptions;
  #race: TLSSocket[] = [];
  /** ioredis shows it when the stream that it gets is destroyed already. */
  declare firstError?: Error;

  constructor(options: unknown) {
    const redisOptions = options as RedisOptions;
    super(redisOptions.disconnectTimeout ?? 0);
    this.#options = redisOptions;
  }

  /** Never rejects: ioredis would not try again. A failure is a stream that is destroyed. */
  connect(): Promise<Socket> {
    this.connecting = true;
    this.#race = [];
    const { target, isMoved } = this.#target();
    return new Promise((resolve) => {
      const timers: NodeJS.Timeout[] = [];
      let isOver = false;
      const finish = (winner: TLSSocket, error?: Error) => {
        isOver = true;
        for (const timer of timers) clearTimeout(timer);
        for (const socket of this.#race) if (socket !== winner) socket.destroy();
        this.#race = [];
        if (error !== undefined) {
          this.firstError = error;
          winner.destroy();
        }
        if (!this.connecting) winner.destroy();
        this.stream = winner;
        resolve(winner);
      };
      const attempt = () => {
        const socket = connect(target);
        this.#race.push(socket);
        socket.on('error', (error) => {
          const isLast = this.#race.every((other) => other === socket || other.destroyed);
          if (this.#race.includes(socket) && isLast) finish(socket, error);
        });
        socket.once('secureConnect', () => finish(socket));
      };
      attempt();
      for (let index = 1; index < MOST_ATTEMPTS; index += 1)
        timers.push(setTimeout(attempt, index * NEXT_ATTEMPT_AFTER_MS));
      timers.push(
        setInterval(() => {
          isMoved().then((moved) => {
            if (moved && !isOver && this.connecting) attempt();
          });
        }, NEXT_ATTEMPT_AFTER_MS),
        setTimeout(() => finish(this.#race[0] as TLSSocket, timedOut()), this.#options.connectTimeout ?? 2_000),
      );
    });
  }

  override disconnect(): void {
    for (const socket of this.#race) socket.destroy();
    super.disconnect();
  }

  #target(): { readonly target: ConnectionOptions; readonly isMoved: () => Promise<boolean> } {
    const { host, port, tls } = this.#options as { host: string; port: number; tls: Tls };
    if (tls.lookup === undefined) return { target: { ...tls, host, port }, isMoved: async () => false };
    const { lookup, isMoved } = newAddressWatch(tls.lookup, host);
    return { target: { ...tls, lookup: untriedFirst(lookup), host, port }, isMoved };
  }
}

type Tls = ConnectionOptions & { readonly lookup?: LookupFunction };

function timedOut(): Error {
  return Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT', syscall: 'connect' });
}
