/**
 * The only keys verify ever names: `redoubt:verify:{<random>.<n>}:a`, behind the profile's `keyPrefix` where it has one. No key is named twice by two runs, none but those
 * of the Lua probe is ever written, and those carry an expiry from the moment they exist.
 */
import { isInRanges, type SlotRange, slotOf } from '../../topology/slot.ts';

export const PROBE_KEY_PREFIX = 'redoubt:verify:';

/** How long a written key may live at most, should the script that wrote it not come to removing it. */
export const PROBE_KEY_EXPIRY_MS = 10_000;

export interface ProbeTag {
  readonly slot: number;
  /** A key of this tag: all of them share its slot. */
  key(suffix: string): string;
}

export class ProbeKeys {
  readonly #run: string;
  readonly #beginning: string;
  #count = 0;

  constructor(run: string, keyPrefix = '') {
    this.#run = run;
    this.#beginning = `${keyPrefix}${PROBE_KEY_PREFIX}`;
  }

  /** A fresh tag whose slot lies in one of the ranges, which must not be empty. */
  tagIn(ranges: readonly SlotRange[]): ProbeTag {
    if (ranges.length === 0) throw new RangeError('A probe key needs at least one range of slots.');
    for (;;) {
      this.#count += 1;
      const tag = `{${this.#run}.${this.#count}}`;
      const slot = slotOf(tag);
      if (isInRanges(slot, ranges)) {
        return { slot, key: (suffix) => `${this.#beginning}${tag}:${suffix}` };
      }
    }
  }
}
