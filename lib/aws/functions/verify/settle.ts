/** Verifies, and verifies again while the deployment may still be settling: a new role, a replica that is catching up. */
import { ProblemError } from '../../../base/problem.ts';
import { sleep } from '../../../base/wait-until.ts';
import type { CheckResult } from '../../../verify/check.ts';
import { verify } from '../../../verify/run.ts';
import { credentialOf } from './credential.ts';
import { logLine } from './log.ts';
import type { VerifyProperties } from './request.ts';

/** What a verification is made with; tests give their own. */
export interface Means {
  readonly verify: typeof verify;
  readonly credentialOf: typeof credentialOf;
  /** Between two verifications, milliseconds. */
  readonly pauseMs: number;
}

const MEANS: Means = { verify, credentialOf, pauseMs: 5_000 };

/** Carries what did not pass in the last verification. */
export class ChecksNotPassed extends Error {
  readonly deployment: string;
  readonly checks: readonly CheckResult[];
  readonly attempts: number;

  constructor(deployment: string, checks: readonly CheckResult[], attempts: number) {
    super(`${checks.filter(({ verdict }) => verdict !== 'pass').length} checks did not pass.`);
    this.deployment = deployment;
    this.checks = checks;
    this.attempts = attempts;
  }
}

export interface Passed {
  readonly checks: readonly CheckResult[];
  readonly attempts: number;
}

/**
 * @param deadlineMs by the system's clock; at it everything ends, whatever is still being asked
 * @throws ChecksNotPassed, or ProblemError when no verification could be made
 */
export async function verifyUntilItPasses(
  properties: VerifyProperties,
  deadlineMs: number,
  means: Means = MEANS,
): Promise<Passed> {
  const settledAtMs = Math.min(Date.now() + properties.settleForMs, deadlineMs);
  const cut = AbortSignal.timeout(Math.max(0, deadlineMs - Date.now()));
  let failure: unknown;
  for (let attempts = 1; ; attempts += 1) {
    try {
      return { checks: await passingChecks({ properties, attempt: attempts, signal: cut, means }), attempts };
    } catch (error) {
      // A verification that was cut off saw less than the one before it.
      if (cut.aborted) throw failure ?? didNotEnd(error);
      failure = error;
      logLine({ event: 'not-passed', attempt: attempts, message: (error as Error).message });
    }
    if (Date.now() + means.pauseMs > settledAtMs) throw failure;
    await sleep(means.pauseMs);
  }
}

async function passingChecks({
  properties,
  attempt,
  signal,
  means,
}: {
  readonly properties: VerifyProperties;
  readonly attempt: number;
  readonly signal: AbortSignal;
  readonly means: Means;
}): Promise<readonly CheckResult[]> {
  const { profile, mayBeUnknown } = properties;
  const environment = await means.credentialOf(profile);
  const { checks } = await means.verify(profile, { environment, signal });
  logLine({ event: 'verified', attempt, deployment: profile.deployment, checks });
  const passes = ({ name, verdict }: CheckResult) =>
    verdict === 'pass' || (verdict === 'unknown' && mayBeUnknown.includes(name));
  if (checks.length > 0 && checks.every(passes)) return checks;
  throw new ChecksNotPassed(
    profile.deployment,
    checks.filter((check) => !passes(check)),
    attempt,
  );
}

function didNotEnd(cause: unknown): ProblemError {
  const message =
    "No verification came to an end in the function's time. Give the function more time, or look into its log for what does not answer.";
  return new ProblemError({ code: 'VERIFY_DID_NOT_END', message }, { cause });
}
