/** Rebuilds the connection profile from what `pulumi stack output --json` prints. Pure: it starts no command and imports no Pulumi. */
import { type Problem, ProblemError } from '../base/problem.ts';
import { describeGiven } from '../topology/input/describe.ts';
import { type ProfileResult, parseProfile } from './parse.ts';
import type { ConnectionProfile } from './profile.ts';

/** The output of bin/azure.ts that holds the profile. */
export const PROFILE_OUTPUT = 'profile';

export interface PulumiOutputs {
  /** Standard output of `pulumi stack output --json`. */
  readonly text: string;
  /** Name of the output, for programs of your own that call it otherwise. Default: `profile`. */
  readonly output?: string;
}

/** Never throws, whatever the text is; `profileFromPulumiOrThrow` is its throwing twin. */
export function profileFromPulumi({ text, output = PROFILE_OUTPUT }: PulumiOutputs): ProfileResult {
  const outputs = outputsIn(text);
  if ('problem' in outputs) return { problems: [outputs.problem] };
  const { value } = outputs;
  if (!Object.hasOwn(value, output)) return { problems: [missing(output, Object.keys(value))] };
  const profile = value[output];
  if (profile === '[secret]') return { problems: [hidden(output)] };
  return parseProfile(typeof profile === 'string' ? (jsonIn(profile) ?? profile) : profile);
}

/** @throws ProblemError with every problem of the text or of the profile in it */
export function profileFromPulumiOrThrow(outputs: PulumiOutputs): ConnectionProfile {
  const result = profileFromPulumi(outputs);
  if ('problems' in result) throw new ProblemError(result.problems);
  return result.profile;
}

function outputsIn(text: string): { value: Record<string, unknown> } | { problem: Problem } {
  const value = jsonIn(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { value: value as Record<string, unknown> };
  }
  const message = `The stack outputs are ${describeGiven(text.slice(0, 80))}: they must be the JSON object that \`pulumi stack output --json --stack STACK\` prints. Give that, whole.`;
  return { problem: { code: 'PULUMI_OUTPUTS_NOT_JSON', message } };
}

function missing(output: string, names: readonly string[]): Problem {
  const there = names.length === 0 ? 'It has none: was it deployed?' : `It has ${names.join(', ')}.`;
  const message = `The stack has no output named ${describeGiven(output)}. ${there} Return the \`profile\` of a ManagedRedis from your program, deploy it, or name the output.`;
  return { code: 'PULUMI_OUTPUT_MISSING', message, path: output };
}

function hidden(output: string): Problem {
  const message = `The output ${describeGiven(output)} is hidden as a secret, which a profile is not. Ask for it with \`pulumi stack output --json --show-secrets\`, or do not mark it as one.`;
  return { code: 'PULUMI_OUTPUT_HIDDEN', message, path: output };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
