/** From what the SDK throws to a sentence with a stable code. The one place that knows the service's and the SDK's names of faults. */
import { ProblemError } from '../../base/problem.ts';

interface Fault {
  /** Names as the SDK gives them to its errors, and codes as the service sends them. */
  readonly names: readonly string[];
  readonly code: string;
  readonly message: (context: FaultContext, said: string) => string;
}

export interface FaultContext {
  /** `replication group "shop" in eu-west-1` */
  readonly subject: string;
  /** The operation of the API: `DescribeEvents`. */
  readonly action: string;
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/CommonErrors.html, API_TestFailover.html, API_DescribeUsers.html */
const FAULTS: readonly Fault[] = [
  {
    names: ['CredentialsProviderError', 'CredentialsError', 'TokenProviderError'],
    code: 'AWS_CREDENTIALS_MISSING',
    message: ({ action }, said) =>
      `${action} needs AWS credentials, and none were found (${said}). Sign in (\`aws sso login\`), set AWS_PROFILE, or give the role that this runs as.`,
  },
  {
    names: [
      'ExpiredToken',
      'ExpiredTokenException',
      'InvalidClientTokenId',
      'UnrecognizedClientException',
      'SignatureDoesNotMatch',
      'IncompleteSignature',
      'MissingAuthenticationToken',
      'RequestExpired',
    ],
    code: 'AWS_CREDENTIALS_REFUSED',
    message: ({ action }, said) =>
      `AWS refused the credentials for ${action}: ${said} Sign in again, and look at the clock.`,
  },
  {
    names: ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'OptInRequired'],
    code: 'AWS_ACCESS_DENIED',
    message: ({ action, subject }, said) =>
      `The credentials may not call ${action} for ${subject}: ${said} Allow \`elasticache:${action}\` to whoever runs this.`,
  },
  {
    names: ['ReplicationGroupNotFoundFault', 'ReplicationGroupNotFound'],
    code: 'AWS_GROUP_NOT_FOUND',
    message: ({ subject }) =>
      `There is no ${subject} in this account. Check the id, the region and the account (\`aws sts get-caller-identity\`).`,
  },
  {
    names: ['GlobalReplicationGroupNotFoundFault', 'GlobalReplicationGroupNotFound'],
    code: 'AWS_GLOBAL_DATASTORE_NOT_FOUND',
    message: ({ action, subject }, said) =>
      `${action} asks of the Global Datastore of ${subject}, and it is not there: ${said} Look which it belongs to (\`aws elasticache describe-global-replication-groups\`).`,
  },
  {
    names: ['NodeGroupNotFoundFault'],
    code: 'AWS_NODE_GROUP_NOT_FOUND',
    message: ({ subject }, said) =>
      `The ${subject} has no such node group: ${said} Give ids that it has, as 0001: \`aws elasticache describe-replication-groups\` lists them as NodeGroupId.`,
  },
  {
    names: ['CacheParameterGroupNotFoundFault', 'CacheParameterGroupNotFound'],
    code: 'AWS_PARAMETER_GROUP_NOT_FOUND',
    message: ({ action }, said) =>
      `${action} names a parameter group that is not in this account and region: ${said} Create it there, or correct its name.`,
  },
  {
    names: ['UserGroupNotFoundFault', 'UserGroupNotFound'],
    code: 'AWS_USER_GROUP_NOT_FOUND',
    message: ({ action, subject }, said) =>
      `${action} asks of a user group of ${subject} that is not there any more: ${said} Look at the group's users in the console.`,
  },
  {
    names: ['UserNotFoundFault', 'UserNotFound'],
    code: 'AWS_USER_NOT_FOUND',
    message: ({ action, subject }, said) =>
      `${action} asks of a user of ${subject} that is not there any more: ${said} Ask again, and look at the group's users in the console if it stays so.`,
  },
  {
    names: ['ServiceLinkedRoleNotFoundFault'],
    code: 'AWS_SERVICE_ROLE_MISSING',
    message: ({ action }, said) =>
      `${action} needs the role that ElastiCache has in every account that uses it: ${said} Create it (\`aws iam create-service-linked-role --aws-service-name elasticache.amazonaws.com\`).`,
  },
  {
    names: [
      'InvalidParameterCombination',
      'InvalidParameterCombinationException',
      'InvalidParameterValue',
      'InvalidParameterValueException',
    ],
    code: 'AWS_REQUEST_REFUSED',
    message: ({ action, subject }, said) =>
      `The service does not accept ${action} for ${subject} as it was asked: ${said} Nothing was changed; correct what it names and ask again.`,
  },
  {
    names: [
      'Throttling',
      'ThrottlingException',
      'RequestLimitExceeded',
      'TooManyRequestsException',
      'RequestThrottled',
    ],
    code: 'AWS_THROTTLED',
    message: ({ action }, said) =>
      `AWS throttles ${action} of this account, also after several attempts: ${said} Try again in a minute, and let fewer programs ask at once.`,
  },
  {
    names: ['APICallRateForCustomerExceededFault', 'APICallRateForCustomerExceeded'],
    code: 'TEST_FAILOVER_QUOTA_USED_UP',
    message: (_context, said) =>
      `The account has tested the failover of as many node groups as it may in 24 hours (15): ${said} Wait until the first of them is a day old.`,
  },
  {
    names: ['TestFailoverNotAvailableFault'],
    code: 'TEST_FAILOVER_NOT_AVAILABLE',
    message: ({ subject }, said) =>
      `AWS does not offer TestFailover for ${subject} now: ${said} It may be blocked during large operational events; try again later.`,
  },
  {
    names: [
      'InvalidReplicationGroupStateFault',
      'InvalidReplicationGroupState',
      'InvalidCacheClusterStateFault',
      'InvalidCacheClusterState',
      'InvalidGlobalReplicationGroupStateFault',
      'InvalidGlobalReplicationGroupState',
    ],
    code: 'AWS_GROUP_BUSY',
    message: ({ action, subject }, said) =>
      `${action} is refused while ${subject} is in its present state: ${said} Wait until it is available.`,
  },
  {
    names: [
      'TimeoutError',
      'RequestTimeout',
      'ECONNREFUSED',
      'ECONNRESET',
      'ENOTFOUND',
      'EAI_AGAIN',
      'ETIMEDOUT',
      'EPIPE',
      'ServiceUnavailable',
      'InternalFailure',
    ],
    code: 'AWS_UNREACHABLE',
    message: ({ action }, said) =>
      `${action} got no answer from ElastiCache: ${said} Check the network, the region and the proxy.`,
  },
];

