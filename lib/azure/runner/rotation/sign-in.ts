/** One login with an access key, over TLS as the profile says it; no client, and no command that a server could count as use. */
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { ProblemError } from '../../../base/problem.ts';
import { waitUntil } from '../../../base/wait-until.ts';
import { lookupOf } from '../../../client/lookup.ts';
import { tlsOf } from '../../../client/tls.ts';
import type { ConnectionProfile } from '../../../profile/profile.ts';

const ANSWER_MS = 10_000;

export interface SignInLimits {
  /** A key that was made a moment ago may take a while to be known everywhere. */
  readonly timeoutMs: number;
  readonly everyMs: number;
}

/** @throws ProblemError `KEY_NOT_TAKEN`; the key is not in it */
export async function signInWith(profile: ConnectionProfile, key: string, limits: SignInLimits): Promise<void> {
  const { host, port } = profile.endpoint;
  let said = 'nothing yet';
  try {
    await waitUntil({
      ...limits,
      what: `${host}:${port} to take the key`,
      probe: async () => {
        said = await answerTo(profile, key);
        return said === '+OK' ? true : undefined;
      },
      lastSeen: () => said,
    });
  } catch (error) {
    const reason = (error as Error).message.replace(/^WAIT_TIMED_OUT: /, '').replaceAll(key, '(key)');
    const message = `The database does not let the key in. ${reason} Look whether this network reaches ${host}:${port}, and whether access keys are on.`;
    throw new ProblemError({ code: 'KEY_NOT_TAKEN', message });
  }
}

/** The first line of the answer to AUTH; rejects with why there was none. */
function answerTo({ endpoint: { host, port }, tls, nameResolution }: ConnectionProfile, key: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { servername, ...options } = tlsOf(tls, lookupOf(nameResolution));
    const named = isIP(servername) === 0 ? { servername } : {};
    const socket = connect({ host, port, ...options, ...named });
    let received = '';
    const fail = (reason: string) => {
      socket.destroy();
      reject(new Error(reason));
    };
    socket.setTimeout(ANSWER_MS, () => fail(`no answer in ${ANSWER_MS / 1_000} s`));
    socket.once('error', (error) => fail(error.message));
    socket.once('close', () => fail('the connection was closed'));
    socket.once('secureConnect', () => socket.write(`*2\r\n$4\r\nAUTH\r\n$${Buffer.byteLength(key)}\r\n${key}\r\n`));
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      const end = received.indexOf('\r\n');
      if (end < 0) return;
      resolve(received.slice(0, end));
      socket.destroy();
    });
  });
}
