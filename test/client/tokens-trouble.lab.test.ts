/** What can go wrong with tokens of seconds: an issuer that fails, tokens that are refused, clocks that differ. */
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { waitUntil } from '../../lib/base/wait-until.ts';
import type { RedoubtCluster } from '../../lib/client/cluster-client.ts';
import { type ConnectOptions, connect } from '../../lib/client/connect.ts';
import type { Lab } from '../../lib/lab/lab.ts';
import { ELASTICACHE, newBaseDirectory, removeBaseDirectory, startTestLab } from '../lab/support/lab.ts';
import { steadyLoad } from './support/steady-load.ts';
import { startTokenService, type TokenService } from './support/token-service.ts';

const baseDirectory = newBaseDirectory();
const LIFETIME_MS = 2_000;
let lab: Lab;
let service: TokenService;
let clients: RedoubtCluster[] = [];
let lines: string[] = [];

beforeAll(async () => {
  lab = await startTestLab({ ...ELASTICACHE, shardCount: 1 }, { baseDirectory });
}, 60_000);
beforeEach(async () => {
  service = await startTokenService(lab, { lifetimeMs: LIFETIME_MS, closesExpired: true });
});
afterEach(async () => {
  for (const client of clients) client.disconnect();
  for (const token of service.issued()) expect(lines.join('\n')).not.toContain(token);
  clients = [];
  lines = [];
  await service.close();
});
afterAll(async () => {
  await lab?.stop();
  removeBaseDirectory(baseDirectory);
});

async function open(options: ConnectOptions = {}): Promise<RedoubtCluster> {
  const log = (line: string) => lines.push(line);
  const client = (await connect(service.profile, { credentials: service.issue, log, ...options })) as RedoubtCluster;
  clients.push(client);
  return client;
}

const said = (text: string) =>
  waitUntil({
    what: `the line "${text}"`,
    timeoutMs: 15_000,
    everyMs: 10,
    probe: () => lines.find((line) => line.includes(text)),
    lastSeen: () => lines.join(' | '),
  });
const tokensEnded = (count: number) => {
  const target = service.ended() + count;
  return waitUntil({
    what: `${count} tokens to end`,
    timeoutMs: 30_000,
    everyMs: 20,
    probe: () => (service.ended() >= target ? true : undefined),
  });
};

test('an issuer that fails for a while goes unnoticed but for a line: the old token lives', async () => {
  const load = steadyLoad(await open());
  service.failure = new Error('503 from the issuer');
  await said('the token cannot be made anew and is used for the 1 s that it still lives: 503 from the issuer');
  service.failure = undefined;
  await said('the issuer gives tokens again');
  await tokensEnded(2);
  const outcome = await load.stop();
  expect(outcome.failures).toEqual([]);
  expect(service.counts()).toMatchObject({ expired: 0, refused: 0 });
});

test('an issuer that fails past the end of the token is told of in a sentence, and all goes on when it is back', async () => {
  const patient = steadyLoad(await open());
  const impatient = await open({ retryForMs: 500 });
  service.failure = new Error('503 from the issuer');
  await said(
    'the token has ended and there is no other, so no connection can be made until there is: 503 from the issuer',
  );
  const error: Error = await waitUntil({
    what: 'a command that is given up',
    timeoutMs: 10_000,
    everyMs: 50,
    probe: () =>
      impatient.set('key', 'value').then(
        () => undefined,
        (reason: Error) => reason,
      ),
  });
  expect(error.message).toMatch(/The token has ended and another cannot be made: 503 from the issuer/);
  const told = inspect(error, { depth: 10, showHidden: true });
  for (const token of service.issued()) expect(told).not.toContain(token);

  service.failure = undefined;
  expect(await impatientlyAgain(impatient)).toBe('OK');
  const outcome = await patient.stop();
  expect(outcome.failures).toEqual([]);
  await said('the issuer gives tokens again');
});

async function impatientlyAgain(client: RedoubtCluster): Promise<unknown> {
  return waitUntil({
    what: 'a write that works again',
    timeoutMs: 15_000,
    everyMs: 50,
    probe: () => client.set('key', 'value'),
  });
}

test('connect with an issuer that fails rejects with its sentence, and opens nothing', async () => {
  service.failure = new Error('503 from the issuer');
  await expect(open()).rejects.toThrow('503 from the issuer');
  expect(service.counts().accepted).toBe(0);
});

test('connect with a token that is refused says what to look at', async () => {
  service.issuesRefused = true;
  const { secret } = await service.issue();
  const error: Error = await open().then(
    () => expect.unreachable(),
    (reason) => reason,
  );
  expect(error.message).toMatch(/^CLIENT_WRONG_CREDENTIALS: .* refused the login of the user application\./);
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(secret);
});

test('fresh tokens that are refused are told of with what to look at, tried without a storm, and forgotten when one is taken', async () => {
  const load = steadyLoad(await open());
  await tokensEnded(2);
  service.issuesRefused = true;
  await said('the login was refused; another token is made');
  await said('a fresh token is refused as well (WRONGPASS invalid username-password pair or user is disabled.): check');
  const { refused, accepted } = service.counts();
  const since = performance.now();
  await waitUntil({
    what: 'further refusals',
    timeoutMs: 10_000,
    everyMs: 20,
    probe: () => (service.counts().refused >= refused + 20 ? true : undefined),
  });
  const perSecond = 20 / ((performance.now() - since) / 1_000);
  expect(perSecond).toBeLessThan(20);
  expect(service.counts().accepted - accepted).toBeLessThan(40);
  service.issuesRefused = false;
  await tokensEnded(2);
  const outcome = await load.stop();
  expect(outcome.failures).toEqual([]);
  expect(lines.filter((line) => line.includes('a fresh token is refused as well'))).toHaveLength(1);
});

test.each([
  ['ahead', 20_000, 'is from the future'],
  ['behind', -20_000, 'has ended already'],
])("an issuer's clock that is %s is told of once, and costs nothing", async (_, clockAheadMs, text) => {
  service.clockAheadMs = clockAheadMs;
  const load = steadyLoad(await open());
  await tokensEnded(4);
  const outcome = await load.stop();
  expect(outcome.failures).toEqual([]);
  expect(service.counts()).toMatchObject({ expired: 0, refused: 0 });
  expect(lines.filter((line) => line.includes(text))).toHaveLength(1);
});

test('of a token that tells no lifetime, with a clock that differs, the refusal is noticed: connections are made again, nothing fails', async () => {
  service.clockAheadMs = 60_000;
  const credentials = async () => {
    const { lifetimeMs: _, ...credential } = await service.issue();
    return credential;
  };
  const load = steadyLoad(await open({ credentials }));
  await tokensEnded(3);
  const outcome = await load.stop();
  expect(outcome.failures).toEqual([]);
  expect(service.counts().expired).toBeGreaterThan(0);
});
