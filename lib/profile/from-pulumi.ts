/** Reads the connection profile, and what was declared, from what `pulumi stack output --json` prints. Pure: it starts no command and imports no Pulumi. */
import { type Problem, ProblemError } from '../base/problem.ts';
import { type AzureDeclared, type AzureDeclaredResult, parseAzureDeclared } from '../topology/azure-declared.ts';
import { describeGiven } from '../topology/input/describe.ts';
import { type ProfileResult, parseProfile } from './parse.ts';
import type { ConnectionProfile } from './profile.ts';

/** The output of bin/azure.ts that holds the profile. */
export const PROFILE_OUTPUT = 'profile';

/** The output of bin/azure.ts that says what a `ManagedRedis` was given. */
export const DECLARED_OUTPUT = 'declared';

export interface PulumiOutputs {
  /** Standard output of `pulumi stack output --json`. */
  readonly text: string;
  /** Name of the output, for programs of your own that call it otherwise. Default: `profile`, `declared`. */
  readonly output?: string;
}

/** Never throws, whatever the text is; `profileFromPulumiOrThrow` is its throwing twin. */
export function profileFromPulumi({ text, output = PROFILE_OUTPUT }: PulumiOutputs): ProfileResult {
  const found = outputIn(text, output, PROFILE_OUTPUT);
  return 'problem' in found ? { problems: [found.problem] } : parseProfile(found.value);
}

/** Never throws, whatever the text is; `declaredFromPulumiOrThrow` is its throwing twin. */
export function declaredFromPulumi({ text, output = DECLARED_OUTPUT }: PulumiOutputs): AzureDeclaredResult {
  const found = outputIn(text, output, DECLARED_OUTPUT);
  if ('problem' in found) return { problems: [found.problem] };
  return hasCluster(found.value) ? parseAzureDeclared(found.value) : { problems: [notDeclared(output)] };
}

/** What says no cluster is something else altogether, and has nothing wrong with it. */
function hasCluster(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'clusterId');
}

function notDeclared(output: string): Problem {
  const message = `The output ${describeGiven(output)} is not the \`declared\` of a ManagedRedis: it has no \`clusterId\`. Name the output that is.`;
  return { code: 'PULUMI_OUTPUT_NOT_DECLARED', message, path: output };
}

/** @throws ProblemError with every problem of the text or of what is declared in it */
export function declaredFromPulumiOrThrow(outputs: PulumiOutputs): AzureDeclared {
  const result = declaredFromPulumi(outputs);
  if ('problems' in result) throw new ProblemError(result.problems);
  return result.declared;
}

function outputIn(text: string, name: string, member: string): { value: unknown } | { problem: Problem } {
  const outputs = outputsIn(text);
  if ('problem' in outputs) return outputs;
  if (!Object.hasOwn(outputs.value, name)) return { problem: missing(name, member, Object.keys(outputs.value)) };
  const value = outputs.value[name];
  if (value === '[secret]') return { problem: hidden(name, member) };
  return { value: typeof value === 'string' ? (jsonIn(value) ?? value) : value };
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

function missing(output: string, member: string, names: readonly string[]): Problem {
  const there = names.length === 0 ? 'It has none: was it deployed?' : `It has ${names.join(', ')}.`;
  const message = `The stack has no output named ${describeGiven(output)}. ${there} Return the \`${member}\` of a ManagedRedis from your program, deploy it, or name the output.`;
  return { code: 'PULUMI_OUTPUT_MISSING', message, path: output };
}

function hidden(output: string, member: string): Problem {
  const message = `The output ${describeGiven(output)} is hidden as a secret, because something that went into it was one; the \`${member}\` of a ManagedRedis holds none. Return \`pulumi.unsecret(redis.${member})\` and deploy again.`;
  return { code: 'PULUMI_OUTPUT_HIDDEN', message, path: output };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
