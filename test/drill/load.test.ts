import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drillClock } from '../../lib/drill/clock.ts';
import { fromColumns, toColumns } from '../../lib/drill/load/columns.ts';
import { errorName } from '../../lib/drill/load/error-name.ts';
import { startLoad } from '../../lib/drill/load/generator.ts';
import { intendedMsOf, type LoadPlan, operationsDue, scheduleOf, writtenValue } from '../../lib/drill/load/plan.ts';
import { OperationRecorder } from '../../lib/drill/load/recorder.ts';
import { slotOf } from '../../lib/topology/slot.ts';
import { operations } from './histories.ts';

const PLAN: LoadPlan = {
  client: 'redoubt',
  seed: 7,
  runId: 'abc',
  ratePerSecond: 2_000,
  tagsByShard: [
    ['a', 'b'],
    ['c', 'd'],
    ['e', 'f'],
  ],
};

describe('the schedule', () => {
  test('uses every shard, both kinds and every tag equally often', () => {
    const schedule = scheduleOf(PLAN);
    const counts = new Map<string, number>();
    for (let sequence = 0; sequence < 1_200; sequence += 1) {
      const { kind, shardIndex, key } = schedule(sequence);
      const tag = key.slice(key.indexOf('{') + 1, key.indexOf('}'));
      counts.set(`${shardIndex} ${kind} ${tag}`, (counts.get(`${shardIndex} ${kind} ${tag}`) ?? 0) + 1);
    }
    expect(counts.size).toBe(3 * 2 * 2);
    expect([...new Set(counts.values())]).toEqual([100]);
  });

  test('is the same for the same seed', () => {
    const [one, other] = [scheduleOf(PLAN), scheduleOf(PLAN)];
    for (let sequence = 0; sequence < 50; sequence += 1) expect(one(sequence)).toEqual(other(sequence));
  });

  test('gives every operation a key and a value that no other client or drill has', () => {
    const plans: LoadPlan[] = [PLAN, { ...PLAN, client: 'ioredis' }, { ...PLAN, runId: 'def' }];
    const keys = plans.flatMap((plan) => Array.from({ length: 100 }, (_, sequence) => scheduleOf(plan)(sequence).key));
    const values = plans.flatMap((plan) => Array.from({ length: 100 }, (_, sequence) => writtenValue(plan, sequence)));
    expect(new Set(keys).size).toBe(300);
    expect(new Set(values).size).toBe(300);
  });

  test('hashes a key by its shard’s tag', () => {
    const { key } = scheduleOf(PLAN)(0);
    expect(slotOf(key)).toBe(slotOf(key.slice(key.indexOf('{') + 1, key.indexOf('}'))));
  });

  test('counts the operations that are due before a time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50_000 }), fc.nat(100_000), (ratePerSecond, atMs) => {
        const plan = { ...PLAN, ratePerSecond };
        const due = operationsDue(plan, atMs);
        expect(intendedMsOf(plan, due)).toBeGreaterThanOrEqual(atMs - 1e-6);
        if (due > 0) expect(intendedMsOf(plan, due - 1)).toBeLessThan(atMs);
      }),
    );
  });
});

describe('the generator', () => {
  test('never waits for an answer, and tells ok, fail, unknown and unanswered apart', async () => {
    const recorder = new OperationRecorder(PLAN);
    const endings = [
      () => Promise.resolve('OK'),
      () => Promise.reject(new Error('CLUSTERDOWN')),
      () => Promise.reject(new TypeError('')),
      () => new Promise<never>(() => undefined),
      () => {
        throw new Error('thrown at once');
      },
    ];
    let calls = 0;
    const answer = () => (endings[calls++ % endings.length] as () => Promise<unknown>)();
    const load = startLoad({
      plan: PLAN,
      client: { description: '', connect: async () => undefined, set: answer, incr: answer, destroy: () => undefined },
      recorder,
      now: drillClock(performance.timeOrigin + performance.now()),
      classify: (error) => (error instanceof TypeError ? 'unknown' : 'fail'),
    });
    await load.endAt(50);
    await Promise.resolve();
    const recorded = fromColumns(recorder.columns());
    expect(recorded).toHaveLength(100);
    expect(recorder.open).toBe(20);
    expect(recorded.slice(0, 5).map(({ outcome }) => outcome)).toEqual(['ok', 'fail', 'unknown', 'unanswered', 'fail']);
    expect(recorder.errors().sort()).toEqual(['Error: CLUSTERDOWN', 'Error: thrown at once', 'TypeError']);
    expect(recorded.every(({ sentMs, intendedMs }) => sentMs >= intendedMs)).toBe(true);
  });

  test('starts when the drill’s zero comes, not before', async () => {
    const recorder = new OperationRecorder(PLAN);
    const set = () => Promise.resolve('OK');
    const load = startLoad({
      plan: PLAN,
      client: { description: '', connect: async () => undefined, set, incr: set, destroy: () => undefined },
      recorder,
      now: drillClock(performance.timeOrigin + performance.now() + 30),
      classify: () => 'fail',
    });
    await load.endAt(10);
    expect(fromColumns(recorder.columns()).every(({ sentMs }) => sentMs >= 0)).toBe(true);
  });
});

describe('the recorder', () => {
  test('keeps unanswered what settles after the drill has stopped waiting', () => {
    const recorder = new OperationRecorder(PLAN);
    recorder.sent(0, 1);
    recorder.close();
    recorder.settled(0, 2, 'ok');
    expect(recorder.columns()).toMatchObject({ outcomes: '-', settledMs: [null] });
  });

  test('has room for more operations than it was made for', () => {
    const recorder = new OperationRecorder(PLAN);
    for (let sequence = 0; sequence < 140_000; sequence += 1) recorder.sent(sequence, sequence);
    recorder.settled(0, 5, 'ok');
    const { sentMs, outcomes } = recorder.columns();
    expect(sentMs[139_999]).toBe(139_999);
    expect(outcomes.startsWith('o-')).toBe(true);
  });

  test('counts errors of too many kinds as one kind', () => {
    const recorder = new OperationRecorder(PLAN);
    for (let sequence = 0; sequence < 300; sequence += 1) {
      recorder.sent(sequence, 0);
      recorder.settled(sequence, 1, 'fail', `Error: ${'x'.repeat(sequence)}`);
    }
    expect(recorder.errors().length).toBeLessThanOrEqual(201);
    expect(recorder.columns().errors).toHaveLength(300);
  });
});

describe('columns', () => {
  test('hold every operation as it was', () => {
    const recorded = operations((operation) =>
      operation.sequence % 7 === 0
        ? { ...operation, outcome: 'unknown', errorIndex: operation.sequence % 3 }
        : operation,
    );
    expect(fromColumns(toColumns(recorded))).toEqual(recorded);
  });
});

describe('an error’s name', () => {
  test.each([
    [new Error('MOVED 4015 10.0.0.1:8503'), 'Error: MOVED <slot> <address>'],
    [new Error('connect ECONNREFUSED 127.0.0.1:8503'), 'Error: connect ECONNREFUSED <address>'],
    [new TypeError(''), 'TypeError'],
    [new Error('Connection to node-1.example.com:6379\n lost'), 'Error: Connection to <address> lost'],
    ['a string', 'NotAnError: a string'],
  ])('leaves out what differs from one time to the next (%s)', (error, name) => {
    expect(errorName(error)).toBe(name);
  });
});
