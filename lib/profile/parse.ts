/** Reads a connection profile: every problem at once, and the defaults filled in. */
import { type Problem, ProblemError } from '../base/problem.ts';
import { checkInput, wellFormedFields } from '../topology/input/check-input.ts';
import { describeGiven } from '../topology/input/describe.ts';
import { brokenRules } from '../topology/rules/rule.ts';
import { type ConnectionProfile, PROFILE_SCHEMA_VERSION, profileSchema } from './profile.ts';
import { PROFILE_RULES } from './rules.ts';

export type ProfileResult = { readonly profile: ConnectionProfile } | { readonly problems: readonly Problem[] };

/** Never throws, whatever the input is; `profileOrThrow` is its throwing twin. */
export function parseProfile(input: unknown): ProfileResult {
  const checked = checkInput(profileSchema, input);
  const otherVersion = unsupportedVersion(checked.copy);
  // A profile of another version has other fields: judging them by this version's rules would only confuse.
  if (otherVersion !== undefined) return { problems: [otherVersion] };
  const problems = [...checked.problems, ...rulesBrokenBy(checked.copy)];
  if (checked.value === undefined || problems.length > 0) return { problems };
  return { profile: checked.value };
}

/** @throws ProblemError with every problem of the input */
export function profileOrThrow(input: unknown): ConnectionProfile {
  const result = parseProfile(input);
  if ('problems' in result) throw new ProblemError(result.problems);
  return result.profile;
}

function rulesBrokenBy(copy: unknown): Problem[] {
  const judged = wellFormedFields(profileSchema, copy);
  if (judged === undefined) return [];
  return brokenRules(PROFILE_RULES, judged.fields as ConnectionProfile, { malformed: judged.malformed });
}

function unsupportedVersion(copy: unknown): Problem | undefined {
  if (typeof copy !== 'object' || copy === null || !Object.hasOwn(copy, 'schemaVersion')) return undefined;
  const { schemaVersion } = copy as { schemaVersion?: unknown };
  if (typeof schemaVersion !== 'number' || schemaVersion === PROFILE_SCHEMA_VERSION) return undefined;
  return {
    code: 'PROFILE_VERSION_UNSUPPORTED',
    path: 'schemaVersion',
    message: `The profile has schemaVersion ${describeGiven(schemaVersion)}; this Redoubt reads version ${PROFILE_SCHEMA_VERSION}. Write the profile again with this version, or use the version that wrote it.`,
  };
}
