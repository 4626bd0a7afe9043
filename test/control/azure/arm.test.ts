import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../../lib/base/problem.ts';
import type { Arm, ArmAnswer } from '../../../lib/control/azure/arm.ts';
import { armErrorText, networkFault, statusFault } from '../../../lib/control/azure/faults.ts';
import { accepted } from '../../../lib/control/azure/long-running.ts';
import { retryAfterMs } from '../../../lib/control/azure/retry-after.ts';
import { nextSize } from '../../../lib/control/azure/sku.ts';
import { signedInToken } from '../../../lib/control/azure/token.ts';
import { parseResourceId } from '../../../lib/topology/azure-resource-id.ts';
import { SHOP } from './healthy.ts';

const CONTEXT = { subject: 'Azure Managed Redis "shop"', action: 'GET databases/default' };

describe('a resource id', () => {
  test.each([SHOP, `${SHOP}/databases/default`, SHOP.toLowerCase()])('is taken apart: %s', (text) => {
    const id = parseResourceId(text);
    expect(id).toMatchObject({ subscriptionId: '1111', resourceGroupName: 'shop-rg', clusterName: 'shop' });
    expect(id.databaseId).toBe(`${SHOP}/databases/default`);
  });

  test.each([
    'shop',
    '/subscriptions/1111/resourceGroups/shop-rg/providers/Microsoft.Cache/redis/shop',
    `${SHOP}/databases/other`,
  ])('of something else is refused with what it looks like: %s', (text) => {
    expect(() => parseResourceId(text)).toThrow(/AZURE_RESOURCE_ID_INVALID: .*It looks like \/subscriptions\//);
  });
});

describe('a fault', () => {
  test.each([
    [400, 'AZURE_REQUEST_FAILED'],
    [401, 'AZURE_TOKEN_REFUSED'],
    [403, 'AZURE_FORBIDDEN'],
    [404, 'AZURE_NOT_FOUND'],
    [409, 'AZURE_BUSY'],
    [412, 'AZURE_BUSY'],
    [429, 'AZURE_THROTTLED'],
    [500, 'AZURE_REQUEST_FAILED'],
    [501, 'AZURE_NOT_IMPLEMENTED'],
    [503, 'AZURE_UNREACHABLE'],
  ])('of status %i has the code %s, and ARM’s words', (status, code) => {
    const said = armErrorText(JSON.stringify({ error: { code: 'TheirCode', message: 'Their words' } }));
    const [problem] = statusFault(status, said, CONTEXT).problems;
    expect(problem?.code).toBe(code);
    expect(problem?.message).toContain('TheirCode: Their words.');
  });

  test('has the details that ARM gives', () => {
    const body = { error: { code: 'Invalid', message: 'Wrong.', details: [{ message: 'The SKU is too small.' }] } };
    expect(armErrorText(JSON.stringify(body))).toBe('Invalid: Wrong. The SKU is too small.');
  });

  test.each([
    ['<html>\n proxy</html>', '<html> proxy</html>.'],
    ['', 'no words.'],
  ])('of somebody in between is told in his words: %j', (text, said) => {
    expect(armErrorText(text)).toBe(said);
  });

  test('without an answer says why, and keeps the reason of an abort', () => {
    const error = new TypeError('fetch failed', {
      cause: Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED' }),
    });
    expect(networkFault(error, CONTEXT)).toMatchObject({
      problems: [{ code: 'AZURE_UNREACHABLE', message: expect.stringContaining('ECONNREFUSED') }],
    });
    const reason = new Error('enough');
    expect(networkFault(error, CONTEXT, AbortSignal.abort(reason))).toBe(reason);
  });
});

describe('Retry-After', () => {
  const now = new Date('2026-06-01T12:00:00Z');
  test.each([
    ['7', 7_000],
    ['Mon, 01 Jun 2026 12:00:09 GMT', 9_000],
    ['Mon, 01 Jun 2026 11:00:00 GMT', 0],
    ['soon', undefined],
  ])('%s is %s ms', (value, expectedMs) => {
    expect(retryAfterMs(new Headers({ 'retry-after': value }), now)).toBe(expectedMs);
  });

  test('need not be there', () => expect(retryAfterMs(new Headers())).toBeUndefined());
});

describe('a token', () => {
  const library = (getToken: (scope: string) => Promise<{ token: string }>) =>
    (async () => ({
      DefaultAzureCredential: class {
        getToken = getToken;
      },
    })) as unknown as Parameters<typeof signedInToken>[1];

  test('is for the ARM that is asked', async () => {
    const token = signedInToken(
      'https://management.chinacloudapi.cn',
      library(async (scope) => ({ token: scope })),
    );
    expect(await token()).toBe('https://management.chinacloudapi.cn/.default');
  });

  test('needs a login, and the sentence says how', async () => {
    const refuse = async () => Promise.reject(new Error('CredentialUnavailable: nothing worked\nand much more'));
    await expect(signedInToken('https://management.azure.com', library(refuse))()).rejects.toThrow(
      /^AZURE_NOT_SIGNED_IN: .*CredentialUnavailable: nothing worked Sign in \(`az login`\)/,
    );
  });

  test('needs the library, and the sentence says which', async () => {
    const missing = async () =>
      Promise.reject(Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' }));
    await expect(signedInToken('https://management.azure.com', missing)()).rejects.toThrow(
      /AZURE_IDENTITY_MISSING: .*npm install @azure\/identity/,
    );
  });
});

describe('a change that is made later', () => {
  const answer = (status: number, headers: Record<string, string> = {}, body?: unknown): ArmAnswer => ({
    status,
    headers: new Headers(headers),
    body,
  });
  function armThatAnswers(...answers: readonly (ArmAnswer | Error)[]) {
    const paths: string[] = [];
    const left = [...answers];
    const arm: Arm = {
      subject: CONTEXT.subject,
      send: async ({ path }) => {
        paths.push(path);
        const next = left.length > 1 ? left.shift() : left[0];
        if (next instanceof Error) throw next;
        return next as ArmAnswer;
      },
    };
    return { arm, paths };
  }
  const request = { method: 'PUT', path: SHOP, action: 'PUT redisEnterprise' } as const;
  const asked = async (arm: Arm, operationTimeoutMs = 5_000) =>
    (await accepted(arm, request, { pollEveryMs: 1, operationTimeoutMs })).completed(new AbortController().signal);
  const OPERATION = { 'azure-asyncoperation': '/operations/1', location: '/results/1' };

  test('is over when its operation succeeded, which is asked before the location', async () => {
    const running = answer(200, {}, { status: 'InProgress' });
    const { arm, paths } = armThatAnswers(answer(202, OPERATION), running, answer(200, {}, { status: 'Succeeded' }));
    expect(await asked(arm)).toBe('PUT redisEnterprise: Succeeded');
    expect(paths).toEqual([SHOP, '/operations/1', '/operations/1']);
  });

  test('is over when its location answers something else than 202', async () => {
    const { arm } = armThatAnswers(answer(202, { location: '/results/1' }), answer(202), answer(204));
    expect(await asked(arm)).toBe('PUT redisEnterprise: 204');
  });

  test('is over at once when there is nothing to ask', async () => {
    expect(await asked(armThatAnswers(answer(200)).arm)).toBe('PUT redisEnterprise: answered 200');
  });

  test.each(['Failed', 'Canceled'])('and ends as %s is a sentence with ARM’s words', async (status) => {
    const error = { code: 'NoCapacity', message: 'The zone is full.' };
    const { arm } = armThatAnswers(answer(202, OPERATION), answer(200, {}, { status, error }));
    await expect(asked(arm)).rejects.toThrow(
      `AZURE_OPERATION_FAILED: PUT redisEnterprise was accepted and then ended as ${status}: NoCapacity: The zone is full.`,
    );
  });

  test('and never ends is a sentence with what was last seen', async () => {
    const { arm } = armThatAnswers(answer(202, OPERATION), answer(200, {}, { status: 'InProgress' }));
    await expect(asked(arm, 30)).rejects.toThrow(
      /AZURE_OPERATION_TIMED_OUT: .*not over after 0.03 s \(status InProgress\)/,
    );
  });

  test('is asked again when the service was out of reach for a moment', async () => {
    const hiccup = new ProblemError({ code: 'AZURE_UNREACHABLE', message: 'no answer' });
    const { arm } = armThatAnswers(answer(202, OPERATION), hiccup, answer(200, {}, { status: 'Succeeded' }));
    expect(await asked(arm)).toContain('Succeeded');
  });

  test('can be left alone at any moment', async () => {
    const { arm } = armThatAnswers(answer(202, { ...OPERATION, 'retry-after': '60' }));
    const change = await accepted(arm, request);
    await expect(change.completed(AbortSignal.timeout(5))).rejects.toThrow(/aborted due to timeout/);
  });
});

describe('the next size', () => {
  const offers = [
    { name: 'Balanced_B50', sizeInGB: 60 },
    { name: 'Balanced_B20', sizeInGB: 24 },
    { name: 'ComputeOptimized_X20', sizeInGB: 24 },
    { name: 'Balanced_B5', sizeInGB: 6 },
  ];
  test.each([
    ['the smallest that is larger, of the same tier', 'Balanced_B10', 100, 'Balanced_B20'],
    ['none where the policy allows no larger one', 'Balanced_B20', 25, undefined],
    ['none of a SKU that nobody knows', 'Balanced_B11', 100, undefined],
  ])('is %s', (_title, sku, atMost, next) => {
    expect(nextSize(sku, offers, atMost)).toBe(next);
  });
});
