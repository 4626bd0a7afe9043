import type { Check } from '../check.ts';
import { failed, hiddenTopology, isReached, listed, nodeViews, notReached, passed, undecided } from '../judging.ts';

/** A slot left half-moved answers ASK and TRYAGAIN for as long as nobody finishes the move. */
export const noOpenSlots: Check = {
  name: 'no-open-slots',
  question: 'Is no slot on its way from one node to another?',
  reads: ['clusterNodes'],
  notApplicable: hiddenTopology,
  judge: ({ observation }) => {
    if (!isReached(observation.endpoint)) return notReached(observation, 'Whether slots are on the move');
    const views = nodeViews(observation);
    const open = views.flatMap(({ rows, place }) =>
      rows.flatMap(({ movingSlots }) =>
        movingSlots.map(
          ({ slot, direction, peerNodeId }) =>
            `slot ${slot} is ${direction} ${direction === 'migrating' ? 'to' : 'from'} ${peerNodeId.slice(0, 8)} at ${place}`,
        ),
      ),
    );
    if (open.length > 0) {
      return failed(
        'SLOTS_OPEN',
        `A resharding is not finished: ${listed([...new Set(open)], 4)}. Multi-key commands there fail with TRYAGAIN; finish the move, or close it with CLUSTER SETSLOT STABLE.`,
      );
    }
    // Each node shows its own moving slots only.
    if (views.length < observation.nodes.length + 1)
      return undecided('OPEN_SLOTS_NOT_TOLD', 'Not every node told which slots it is moving (see views-readable).');
    return passed('No slot is migrating or importing on any node.');
  },
};
