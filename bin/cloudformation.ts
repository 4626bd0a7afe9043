/**
 * Asks CloudFormation about a stack that exists: for `redoubt profile` and `redoubt plan`. The SDK is an optional peer and
 * is loaded only when a stack is named. Credentials, region and endpoint come from where the SDK finds them.
 */
import type { CloudFormationClient, Stack } from '@aws-sdk/client-cloudformation';
import { ProblemError } from '../lib/base/problem.ts';
import { describeGiven } from '../lib/topology/input/describe.ts';
import { errorCodeOf, reasonOf } from '../lib/topology/input/read-file.ts';
import type { CommandContext } from './context.ts';
import { UsageError } from './failure.ts';

export interface NamedStack {
  /** Name or ARN. */
  readonly name: string;
  /** Default: AWS_REGION, AWS_DEFAULT_REGION, or that of the AWS profile. */
  readonly region?: string | undefined;
}

type Sdk = typeof import('@aws-sdk/client-cloudformation');

interface Question<Answer> {
  /** The permission it needs, for the sentence when it is refused. */
  readonly permission: string;
  readonly ask: (sdk: Sdk, client: CloudFormationClient, abortSignal: AbortSignal) => Promise<Answer>;
}

const CONNECT_TIMEOUT_MS = 5_000;
const ANSWER_TIMEOUT_MS = 20_000;

/**
 * @throws UsageError `STACK_NOT_FOUND`, `AWS_REGION_UNUSABLE`
 * @throws ProblemError `AWS_SDK_MISSING`, `AWS_CREDENTIALS_MISSING`, `AWS_CREDENTIALS_REFUSED`, `AWS_ACCESS_DENIED`,
 * `CLOUDFORMATION_NO_ANSWER`
 */
export async function describeStack(stack: NamedStack, context: CommandContext): Promise<Stack> {
  const stacks = await answerOf(stack, context, {
    permission: 'cloudformation:DescribeStacks',
    ask: async (sdk, client, abortSignal) => {
      const found: Stack[] = [];
      let token: string | undefined;
      do {
        const question = new sdk.DescribeStacksCommand({ StackName: stack.name, NextToken: token });
        const page = await client.send(question, { abortSignal });
        found.push(...(page.Stacks ?? []));
        token = page.NextToken;
      } while (token !== undefined && found.length === 0);
      return found;
    },
  });
  const [found] = stacks;
  if (found === undefined) throw notFound(stack, 'it lists none');
  return found;
}

/**
 * The template as it was sent to CloudFormation (stage `Original`): what the CDK compares with, too, because a synthesised
 * template is not expanded by macros either.
 * @throws as `describeStack`
 */
export async function deployedTemplate(stack: NamedStack, context: CommandContext): Promise<string> {
  return answerOf(stack, context, {
    permission: 'cloudformation:GetTemplate',
    ask: async (sdk, client, abortSignal) => {
      const question = new sdk.GetTemplateCommand({ StackName: stack.name, TemplateStage: 'Original' });
      return (await client.send(question, { abortSignal })).TemplateBody ?? '';
    },
  });
}

async function answerOf<Answer>(
  stack: NamedStack,
  { environment, interruption: { signal } }: CommandContext,
  { permission, ask }: Question<Answer>,
): Promise<Answer> {
  const sdk = await loadSdk();
  // The SDK itself reads AWS_REGION only; the AWS CLI, which people come from, reads both.
  const region = stack.region || environment.AWS_REGION || environment.AWS_DEFAULT_REGION;
  const client = new sdk.CloudFormationClient({
    ...(region === undefined || region === '' ? {} : { region }),
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: ANSWER_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  });
  try {
    await client.config.region().catch((cause: unknown) => {
      throw withoutRegion(cause);
    });
    return await ask(sdk, client, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof ProblemError ? error : problemOf(error, stack, permission);
  } finally {
    client.destroy();
  }
}

async function loadSdk(): Promise<Sdk> {
  try {
    return await import('@aws-sdk/client-cloudformation');
  } catch (cause) {
    if (errorCodeOf(cause) !== 'ERR_MODULE_NOT_FOUND') throw cause;
    const message =
      'CloudFormation is asked through @aws-sdk/client-cloudformation, which is not installed. Install it next to redoubt (`npm install @aws-sdk/client-cloudformation`), or give a file: --outputs-file of `redoubt profile`, a path to `redoubt plan`.';
    throw new ProblemError({ code: 'AWS_SDK_MISSING', message }, { cause });
  }
}

const CREDENTIALS_REFUSED =
  /^(ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|AuthFailure|IncompleteSignature)/;

function problemOf(cause: unknown, stack: NamedStack, permission: string): ProblemError {
  const { name = '', message: said = '' } = cause instanceof Error ? cause : {};
  if (name === 'ValidationError') return notFound(stack, said, cause);
  const problem = (code: string, message: string) => new ProblemError({ code, message }, { cause });
  if (/(Credentials|Token)ProviderError$/.test(name)) {
    const message = `No AWS credentials were found (${said}). Sign in (\`aws sso login\`), or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`;
    return problem('AWS_CREDENTIALS_MISSING', message);
  }
  if (/^AccessDenied/.test(name)) {
    const message = `AWS refuses to answer about the stack ${describeGiven(stack.name)} (${said}). Allow ${permission} on it, or use other credentials.`;
    return problem('AWS_ACCESS_DENIED', message);
  }
  if (CREDENTIALS_REFUSED.test(name)) {
    const message = `AWS does not accept the credentials (${name}: ${said}). Sign in again, and check the clock of this machine.`;
    return problem('AWS_CREDENTIALS_REFUSED', message);
  }
  const reason = errorCodeOf(cause) ?? (name === '' ? reasonOf(cause) : `${name}: ${said}`);
  const message = `CloudFormation gave no answer about the stack ${describeGiven(stack.name)} (${reason}). Check the network, the region and AWS_ENDPOINT_URL, then try again.`;
  return problem('CLOUDFORMATION_NO_ANSWER', message);
}

function notFound({ name, region }: NamedStack, said: string, cause?: unknown): UsageError {
  const where = region === undefined ? 'in the region and account in use' : `in ${region}`;
  const message = `CloudFormation finds no stack ${describeGiven(name)} ${where} (${said}). Give its name or ARN, and the region it is in.`;
  return new UsageError({ code: 'STACK_NOT_FOUND', message }, { cause });
}

function withoutRegion(cause: unknown): UsageError {
  const message = `There is no region to ask CloudFormation in (${reasonOf(cause)}). Give one, for example eu-west-1, with the stack, or set AWS_REGION.`;
  return new UsageError({ code: 'AWS_REGION_UNUSABLE', message }, { cause });
}
