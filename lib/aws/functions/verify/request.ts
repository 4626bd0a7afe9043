/** What CloudFormation asks, and the properties of the custom resource, which VerifiedDeployment writes. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Problem, ProblemError, throwIfProblems } from '../../../base/problem.ts';
import { checkNameComplaint } from '../../../profile/check-names.ts';
import { profileOrThrow } from '../../../profile/parse.ts';
import type { ConnectionProfile } from '../../../profile/profile.ts';
import { reasonOf } from '../../../topology/input/read-file.ts';

export interface CustomResourceRequest {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
}

/** CloudFormation makes text of every number and boolean. */
const propertiesSchema = z.object({
  Profile: z.string(),
  SettleForMs: z.coerce.number().int().nonnegative(),
  MayBeUnknown: z.array(z.string()).default([]),
});

export interface VerifyProperties {
  readonly profile: ConnectionProfile;
  /** How long a verification that does not pass is repeated, milliseconds. */
  readonly settleForMs: number;
  /** Names of checks that may end `unknown`. */
  readonly mayBeUnknown: readonly string[];
}

/** @throws ProblemError `VERIFY_PROPERTIES_INVALID`, `VERIFY_CHECK_UNKNOWN`, `VERIFY_PROFILE_NOT_JSON`, or every problem of the profile */
export function propertiesOrThrow(properties: Readonly<Record<string, unknown>>): VerifyProperties {
  const { data, error } = propertiesSchema.safeParse(properties);
  if (data === undefined) {
    const problems = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    const message = `The custom resource's properties are not those that VerifiedDeployment writes (${problems.join('; ')}). Make it with the construct, of the same version as this function.`;
    throw new ProblemError({ code: 'VERIFY_PROPERTIES_INVALID', message });
  }
  const { Profile, SettleForMs, MayBeUnknown } = data;
  throwIfProblems(MayBeUnknown.flatMap(checkNameProblem));
  return {
    profile: profileOrThrow(parsed(Profile)),
    settleForMs: SettleForMs,
    mayBeUnknown: MayBeUnknown,
  };
}

/** The construct refuses what it can read; a token, or another author of the properties, gets here. */
function checkNameProblem(name: string): Problem[] {
  const complaint = checkNameComplaint(name);
  return complaint === undefined ? [] : [{ code: 'VERIFY_CHECK_UNKNOWN', message: complaint, path: 'MayBeUnknown' }];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = `The profile that was handed to the function is not JSON (${reasonOf(error)}). The SSM parameter must hold the profile as ElastiCacheCluster writes it.`;
    throw new ProblemError({ code: 'VERIFY_PROFILE_NOT_JSON', message }, { cause: error });
  }
}

/** Changes with every property but the address of the function, so that the id says what has been verified. */
export function physicalIdOf(properties: Readonly<Record<string, unknown>>): string {
  const { ServiceToken: _, ServiceTimeout: __, ...verified } = properties;
  const sorted = Object.entries(verified).sort(([one], [other]) => (one < other ? -1 : 1));
  return `verified-${createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16)}`;
}
