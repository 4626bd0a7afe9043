import { countText, isWithin } from '../../profile/count.ts';
import type { Check } from '../check.ts';
import {
  counted,
  failed,
  hiddenTopology,
  isReached,
  listed,
  nodeText,
  nodeViews,
  notReached,
  passed,
  slotViews,
  undecided,
  wantedText,
} from '../judging.ts';
import type { Observation } from '../observation.ts';

/** A shard is a primary that owns slots; a primary that owns none is counted apart, because it is paid for and serves nothing. */
export const shardCount: Check = {
  name: 'shard-count',
  question: 'Are there as many shards as were asked for?',
  reads: ['clusterSlots', 'clusterNodes'],
  notApplicable: hiddenTopology,
  judge: ({ profile, observation }) => {
    if (!isReached(observation.endpoint)) return notReached(observation, 'The number of shards');
    const counts = shardCounts(observation);
    if (counts.length === 0)
      return undecided('SHARDS_NOT_TOLD', 'No server told which primaries own slots, so the shards were not counted.');
    const { shardCount: wanted } = profile.expected;
    const wrong = counts.filter(({ count }) => !isWithin(count, wanted));
    if (wrong.length > 0) {
      const which = wrong.map(({ place, count }) => `${count} as ${place} sees it`);
      return failed(
        'SHARD_COUNT_WRONG',
        `The profile expects ${wantedText(wanted, 'shard')}; there are ${listed(which, 3)}. Scale the deployment, or correct \`expected.shardCount\`.`,
      );
    }
    const [first, ...others] = counts;
    const other = others.find(({ count }) => count !== first?.count);
    if (first !== undefined && other !== undefined) {
      return failed(
        'SHARD_COUNTS_DIFFER',
        `The number of shards depends on who is asked: ${first.count} as ${first.place} sees it, ${other.count} as ${other.place} does. A resharding is under way or was cut off; wait for it, or finish it.`,
      );
    }
    const found = counted(first?.count ?? 0, 'shard');
    const empty = emptyPrimaries(observation);
    if (empty.length > 0) {
      return failed(
        'SHARD_WITHOUT_SLOTS',
        `Besides ${found} there are primaries without a slot: ${listed(empty)}. Finish the resharding that should fill them, or remove them.`,
      );
    }
    return passed(
      typeof wanted === 'number'
        ? `There are ${found}, as expected.`
        : `There are ${found}, within the ${countText(wanted)} expected.`,
    );
  },
};

function shardCounts(observation: Observation): { place: string; count: number }[] {
  const fromSlots = slotViews(observation).map(({ place, rows }) => ({
    place,
    count: new Set(
      rows.map(({ primary }) => (primary.nodeId === '' ? `${primary.host}:${primary.port}` : primary.nodeId)),
    ).size,
  }));
  const fromNodes = nodeViews(observation).map(({ place, rows }) => ({
    place,
    count: rows.filter(({ role, slots }) => role === 'primary' && slots.length > 0).length,
  }));
  return [...fromSlots, ...fromNodes];
}

/** A failed one without slots is what a failover leaves behind; no-failing-nodes names it. */
function emptyPrimaries(observation: Observation): string[] {
  const empty = nodeViews(observation).flatMap(({ rows }) =>
    rows
      .filter(({ role, slots, flags }) => role === 'primary' && slots.length === 0 && !flags.includes('fail'))
      .map(nodeText),
  );
  return [...new Set(empty)];
}
