/** What `redoubt drill` disturbs: a lab that was named, or a deployment in a cloud with its profile. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ProblemError } from '../lib/base/problem.ts';
import type { Target } from '../lib/drill/target.ts';
import type { CloudTargetOptions } from '../lib/drill/targets/cloud.ts';
import type { ConnectionProfile } from '../lib/profile/profile.ts';
import type { DrillValues } from './commands/drill.ts';
import type { CommandContext } from './context.ts';
import { chosenControlPlane } from './control-planes.ts';
import type { PlanSubject } from './drill-plan.ts';
import { asInput, UsageError } from './failure.ts';
import { runWhereLabIs } from './network-namespace.ts';
import { chosenLab, namedRunDirectory } from './target.ts';

/** The command's exit code when it has been run where its lab is; undefined when it is to be run here. */
export async function runElsewhere(values: DrillValues, context: CommandContext): Promise<number | undefined> {
  if (!isLab(values)) return undefined;
  return runWhereLabIs(context, await runDirectoryOf(values));
}

/** @throws UsageError for what is named wrongly; ProblemError when it cannot be reached */
export async function chosenTarget(values: DrillValues, context: CommandContext): Promise<Target> {
  if (isLab(values)) return namedLab(values);
  const named = await namedProfile(values);
  await asInput(() => readableSecret(named.profile, context));
  await readableAuthority(named.profile);
  const { cloudTarget } = await import('../lib/drill/targets/cloud.ts');
  return cloudTarget(await cloudOptions(values, named, context));
}

/**
 * The same for `--plan`, which is also of use where the secret is not, as on a laptop: the servers are not asked then.
 * @throws as `chosenTarget`, but for the secret
 */
export async function chosenPlan(values: DrillValues, context: CommandContext): Promise<PlanSubject> {
  if (isLab(values)) return namedLab(values);
  const named = await namedProfile(values);
  const { cloudTarget, unaskedCloud } = await import('../lib/drill/targets/cloud.ts');
  const whyUnasked = await whyNoSecret(named.profile, context);
  if (whyUnasked === undefined) {
    await readableAuthority(named.profile);
    return cloudTarget(await cloudOptions(values, named, context));
  }
  const options = await cloudOptions(values, named, context, { asksServers: false });
  return { ...unaskedCloud(options), whyUnasked, close: () => undefined };
}

async function namedLab(values: DrillValues): Promise<Target> {
  const { labTarget } = await import('../lib/drill/targets/lab.ts');
  return labTarget(await chosenLab(await runDirectoryOf(values)));
}

type NamedProfile = Pick<CloudTargetOptions, 'profile' | 'profilePath'>;

async function namedProfile({ profile: profilePath, iMean }: DrillValues): Promise<NamedProfile> {
  if (profilePath === undefined) throw profileMissing();
  const { readProfile } = await import('../lib/profile/file.ts');
  const profile = await asInput(() => readProfile(profilePath));
  if (iMean !== undefined && iMean !== profile.deployment) throw notMeant(iMean, profile.deployment);
  return { profile, profilePath };
}

async function cloudOptions(
  values: DrillValues,
  { profile, profilePath }: NamedProfile,
  context: CommandContext,
  { asksServers = true } = {},
): Promise<CloudTargetOptions> {
  const controlPlane = await chosenControlPlane(values, context, { profile, asksServers });
  return {
    profile,
    profilePath,
    environment: context.environment,
    ...(controlPlane === undefined ? {} : { controlPlane }),
    ...(values.iMean === undefined ? {} : { meant: values.iMean }),
  };
}

/** Before anything is asked of anybody: a secret that is not there is the user's to give, as it is for `verify`. */
async function readableSecret({ authentication }: ConnectionProfile, { environment }: CommandContext): Promise<void> {
  const { readSecret } = await import('../lib/profile/secret.ts');
  await readSecret(authentication.secret, environment);
}

/** The same of the certificate authority. */
async function readableAuthority({ tls }: ConnectionProfile): Promise<void> {
  const { readCertificateAuthority } = await import('../lib/verify/certificate-authority.ts');
  await asInput(() => readCertificateAuthority(tls.caFile));
}

/** Undefined where it can be read. */
async function whyNoSecret(profile: ConnectionProfile, context: CommandContext): Promise<string | undefined> {
  try {
    await readableSecret(profile, context);
    return undefined;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return error.problems.map(({ message }) => message).join(' ');
  }
}

/** A profile that stands in a run directory is that of a lab. */
function isLab({ profile, aws, azure }: DrillValues): boolean {
  if (aws !== undefined || azure !== undefined) return false;
  return profile === undefined || existsSync(join(dirname(profile), 'state.json'));
}

function runDirectoryOf({ profile, lab, baseDirectory }: DrillValues): Promise<string> {
  return namedRunDirectory(profile === undefined ? lab : dirname(profile), baseDirectory);
}

function profileMissing(): UsageError {
  const message =
    'A deployment in a cloud is reached by its connection profile. Give --profile PATH as well (redoubt profile --from-stack NAME, or --from-pulumi STACK, writes one).';
  return new UsageError({ code: 'PROFILE_MISSING', message });
}

function notMeant(given: string, deployment: string): UsageError {
  const message = `--i-mean ${given} names another deployment than the profile, which is of ${deployment}. Nothing was done.`;
  return new UsageError({ code: 'OTHER_DEPLOYMENT_MEANT', message });
}
