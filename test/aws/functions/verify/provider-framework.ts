/**
 * The CDK's own provider framework, as it is deployed, with Lambda and CloudFormation in its place: it calls the function as
 * Lambda does, and what it would send to CloudFormation is returned.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { LambdaContext } from '../../../../lib/aws/functions/verify/handler.ts';

type Handler = (request: never, context: LambdaContext) => Promise<unknown>;

export interface CloudFormationAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason: string;
  readonly PhysicalResourceId: string;
  readonly Data?: Readonly<Record<string, unknown>>;
  /** Of the whole answer; CloudFormation takes 4,096. */
  readonly bytes: number;
}

const require = createRequire(import.meta.url);
const RUNTIME = join(
  dirname(require.resolve('aws-cdk-lib/package.json')),
  'custom-resources/lib/provider-framework/runtime',
);

export async function throughFramework(handler: Handler, request: object): Promise<CloudFormationAnswer> {
  let sent: string | undefined;
  const outbound = {
    invokeFunction: async ({ Payload }: { readonly Payload: string }) =>
      answerOfLambda(handler, JSON.parse(Payload) as never),
    httpRequest: async (_options: unknown, body: string) => {
      sent = body;
    },
  };
  const { onEvent } = frameworkWith(outbound);
  process.env.USER_ON_EVENT_FUNCTION_ARN =
    'arn:aws:lambda:eu-west-1:111122223333:function:redoubt-elasticache-verified-VerifiedFunction7EA47C74';
  try {
    await onEvent(request);
  } finally {
    delete process.env.USER_ON_EVENT_FUNCTION_ARN;
  }
  if (sent === undefined) throw new Error('The framework sent CloudFormation nothing.');
  return { ...JSON.parse(sent), bytes: Buffer.byteLength(sent) };
}

/** As https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html says. */
async function answerOfLambda(handler: Handler, event: never) {
  try {
    const answer = await handler(event, { getRemainingTimeInMillis: () => 120_000 });
    return { Payload: JSON.stringify(answer) };
  } catch (error) {
    const { name: errorType, message: errorMessage, stack = '' } = error as Error;
    return {
      FunctionError: 'Unhandled',
      Payload: JSON.stringify({ errorType, errorMessage, trace: stack.split('\n') }),
    };
  }
}

/** Its module of outgoing calls is the one part that is replaced; that one needs Lambda's SDK to load. */
function frameworkWith(outbound: object): { onEvent(request: object): Promise<void> } {
  const files = ['framework', 'cfn-response'].map((name) => join(RUNTIME, `${name}.js`));
  for (const file of files) delete require.cache[file];
  const path = join(RUNTIME, 'outbound.js');
  require.cache[path] = { id: path, filename: path, loaded: true, exports: outbound } as unknown as NodeJS.Module;
  return require(files[0] as string);
}
