import type { SlotOwner } from '../../client/cluster-view.ts';
import { SLOT_COUNT, type SlotRange } from '../../topology/slot.ts';
import type { Check } from '../check.ts';
import {
  failed,
  hiddenTopology,
  isReached,
  listed,
  notReached,
  passed,
  rangesText,
  slotViews,
  undecided,
  whyMissing,
} from '../judging.ts';

/** Judged in every node's CLUSTER SLOTS, because a client may take its map from any of them. */
export const slotCoverage: Check = {
  name: 'slot-coverage',
  question: `Has each of the ${SLOT_COUNT} slots exactly one owner?`,
  reads: ['clusterSlots'],
  notApplicable: hiddenTopology,
  judge: ({ observation }) => {
    if (!isReached(observation.endpoint)) return notReached(observation, 'The owners of the slots');
    const views = slotViews(observation);
    if (observation.endpoint.clusterSlots.kind !== 'value') {
      return undecided(
        'SLOTS_NOT_TOLD',
        `Who owns which slot is not told: ${whyMissing(observation.endpoint.clusterSlots)}.`,
      );
    }
    const faults = views.map(({ place, rows }) => ({ place, ...slotFaults(rows) }));
    const twice = faults.filter(({ claimedTwice }) => claimedTwice.length > 0);
    if (twice.length > 0) {
      const which = twice.map(({ place, claimedTwice }) => `${rangesText(claimedTwice)} (as ${place} sees it)`);
      return failed(
        'SLOTS_CLAIMED_TWICE',
        `These slots have more than one owner: ${listed(which, 3)}. Two primaries take writes for the same keys; settle the owner before anything else.`,
      );
    }
    const open = faults.filter(({ uncovered }) => uncovered.length > 0);
    if (open.length > 0) {
      const which = open.map(({ place, uncovered }) => `${rangesText(uncovered)} (as ${place} sees it)`);
      return failed(
        'SLOTS_NOT_COVERED',
        `These slots have no owner: ${listed(which, 3)}. Every key in them fails with CLUSTERDOWN; give them to a shard.`,
      );
    }
    return passed(`Each of the ${SLOT_COUNT} slots has exactly one owner in all ${views.length} views.`);
  },
};

export interface SlotFaults {
  readonly uncovered: readonly SlotRange[];
  readonly claimedTwice: readonly SlotRange[];
}

/** Which slots no primary claims, and which more than one does. */
export function slotFaults(owners: readonly SlotOwner[]): SlotFaults {
  const claims = new Uint16Array(SLOT_COUNT);
  for (const { slots } of owners) {
    for (let slot = slots[0]; slot <= slots[1]; slot += 1) claims[slot] = (claims[slot] ?? 0) + 1;
  }
  return {
    uncovered: rangesWhere(claims, (count) => count === 0),
    claimedTwice: rangesWhere(claims, (count) => count > 1),
  };
}

function rangesWhere(claims: Uint16Array, matches: (count: number) => boolean): SlotRange[] {
  const ranges: SlotRange[] = [];
  for (let slot = 0; slot < claims.length; slot += 1) {
    if (!matches(claims[slot] as number)) continue;
    const first = slot;
    while (slot + 1 < claims.length && matches(claims[slot + 1] as number)) slot += 1;
    ranges.push([first, slot]);
  }
  return ranges;
}
