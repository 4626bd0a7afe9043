/** A lab whose endpoint is under test, and clients for it: ioredis, node-redis, and a bare one that sees every byte. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { createClient } from '@redis/client';
import { Redis, type RedisOptions } from 'ioredis';
import type { Lab } from '../../../lib/lab/lab.ts';
import { ReplyScanner } from '../../../lib/lab/proxy/reply-scanner.ts';
import { encodeCommand } from '../../../lib/lab/proxy/resp.ts';
import { decodeValue, type RespValue } from '../../../lib/lab/proxy/resp-value.ts';
import { startLab } from '../../../lib/lab/start.ts';
import { deploymentOrThrow } from '../../../lib/topology/parse.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly serverName: string;
  readonly authority: Buffer;
  readonly password: string;
}

export interface ProxyLab extends Endpoint {
  readonly lab: Lab;
  stop(): Promise<void>;
}

export async function startProxyLab(deployment: unknown): Promise<ProxyLab> {
  const baseDirectory = mkdtempSync(join(tmpdir(), 'redoubt-proxy-'));
  const { name, topology } = deploymentOrThrow(deployment);
  const lab = await startLab({ deployment: name, topology, baseDirectory, detached: false });
  const { endpoint, tls, authentication, nameResolution } = lab.profile;
  if (authentication.secret.kind !== 'file' || nameResolution.kind !== 'hosts-file' || tls.caFile === undefined) {
    throw new Error('A lab names its secret, its hosts and its authority by file.');
  }
  const hosts = readFileSync(nameResolution.path, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const host = hosts.find(([, ...names]) => names.includes(endpoint.host))?.[0];
  if (host === undefined) throw new Error(`The lab's hosts file does not know ${endpoint.host}.`);
  return {
    lab,
    host,
    port: endpoint.port,
    serverName: tls.serverName,
    authority: readFileSync(tls.caFile),
    password: readFileSync(authentication.secret.path, 'utf8').trim(),
    stop: async () => {
      await lab.stop();
      rmSync(baseDirectory, { recursive: true, force: true });
    },
  };
}

export function ioredisFor(endpoint: Endpoint, options: Omit<RedisOptions, 'replyMapping'> = {}): Redis {
  const { host, port, serverName, authority, password } = endpoint;
  const client = new Redis({ host, port, password, tls: { servername: serverName, ca: authority }, ...options });
  client.on('error', () => {});
  return client;
}

export async function nodeRedisFor(endpoint: Endpoint, version: 2 | 3) {
  const { host, port, serverName, authority, password } = endpoint;
  const client = createClient({
    RESP: version,
    password,
    socket: { host, port, tls: true, servername: serverName, ca: authority },
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Sees what really is on the wire, in order. */
export class BareClient {
  readonly socket: TLSSocket;
  readonly #scanner = new ReplyScanner();
  readonly #received: RespValue[] = [];
  readonly #takers: PromiseWithResolvers<RespValue>[] = [];
  isClosed = false;

  private constructor(socket: TLSSocket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#scanner.write(chunk);
      for (let reply = this.#scanner.next(); reply !== undefined; reply = this.#scanner.next()) {
        const value = decodeValue(reply.bytes);
        const taker = this.#takers.shift();
        if (taker === undefined) this.#received.push(value);
        else taker.resolve(value);
      }
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
      for (const taker of this.#takers.splice(0))
        taker.reject(new Error('The connection was closed without an answer.'));
    });
  }

  static async connect(
    { host, port, serverName, authority, password }: Endpoint,
    authenticate = true,
  ): Promise<BareClient> {
    const socket = connect({ host, port, servername: serverName, ca: authority });
    await once(socket, 'secureConnect');
    const client = new BareClient(socket);
    if (authenticate) await client.call('AUTH', password);
    return client;
  }

  write(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  next(): Promise<RespValue> {
    const value = this.#received.shift();
    if (value !== undefined) return Promise.resolve(value);
    const taker = Promise.withResolvers<RespValue>();
    this.#takers.push(taker);
    return taker.promise;
  }

  call(...words: (string | Buffer)[]): Promise<RespValue> {
    this.write(encodeCommand(words));
    return this.next();
  }

  async closed(): Promise<void> {
    if (!this.isClosed) await once(this.socket, 'close');
  }

  end(): void {
    this.socket.destroy();
  }
}

/** A reply as plain values, errors and nothing included: `-ERR x` is `'-ERR x'`. */
export function plain(value: RespValue): unknown {
  switch (value.type) {
    case 'error':
      return `-${value.text}`;
    case 'simple':
    case 'double':
    case 'bigNumber':
      return value.text;
    case 'integer':
      return Number(value.value);
    case 'boolean':
      return value.value;
    case 'bulk':
    case 'blobError':
    case 'verbatim':
      return value.bytes.toString();
    case 'null':
      return null;
    case 'map':
      return Object.fromEntries(value.entries.map(([key, item]) => [String(plain(key)), plain(item)]));
    case 'attributed':
      return plain(value.value);
    default:
      return value.items.map(plain);
  }
}
