/** One login with an access key, over TLS as the profile says it; no client, and no command that a server could count as use. */
import { isIP } from 'node:net';
import { ProblemError } from '../../../base/problem.ts';
import { waitUntil } from '../../../base/wait-until.ts';
import { loginOnce } from '../../../client/login-once.ts';
import { lookupOf } from '../../../client/lookup.ts';
import { tlsOf } from '../../../client/tls.ts';
import type { ConnectionProfile } from '../../../profile/profile.ts';

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
        const answer = await loginWith(profile, key);
        if (answer === 'accepted') return true;
        said = answer.said;
        return undefined;
      },
      lastSeen: () => said,
    });
  } catch (error) {
    const reason = (error as Error).message.replace(/^WAIT_TIMED_OUT: /, '').replaceAll(key, '(key)');
    const message = `The database does not let the key in. ${reason} Look whether this network reaches ${host}:${port}, and whether access keys are on.`;
    throw new ProblemError({ code: 'KEY_NOT_TAKEN', message });
  }
}

function loginWith({ endpoint: { host, port }, tls, nameResolution }: ConnectionProfile, password: string) {
  const { servername, ...options } = tlsOf(tls, lookupOf(nameResolution));
  const named = isIP(servername) === 0 ? { servername } : {};
  return loginOnce({ connection: { host, port, ...options, ...named }, password });
}
