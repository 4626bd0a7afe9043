/**
 * One raw RESP connection over TLS, made for asking: nothing is retried, nothing rejects, every wait is bounded, and
 * what went wrong is a value.
 *
 * Deliberately not the client library: a verifier must not depend on what it verifies, and must see what a library
 * hides (the certificate that was refused, an error reply, bytes that are not RESP).
 *
 * The certificate is always verified, against the profile's server name. It is also recorded when it is refused: the
 * handshake is over (event `secure`) before Node compares and destroys the socket.
 */
import { isIP, type LookupFunction } from 'node:net';
import * as tls from 'node:tls';
import { withoutRuntimeAdvice } from '../base/runtime-advice.ts';
import type {
  Address,
  CertificateObservation,
  ConnectionFailure,
  ConnectionObservation,
  Stage,
} from './observation.ts';
import { encodeCommands, NotRespError, type Reply, ReplyReader } from './resp.ts';

export interface DialSettings {
  /** The name every certificate is verified against. */
  readonly serverName: string;
  /** PEM of the authority; absent: the system's trust store. */
  readonly certificateAuthority?: string;
  readonly minimumVersion: tls.SecureVersion;
  /** Only probes of single protocol versions set these two. */
  readonly maximumVersion?: tls.SecureVersion;
  readonly ciphers?: string;
  /** Absent: the system's. */
  readonly lookup?: LookupFunction;
  /** Bounds the whole dial, and each `ask`. */
  readonly askTimeoutMs: number;
  readonly signal?: AbortSignal;
}

/** A question that met no reply. */
export class Silence {
  readonly code: string;
  readonly reason: string;
  constructor(code: string, reason: string) {
    this.code = code;
    this.reason = reason;
  }
}

export interface Dialled {
  readonly observation: ConnectionObservation;
  /** Absent when the dial failed. The caller closes it. */
  readonly link?: Link;
}

/** Connects and verifies; never rejects. */
export function dial(address: Address, settings: DialSettings): Promise<Dialled> {
  return new Promise((resolve) => {
    let stage: Stage = isIP(address.host) === 0 ? 'resolve' : 'tcp';
    let presented: CertificateObservation | undefined;
    let tlsVersion: string | undefined;
    let socket: tls.TLSSocket;
    let isOver = false;
    const finish = (failure?: ConnectionFailure) => {
      // Events follow each other: `error`, then `close`.
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      settings.signal?.removeEventListener('abort', onAbort);
      const observation = {
        address,
        ...(failure === undefined ? {} : { failure }),
        ...(presented === undefined ? {} : { certificate: presented }),
        ...(tlsVersion === undefined ? {} : { tlsVersion }),
      };
      if (failure === undefined) return resolve({ observation, link: new Link(socket, settings) });
      socket?.destroy();
      resolve({ observation });
    };
    const timer = setTimeout(() => finish(timedOut(stage, settings.askTimeoutMs)), settings.askTimeoutMs);
    const onAbort = () => finish({ stage, code: 'INTERRUPTED', message: 'The run was interrupted.' });
    if (settings.signal?.aborted === true) return onAbort();
    settings.signal?.addEventListener('abort', onAbort, { once: true });
    try {
      socket = tls.connect(connectOptions(address, settings));
    } catch (error) {
      return finish(failureOf('tls', error));
    }
    socket.on('lookup', (error: Error | null) => {
      if (error === null) stage = 'tcp';
    });
    socket.on('connect', () => {
      stage = 'tls';
    });
    socket.prependListener('secure', () => {
      // Not later: Node 24 crashes when a socket whose handshake has failed is asked for its protocol after `close`.
      tlsVersion = socket.getProtocol() ?? undefined;
      presented = certificateOf(socket, settings.serverName, null);
    });
    socket.on('error', (error) => {
      const failure = failureOf(stage, error);
      if (presented !== undefined) presented = { ...presented, chainError: chainErrorOf(failure.code) };
      finish(failure);
    });
    socket.on('close', () => finish({ stage, code: 'CLOSED', message: 'The connection was closed.' }));
    socket.on('secureConnect', () => finish());
  });
}

