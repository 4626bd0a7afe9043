/**
 * The function of VerifiedDeployment. CloudFormation's request reaches it through the CDK's provider framework, which
 * also answers for it; so it needs no way out of the VPC but to the cache and, for a password, to Secrets Manager.
 *
 *   Create, Update   verify until everything passes or the time is over; throws the failing sentences
 *   Delete           nothing to do, never fails
 */
import { failureText } from './failure-text.ts';
import { logLine } from './log.ts';
import { type CustomResourceRequest, physicalIdOf, propertiesOrThrow } from './request.ts';
import { verifyUntilItPasses } from './settle.ts';

/** What Lambda tells a function about this call, as far as it matters here. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

export interface CustomResourceAnswer {
  readonly PhysicalResourceId: string;
  /** What `Fn::GetAtt` reads. */
  readonly Data?: { readonly Checks: number; readonly Attempts: number };
}

/** Kept to answer in: Lambda ends a function without a word, and CloudFormation would wait for an hour. */
const TIME_TO_ANSWER_MS = 15_000;

/** @throws VerificationFailed with the sentences, most important first */
export async function handler(request: CustomResourceRequest, context: LambdaContext): Promise<CustomResourceAnswer> {
  if (request.RequestType === 'Delete') return { PhysicalResourceId: request.PhysicalResourceId ?? 'never-verified' };
  const physicalId = physicalIdOf(request.ResourceProperties);
  // The properties of the last verification that passed: CloudFormation is rolling back to them, and must not be stopped.
  if (request.RequestType === 'Update' && request.PhysicalResourceId === physicalId) {
    logLine({ event: 'rolled-back', message: 'The properties are those that passed before; nothing is verified.' });
    return { PhysicalResourceId: physicalId };
  }
  try {
    const properties = propertiesOrThrow(request.ResourceProperties);
    const deadlineMs = Date.now() + context.getRemainingTimeInMillis() - TIME_TO_ANSWER_MS;
    const { checks, attempts } = await verifyUntilItPasses(properties, deadlineMs);
    return { PhysicalResourceId: physicalId, Data: { Checks: checks.length, Attempts: attempts } };
  } catch (error) {
    throw new VerificationFailed(failureText(error));
  }
}

/** The framework appends the stack to the reason that CloudFormation shows; there is room for the sentences only. */
class VerificationFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'VerificationFailed';
    this.stack = this.name;
  }
}
