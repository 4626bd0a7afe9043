/** Finds the profile or the lab that the options name. */
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../lib/lab/lab.ts';
import type { LabSummary } from '../lib/lab/sweep.ts';
import type { ConnectionProfile } from '../lib/profile/profile.ts';
import type { CommandContext } from './context.ts';
import { asInput, UsageError } from './failure.ts';
import type { TargetValues } from './target-options.ts';

/**
 * @param otherwise the options of this command that name a deployment, for the sentence where none is given
 * @throws UsageError when nothing or something unreadable is named
 */
export async function chosenProfile(
  values: TargetValues & { readonly baseDirectory?: string },
  context: CommandContext,
  otherwise?: string,
): Promise<ConnectionProfile> {
  if (values.profile !== undefined) {
    const { readProfile } = await import('../lib/profile/file.ts');
    return asInput(() => readProfile(values.profile as string));
  }
  if (values.fromEnvironment === true) {
    const { profileFromEnvironment } = await import('../lib/profile/environment.ts');
    return asInput(() => profileFromEnvironment(context.environment));
  }
  const { readProfile } = await import('../lib/profile/file.ts');
  const runDirectory = await chosenRunDirectory(values.lab, values.baseDirectory, otherwise);
  return asInput(() => readProfile(join(runDirectory, 'profile.json')));
}

/** @throws UsageError `LAB_NOT_FOUND`, `LAB_AMBIGUOUS`, `TARGET_MISSING` */
export async function chosenLab(name: string | undefined, baseDirectory?: string): Promise<Lab> {
  const { openLab } = await import('../lib/lab/open.ts');
  const runDirectory = await chosenRunDirectory(name, baseDirectory);
  return asInput(() => openLab(runDirectory));
}

/** By run directory or by deployment; without a name the only lab there is. @param otherwise as of `chosenProfile` */
export async function chosenRunDirectory(
  name: string | undefined,
  baseDirectory?: string,
  otherwise = '--profile PATH, --from-environment',
): Promise<string> {
  if (name !== undefined && existsSync(join(name, 'state.json'))) return realpathSync(name);
  const { listLabs } = await import('../lib/lab/sweep.ts');
  const found = await listLabs(baseDirectory);
  const labs = found.filter((lab) => !lab.dead);
  const abandoned = found.filter((lab) => lab.dead && lab.deployment === name);
  const matching = name === undefined ? labs : labs.filter((lab) => lab.deployment === name);
  const [only, ...more] = matching;
  if (only !== undefined && more.length === 0) return only.runDirectory;
  if (only !== undefined) throw ambiguous(name, matching);
  throw name === undefined ? nothingNamed(labs, otherwise) : notFound(name, labs, abandoned);
}

/**
 * The lab that is to be disturbed: it must be named, because the only one there is may be somebody else's rehearsal.
 * @throws UsageError `TARGET_MISSING`, and as `chosenRunDirectory`
 */
export async function namedRunDirectory(name: string | undefined, baseDirectory?: string): Promise<string> {
  if (name !== undefined) return chosenRunDirectory(name, baseDirectory);
  const { listLabs } = await import('../lib/lab/sweep.ts');
  const labs = (await listLabs(baseDirectory)).filter((lab) => !lab.dead);
  const message = `A lab is disturbed only when it is named. ${running(labs)}. Give --lab NAME or --profile PATH, or start a lab with redoubt lab up.`;
  throw new UsageError({ code: 'TARGET_MISSING', message });
}

function running(labs: readonly LabSummary[]): string {
  const shown = labs.map((lab) => `${lab.deployment} (${lab.runDirectory})`).join(', ');
  return labs.length === 0 ? 'No lab is running' : `Running: ${shown}`;
}

/** @param otherwise the options of this command that name one */
function nothingNamed(labs: readonly LabSummary[], otherwise: string): UsageError {
  const message = `Nothing says which deployment is meant. ${running(labs)}. Give ${otherwise}, or start a lab with redoubt lab up.`;
  return new UsageError({ code: 'TARGET_MISSING', message });
}

function notFound(name: string, labs: readonly LabSummary[], abandoned: readonly LabSummary[]): UsageError {
  const there = running(labs);
  const left = abandoned.length === 0 ? '' : ' The one that was here is abandoned: what started it was killed.';
  const message = `There is no lab of "${name}" here. ${there}.${left} Start one with redoubt lab up ${name} --detach.`;
  return new UsageError({ code: 'LAB_NOT_FOUND', message });
}

function ambiguous(name: string | undefined, labs: readonly LabSummary[]): UsageError {
  const which = name === undefined ? 'labs run here' : `labs of "${name}" run here`;
  const message = `${labs.length} ${which}; say which by its run directory: ${labs.map((lab) => lab.runDirectory).join(', ')}.`;
  return new UsageError({ code: 'LAB_AMBIGUOUS', message });
}
