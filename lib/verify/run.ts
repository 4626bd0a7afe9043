/** Observes a deployment once and judges what was seen: `redoubt verify`. */
import { type Verdict, worstVerdict } from '../base/verdict.ts';
import { lookupOf } from '../client/lookup.ts';
import type { ConnectionProfile } from '../profile/profile.ts';
import { readSecret } from '../profile/secret.ts';
import { readCertificateAuthority } from './certificate-authority.ts';
import type { Check, CheckResult } from './check.ts';
import { CHECKS } from './checks.ts';
import { everyServer, type Finding, rightsAdvice } from './judging.ts';
import type { Observation } from './observation.ts';
import { observe } from './observe.ts';

/** How long each single question may take before it counts as silence. */
export const DEFAULT_ASK_TIMEOUT_MS = 5_000;

export interface VerifyOptions {
  /** Where a secret's variable is looked up; default: the process's own environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds, default 5,000. A dead endpoint costs one such wait, a dead node behind it one more. */
  readonly askTimeoutMs?: number;
  /** Ends the run at once; `verify` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface Judgement {
  /** Of every check that applies, in the order of `CHECKS`. */
  readonly checks: readonly CheckResult[];
  readonly notApplicable: readonly { readonly name: string; readonly reason: string }[];
  /** The worst of them. */
  readonly verdict: Verdict;
}

export interface Verification extends Judgement {
  /** Plain data without secrets; `judge` makes the same checks of it again. */
  readonly observation: Observation;
}

/**
 * Read-only but for its own short-lived keys, and safe to run against production.
 * @throws ProblemError when the profile's secret or certificate authority cannot be read; the signal's reason when aborted.
 * Whatever is wrong with the deployment is a failed check, not an error.
 */
export async function verify(profile: ConnectionProfile, options: VerifyOptions = {}): Promise<Verification> {
  const { environment, askTimeoutMs = DEFAULT_ASK_TIMEOUT_MS, signal } = options;
  const [password, certificateAuthority] = await Promise.all([
    readSecret(profile.authentication.secret, environment),
    readCertificateAuthority(profile.tls.caFile),
  ]);
  const observation = await observe(profile, {
    password,
    lookup: lookupOf(profile.nameResolution),
    askTimeoutMs,
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
    ...(signal === undefined ? {} : { signal }),
  });
  signal?.throwIfAborted();
  return { ...judge(profile, observation), observation };
}

/** Pure. A check that crashes is `unknown`, like everything that could not be judged. */
export function judge(profile: ConnectionProfile, observation: Observation, all: readonly Check[] = CHECKS): Judgement {
  const checks: CheckResult[] = [];
  const notApplicable: { name: string; reason: string }[] = [];
  for (const check of all) {
    const reason = check.notApplicable?.(profile);
    if (reason === undefined) checks.push({ name: check.name, ...judgeOne(check, profile, observation) });
    else notApplicable.push({ name: check.name, reason });
  }
  return { checks, notApplicable, verdict: worstVerdict(checks.map(({ verdict }) => verdict)) };
}

/** What a user may not ask cannot be judged, and only a word in its access string changes that. */
function withMissingRights(check: Check, profile: ConnectionProfile, observation: Observation): Finding {
  const finding = check.judge({ profile, observation });
  if (finding.verdict !== 'unknown') return finding;
  // Nothing is read of CLUSTER where there is none to see.
  const reads = (check.reads ?? []).filter((view) => view === 'info' || profile.clientMode === 'cluster');
  const answers = everyServer(observation).flatMap((server) => reads.map((view) => server[view]));
  return { ...finding, message: `${finding.message}${rightsAdvice(answers)}` };
}

function judgeOne(check: Check, profile: ConnectionProfile, observation: Observation): Omit<CheckResult, 'name'> {
  try {
    return withMissingRights(check, profile, observation);
  } catch (error) {
    const message = `The check ${check.name} itself failed (${String(error)}), so nothing is known. This is a mistake in redoubt; please report it.`;
    return { verdict: 'unknown', code: 'CHECK_CRASHED', message };
  }
}
