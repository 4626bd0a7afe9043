/** What `redoubt verify` does, and the verifying part of a rehearsal. */
import type { ConnectionProfile } from '../lib/profile/profile.ts';
import { buildReport } from '../lib/report/build.ts';
import { inStep } from '../lib/report/progress.ts';
import { valueIn } from '../lib/verify/judging.ts';
import { type Verification, verify } from '../lib/verify/run.ts';
import type { VerifyValues } from './commands/verify.ts';
import type { CommandContext } from './context.ts';
import { asInput } from './failure.ts';
import { runWhereLabIs } from './network-namespace.ts';
import { refuseUnusableReports } from './report-files.ts';
import { showAndSave } from './results.ts';
import { refuseUnusedBaseDirectory } from './stray-options.ts';
import { chosenProfile, chosenRunDirectory } from './target.ts';

export async function verifyAction(values: VerifyValues, context: CommandContext): Promise<number> {
  refuseUnusedBaseDirectory(values);
  await refuseUnusableReports(values.report);
  if (values.profile === undefined && values.fromEnvironment !== true) {
    const runDirectory = await chosenRunDirectory(values.lab, values.baseDirectory);
    const elsewhere = await runWhereLabIs(context, runDirectory);
    if (elsewhere !== undefined) return elsewhere;
    if (values.lab === undefined) context.progress.line(`verifying the only lab there is: ${runDirectory}`);
  }
  const profile = await chosenProfile(values, context);
  const startedAt = new Date();
  // All it can throw is about the profile: its secret or its certificate authority cannot be read.
  const verification = await asInput(() => verifyStep(profile, context, values.timeout));
  const report = buildReport({
    subject: profile,
    startedAt,
    // Nothing in a verification is left to chance.
    seed: 0,
    serverVersion: serverVersionOf(verification),
    checks: verification.checks,
    drills: [],
  });
  return showAndSave(report.verdict, values, { report, histories: [], style: context.style }, context);
}

export function verifyStep(
  profile: ConnectionProfile,
  context: CommandContext,
  askTimeoutMs?: number,
): Promise<Verification> {
  return inStep(context.progress, `${profile.deployment}: verifying`, () =>
    verify(profile, {
      environment: context.environment,
      signal: context.interruption.signal,
      ...(askTimeoutMs === undefined ? {} : { askTimeoutMs }),
    }),
  );
}

function serverVersionOf({ observation }: Verification): string | null {
  const fields = valueIn(observation.endpoint.info);
  return fields?.valkey_version ?? fields?.redis_version ?? null;
}
