import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../lib/base/problem.ts';
import { sleep, waitUntil } from '../../lib/base/wait-until.ts';

describe('waitUntil', () => {
  test('returns the first value that is not undefined', async () => {
    let asked = 0;
    const value = await waitUntil({
      what: 'three',
      timeoutMs: 1_000,
      everyMs: 1,
      probe: () => {
        asked += 1;
        return asked === 3 ? asked : undefined;
      },
    });
    expect(value).toBe(3);
  });
  test('takes a falsy value for an answer', async () => {
    expect(await waitUntil({ what: 'zero', timeoutMs: 10, everyMs: 1, probe: () => 0 })).toBe(0);
  });
  test('fails with what it waited for and what it last saw', async () => {
    const waiting = waitUntil({
      what: 'the cluster to be ok',
      timeoutMs: 5,
      everyMs: 1,
      probe: () => undefined,
      lastSeen: () => 'cluster_state:fail',
    });
    await expect(waiting).rejects.toThrow(
      'WAIT_TIMED_OUT: Waited 5 ms for the cluster to be ok, in vain. Last seen: cluster_state:fail',
    );
  });
  test('counts an error of the probe as "not yet" and says the last one', async () => {
    const waiting = waitUntil({
      what: 'an answer',
      timeoutMs: 5,
      everyMs: 1,
      probe: () => {
        throw new Error('connect ECONNREFUSED');
      },
    });
    const error = await waiting.catch((problem: unknown) => problem);
    expect(error).toBeInstanceOf(ProblemError);
    expect((error as ProblemError).message).toContain('Last seen: connect ECONNREFUSED');
    expect((error as ProblemError).cause).toBeInstanceOf(Error);
  });
  test('ends at once when the signal is aborted', async () => {
    const controller = new AbortController();
    const waiting = waitUntil({
      what: 'nothing',
      timeoutMs: 60_000,
      everyMs: 60_000,
      probe: () => undefined,
      signal: controller.signal,
    });
    controller.abort(new Error('interrupted'));
    await expect(waiting).rejects.toThrow('interrupted');
  });
});

describe('sleep', () => {
  test('rejects at once when the signal was aborted before', async () => {
    await expect(sleep(60_000, AbortSignal.abort(new Error('interrupted')))).rejects.toThrow('interrupted');
  });
  test('resolves when its time is over', async () => {
    await expect(sleep(1)).resolves.toBeUndefined();
  });
});
