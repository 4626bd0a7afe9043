import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { VerifyProperties } from '../../../../lib/aws/functions/verify/request.ts';
import { physicalIdOf, propertiesOrThrow } from '../../../../lib/aws/functions/verify/request.ts';
import { type Means, verifyUntilItPasses } from '../../../../lib/aws/functions/verify/settle.ts';
import { ProblemError } from '../../../../lib/base/problem.ts';
import type { Verdict } from '../../../../lib/base/verdict.ts';
import type { Verification } from '../../../../lib/verify/run.ts';
import { ELASTICACHE, profileOf } from '../../../profile/fixture.ts';

const PROFILE = profileOf(ELASTICACHE);

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
});

function properties(change: Partial<VerifyProperties> = {}): VerifyProperties {
  return { profile: PROFILE, settleForMs: 60_000, mayBeUnknown: [], ...change };
}

/** One verification after the other, each with these verdicts of the checks a, b, …; the last one stays. */
function verifications(...rounds: readonly Verdict[][]): Means {
  let round = 0;
  return {
    pauseMs: 0,
    credentialOf: async () => ({}),
    verify: async () => {
      const verdicts = rounds[Math.min(round, rounds.length - 1)] ?? [];
      round += 1;
      const checks = verdicts.map((verdict, index) => ({
        name: 'abc'[index] ?? '',
        verdict,
        code: 'X',
        message: 'It is so.',
      }));
      return { checks } as unknown as Verification;
    },
  };
}

const soon = () => Date.now() + 60_000;

describe('a verification', () => {
  it('is made again until everything passes', async () => {
    const means = verifications(['fail'], ['unknown'], ['pass']);
    expect(await verifyUntilItPasses(properties(), soon(), means)).toMatchObject({ attempts: 3 });
  });

  it('fails with what did not pass the last time', async () => {
    const work = verifyUntilItPasses(properties({ settleForMs: 0 }), soon(), {
      ...verifications(['pass', 'fail', 'unknown']),
      pauseMs: 1,
    });
    await expect(work).rejects.toMatchObject({ checks: [{ name: 'b' }, { name: 'c' }], attempts: 1 });
  });

  it('without a check is not a pass', async () => {
    const work = verifyUntilItPasses(properties({ settleForMs: 0 }), soon(), { ...verifications([]), pauseMs: 1 });
    await expect(work).rejects.toMatchObject({ checks: [] });
  });

  it('passes with an unknown that was allowed, by its name only', async () => {
    const allowed = (...mayBeUnknown: string[]) =>
      verifyUntilItPasses(properties({ settleForMs: 0, mayBeUnknown }), soon(), {
        ...verifications(['pass', 'unknown', 'unknown']),
        pauseMs: 1,
      });
    expect(await allowed('b', 'c')).toMatchObject({ attempts: 1 });
    await expect(allowed('b')).rejects.toMatchObject({ checks: [{ name: 'c' }] });
  });

  it('never passes with a failure, allowed or not', async () => {
    const means = { ...verifications(['fail']), pauseMs: 1 };
    const work = verifyUntilItPasses(properties({ settleForMs: 0, mayBeUnknown: ['a'] }), soon(), means);
    await expect(work).rejects.toMatchObject({ checks: [{ name: 'a' }] });
  });

  it('keeps what it knew when the last one is cut off', async () => {
    const first = verifications(['fail']);
    let calls = 0;
    const means: Means = {
      ...first,
      verify: (profile, options) => {
        calls += 1;
        if (calls === 1) return first.verify(profile, options);
        return new Promise((_, reject) =>
          options?.signal?.addEventListener('abort', () => reject(options.signal?.reason)),
        );
      },
    };
    const work = verifyUntilItPasses(properties(), Date.now() + 200, means);
    await expect(work).rejects.toMatchObject({ checks: [{ name: 'a' }] });
    expect(calls).toBe(2);
  });

  it('that never comes to an end says so', async () => {
    const means: Means = {
      ...verifications(),
      verify: (_, options) =>
        new Promise((_resolve, reject) =>
          options?.signal?.addEventListener('abort', () => reject(options.signal?.reason)),
        ),
    };
    const work = verifyUntilItPasses(properties(), Date.now() + 50, means);
    await expect(work).rejects.toThrow(/VERIFY_DID_NOT_END/);
  });
});

describe('the properties', () => {
  it('are read from the text that CloudFormation makes of them', () => {
    const Profile = JSON.stringify(PROFILE);
    expect(propertiesOrThrow({ ServiceToken: 'arn', Profile, SettleForMs: '120000' })).toEqual({
      profile: PROFILE,
      settleForMs: 120_000,
      mayBeUnknown: [],
    });
  });

  it('of another version are refused', () => {
    expect(() => propertiesOrThrow({ SettleForMs: '-1' })).toThrow(ProblemError);
  });

  it('name checks that there are, or are refused', () => {
    const asked = (...MayBeUnknown: string[]) =>
      propertiesOrThrow({ Profile: JSON.stringify(PROFILE), SettleForMs: '0', MayBeUnknown });
    expect(asked('replicas-in-sync').mayBeUnknown).toEqual(['replicas-in-sync']);
    expect(() => asked('replicas-in-sync', 'replicas-in-sink')).toThrow(
      /^VERIFY_CHECK_UNKNOWN MayBeUnknown: "replicas-in-sink" is no check. Did you mean "replicas-in-sync"\?/,
    );
  });

  it('make the physical id, whatever their order and wherever the function is', () => {
    const id = physicalIdOf({ ServiceToken: 'arn:1', ServiceTimeout: '900', Profile: 'p', Revision: '1' });
    expect(physicalIdOf({ Revision: '1', Profile: 'p', ServiceToken: 'arn:2' })).toBe(id);
    expect(physicalIdOf({ Revision: '2', Profile: 'p', ServiceToken: 'arn:1' })).not.toBe(id);
    expect(physicalIdOf({ Revision: '1', Profile: 'q', ServiceToken: 'arn:1' })).not.toBe(id);
  });
});
