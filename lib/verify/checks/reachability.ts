import type { Check } from '../check.ts';
import { addressOf, type Finding, failed, passed, undecided } from '../judging.ts';
import { isNoPermission } from '../no-permission.ts';
import type { ConnectionFailure, Observation, Stage } from '../observation.ts';

/** Whether an application gets as far as an answered PING, and if not, at which step it stops. */
export const reachability: Check = {
  name: 'reachability',
  question: 'Does the endpoint answer over verified TLS with the given credential?',
  judge: ({ observation }) => {
    const { endpoint } = observation;
    const { failure, tlsVersion } = endpoint.connection;
    if (failure === undefined) {
      return passed(`${addressOf(endpoint)} answers PING over ${tlsVersion ?? 'TLS'} with the profile's credential.`);
    }
    if (failure.code === 'INTERRUPTED') {
      return undecided('INTERRUPTED', `The run was interrupted before ${addressOf(endpoint)} had answered.`);
    }
    return STAGE_FINDINGS[failure.stage](addressOf(endpoint), failure, observation);
  },
};

type Explain = (place: string, failure: ConnectionFailure, observation: Observation) => Finding;

const STAGE_FINDINGS: Record<Stage, Explain> = {
  resolve: (place, { code, message }) =>
    failed(
      'ENDPOINT_NAME_NOT_RESOLVED',
      `The name in ${place} has no address from here (${code}: ${message}). Check the host in the profile, and that this machine sees the private DNS zone if there is one.`,
    ),
  tcp: (place, { code, message }) =>
    code === 'TIMED_OUT'
      ? failed(
          'ENDPOINT_NO_CONNECTION',
          `${place} does not accept connections: ${message} Packets are lost on the way; check security group or firewall, route and private endpoint.`,
        )
      : failed(
          'ENDPOINT_REFUSED',
          `${place} refuses connections (${code}: ${message}). Nothing listens there: check host and port in the profile, and that the deployment runs.`,
        ),
  tls: tlsFinding,
  authentication: (place, failure) => {
    const { message } = failure;
    const broken = brokenFinding(place, failure);
    if (broken !== undefined) return broken;
    return /without any password|no password is set/i.test(message)
      ? failed(
          'ENDPOINT_WITHOUT_PASSWORD',
          `${place} has no password at all: AUTH answers "${message}". Switch authentication on.`,
        )
      : failed(
          'ENDPOINT_CREDENTIAL_REFUSED',
          `${place} refuses the profile's credential: "${message}". Check user name and secret, and whether the secret was rotated or has run out.`,
        );
  },
  ping: (place, failure) =>
    brokenFinding(place, failure) ??
    notAllowedFinding(place, failure) ??
    failed('ENDPOINT_NOT_SERVING', `${place} accepts the credential but answers PING with "${failure.message}".`),
};

/** What went wrong below the protocol: no answer of a server, so nothing that may be quoted as one. */
function brokenFinding(place: string, { code, message }: ConnectionFailure): Finding | undefined {
  if (code === 'TIMED_OUT' || code === 'CLOSED') return silentFinding(place, message);
  if (code === 'NOT_RESP') {
    return failed(
      'ENDPOINT_NOT_REDIS',
      `${place} does not speak the Redis protocol. ${message}. Check host and port in the profile: something else listens there.`,
    );
  }
  // TLS 1.3: a server that wants a certificate of the client says so only after the client's side of the handshake.
  if (/^ERR_(SSL|TLS)_/.test(code)) return tlsFailedFinding(place, code, message);
  if (CONNECTION_LOST.includes(code)) {
    return failed(
      'ENDPOINT_CONNECTION_LOST',
      `${place} accepts the connection and then breaks it (${code}: ${message}). A proxy or firewall on the way, or a limit of connections, does that.`,
    );
  }
  return undefined;
}

/** It answers and takes the credential, yet says so before it looks at whether it can serve (LOADING, MASTERDOWN). */
function notAllowedFinding(place: string, { message }: ConnectionFailure): Finding | undefined {
  if (!isNoPermission(message)) return undefined;
  return undecided(
    'ENDPOINT_PING_NOT_ALLOWED',
    `${place} answers over TLS and accepts the credential, but this user may not PING ("${message}"), so whether it serves is not known. Add \`+ping\` to the user's access string.`,
  );
}

const CONNECTION_LOST = ['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'];

function tlsFinding(place: string, failure: ConnectionFailure, { endpoint, plaintext }: Observation): Finding {
  if (plaintext.outcome === 'answered') {
    return failed(
      'ENDPOINT_WITHOUT_TLS',
      `${place} speaks no TLS: a PING without encryption was answered with "${plaintext.detail}". Switch encryption in transit on.`,
    );
  }
  if (endpoint.connection.certificate !== undefined) {
    return failed(
      'ENDPOINT_CERTIFICATE_REFUSED',
      `${place} presents a certificate that every careful client refuses (${failure.code}: ${failure.message}). See tls-chain, tls-name and tls-expiry.`,
    );
  }
  if (failure.code === 'TIMED_OUT') return silentFinding(place, failure.message);
  return tlsFailedFinding(place, failure.code, failure.message);
}

function tlsFailedFinding(place: string, code: string, message: string): Finding {
  return failed(
    'ENDPOINT_TLS_FAILED',
    `${place} accepts connections, but the TLS handshake fails (${code}: ${message}). Check that this is the TLS port, which versions it speaks, and whether it wants a certificate of the client.`,
  );
}

function silentFinding(place: string, message: string): Finding {
  return failed(
    'ENDPOINT_SILENT',
    `${place} accepts the connection and then does not answer: ${message} The server is frozen, overloaded or going away.`,
  );
}
