import { describe, expect, test } from 'vitest';
import type { Event } from '../../../lib/control/elasticache/description.ts';
import { fingerprintOf, isRecovering, progressOf } from '../../../lib/control/elasticache/failover-events.ts';

const SHARD = { replicationGroupId: 'Shop', nodeGroupId: '0001', nodeIds: ['shop-0001-001', 'shop-0001-002'] };
const at = (second: number, SourceIdentifier: string, Message: string): Event => ({
  SourceIdentifier,
  Message,
  Date: new Date(second * 1_000),
});

const CALLED = at(1, 'shop', 'Test Failover API called for node group 0001');
const PROMOTED = at(
  2,
  'shop-0001-001',
  'Failover from primary node shop-0001-001 to replica node shop-0001-002 completed',
);
const PROMOTED_OF_GROUP = at(
  3,
  'shop',
  'Failover from primary node shop-0001-001 to replica node shop-0001-002 completed',
);
const RECOVERING = at(4, 'shop-0001-001', 'Recovering cache nodes 0001');
const RECOVERED = at(5, 'shop-0001-001', 'Finished recovery for cache nodes 0001');
const ALL = [CALLED, PROMOTED, PROMOTED_OF_GROUP, RECOVERING, RECOVERED];

describe('how far a test has come', () => {
  test.each([
    ['nothing', [], {}],
    ['asked for', ALL.slice(0, 1), { called: CALLED }],
    ['taken over', ALL.slice(0, 2), { called: CALLED, promoted: PROMOTED }],
    ['being replaced', ALL.slice(0, 4), { called: CALLED, promoted: PROMOTED }],
    ['over', ALL, { called: CALLED, promoted: PROMOTED, recovered: RECOVERED }],
    [
      'taken over, told by the group only',
      [CALLED, PROMOTED_OF_GROUP],
      { called: CALLED, promoted: PROMOTED_OF_GROUP },
    ],
  ])('%s', (_stage, events, progress) => {
    expect(progressOf(events, SHARD)).toEqual(progress);
  });

  test('is of the latest call, not of one before it', () => {
    const again = at(9, 'shop', 'Test Failover API called for node group 0001');
    expect(progressOf([...ALL, again], SHARD)).toEqual({ called: again });
  });

  test.each([
    ['a call for another shard', [at(1, 'shop', 'Test Failover API called for node group 0002')]],
    ['a call for the same shard of another group', [at(1, 'other', 'Test Failover API called for node group 0001')]],
    ['something else about a failover', [at(1, 'shop', 'Test Failover API called for node group 0001 was refused')]],
  ])('is not told by %s', (_what, events) => {
    expect(progressOf(events, SHARD)).toEqual({});
  });

  test.each([
    [
      'a failover of another shard',
      at(2, 'shop-0002-001', 'Failover from primary node shop-0002-001 to replica node shop-0002-002 completed'),
      'promoted',
    ],
    ['a recovery of another shard', at(6, 'shop-0002-001', 'Finished recovery for cache nodes 0001'), 'recovered'],
  ])('does not take %s for its own', (_what, event, step) => {
    const events = [CALLED, ...(step === 'recovered' ? [PROMOTED] : []), event];
    expect(progressOf(events, SHARD)).not.toHaveProperty(step);
  });

  test('understands "master", as older texts have it, and a node that is named by its id', () => {
    const promoted = at(2, 'shop', 'Failover from master node shop-0001-001 to replica node shop-0001-002 completed');
    const recovered = at(3, 'shop', 'Finished recovery for cache nodes shop-0001-001');
    expect(progressOf([CALLED, promoted, recovered], SHARD)).toEqual({ called: CALLED, promoted, recovered });
  });

  test('holds when all events have one time', () => {
    const events = ALL.map((event) => ({ ...event, Date: new Date(0) }));
    expect(progressOf(events, SHARD).recovered?.Message).toBe(RECOVERED.Message);
  });
});

test.each([
  ['begun', [RECOVERING], true],
  ['over', [RECOVERING, RECOVERED], false],
  ['of another shard', [at(1, 'shop-0002-001', 'Recovering cache nodes 0001')], false],
  ['never there', [], false],
])('a recovery that is %s', (_stage, events, expected) => {
  expect(isRecovering(events, SHARD)).toBe(expected);
});

test('two events are told apart by source, time and text', () => {
  const others = [
    at(1, 'other', `${CALLED.Message}`),
    at(2, 'shop', `${CALLED.Message}`),
    at(1, 'shop', 'something else'),
  ];
  expect(new Set([CALLED, { ...CALLED }, ...others].map(fingerprintOf)).size).toBe(4);
});
