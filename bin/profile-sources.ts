/** Where `redoubt profile` gets the profile of something that a cloud tool has deployed. */
import type { Problem } from '../lib/base/problem.ts';
import type { ConnectionProfile } from '../lib/profile/profile.ts';
import { readJsonFile } from '../lib/topology/input/read-file.ts';
import type { CommandContext } from './context.ts';
import { asInput } from './failure.ts';
import { outputsFile, outputsOf, type PulumiValues } from './pulumi-outputs.ts';

export interface DeployedValues {
  readonly fromStack?: string;
  readonly region?: string;
  readonly deployment?: string;
  readonly fromPulumi?: string;
  readonly cwd?: string;
  readonly output?: string;
  readonly outputsFile?: string;
}

export interface SourceValues extends DeployedValues {
  readonly path?: string | undefined;
  readonly lab?: string;
  readonly check?: string;
  readonly schema?: true;
  readonly format?: 'env' | 'json';
}

/** What commander cannot see: a path beside another source, and details of a source that is not named. */
export function sourceProblems(values: SourceValues): Problem[] {
  const { path, fromStack, fromPulumi, outputsFile, lab, check, schema, format } = values;
  const named = fromStack ?? fromPulumi ?? outputsFile ?? lab ?? check ?? (schema === true ? '--schema' : undefined);
  const problems: Problem[] = [];
  const unprinted = check !== undefined ? '--check' : schema === true ? '--schema' : undefined;
  if (format === 'env' && unprinted !== undefined) {
    const message = `--format env is a form of a profile that is printed, and ${unprinted} prints none. Leave one of them out.`;
    problems.push({ code: 'PROFILE_NOT_PRINTED', message });
  }
  if (path !== undefined && named !== undefined) {
    const message = `Both the file ${path} and ${named} are named; a profile has one source. Leave one of them out.`;
    problems.push({ code: 'PROFILE_SOURCES', message });
  }
  const ofStack = fromStack !== undefined || (outputsFile !== undefined && fromPulumi === undefined);
  // What stands in a file is asked of nobody, so it does not matter where.
  const asksSomebody = outputsFile === undefined;
  const unasked = asksSomebody ? '' : ' without --outputs-file';
  const details = [
    {
      option: '--region',
      isGiven: values.region !== undefined,
      isRight: fromStack !== undefined && asksSomebody,
      of: `--from-stack${unasked}`,
    },
    { option: '--deployment', isGiven: values.deployment !== undefined, isRight: ofStack, of: '--from-stack' },
    {
      option: '--cwd',
      isGiven: values.cwd !== undefined,
      isRight: fromPulumi !== undefined && asksSomebody,
      of: `--from-pulumi${unasked}`,
    },
    {
      option: '--output',
      isGiven: values.output !== undefined,
      isRight: fromPulumi !== undefined,
      of: '--from-pulumi',
    },
  ];
  for (const { option, of } of details.filter(({ isGiven, isRight }) => isGiven && !isRight)) {
    problems.push({
      code: 'PROFILE_SOURCE_MISSING',
      message: `${option} says more about ${of}, which is not given. Give both or neither.`,
    });
  }
  return problems;
}

/** Undefined when the options name no such thing. */
export async function deployedProfile(
  values: DeployedValues,
  context: CommandContext,
): Promise<ConnectionProfile | undefined> {
  if (values.fromPulumi !== undefined) return ofPulumi({ ...values, fromPulumi: values.fromPulumi }, context);
  if (values.outputsFile !== undefined) return ofOutputsFile(values.outputsFile, values, context);
  if (values.fromStack !== undefined) return ofStack({ ...values, fromStack: values.fromStack }, context);
  return undefined;
}

async function ofStack(
  { fromStack: name, region, deployment }: DeployedValues & { readonly fromStack: string },
  context: CommandContext,
): Promise<ConnectionProfile> {
  const { describeStack } = await import('./cloudformation.ts');
  const { profileFromStackOutputs, settledOrThrow } = await import('../lib/profile/from-stack.ts');
  const stack = await describeStack({ name, region }, context);
  settledOrThrow(stack);
  return asInput(() => profileFromStackOutputs(stack.Outputs ?? [], deployment));
}

async function ofOutputsFile(
  path: string,
  { fromStack: stack, deployment }: DeployedValues,
  context: CommandContext,
): Promise<ConnectionProfile> {
  const { profileFromOutputsFile } = await import('../lib/profile/from-stack.ts');
  const advice = '`cdk deploy --outputs-file FILE` writes one.';
  return asInput(async () => {
    const document = await readJsonFile(outputsFile(path, advice, context));
    return profileFromOutputsFile({ document, stack, deployment });
  });
}

async function ofPulumi(values: PulumiValues, context: CommandContext): Promise<ConnectionProfile> {
  const { profileFromPulumiOrThrow } = await import('../lib/profile/from-pulumi.ts');
  const outputs = await outputsOf(values, context);
  return asInput(() => profileFromPulumiOrThrow(outputs));
}
