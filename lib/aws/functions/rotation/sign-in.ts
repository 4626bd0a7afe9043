/** Whether the cache lets somebody in: the function needs no Redis client for it. */
import { ProblemError } from '../../../base/problem.ts';
import { loginOnce } from '../../../client/login-once.ts';

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

/** @throws ProblemError `ROTATION_LOGIN_FAILED`; the password is not in it */
export async function signIn(endpoint: Endpoint, password: string): Promise<void> {
  const { host, port, userName } = endpoint;
  const answer = await login(endpoint, password);
  if (answer === 'accepted') return;
  const message = `${host}:${port} did not let ${userName ?? 'the holder of the token'} in with the new password (it said "${answer.said}"). The former one stays the current one; the rotation is tried again.`;
  throw new ProblemError({ code: 'ROTATION_LOGIN_FAILED', message });
}

/** Whether it lets somebody in. @throws ProblemError `ROTATION_LOGIN_FAILED` when it cannot be asked */
export async function isAccepted(endpoint: Endpoint, password: string): Promise<boolean> {
  return (await login(endpoint, password)) === 'accepted';
}

async function login({ host, port, serverName = host, certificateAuthority, userName }: Endpoint, password: string) {
  const authority = certificateAuthority === undefined ? {} : { ca: certificateAuthority };
  const connection = { host, port, servername: serverName, minVersion: 'TLSv1.2', ...authority } as const;
  try {
    return await loginOnce({ connection, password, ...(userName === undefined ? {} : { userName }) });
  } catch (error) {
    const reason = (error as Error).message;
    const message = `${host}:${port} could not be asked to let the new password in: ${reason}. The function's security group must be let into the cache, and its subnets must reach it.`;
    throw new ProblemError({ code: 'ROTATION_LOGIN_FAILED', message });
  }
}
