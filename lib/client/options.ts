/** What may be set when connecting. Every default is chosen for the maintenance of a managed service; see each field. */
import { type Problem, throwIfProblems } from '../base/problem.ts';
import type { CredentialReader } from '../profile/tokens/credential.ts';

/**
 * What happens to a command that was written to a connection which was then lost.
 * `never`: it is rejected with `OutcomeUnknownError`. `idempotent`: it is sent again when the table in
 * retry-policy.ts says that a repetition does no harm, and rejected otherwise. `always`: it is sent again, and an
 * INCR may count twice. A MULTI transaction is never sent again.
 */
export const RETRY_UNKNOWN = ['never', 'idempotent', 'always'] as const;
export type RetryUnknown = (typeof RETRY_UNKNOWN)[number];

export interface ClientSettings {
  /** @default 'idempotent' */
  readonly retryUnknown: RetryUnknown;
  /**
   * How long a command is kept trying (and waiting for its answer) before it fails with a sentence. Sized for an
   * unplanned failover: ElastiCache states "about 30 seconds". Blocking commands that wait at the server are exempt.
   * @default 30_000
   */
  readonly retryForMs: number;
  /**
   * Longest time for one connection to be made (TCP, TLS and login), first attempt. Doubles with each attempt in a row
   * that fails, up to five times as much, so that a slow handshake ends well and a lost packet costs little.
   * @default 2_000
   */
  readonly connectTimeoutMs: number;
  /**
   * How often a few nodes are asked for the topology while nothing seems wrong.
   * @default 1_000
   */
  readonly watchEveryMs: number;
  /**
   * A command unanswered for this long makes the watcher ask the other nodes whether its node is still a member, and
   * ask again as often while the suspicion lasts. Nothing is cut because of it alone.
   * @default 100
   */
  readonly suspectAfterMs: number;
  /**
   * How long a node may take to answer the watcher before its silence no longer holds up a decision.
   * @default 250
   */
  readonly askTimeoutMs: number;
  /**
   * A command unanswered for this long, on a connection that has received nothing since, is checked through a fresh
   * connection: when the same server answers there, the old connection is dead and is replaced; when it does not, the
   * server is busy or gone, and the old connection is kept. Blocking commands are exempt.
   * @default 250
   */
  readonly secondOpinionAfterMs: number;
}

export interface ConnectOptions extends Partial<ClientSettings> {
  /**
   * Where lines about the connection go: one at connect (mode, shards, nodes), one for each change of the topology. Never
   * contains a secret. Said by default, because the mode is what an outage begins with when it is wrong.
   * @default 'stderr'
   */
  readonly log?: ((line: string) => void) | 'stderr' | 'silent';
  /** Where `environment` secret references are looked up. @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /**
   * Gives the password or token instead of the profile's reference, at connect and whenever it is needed again: before its
   * `expiresAtEpochMs`, and when a server has refused it.
   */
  readonly credentials?: CredentialReader;
  /** Shown by CLIENT LIST. @default 'redoubt' */
  readonly connectionName?: string;
  /** Groups commands given in the same turn of the event loop into one write (ioredis `enableAutoPipelining`). @default false */
  readonly autoPipelining?: boolean;
}

export const DEFAULT_SETTINGS: ClientSettings = {
  retryUnknown: 'idempotent',
  retryForMs: 30_000,
  connectTimeoutMs: 2_000,
  watchEveryMs: 1_000,
  suspectAfterMs: 100,
  askTimeoutMs: 250,
  secondOpinionAfterMs: 250,
};

const LIMITS: Record<Exclude<keyof ClientSettings, 'retryUnknown'>, readonly [lowest: number, highest: number]> = {
  retryForMs: [0, 3_600_000],
  connectTimeoutMs: [50, 120_000],
  watchEveryMs: [20, 60_000],
  suspectAfterMs: [20, 60_000],
  askTimeoutMs: [20, 60_000],
  secondOpinionAfterMs: [50, 60_000],
};

/**
 * Fills in the defaults.
 * @throws ProblemError `CLIENT_OPTION_INVALID`, one for each bad option.
 */
export function settingsFrom(options: ConnectOptions): ClientSettings {
  const settings = { ...DEFAULT_SETTINGS, ...withoutUndefined(options) };
  throwIfProblems(settingsProblems(settings));
  const {
    retryUnknown,
    retryForMs,
    connectTimeoutMs,
    watchEveryMs,
    suspectAfterMs,
    askTimeoutMs,
    secondOpinionAfterMs,
  } = settings;
  return {
    retryUnknown,
    retryForMs,
    connectTimeoutMs,
    watchEveryMs,
    suspectAfterMs,
    askTimeoutMs,
    secondOpinionAfterMs,
  };
}

function settingsProblems(settings: ClientSettings): Problem[] {
  const problems: Problem[] = [];
  if (!RETRY_UNKNOWN.includes(settings.retryUnknown)) {
    problems.push(invalid('retryUnknown', settings.retryUnknown, `one of ${RETRY_UNKNOWN.join(', ')}`));
  }
  for (const [name, [lowest, highest]] of Object.entries(LIMITS)) {
    const value = settings[name as keyof typeof LIMITS];
    if (!Number.isInteger(value) || value < lowest || value > highest) {
      problems.push(invalid(name, value, `a whole number of milliseconds from ${lowest} to ${highest}`));
    }
  }
  return problems;
}

function invalid(name: string, value: unknown, allowed: string): Problem {
  return {
    code: 'CLIENT_OPTION_INVALID',
    path: name,
    message: `The option ${name} is ${String(value)}; allowed is ${allowed}.`,
  };
}

function withoutUndefined(options: ConnectOptions): Partial<ClientSettings> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