/**
 * The sentence for whatever a call ended with. An aborted call keeps its reason, and what is a sentence already stays.
 */
export function faultOf(error: unknown, context: FaultContext, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason;
  if (error instanceof ProblemError) return error;
  const {
    name = '',
    code = '',
    message = String(error),
  } = (error ?? {}) as { name?: string; code?: string; message?: string };
  const said = message.endsWith('.') ? message : `${message}.`;
  if (message === 'Region is missing') return new ProblemError(REGION_MISSING, { cause: error });
  const fault = FAULTS.find(({ names }) => names.includes(name) || names.includes(code));
  const problem =
    fault === undefined
      ? {
          code: 'AWS_REQUEST_FAILED',
          message: `${context.action} for ${context.subject} failed with ${name || 'an error'}: ${said} Whether it was carried out is not known: look at the group in the console before you repeat it, and at the AWS Health Dashboard.`,
        }
      : { code: fault.code, message: fault.message(context, said) };
  return new ProblemError(problem, { cause: error });
}

const REGION_MISSING = {
  code: 'AWS_REGION_MISSING',
  message: 'No AWS region is known. Give the region of the replication group (--region), or set AWS_REGION.',
};

/** Whether it may be gone at the next attempt: the account is throttled, the network hiccups, the group is busy for a moment. */
export function isPassing(error: unknown): boolean {
  const passing = ['AWS_THROTTLED', 'AWS_UNREACHABLE'];
  return error instanceof ProblemError && error.problems.every(({ code }) => passing.includes(code));
}
