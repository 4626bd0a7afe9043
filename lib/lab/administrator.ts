/**
 * The lab's own way to its nodes: the hidden administrator over TLS, one connection per node, kept while it works. Small
 * on purpose (RESP2, replies in order), so that a command that only needs the lab does not load a client library.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { ADMINISTRATOR } from './acl.ts';
import { encodeCommand, type Reply, ReplyReader } from './reply.ts';

export interface Administrator {
  /**
   * Sends the commands in one go and resolves with their replies; error replies are `Error` values in the list.
   * Rejects when the node cannot be reached or does not answer in time.
   */
  ask(
    address: { readonly host: string; readonly port: number },
    commands: readonly (readonly string[])[],
    timeoutMs?: number,
  ): Promise<Reply[]>;
  /** Forgets the connection to this address. */
  drop(address: { readonly host: string; readonly port: number }): void;
  close(): void;
}

const USUAL_TIMEOUT_MS = 1_000;

export function administratorOf(runDirectory: string, serverName: string): Administrator {
  const certificateAuthority = readFileSync(join(runDirectory, 'tls', 'authority.pem'));
  const password = readFileSync(join(runDirectory, 'secrets', 'administrator-password'), 'utf8').trim();
  const links = new Map<string, Link>();
  return {
    ask: async (address, commands, timeoutMs = USUAL_TIMEOUT_MS) => {
      const key = `${address.host}:${address.port}`;
      let link = links.get(key);
      if (link === undefined || link.ended) {
        link = new Link(
          connect({ ...address, servername: serverName, ca: certificateAuthority, minVersion: 'TLSv1.2' }),
        );
        links.set(key, link);
        // The first reply belongs to AUTH; a refusal shows in the replies that follow (NOAUTH).
        void link.ask([['AUTH', ADMINISTRATOR, password]], timeoutMs).catch(() => undefined);
      }
      return link.ask(commands, timeoutMs);
    },
    drop: (address) => {
      const key = `${address.host}:${address.port}`;
      links.get(key)?.end(new Error('the connection was dropped'));
      links.delete(key);
    },
    close: () => {
      for (const link of links.values()) link.end(new Error('the lab was closed'));
      links.clear();
    },
  };
}

interface Waiting {
  readonly missing: number;
  readonly replies: Reply[];
  readonly resolve: (replies: Reply[]) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

class Link {
  ended = false;
  readonly #socket: TLSSocket;
  readonly #reader = new ReplyReader();
  readonly #waiting: Waiting[] = [];

  constructor(socket: TLSSocket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#tryReceive(chunk));
    socket.on('error', (error) => this.end(error));
    socket.on('close', () => this.end(new Error('the node closed the connection')));
    // An idle connection to a lab must not keep a command from ending.
    socket.unref();
  }

  ask(commands: readonly (readonly string[])[], timeoutMs: number): Promise<Reply[]> {
    return new Promise((resolve, reject) => {
      // A late answer would be taken for the next one, so a time-out ends the connection.
      const timer = setTimeout(() => this.end(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      this.#waiting.push({ missing: commands.length, replies: [], resolve, reject, timer });
      this.#socket.ref();
      this.#socket.write(Buffer.concat(commands.map(encodeCommand)));
    });
  }

  end(error: Error): void {
    if (this.ended) return;
    this.ended = true;
    this.#socket.destroy();
    for (const waiting of this.#waiting.splice(0)) {
      clearTimeout(waiting.timer);
      waiting.reject(error);
    }
  }

  #tryReceive(chunk: Buffer): void {
    try {
      this.#receive(chunk);
    } catch (error) {
      this.end(error as Error);
    }
  }

  #receive(chunk: Buffer): void {
    for (const reply of this.#reader.read(chunk)) {
      const first = this.#waiting[0];
      if (first === undefined) return;
      first.replies.push(reply);
      if (first.replies.length < first.missing) continue;
      this.#waiting.shift();
      clearTimeout(first.timer);
      first.resolve(first.replies);
    }
    if (this.#waiting.length === 0) this.#socket.unref();
  }
}
