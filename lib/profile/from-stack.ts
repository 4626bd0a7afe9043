/** Rebuilds a connection profile from what a deployed stack says about itself: its outputs, as `aws cloudformation describe-stacks` lists them. */
import { ProblemError } from '../base/problem.ts';
import { listed } from '../topology/input/describe.ts';
import { reasonOf } from '../topology/input/read-file.ts';
import { profileOrThrow } from './parse.ts';
import type { ConnectionProfile } from './profile.ts';

/** Part of the output's key; the construct's path and a hash stand around it. Its value is the profile as JSON. */
export const PROFILE_OUTPUT = 'RedoubtProfile';

/** As CloudFormation answers; the CDK's `--outputs-file` has the same as an object of key and value. */
export interface StackOutput {
  readonly OutputKey?: string | undefined;
  readonly OutputValue?: string | undefined;
}

/**
 * @param deployment which one, when the stack holds several
 * @throws ProblemError `STACK_WITHOUT_PROFILE`, `STACK_WITH_SEVERAL_PROFILES`, `STACK_PROFILE_NOT_JSON`, or every
 * problem of the profile
 */
export function profileFromStackOutputs(
  outputs: readonly StackOutput[] | Readonly<Record<string, string>>,
  deployment?: string,
): ConnectionProfile {
  const all = Array.isArray(outputs) ? (outputs as readonly StackOutput[]).map(pairOf) : Object.entries(outputs);
  const texts = all.filter(([key]) => key.includes(PROFILE_OUTPUT)).map(([, value]) => value);
  const profiles = texts.map((text) => profileOrThrow(parsed(text)));
  const meant = deployment === undefined ? profiles : profiles.filter((profile) => profile.deployment === deployment);
  const [only, ...others] = meant;
  if (only === undefined) throw withoutProfile(profiles, deployment);
  if (others.length === 0) return only;
  const message = `The stack holds the profiles of ${listed(profiles.map((profile) => profile.deployment))}. Say which deployment is meant.`;
  throw new ProblemError({ code: 'STACK_WITH_SEVERAL_PROFILES', message });
}

function pairOf({ OutputKey: key = '', OutputValue: value = '' }: StackOutput): [string, string] {
  return [key, value];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = `The stack's output ${PROFILE_OUTPUT} is not whole, valid JSON (${reasonOf(error)}). Deploy the stack again; the output must be as the construct wrote it.`;
    throw new ProblemError({ code: 'STACK_PROFILE_NOT_JSON', message }, { cause: error });
  }
}

function withoutProfile(profiles: readonly ConnectionProfile[], deployment: string | undefined): ProblemError {
  const message =
    profiles.length === 0
      ? `The stack has no output whose key contains ${PROFILE_OUTPUT}: it was not made by ElastiCacheCluster, its deployment has not finished, or its topology has no authentication and so no profile. Name another stack.`
      : `The stack has no profile of ${listed([deployment])}, only of ${listed(profiles.map((profile) => profile.deployment))}. Name one of these.`;
  return new ProblemError({ code: 'STACK_WITHOUT_PROFILE', message });
}