function connectOptions(address: Address, settings: DialSettings): tls.ConnectionOptions {
  const { serverName, certificateAuthority, minimumVersion, maximumVersion, ciphers, lookup } = settings;
  return {
    host: address.host,
    port: address.port,
    // An IP address may not stand in a hello; it is still what the certificate is compared with.
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
    checkServerIdentity: (_dialled, certificate) => tls.checkServerIdentity(serverName, certificate),
    minVersion: minimumVersion,
    ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
    ...(maximumVersion === undefined ? {} : { maxVersion: maximumVersion }),
    ...(ciphers === undefined ? {} : { ciphers }),
    ...(lookup === undefined ? {} : { lookup }),
  };
}

function certificateOf(
  socket: tls.TLSSocket,
  serverName: string,
  chainError: string | null,
): CertificateObservation | undefined {
  const certificate = socket.getPeerCertificate();
  if (certificate.valid_to === undefined) return undefined;
  return {
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    names: certificate.subjectaltname?.split(', ') ?? [],
    validFrom: new Date(certificate.valid_from).toISOString(),
    validTo: new Date(certificate.valid_to).toISOString(),
    chainError,
    nameError: tls.checkServerIdentity(serverName, certificate)?.message ?? null,
  };
}

function nameOf(name: tls.Certificate | undefined): string {
  return Object.entries(name ?? {})
    .map(([field, value]) => `${field}=${String(value)}`)
    .join(', ');
}

/** A handshake that ended after the certificate was seen ended because of it: by its name, else by its chain. */
function chainErrorOf(code: string): string | null {
  return code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? null : code;
}

function failureOf(stage: Stage, error: unknown): ConnectionFailure {
  const { code, message } = error as NodeJS.ErrnoException;
  return { stage, code: code ?? 'ERROR', message: withoutRuntimeAdvice(String(message).split('\n')[0] ?? '') };
}

function timedOut(stage: Stage, afterMs: number): ConnectionFailure {
  return { stage, code: 'TIMED_OUT', message: `Nothing came back for ${afterMs} ms.` };
}

/** An established, verified connection. */
export class Link {
  readonly #socket: tls.TLSSocket;
  readonly #settings: DialSettings;
  readonly #reader = new ReplyReader();
  #waiting: { replies: (Reply | Silence)[]; wanted: number; done: () => void } | undefined;
  #ended: Silence | undefined;

  constructor(socket: tls.TLSSocket, settings: DialSettings) {
    this.#socket = socket;
    this.#settings = settings;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => this.#end(new Silence(error.code ?? 'ERROR', error.message)));
    socket.on('close', () => this.#end(new Silence('CLOSED', 'The server closed the connection.')));
  }

  /**
   * Sends all commands at once and returns one reply for each, in order; those that did not come are `Silence`, and
   * then the connection is of no more use. One call at a time.
   */
  async ask(commands: readonly (readonly string[])[]): Promise<(Reply | Silence)[]> {
    const replies: (Reply | Silence)[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const { askTimeoutMs, signal } = this.#settings;
    const timer = setTimeout(
      () => this.#end(new Silence('TIMED_OUT', `No reply came for ${askTimeoutMs} ms.`)),
      askTimeoutMs,
    );
    const onAbort = () => this.#end(new Silence('INTERRUPTED', 'The run was interrupted.'));
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#waiting = { replies, wanted: commands.length, done: resolve };
    if (signal?.aborted === true) onAbort();
    if (this.#ended === undefined && commands.length > 0) this.#socket.write(encodeCommands(commands));
    else resolve();
    await promise;
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    this.#waiting = undefined;
    const silence = this.#ended ?? new Silence('CLOSED', 'The connection is closed.');
    return commands.map((_, index) => replies[index] ?? (index < replies.length ? null : silence));
  }

  /** At once: a peer that is silent would never finish a polite goodbye. */
  close(): void {
    this.#end(new Silence('CLOSED', 'The connection is closed.'));
  }

  #receive(chunk: Buffer): void {
    try {
      this.#waiting?.replies.push(...this.#reader.push(chunk));
    } catch (error) {
      const reason = error instanceof NotRespError ? error.message : String(error);
      this.#end(new Silence('NOT_RESP', reason));
      return;
    }
    if (this.#waiting !== undefined && this.#waiting.replies.length >= this.#waiting.wanted) this.#waiting.done();
  }

  #end(silence: Silence): void {
    if (this.#ended !== undefined) return;
    this.#ended = silence;
    this.#socket.destroy();
    this.#waiting?.done();
  }
}
