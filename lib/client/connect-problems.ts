/** Why a connection could not be made, as a sentence for each reason. */
import { type Problem, ProblemError } from '../base/problem.ts';
import { messageOf } from './errors.ts';

export interface ConnectSubject {
  /** `host:port` */
  readonly address: string;
  readonly serverName: string;
  readonly caFile: string | undefined;
  readonly userName: string | undefined;
  /** What to look at when the login is refused, as an imperative; undefined for a password. */
  readonly advice?: string | undefined;
  readonly connectTimeoutMs: number;
}

interface Reason {
  readonly code: string;
  /** Matched against the error's code and message. */
  readonly when: RegExp;
  readonly say: (subject: ConnectSubject, detail: string) => string;
}

const user = (subject: ConnectSubject) =>
  subject.userName === undefined ? 'the default user' : `the user ${subject.userName}`;
const authority = (subject: ConnectSubject) => subject.caFile ?? "the system's trust store";

const REASONS: readonly Reason[] = [
  {
    code: 'CLIENT_TLS_NAME_MISMATCH',
    when: /ERR_TLS_CERT_ALTNAME_INVALID/,
    say: (subject, detail) =>
      `The certificate of ${subject.address} is not valid for the name ${subject.serverName} (${detail}). Either the address leads to another server, or tls.serverName has to be the name in the certificate.`,
  },
  {
    code: 'CLIENT_TLS_EXPIRED',
    when: /CERT_HAS_EXPIRED/,
    say: (subject) =>
      `The certificate of ${subject.address} has expired. It has to be renewed at the server; check this machine's clock too.`,
  },
  {
    code: 'CLIENT_TLS_NOT_YET_VALID',
    when: /CERT_NOT_YET_VALID/,
    say: (subject) => `The certificate of ${subject.address} is not valid yet. Check this machine's clock.`,
  },
  {
    code: 'CLIENT_TLS_UNTRUSTED',
    when: /UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED|INVALID_CA/,
    say: (subject, detail) =>
      `The certificate of ${subject.address} is not signed by an authority in ${authority(subject)} (${detail}). Set tls.caFile to the authority that signed it.`,
  },
  {
    code: 'CLIENT_TLS_VERSION',
    when: /ERR_SSL_(TLSV1_ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW)/,
    say: (subject, detail) =>
      `${subject.address} and this client have no TLS version in common (${detail}). Compare tls.minimumVersion with what the server offers.`,
  },
  {
    code: 'CLIENT_NOT_TLS',
    when: /ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)/,
    say: (subject) => `${subject.address} does not speak TLS. Check the port: this client never connects without TLS.`,
  },
  {
    code: 'CLIENT_WRONG_CREDENTIALS',
    when: /WRONGPASS|invalid (username|password)|NOAUTH/i,
    say: (subject) =>
      `${subject.address} refused the login of ${user(subject)}. ${subject.advice === undefined ? 'Check authentication.userName and the secret that authentication.secret refers to.' : `Please ${subject.advice}, and that this machine's clock is right (it says ${new Date().toISOString()}).`}`,
  },
  {
    code: 'CLIENT_SERVER_NOT_READY',
    when: /\b(LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN)\b/,
    say: (subject, detail) =>
      `${subject.address} takes no commands at the moment ("${detail}"), as a server that has just started or is busy. Try again when it is ready.`,
  },
  {
    code: 'CLIENT_NAME_UNKNOWN',
    when: /ENOTFOUND|EAI_AGAIN/,
    say: (subject) =>
      `The name in ${subject.address} cannot be resolved from here. Check the endpoint's spelling, and whether its private DNS zone is linked to this network.`,
  },
  {
    code: 'CLIENT_REFUSED',
    when: /ECONNREFUSED/,
    say: (subject) =>
      `Nothing listens at ${subject.address}: the connection was refused. Check the port, and whether the server runs.`,
  },
  {
    code: 'CLIENT_NEVER_ANSWERS',
    when: /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|no answer in/,
    say: (subject) =>
      `${subject.address} did not answer within ${subject.connectTimeoutMs.toLocaleString('en')} ms. A firewall or security group that drops packets looks like this, and so does a server that hangs.`,
  },
  {
    code: 'CLIENT_CONNECTION_LOST',
    when: /ECONNRESET|EPIPE|socket disconnected|Connection is closed/i,
    say: (subject, detail) =>
      `${subject.address} accepted the connection and closed it again (${detail}). It may not speak TLS, or it may be shutting down or at its limit of clients.`,
  },
];

/** One sentence for why `address` could not be connected to, with the library's error as its cause. */
export function connectProblem(error: unknown, subject: ConnectSubject): ProblemError {
  const detail = messageOf(error);
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const inner = error instanceof AggregateError ? error.errors.map(messageOf).join('; ') : '';
  const text = `${code} ${detail} ${inner}`;
  const reason = REASONS.find(({ when }) => when.test(text));
  const problem: Problem = {
    code: reason?.code ?? 'CLIENT_CANNOT_CONNECT',
    message: reason?.say(subject, detail) ?? `${subject.address} cannot be connected to: ${detail}.`,
  };
  return new ProblemError(problem, { cause: error });
}
