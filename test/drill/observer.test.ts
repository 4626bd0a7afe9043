import { describe, expect, test } from 'vitest';
import { type PrimarySighting, withPromotion } from '../../lib/drill/observer.ts';

const HOST = '127.0.0.1';
const FAULT = { shardIndex: 0, injectedMs: 1_000, oldPrimary: { host: HOST, port: 8500, epoch: 1 } };

function sighting(atMs: number, port: number, shardIndex = 0): PrimarySighting {
  return { atMs, shardIndex, host: HOST, port, epoch: 2 };
}

describe('a fault’s promotion', () => {
  test('is the first other primary seen after it, on its own shard', () => {
    const seen = [sighting(0, 8500), sighting(1_010, 8511, 1), sighting(1_060, 8510), sighting(9_000, 8520)];
    expect(withPromotion(FAULT, seen)).toEqual({
      ...FAULT,
      promotedMs: 1_060,
      newPrimary: { host: HOST, port: 8510, epoch: 2 },
    });
  });

  test('is not one that was seen before it, when it is older than the old primary', () => {
    expect(withPromotion(FAULT, [{ ...sighting(900, 8510), epoch: 0 }])).toEqual(FAULT);
  });

  test('is one that was asked for just before it and is newer than the old primary', () => {
    expect(withPromotion(FAULT, [sighting(0, 8500), sighting(995, 8510)])).toEqual({
      ...FAULT,
      promotedMs: 1_000,
      newPrimary: { host: HOST, port: 8510, epoch: 2 },
    });
  });

  test('is absent when the old primary stayed', () => {
    expect(withPromotion(FAULT, [sighting(0, 8500), sighting(1_500, 8500)])).toEqual(FAULT);
  });
});
