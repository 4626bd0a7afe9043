/** One login over TLS, verified, with nothing but Node: the function needs no Redis client. */
import { connect } from 'node:tls';
import { ProblemError } from '../../../base/problem.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** The name in the certificate. Default: the host. */
  readonly serverName?: string;
  /** PEM of the authority. Default: the system's. */
  readonly certificateAuthority?: string;
  /** Absent: an AUTH token, without a user. */
  readonly userName?: string;
}

const TIMEOUT_MS = 10_000;
const ACCEPTED = '+OK';

/** @throws ProblemError `ROTATION_LOGIN_FAILED`; the password is not in it */
export async function signIn(endpoint: Endpoint, password: string): Promise<void> {
  const { host, port, userName } = endpoint;
  const said = await answerToLogin(endpoint, password);
  if (said === ACCEPTED) return;
  const message = `${host}:${port} did not let ${userName ?? 'the holder of the token'} in with the new password (it said "${said.slice(0, 100)}"). The former one stays the current one; the rotation is tried again.`;
  throw new ProblemError({ code: 'ROTATION_LOGIN_FAILED', message });
}

/** Whether it lets somebody in. @throws ProblemError `ROTATION_LOGIN_FAILED` when it cannot be asked */
export async function isAccepted(endpoint: Endpoint, password: string): Promise<boolean> {
  return (await answerToLogin(endpoint, password)) === ACCEPTED;
}

function answerToLogin(endpoint: Endpoint, password: string): Promise<string> {
  const { userName } = endpoint;
  // No command beside it: the user may be allowed none that every user has.
  return firstLine(endpoint, encoded(userName === undefined ? ['AUTH', password] : ['AUTH', userName, password]));
}

function firstLine(endpoint: Endpoint, request: string): Promise<string> {
  const { host, port, serverName = host, certificateAuthority } = endpoint;
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect({
      host,
      port,
      servername: serverName,
      minVersion: 'TLSv1.2',
      ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
    });
    const end = (settle: () => void) => {
      socket.destroy();
      settle();
    };
    const failed = (reason: string) => {
      const message = `${host}:${port} could not be asked to let the new password in: ${reason}. The function's security group must be let into the cache, and its subnets must reach it.`;
      end(() => reject(new ProblemError({ code: 'ROTATION_LOGIN_FAILED', message })));
    };
    socket.setTimeout(TIMEOUT_MS, () => failed(`no answer in ${TIMEOUT_MS / 1_000} s`));
    socket.once('error', (error) => failed(error.message));
    socket.once('close', () => failed('the connection was closed'));
    socket.once('secureConnect', () => socket.write(request));
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      const length = received.indexOf('\r\n');
      if (length >= 0) end(() => resolve(received.slice(0, length)));
    });
  });
}

function encoded(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}
