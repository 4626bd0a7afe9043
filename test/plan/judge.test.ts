import { describe, expect, test } from 'vitest';
import { EFFECTS, type Effect, type Plan, type PlannedChange } from '../../lib/plan/change.ts';
import { acknowledgementProblems, judgePlan } from '../../lib/plan/judge.ts';

function change(effect: Effect, resource = 'Cache'): PlannedChange {
  const place = { resource, type: 'AWS::ElastiCache::ReplicationGroup', action: 'update', property: 'Port' } as const;
  const words = { before: '1', after: '2', code: 'EC_PORT', message: 'It changes.', source: 'https://example.com' };
  return { ...place, ...words, effect, acknowledgement: `${resource}.Port` };
}

function plan(...changes: readonly PlannedChange[]): Plan {
  return { kind: 'cloudformation', changes, problems: [] };
}

describe('the verdict', () => {
  test.each<[Effect, string]>([
    ['in-place', 'pass'],
    ['interruption', 'pass'],
    ['unknown', 'unknown'],
    ['refused', 'fail'],
    ['data-loss', 'fail'],
  ])('of a change that is %s is %s, and pass once it is acknowledged', (effect, verdict) => {
    expect(judgePlan(plan(change(effect)), []).verdict).toBe(verdict);
    expect(judgePlan(plan(change(effect)), ['Cache.Port']).verdict).toBe('pass');
    expect(judgePlan(plan(change(effect)), ['Cache.port', 'Other.Port', 'Cache']).verdict).toBe(verdict);
  });

  test('is pass where nothing changes', () => {
    expect(judgePlan(plan(), []).verdict).toBe('pass');
  });

  test('is never pass with a problem, and a problem does not hide a loss', () => {
    const problems = [{ code: 'TEMPLATE_MACRO', message: 'It cannot be read.' }];
    expect(judgePlan({ ...plan(change('in-place')), problems }, []).verdict).toBe('unknown');
    expect(judgePlan({ ...plan(change('data-loss')), problems }, ['Cache.Port']).verdict).toBe('unknown');
    expect(judgePlan({ ...plan(change('data-loss')), problems }, []).verdict).toBe('fail');
  });

  test('of several is the worst one that is open', () => {
    const two = plan(change('data-loss', 'One'), change('unknown', 'Two'));
    expect(judgePlan(two, ['One.Port']).verdict).toBe('unknown');
    expect(judgePlan(two, ['Two.Port']).verdict).toBe('fail');
    expect(judgePlan(two, ['One.Port', 'Two.Port']).verdict).toBe('pass');
  });

  test('comes with the worst change first and every effect counted', () => {
    const judged = judgePlan(plan(...EFFECTS.map((effect) => change(effect, effect))), ['unknown.Port']);
    expect(judged.changes.map(({ effect }) => effect)).toEqual(EFFECTS.toReversed());
    expect(judged.counts).toEqual(Object.fromEntries(EFFECTS.map((effect) => [effect, 1])));
    expect(judged.changes.filter(({ acknowledged }) => acknowledged).map(({ resource }) => resource)).toEqual([
      'unknown',
    ]);
  });
});

describe('an acknowledgement', () => {
  test('that matches nothing is a problem, with what it could have been', () => {
    expect(acknowledgementProblems(plan(change('data-loss')), ['Cache.Port', 'Cache.Engine'])).toMatchObject([
      {
        code: 'ACKNOWLEDGEMENT_MATCHES_NOTHING',
        message: expect.stringMatching(/"Cache\.Engine".*can be: Cache\.Port\./),
      },
    ]);
  });

  test('of something harmless is a problem too: it would allow the next change unseen', () => {
    expect(acknowledgementProblems(plan(change('interruption')), ['Cache.Port'])).toHaveLength(1);
    expect(acknowledgementProblems(plan(change('unknown')), ['Cache.Port'])).toEqual([]);
  });
});
