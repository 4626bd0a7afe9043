import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  crc16OfBytes,
  evenSlotRanges,
  hashTagOf,
  isInRanges,
  SLOT_COUNT,
  shardOfSlot,
  slotOf,
  tagForSlot,
  tagsInRange,
  tryShardOfSlot,
} from '../../lib/topology/slot.ts';

const VECTORS: readonly (readonly [key: string, slot: number])[] = [
  ['', 0],
  ['foo', 12_182],
  ['bar', 5_061],
  ['hello', 866],
  ['somekey', 11_058],
  ['123456789', 12_739],
  ['foo{hash_tag}', 2_515],
  ['bar{hash_tag}', 2_515],
  ['{user1000}.following', 3_443],
  ['{user1000}.followers', 3_443],
  ['user1000', 3_443],
  ['foo{}{bar}', 8_363],
  ['foo{{bar}}zap', 4_015],
  ['foo{bar}{zap}', 5_061],
  ['{}', 15_257],
  ['foo{}bar}', 11_270],
  ['{}{a}', 13_650],
  ['foo{}', 5_542],
  ['a{b', 13_340],
  ['}{', 12_793],
  ['中文', 13_257],
];

describe('the slot of a key', () => {
  it.each(VECTORS)('of %j is %i, as text and as bytes', (key, slot) => {
    expect(slotOf(key)).toBe(slot);
    expect(slotOf(Buffer.from(key, 'utf8'))).toBe(slot);
  });

  it('rests on the CRC whose published check value is 0x31C3', () => {
    expect(crc16OfBytes(Buffer.from('123456789'))).toBe(0x31c3);
  });

  it('is the same for text and for its UTF-8 bytes, and always one of the 16,384', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (key) => {
        const slot = slotOf(key);
        expect(slot).toBe(slotOf(Buffer.from(key, 'utf8')));
        expect(slot).toBeGreaterThanOrEqual(0);
        expect(slot).toBeLessThan(SLOT_COUNT);
      }),
    );
  });

  it('depends on nothing but the hash tag once there is one', () => {
    const withoutBraces = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[{}]/g, ''));
    fc.assert(
      fc.property(
        withoutBraces.filter((tag) => tag !== ''),
        withoutBraces,
        fc.string(),
        (tag, before, after) => {
          expect(slotOf(`${before}{${tag}}${after}`)).toBe(slotOf(tag));
        },
      ),
    );
  });
});

describe('the hash tag', () => {
  it.each([
    ['plain', 'plain'],
    ['a{tag}b', 'tag'],
    ['foo{}{bar}', 'foo{}{bar}'],
    ['foo{{bar}}zap', '{bar'],
    ['}{', '}{'],
    ['}{x}', 'x'],
    ['a{b', 'a{b'],
  ])('of %j is %j', (key, tag) => {
    expect(hashTagOf(key)).toBe(tag);
    expect(Buffer.from(hashTagOf(Buffer.from(key))).toString()).toBe(tag);
  });
});

describe('an even split', () => {
  it('into three is the one redis-cli makes', () => {
    expect(evenSlotRanges(3)).toEqual([
      [0, 5_460],
      [5_461, 10_922],
      [10_923, 16_383],
    ]);
  });

  it('covers every slot exactly once, in order, in ranges that differ by one slot at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), (shardCount) => {
        const ranges = evenSlotRanges(shardCount);
        const sizes = ranges.map(([first, last]) => last - first + 1);
        expect(ranges.map(([first]) => first)).toEqual([0, ...ranges.slice(0, -1).map(([, last]) => last + 1)]);
        expect(ranges.at(-1)?.[1]).toBe(SLOT_COUNT - 1);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each([0, -1, 1.5, SLOT_COUNT + 1, Number.NaN])('into %s shards is refused', (shardCount) => {
    expect(() => evenSlotRanges(shardCount)).toThrow(RangeError);
  });
});

describe('the shard of a slot', () => {
  const shards = evenSlotRanges(3).map((range) => [range]);

  it('is the one whose range holds it', () => {
    expect([0, 5_460, 5_461, 16_383].map((slot) => shardOfSlot(slot, shards))).toEqual([0, 0, 1, 2]);
  });

  it('is undefined when nobody owns the slot, and the throwing twin says so', () => {
    expect(tryShardOfSlot(0, [[[1, 2]], []])).toBeUndefined();
    expect(() => shardOfSlot(0, [[[1, 2]], []])).toThrow(/^SLOT_NOT_COVERED: Slot 0 belongs to none of the 2 shards/);
  });
});

describe('hash tags for slots', () => {
  it('land where they were asked to, are distinct, short and always the same', () => {
    const slot = fc.integer({ min: 0, max: SLOT_COUNT - 200 });
    fc.assert(
      fc.property(slot, fc.integer({ min: 0, max: 20 }), (first, count) => {
        const ranges = [[first, first + 199]] as const;
        const tags = tagsInRange(ranges, count);
        expect(new Set(tags).size).toBe(count);
        expect(tags.every((tag) => isInRanges(slotOf(`{${tag}}:suffix`), ranges) && tag.length <= 4)).toBe(true);
        expect(tagsInRange(ranges, count)).toEqual(tags);
      }),
    );
  });

  it('exist for every single slot, at most four characters long', () => {
    for (let slot = 0; slot < SLOT_COUNT; slot += 911) {
      expect(slotOf(tagForSlot(slot))).toBe(slot);
      expect(tagForSlot(slot).length).toBeLessThanOrEqual(4);
    }
  });

  it.each([[[]], [[[5, 4]]], [[[-1, 3]]], [[[0, SLOT_COUNT]]], [[[0.5, 3]]]] as const)(
    'are refused for the ranges %j, which hold no slot',
    (ranges) => {
      expect(() => tagsInRange(ranges, 1)).toThrow(/^SLOT_RANGES_INVALID/);
    },
  );
});
