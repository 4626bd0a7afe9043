import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../../lib/base/problem.ts';
import { faultOf, isPassing } from '../../../lib/control/elasticache/faults.ts';
import { type ElastiCacheSdk, loadSdk } from '../../../lib/control/elasticache/sdk.ts';

const CONTEXT = { subject: 'replication group "shop" in eu-west-1', action: 'DescribeEvents' };
const named = (name: string, message = 'The service said this') => Object.assign(new Error(message), { name });
const problemOf = (error: unknown) => (faultOf(error, CONTEXT) as ProblemError).problems[0];

describe('what the SDK throws becomes a sentence with a stable code', () => {
  test.each([
    ['CredentialsProviderError', 'AWS_CREDENTIALS_MISSING', 'needs AWS credentials'],
    ['ExpiredToken', 'AWS_CREDENTIALS_REFUSED', 'Sign in again'],
    ['AccessDenied', 'AWS_ACCESS_DENIED', 'elasticache:DescribeEvents'],
    ['ReplicationGroupNotFoundFault', 'AWS_GROUP_NOT_FOUND', 'no replication group "shop" in eu-west-1'],
    ['NodeGroupNotFoundFault', 'AWS_NODE_GROUP_NOT_FOUND', 'lists them as NodeGroupId'],
    ['CacheParameterGroupNotFoundFault', 'AWS_PARAMETER_GROUP_NOT_FOUND', 'Create it there'],
    ['UserGroupNotFoundFault', 'AWS_USER_GROUP_NOT_FOUND', 'not there any more'],
    ['UserNotFound', 'AWS_USER_NOT_FOUND', 'not there any more'],
    ['ServiceLinkedRoleNotFoundFault', 'AWS_SERVICE_ROLE_MISSING', 'create-service-linked-role'],
    ['InvalidParameterCombinationException', 'AWS_REQUEST_REFUSED', 'Nothing was changed'],
    ['GlobalReplicationGroupNotFoundFault', 'AWS_GLOBAL_DATASTORE_NOT_FOUND', 'describe-global-replication-groups'],
    ['InvalidGlobalReplicationGroupStateFault', 'AWS_GROUP_BUSY', 'Wait until it is available'],
    ['Throttling', 'AWS_THROTTLED', 'throttles DescribeEvents'],
    ['APICallRateForCustomerExceededFault', 'TEST_FAILOVER_QUOTA_USED_UP', '(15)'],
    ['TestFailoverNotAvailableFault', 'TEST_FAILOVER_NOT_AVAILABLE', 'does not offer'],
    ['InvalidReplicationGroupStateFault', 'AWS_GROUP_BUSY', 'Wait until it is available'],
    ['TimeoutError', 'AWS_UNREACHABLE', 'got no answer'],
    ['SomethingNew', 'AWS_REQUEST_FAILED', 'look at the group in the console before you repeat it'],
  ])('%s: %s', (name, code, words) => {
    const problem = problemOf(named(name));
    expect(problem).toMatchObject({ code, message: expect.stringContaining(words) });
    if (code !== 'AWS_GROUP_NOT_FOUND') expect(problem?.message).toContain('The service said this.');
  });

  test('a refused connection is recognised by its code', () => {
    const error = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    expect(problemOf(error)?.code).toBe('AWS_UNREACHABLE');
  });

  test('a missing region', () => {
    expect(problemOf(new Error('Region is missing'))?.code).toBe('AWS_REGION_MISSING');
  });

  test('what is a sentence already stays, and what is no error at all is said', () => {
    const known = new ProblemError({ code: 'AWS_SDK_MISSING', message: 'It is not there.' });
    expect(faultOf(known, CONTEXT)).toBe(known);
    expect(problemOf('nonsense')?.message).toContain('nonsense');
  });

  test('an aborted call keeps its reason', () => {
    const reason = new Error('Ctrl-C');
    expect(faultOf(named('AbortError'), CONTEXT, AbortSignal.abort(reason))).toBe(reason);
  });

  test('only throttling and silence may be gone at the next attempt', () => {
    expect(isPassing(faultOf(named('Throttling'), CONTEXT))).toBe(true);
    expect(isPassing(faultOf(named('TimeoutError'), CONTEXT))).toBe(true);
    expect(isPassing(faultOf(named('AccessDenied'), CONTEXT))).toBe(false);
    expect(isPassing(new Error('anything'))).toBe(false);
  });
});

describe('the SDK', () => {
  test('is there', async () => {
    expect(await loadSdk()).toHaveProperty('ElastiCacheClient');
  });

  test('is asked for by name where it is not installed', async () => {
    const missing = () =>
      Promise.reject<ElastiCacheSdk>(Object.assign(new Error('no'), { code: 'ERR_MODULE_NOT_FOUND' }));
    await expect(loadSdk(missing)).rejects.toThrow(/AWS_SDK_MISSING: .*npm install @aws-sdk\/client-elasticache/);
  });

  test('that is there and broken is not called missing', async () => {
    await expect(loadSdk(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});
