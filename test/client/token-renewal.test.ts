import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TokenRenewal } from '../../lib/client/token-renewal.ts';
import type { Credential } from '../../lib/profile/tokens/credential.ts';

const HOUR_MS = 3_600_000;
let lines: string[] = [];
let renewedAt: number[] = [];
let next: () => Credential | Error | undefined;
let needed = true;
/** What the issuer waits for before it answers. */
let pause: Promise<void> | undefined;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 26), toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  lines = [];
  renewedAt = [];
  needed = true;
  pause = undefined;
  next = () => token(HOUR_MS);
});
afterEach(() => {
  vi.useRealTimers();
});

const token = (leftMs: number, lifetimeMs?: number): Credential => ({
  secret: `token-${renewedAt.length}`,
  expiresAtEpochMs: Date.now() + leftMs,
  ...(lifetimeMs === undefined ? {} : { lifetimeMs }),
});

/** Minutes after the start at which it was asked for another token. */
const minutes = () => renewedAt.map((at) => at / 60_000);

function renewalOf(first: Credential): TokenRenewal {
  const start = performance.now();
  const renewal: TokenRenewal = new TokenRenewal(first, {
    renew: async () => {
      renewedAt.push(performance.now() - start);
      await pause;
      const credential = next();
      if (credential instanceof Error) throw credential;
      if (credential !== undefined) renewal.received(credential);
      return credential !== undefined;
    },
    isNeeded: () => needed,
    log: (line) => lines.push(line),
  });
  return renewal;
}

describe('a token of an hour', () => {
  test('is made anew when 60 to 75 % of it are over, at another moment in every client', async () => {
    for (let client = 0; client < 20; client += 1) renewalOf(token(HOUR_MS));
    await vi.advanceTimersByTimeAsync(35 * 60_000);
    expect(renewedAt).toEqual([]);
    await vi.advanceTimersByTimeAsync(10.1 * 60_000);
    expect(renewedAt).toHaveLength(20);
    expect(new Set(minutes().map((minute) => Math.round(minute))).size).toBeGreaterThan(3);
    expect(lines).toEqual([]);
  });

  test('is followed by one after the other', async () => {
    renewalOf(token(HOUR_MS));
    await vi.advanceTimersByTimeAsync(10 * HOUR_MS);
    expect(renewedAt.length).toBeGreaterThanOrEqual(13);
    expect(renewedAt.length).toBeLessThanOrEqual(16);
  });

  test('that the issuer gives again is asked for until there is another, often enough to have it 3 minutes before the end', async () => {
    // As @azure/identity does: the same one until 5 minutes before its end.
    const end = Date.now() + HOUR_MS;
    let replacedAt = 0;
    next = () => {
      if (end - Date.now() > 300_000) return undefined;
      replacedAt ||= Date.now();
      return token(HOUR_MS);
    };
    renewalOf(token(HOUR_MS));
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    expect(end - replacedAt).toBeGreaterThan(180_000);
    expect(renewedAt.length).toBeLessThan(60);
  });
});

describe('an issuer that fails', () => {
  test('is asked again with growing pauses, and is told of once', async () => {
    next = () => new Error('503');
    renewalOf(token(HOUR_MS));
    await vi.advanceTimersByTimeAsync(50 * 60_000);
    const pauses = renewedAt.slice(1).map((at, index) => at - (renewedAt[index] ?? 0));
    expect(Math.max(...pauses.slice(0, 2))).toBeLessThanOrEqual(2_000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(10_000);
    expect(Math.min(...pauses.slice(6))).toBeGreaterThanOrEqual(5_000);
    expect(lines).toEqual([
      expect.stringMatching(/^the token cannot be made anew and is used for the [\d,]+ s that it still lives: 503$/),
    ]);
    next = () => token(HOUR_MS);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(lines[1]).toBe('the issuer gives tokens again');
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    expect(lines).toHaveLength(2);
  });

  test('past the end of the token is told of once more, and goes on being asked', async () => {
    next = () => new Error('503');
    renewalOf(token(60_000));
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(lines[1]).toBe(
      'the token has ended and there is no other, so no connection can be made until there is: 503',
    );
    expect(lines).toHaveLength(2);
    const before = renewedAt.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(renewedAt.length - before).toBeGreaterThanOrEqual(6);
  });
});

describe('an issuer that is slow', () => {
  test('is asked once, whatever is refused meanwhile', async () => {
    let answer = () => {};
    pause = new Promise((resolve) => {
      answer = resolve;
    });
    const renewal = renewalOf(token(HOUR_MS));
    for (let count = 0; count < 15; count += 1) {
      renewal.hurry();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(renewedAt).toHaveLength(1);
    answer();
    await vi.advanceTimersByTimeAsync(10_000);
    renewal.hurry();
    await vi.advanceTimersByTimeAsync(0);
    expect(renewedAt).toHaveLength(2);
    expect(lines).toEqual([]);
  });

  test('without end is taken for one that fails, and asked again', async () => {
    pause = new Promise(() => {});
    renewalOf(token(HOUR_MS));
    await vi.advanceTimersByTimeAsync(50 * 60_000);
    expect(renewedAt.length).toBeGreaterThan(5);
    expect(lines).toEqual([expect.stringMatching(/still lives: the issuer did not answer within 20 s$/)]);
  });
});

describe('a clock that is wrong', () => {
  test('and behind: the lifetime that the token tells counts, not the end that it names', async () => {
    renewalOf(token(5 * HOUR_MS, HOUR_MS));
    expect(lines).toEqual([
      expect.stringMatching(/is from the future by this machine's clock, which says 2026-11-26T00:0/),
    ]);
    await vi.advanceTimersByTimeAsync(46 * 60_000);
    expect(renewedAt).toHaveLength(1);
  });

  test('and ahead: the token is used for a while, and another is asked for no faster than that', async () => {
    next = () => token(-HOUR_MS, HOUR_MS);
    renewalOf(token(-HOUR_MS, HOUR_MS));
    expect(lines).toEqual([expect.stringMatching(/has ended already by this machine's clock/)]);
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(renewedAt.length).toBeGreaterThanOrEqual(10);
    expect(renewedAt.length).toBeLessThanOrEqual(18);
    expect(lines).toHaveLength(1);
  });

  test('that is set while a token lives changes nothing', async () => {
    renewalOf(token(HOUR_MS));
    vi.setSystemTime(Date.now() - 24 * HOUR_MS);
    await vi.advanceTimersByTimeAsync(46 * 60_000);
    expect(renewedAt).toHaveLength(1);
  });
});

test('renewal rests while no connection uses the token, and goes on when one does', async () => {
  const renewal = renewalOf(token(HOUR_MS));
  needed = false;
  await vi.advanceTimersByTimeAsync(5 * HOUR_MS);
  expect(renewedAt).toEqual([]);
  needed = true;
  renewal.wake();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(renewedAt).toHaveLength(1);
});

test('refusals, however many, make a new token once in 5 s', async () => {
  const renewal = renewalOf(token(HOUR_MS));
  for (let count = 0; count < 100; count += 1) {
    renewal.hurry();
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(renewedAt).toHaveLength(2);
});
