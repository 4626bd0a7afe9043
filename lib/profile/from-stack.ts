/** Rebuilds a connection profile from what a deployed stack says about itself: its outputs, as `aws cloudformation describe-stacks` lists them. */
import { ProblemError } from '../base/problem.ts';
import { describeGiven, listed } from '../topology/input/describe.ts';
import { reasonOf } from '../topology/input/read-file.ts';
import { profileOrThrow } from './parse.ts';
import type { ConnectionProfile } from './profile.ts';

/** End of the output's key, but for a hash; the construct's path stands before it. Its value is the profile as JSON. */
export const PROFILE_OUTPUT = 'RedoubtProfile';

/** A construct that is itself called `Redoubt` has other outputs with these letters: `RedoubtProfileParameter…`. */
const PROFILE_KEY = new RegExp(`${PROFILE_OUTPUT}[0-9A-F]{0,8}$`);

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
  const texts = all.filter(([key]) => PROFILE_KEY.test(key)).map(([, value]) => value);
  const profiles = texts.map((text) => profileOrThrow(parsed(text)));
  const meant = deployment === undefined ? profiles : profiles.filter((profile) => profile.deployment === deployment);
  const [only, ...others] = meant;
  if (only === undefined) throw withoutProfile(profiles, deployment);
  if (others.length === 0) return only;
  const message = `The stack holds the profiles of ${listed(profiles.map((profile) => profile.deployment))}. Say which deployment is meant.`;
  throw new ProblemError({ code: 'STACK_WITH_SEVERAL_PROFILES', message });
}

/** What CloudFormation says of a stack, as far as it matters here. */
export interface DescribedStack {
  readonly StackName?: string | undefined;
  readonly StackStatus?: string | undefined;
}

/** Its outputs are those of what is deployed: an update that only cleans up behind itself is over for them. */
const SETTLED = /^(CREATE|UPDATE|IMPORT|UPDATE_ROLLBACK|IMPORT_ROLLBACK)_COMPLETE(_CLEANUP_IN_PROGRESS)?$/;

/**
 * The outputs of a stack that is being changed are the former ones, those of one that failed may be missing.
 * @throws ProblemError `STACK_IN_PROGRESS`, `STACK_NOT_DEPLOYED`
 */
export function settledOrThrow({ StackName: name, StackStatus: status = 'nothing' }: DescribedStack): void {
  if (SETTLED.test(status)) return;
  const what = `The stack ${describeGiven(name)} is in the state ${status}`;
  throw new ProblemError(
    status.endsWith('_IN_PROGRESS')
      ? {
          code: 'STACK_IN_PROGRESS',
          message: `${what}, so its outputs are not yet those of the deployment. Wait for it to end (\`aws cloudformation wait\`), then ask again.`,
        }
      : {
          code: 'STACK_NOT_DEPLOYED',
          message: `${what}, so its outputs say nothing certain about what exists. Deploy it (or roll it back) to an end that is COMPLETE, or name another stack.`,
        },
  );
}

export interface OutputsFile {
  /** What the file holds: an object of stacks, each an object of outputs. */
  readonly document: unknown;
  /** Which stack of the file. Default: all of them. */
  readonly stack?: string | undefined;
  /** Which deployment, when there are several. */
  readonly deployment?: string | undefined;
}

/**
 * From what `cdk deploy --outputs-file FILE` wrote.
 * @throws ProblemError `STACK_OUTPUTS_FILE_FORM`, `STACK_OUTPUTS_FILE_WITHOUT_STACK`, and as `profileFromStackOutputs`
 */
export function profileFromOutputsFile({ document, stack, deployment }: OutputsFile): ConnectionProfile {
  const stacks = stacksOf(document);
  if (stack === undefined) return profileFromStackOutputs([...stacks.values()].flat(), deployment);
  const outputs = stacks.get(stack);
  if (outputs !== undefined) return profileFromStackOutputs(outputs, deployment);
  const message = `The outputs file has no stack ${describeGiven(stack)}, only ${listed([...stacks.keys()])}. Name one of these, or none.`;
  throw new ProblemError({ code: 'STACK_OUTPUTS_FILE_WITHOUT_STACK', message });
}

function stacksOf(document: unknown): Map<string, StackOutput[]> {
  const stacks = isObject(document) ? Object.entries(document) : [];
  const isWhole = stacks.length > 0 && stacks.every(([, outputs]) => isObject(outputs) && areTexts(outputs));
  if (isWhole) return new Map(stacks.map(([name, outputs]) => [name, outputsOf(outputs as Record<string, string>)]));
  const message = `The outputs file holds ${describeGiven(document)}${stacks.length === 0 ? '' : ' of another form'}: it must be an object of stacks, each an object of texts, as \`cdk deploy --outputs-file FILE\` writes it. Outputs of a Pulumi stack are read with --from-pulumi STACK.`;
  throw new ProblemError({ code: 'STACK_OUTPUTS_FILE_FORM', message });
}

function outputsOf(outputs: Readonly<Record<string, string>>): StackOutput[] {
  return Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function areTexts(outputs: Readonly<Record<string, unknown>>): boolean {
  return Object.values(outputs).every((value) => typeof value === 'string');
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
      ? `The stack has no output whose key ends in ${PROFILE_OUTPUT} and a hash: it was not made by ElastiCacheCluster, its deployment has not finished, or its topology has no authentication and so no profile. Name another stack.`
      : `The stack has no profile of ${listed([deployment])}, only of ${listed(profiles.map((profile) => profile.deployment))}. Name one of these.`;
  return new ProblemError({ code: 'STACK_WITHOUT_PROFILE', message });
}
