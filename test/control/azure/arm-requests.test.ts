/** What is sent and what is done about each kind of answer, with the network taken out. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Arm, armOf } from '../../../lib/control/azure/arm.ts';
import { SHOP } from './healthy.ts';

const TOKEN = 'secret-token';
const GET = { method: 'GET', path: SHOP, apiVersion: '2025-07-01', action: 'GET redisEnterprise' } as const;

let sent: { url: string; authorization: string | undefined; atMs: number }[];
let answers: (Response | Error)[];

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  answers = [];
  vi.stubGlobal('fetch', async (url: URL, { headers }: { headers: Record<string, string> }) => {
    sent.push({ url: url.href, authorization: headers.authorization, atMs: Date.now() });
    const next = answers.length > 1 ? answers.shift() : answers[0];
    if (next instanceof Error) throw next;
    return next?.clone();
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const arm = (): Arm =>
  armOf({ endpoint: 'https://management.azure.com', token: async () => TOKEN, subject: 'Azure Managed Redis "shop"' });

/** With the clock running as fast as it is waited for. */
async function settled<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  await vi.runAllTimersAsync();
  return promise;
}

const refusal = (status: number, headers: Record<string, string> = {}) =>
  Response.json({ error: { code: 'TheirCode', message: 'Their words.' } }, { status, headers });
const hiccup = new TypeError('fetch failed');

describe('a request', () => {
  test('carries the token, the version and the query', async () => {
    answers = [Response.json({ name: 'shop' })];
    const { body } = await settled(arm().send({ ...GET, query: { $filter: "a eq 'b'" } }));
    expect(body).toEqual({ name: 'shop' });
    const [request] = sent;
    expect(request?.authorization).toBe(`Bearer ${TOKEN}`);
    const { origin, pathname, searchParams } = new URL(request?.url ?? '');
    expect([origin, pathname]).toEqual(['https://management.azure.com', SHOP]);
    expect(Object.fromEntries(searchParams)).toEqual({ 'api-version': '2025-07-01', $filter: "a eq 'b'" });
  });

  test.each([
    'https://management.azure.com.attacker.test/operations/1',
    'http://management.azure.com/operations/1',
    'https://attacker.test/management.azure.com',
  ])('never takes the token anywhere else: %s', async (path) => {
    await expect(settled(arm().send({ ...GET, path }))).rejects.toThrow(/^AZURE_ADDRESS_FOREIGN: /);
    expect(sent).toEqual([]);
  });

  test('may follow an operation to a regional address of the same ARM', async () => {
    answers = [Response.json({})];
    const path = 'https://westeurope.management.azure.com/operations/1?api-version=2025-07-01';
    await settled(arm().send({ method: 'GET', path, action: 'the status' }));
    expect(sent.map(({ url }) => url)).toEqual([path]);
  });
});

describe('an answer', () => {
  test.each([
    ['5', 5_000],
    ['3600', 30_000],
  ])('that throttles with Retry-After %s is asked again after %i ms, also a change', async (seconds, expectedMs) => {
    answers = [refusal(429, { 'retry-after': seconds }), Response.json({})];
    await settled(arm().send({ ...GET, method: 'PUT' }));
    const [first, second] = sent.map(({ atMs }) => atMs);
    expect((second ?? 0) - (first ?? 0)).toBe(expectedMs);
  });

  test('that goes on throttling ends in a sentence', async () => {
    answers = [refusal(429)];
    await expect(settled(arm().send(GET))).rejects.toThrow(/^AZURE_THROTTLED: .*Their words\./);
    expect(sent).toHaveLength(3);
  });

  test.each([
    ['a read', 'GET', 3],
    ['a change, which may have been heard', 'PUT', 1],
  ] as const)('that never came of %s: %s is sent %i times', async (_title, method, times) => {
    answers = [hiccup];
    await expect(settled(arm().send({ ...GET, method }))).rejects.toThrow(/^AZURE_UNREACHABLE/);
    expect(sent).toHaveLength(times);
  });

  test('has no field for what is null', async () => {
    answers = [Response.json({ zones: null, properties: { geoReplication: null, port: 0, modules: [] } })];
    const { body } = await settled(arm().send(GET));
    expect(body).toStrictEqual({ properties: { port: 0, modules: [] } });
  });

  test('that is no JSON is a sentence, and is not quoted: it may be made of keys', async () => {
    answers = [new Response('theKeyThatNobodyMaySee')];
    const { message } = await settled(arm().send(GET)).then(
      () => new Error(''),
      (error: Error) => error,
    );
    expect(message).toMatch(/^AZURE_ANSWER_UNREADABLE: GET redisEnterprise for the .* something other than JSON/);
    expect(message).not.toContain('theKey');
  });

  test('that refuses is not asked for again', async () => {
    answers = [refusal(403)];
    await expect(settled(arm().send(GET))).rejects.toThrow(/^AZURE_FORBIDDEN/);
    expect(sent).toHaveLength(1);
  });

  test('is not waited for any more when that is not wanted', async () => {
    const reason = new Error('enough');
    await expect(settled(arm().send({ ...GET, signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    expect(sent).toEqual([]);
  });
});
